//! [`Importer`]: what it caches between items, and the import of one batch.

use std::collections::{HashMap, HashSet};

use super::{Item, ItemType, Origin, Report, article};
use crate::{
    article::ArticleId,
    collection::Collection,
    comment::Comment,
    context::Context,
    error::Result,
    id::Id,
    language::Language,
    media::Media,
    store::Repos,
    term::{Role, Section, TermId},
};

/// An import that runs over several transactions.
///
/// Its state assumes that they were committed. After a transaction that failed, create a new
/// importer.
pub struct Importer {
    pub(super) source: String,
    pub(super) default_language: Language,
    pub(super) terms: HashMap<(Role, String), TermId>,
    pub(super) ancestors: HashMap<TermId, Vec<Id<Section>>>,
    /// Terms that were created because something refers to them, and whose own items have not come
    /// yet.
    pub(super) mentioned: HashSet<TermId>,
    /// Articles that items of the current batch refer to before their own items.
    pub(super) named: HashMap<String, ArticleId>,
    /// The last change in the log when the previous batch began.
    pub(super) seen: Option<i64>,
}

impl Importer {
    /// Creates an importer for `source`. Articles without a language get `default_language`.
    pub fn new(source: impl Into<String>, default_language: Language) -> Self {
        Self {
            source: source.into(),
            default_language,
            terms: HashMap::new(),
            ancestors: HashMap::new(),
            mentioned: HashSet::new(),
            named: HashMap::new(),
            seen: None,
        }
    }

    /// Imports items in order, in the transaction of `repos`.
    ///
    /// An invalid item is skipped and reported. An error means that no item of the batch was
    /// imported.
    pub fn batch(
        &mut self,
        cx: &Context<'_>,
        repos: &mut dyn Repos,
        items: Vec<Item>,
    ) -> Result<Vec<Report>> {
        repos.keep_terms()?;
        repos.hold_source(&self.source)?;
        // Cached terms may be out of date if an editor changed terms since the last batch.
        let last = repos.last_change()?;
        if let Some(seen) = self.seen.replace(last)
            && repos.were_terms_edited_after(seen)?
        {
            self.terms.clear();
            self.ancestors.clear();
        }
        self.named.clear();
        let mut articles = article::Batch::prepare(self, repos, &items)?;
        items
            .into_iter()
            .map(|item| match item.item_type {
                ItemType::Article if item.gone => articles.withdraw(self, cx, repos, &item.fields),
                ItemType::Article => articles.import(self, cx, repos, item),
                ItemType::Term(role) => self.import_term(cx, repos, role, &item.fields),
                ItemType::Media => self.import_thing::<Media>(cx, repos, &item.fields),
                ItemType::Comment => self.import_thing::<Comment>(cx, repos, &item.fields),
                ItemType::Collection => self.import_thing::<Collection>(cx, repos, &item.fields),
                ItemType::Site => self.import_site(cx, repos, &item.fields),
            })
            .collect()
    }

    pub(super) fn origin(&self, entity: &'static str, id: &str) -> Origin {
        Origin { source: self.source.clone(), entity, id: id.to_owned() }
    }
}
