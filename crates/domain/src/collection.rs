//! Collections: lists of articles that editors curate, in their order, such as a front page.
//!
//! Anybody can read a collection; only articles that readers see are shown in it. Editing is in
//! [`create`], [`edit`] and [`remove`]; [`entries()`] lists every entry for editors.

mod editing;
mod entries;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

pub use self::{
    editing::{CollectionPatch, create, edit, remove},
    entries::{Entry, entries, entries_of_each},
};
use crate::{
    access::Permission,
    article::{self, ArticleId, Card, Parts},
    context::Context,
    error::{Error, Result, Violation},
    id::{Entity, Id},
    page::{Count, Fingerprint, Page, PageRequest, Position, SortValue, Total},
    revision,
    slug::Slug,
    store::Repos,
    text,
};

/// The id of a collection.
pub type CollectionId = Id<Collection>;

impl Entity for Collection {
    const PREFIX: &'static str = "collection";
}

/// A curated, ordered list of articles. Its serialised form is a line of JSONL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the views document them for clients")]
pub struct Collection {
    pub id: CollectionId,
    /// The revision number, which each change raises by one, including changes of entries that
    /// readers do not see. It is 0 for callers who may not edit collections, because it would
    /// reveal such changes.
    #[serde(default = "first")]
    pub revision: u32,
    pub slug: Slug,
    pub title: String,
    #[serde(default)]
    pub description: Option<String>,
    /// The articles in order, at most [`Collection::MAX`].
    #[serde(default)]
    pub articles: Vec<ArticleId>,
}

fn first() -> u32 {
    revision::FIRST
}

impl Collection {
    /// The maximum number of articles in a collection.
    pub const MAX: usize = 100;

    /// Checks all fields. Returns an error with every violation.
    pub fn check(&self) -> Result<()> {
        let mut violations = Vec::new();
        if !text::is_visible(&self.title) || self.title.chars().count() > 200 {
            violations.push(Violation::at(
                "title",
                "title.length",
                "must have 1 to 200 characters, one of them visible",
            ));
        }
        if self.description.as_ref().is_some_and(|text| text.chars().count() > 5_000) {
            violations.push(Violation::at(
                "description",
                "text.too_long",
                "must have at most 5,000 characters",
            ));
        }
        if self.articles.len() > Self::MAX {
            violations.push(Violation::at("articles", "list.too_long", "must be at most 100"));
        }
        if violations.is_empty() { Ok(()) } else { Err(Error::violations(violations)) }
    }

    /// Returns the collection as this caller may see it: without its revision for non-editors.
    pub(crate) fn seen_by(self, cx: &Context<'_>) -> Self {
        match cx.caller.may(Permission::EditCollections) {
            true => self,
            false => Self { revision: 0, ..self },
        }
    }

    /// Returns the position of the collection in a list by title.
    pub fn position(&self) -> Position {
        Position { value: SortValue::Text(text::sort_key(&self.title)), id: self.id.bytes() }
    }
}

/// Lists collections by title, as this caller may see them.
pub fn list(cx: &Context<'_>, repos: &mut dyn Repos, page: &PageRequest) -> Result<Page<Collection>> {
    Ok(page_of(repos, page)?.filter_map(|one| Some(one.seen_by(cx))))
}

/// Lists collections by title, as they are stored.
pub(crate) fn page_of(repos: &mut dyn Repos, page: &PageRequest) -> Result<Page<Collection>> {
    let window = page.open(Fingerprint::of(&"collections"))?;
    let mut found = window.fetch(Collection::position, |window| repos.collection_page(window))?;
    found.total = match page.count {
        Count::None => None,
        Count::Exact | Count::Estimate => Some(Total::Exact(repos.collection_count()?)),
    };
    Ok(found)
}

/// Finds one collection by id or slug, as this caller may see it.
pub fn find(cx: &Context<'_>, repos: &mut dyn Repos, key: &str) -> Result<Option<Collection>> {
    let found = match (key.parse::<CollectionId>(), key.parse::<Slug>()) {
        (Ok(id), _) => repos.collections(&[id])?.pop(),
        (Err(_), Ok(slug)) => repos.collection_by_slug(&slug)?,
        (Err(_), Err(_)) => None,
    };
    Ok(found.map(|one| one.seen_by(cx)))
}

/// Like [`find`], but returns `collection.not_found` if there is none.
pub fn get(cx: &Context<'_>, repos: &mut dyn Repos, key: &str) -> Result<Collection> {
    find(cx, repos, key)?
        .ok_or_else(|| Error::not_found("collection.not_found", "there is no such collection"))
}

/// Returns for each of several lists the articles that readers see, in the order of the list.
pub fn articles_of_each(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    lists: &[Vec<ArticleId>],
    parts: Parts,
) -> Result<Vec<Vec<Card>>> {
    let mut ids: Vec<_> = lists.iter().flatten().copied().collect();
    ids.sort_unstable();
    ids.dedup();
    let cards: HashMap<_, _> = article::by_ids(cx, repos, &ids, parts)?;
    let of = |list: &Vec<ArticleId>| list.iter().filter_map(|id| cards.get(&id.bytes()).cloned()).collect();
    Ok(lists.iter().map(of).collect())
}

/// Returns `wanted`, with a number appended if another collection has that slug.
pub(crate) fn free_slug(repos: &mut dyn Repos, own: CollectionId, wanted: Slug) -> Result<Slug> {
    wanted.free(|slugs| {
        let mut taken = Vec::new();
        for slug in slugs {
            if repos.collection_by_slug(slug)?.is_some_and(|owner| owner.id != own) {
                taken.push(slug.clone());
            }
        }
        Ok(taken)
    })
}
