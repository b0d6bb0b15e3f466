//! Prevents lost updates: a caller who changes an article names the revision they have read.
//!
//! Tags, sections, authors, collections and the site have their own check in [`crate::revision`].

use super::{Article, Document, term_aliases};
use crate::{
    error::{Error, Present, Result},
    revision,
    store::Repos,
};

/// The revision of an article that a change is based on. The change fails if there is a newer one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Precondition {
    /// The number of that revision; `None` if the caller did not send one.
    pub revision: Option<u32>,
    /// Whether the change is also accepted if newer revisions changed only other fields.
    pub merge: bool,
}

impl Precondition {
    /// Returns a precondition that accepts the change only if this is still the newest revision.
    pub fn exactly(revision: Option<u32>) -> Self {
        Self { revision, merge: false }
    }

    /// Returns `article.changed_meanwhile` unless this is the newest revision of the article.
    ///
    /// With `merge`, an older revision is enough if none of the `own` fields changed since. Returns
    /// `article.revision_missing` if the caller did not send a revision.
    pub(crate) fn check(self, repos: &mut dyn Repos, article: &Article, own: &[&'static str]) -> Result<()> {
        let Some(revision) = self.revision else {
            return Err(revision::missing("article.revision_missing"));
        };
        if revision == article.revision {
            return Ok(());
        }
        let mut base = repos.revision(article.id, revision)?.filter(|_| revision < article.revision);
        if let Some(base) = &mut base {
            // `article` is resolved already, and terms may have been merged since.
            term_aliases::settle(repos, &mut [&mut base.document])?;
        }
        let fields = base.map(|base| base.document.changed_fields(&article.document));
        let is_apart = |fields: &Vec<&str>| !own.iter().any(|field| fields.contains(field));
        if self.merge && fields.as_ref().is_some_and(is_apart) {
            return Ok(());
        }
        let detail = match &fields {
            Some(_) => format!("the newest revision is {}; read it and try again", article.revision),
            None => format!(
                "the newest revision is {}, and revision {revision} is not stored; read the newest one and try again",
                article.revision
            ),
        };
        let fields = fields.map(|fields| fields.into_iter().map(str::to_owned).collect());
        Err(Error::stale("article.changed_meanwhile", detail, Present { revision: article.revision, fields }))
    }
}

impl Document {
    /// Returns the API names of the fields that differ between two documents.
    pub fn changed_fields(&self, other: &Self) -> Vec<&'static str> {
        crate::change::changed_fields([
            ("kind", self.kind != other.kind),
            ("slug", self.slug != other.slug),
            ("headline", self.headline != other.headline),
            ("kicker", self.kicker != other.kicker),
            ("standfirst", self.standfirst != other.standfirst),
            ("byline", self.byline != other.byline),
            ("body", (&self.body, self.body_format) != (&other.body, other.body_format)),
            ("leadMedia", self.lead_media != other.lead_media),
            ("seo", self.seo != other.seo),
            ("language", self.language != other.language),
            ("section", self.section != other.section),
            ("tags", self.tags != other.tags),
            ("authors", self.authors != other.authors),
            ("status", self.status != other.status),
            ("publishedAt", self.published_at != other.published_at),
            ("expiresAt", self.expires_at != other.expires_at),
            ("access", self.access != other.access),
            ("commentsOpen", self.comments_open != other.comments_open),
            ("hideAds", self.hide_ads != other.hide_ads),
            ("sensitive", self.sensitive != other.sensitive),
            ("aliasPaths", self.alias_paths != other.alias_paths),
            ("corrections", self.corrections != other.corrections),
            ("translationOf", self.translation_of != other.translation_of),
            ("showInRelated", self.show_in_related != other.show_in_related),
            ("relatedPins", self.related_pins != other.related_pins),
            ("relatedBlocks", self.related_blocks != other.related_blocks),
        ])
    }
}
