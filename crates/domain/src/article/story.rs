//! The types of an article and its revisions.
//!
//! [`Article`] has the newest revision, [`Revision`] is any one of them, and [`Publication`] is what
//! readers get of the published one. The steps between them are in `workflow.rs`.

use std::collections::BTreeMap;

use super::{ArticleId, Document};
use crate::{
    account::AccountId,
    body::Body,
    context::Context,
    error::{Error, Kind, Result},
    id::Id,
    slug::Slug,
    term::Section,
    time::Time,
};

/// An article as the newsroom sees it: its newest revision, and which revision is published.
#[derive(Debug, Clone, PartialEq)]
pub struct Article {
    /// Its id.
    pub id: ArticleId,
    /// The number of its newest revision, from 1.
    pub revision: u32,
    /// The content of the newest revision.
    pub document: Document,
    /// The published or scheduled revision, which may be an earlier one.
    pub published: Option<Published>,
    /// The time of the first publication. Publishing the article again does not change it.
    pub first_published_at: Option<Time>,
    /// When the newest revision was saved, or the time given by the source of an import.
    pub modified_at: Time,
    /// The slugs readers know, and since when. A time in the future belongs to a scheduled publication.
    pub known_slugs: BTreeMap<Slug, Time>,
    /// Who created it. `None` for an article created by a command, such as an import.
    pub created_by: Option<AccountId>,
    /// Who saved the newest revision.
    pub saved_by: Option<AccountId>,
    /// The note to colleagues saved with the newest revision.
    pub note: Option<String>,
}

/// The published or scheduled revision of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Its number.
    pub revision: u32,
    /// The slug readers find it by.
    pub slug: Slug,
}

impl Article {
    /// Returns the article with this document as its next revision, saved by the caller now.
    pub(crate) fn revised(&self, cx: &Context<'_>, document: Document, note: Option<String>) -> Self {
        Self {
            revision: self.revision + 1,
            document,
            modified_at: cx.now,
            saved_by: cx.caller.account(),
            note,
            ..self.clone()
        }
    }

    /// Returns its newest revision.
    pub fn newest(&self) -> Revision {
        Revision {
            article: self.id,
            number: self.revision,
            at: self.modified_at,
            author: self.saved_by,
            note: self.note.clone(),
            document: self.document.clone(),
        }
    }

    /// The slugs readers know, except the one of the published revision.
    pub fn old_slugs(&self) -> Vec<&Slug> {
        let present = self.published.as_ref().map(|published| &published.slug);
        self.known_slugs.keys().filter(|slug| Some(*slug) != present).collect()
    }

    /// Removes the slugs and the first publication time that are in the future, because readers never saw
    /// them.
    pub(crate) fn forget_unseen(&mut self, now: Time) {
        self.known_slugs.retain(|_, since| *since <= now);
        self.first_published_at = self.first_published_at.filter(|first| *first <= now);
    }
}

/// One revision of an article, as it was saved.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    /// The article.
    pub article: ArticleId,
    /// Its number, from 1.
    pub number: u32,
    /// When it was saved, or the time given by the source of an import.
    pub at: Time,
    /// Who saved it. `None` for a revision saved by a command, such as an import.
    pub author: Option<AccountId>,
    /// The note to colleagues saved with it.
    pub note: Option<String>,
    /// Its content.
    pub document: Document,
}

/// A revision to publish, with its derived body.
#[derive(Debug, Clone, PartialEq)]
pub struct Publication {
    /// The article. Its newest revision is the one to publish.
    pub article: Article,
    /// When readers start to see it.
    pub published_at: Time,
    /// The section and its parent sections, nearest first.
    pub sections: Vec<Id<Section>>,
    /// The derived body.
    pub body: Body,
    /// Whether the article may already have a published or scheduled revision, which this one replaces.
    pub replaces: bool,
}

impl Publication {
    /// When the content that readers see last changed.
    ///
    /// Never before the publication time, so that a scheduled article appears in lists of articles modified
    /// since the last request.
    pub fn modified_at(&self) -> Time {
        self.article.modified_at.max(self.published_at)
    }

    /// Makes a publication of an article's newest revision, whose status must be published.
    ///
    /// `before` is the article before this revision, if it existed.
    pub(crate) fn of(
        mut article: Article,
        before: Option<&Article>,
        sections: Vec<Id<Section>>,
        body: Body,
    ) -> Result<Self> {
        let Some(published_at) = article.document.published_at else {
            let detail = "a published article must have a publication time";
            return Err(Error::new(Kind::Internal, "server.fault", detail));
        };
        article.first_published_at.get_or_insert(published_at);
        let slug = article.document.slug.clone();
        let since = article.known_slugs.entry(slug.clone()).or_insert(published_at);
        *since = published_at.min(*since);
        article.published = Some(Published { revision: article.revision, slug });
        let replaces = before.map_or(article.revision > 1, |before| before.published.is_some());
        Ok(Self { article, published_at, sections, body, replaces })
    }
}
