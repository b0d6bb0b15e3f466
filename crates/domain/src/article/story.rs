//! An article whose revisions are documents, and which of them readers see.

use std::collections::BTreeMap;

use super::{ArticleId, Document};
use crate::{
    account::AccountId,
    body::Body,
    cx::Cx,
    error::{Error, Kind, Result},
    id::Id,
    slug::Slug,
    term::Section,
    time::Time,
};

/// An article as its writers keep it.
#[derive(Debug, Clone, PartialEq)]
pub struct Article {
    /// Its id.
    pub id: ArticleId,
    /// The number of its newest revision, from 1.
    pub revision: u32,
    /// The newest revision.
    pub document: Document,
    /// What readers see of it within its window, which may be an earlier revision.
    pub published: Option<Published>,
    /// When readers could see it first; kept when it is published again.
    pub first_published_at: Option<Time>,
    /// When the newest revision was made, or what the article's source says of that.
    pub modified_at: Time,
    /// Slugs that readers know it by, and since when; a time ahead is that of what is scheduled.
    pub known_slugs: BTreeMap<Slug, Time>,
    /// Who began it; `None` for what came in by a command.
    pub created_by: Option<AccountId>,
    /// Who made the newest revision.
    pub saved_by: Option<AccountId>,
    /// What was said with it, from colleague to colleague.
    pub note: Option<String>,
}

/// The revision that readers see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Its number.
    pub revision: u32,
    /// The slug that readers find it by.
    pub slug: Slug,
}

impl Article {
    /// Makes the next revision, which somebody has written now.
    pub(crate) fn revised(&self, cx: &Cx<'_>, document: Document, note: Option<String>) -> Self {
        Self {
            revision: self.revision + 1,
            document,
            modified_at: cx.now,
            saved_by: cx.caller.account(),
            note,
            ..self.clone()
        }
    }

    /// Slugs that readers knew it by, but for the one that they know it by now.
    pub fn old_slugs(&self) -> Vec<&Slug> {
        let present = self.published.as_ref().map(|published| &published.slug);
        self.known_slugs.keys().filter(|slug| Some(*slug) != present).collect()
    }

    /// Forgets what readers were to see and to know it by, where that never came.
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
    /// When it was made, or what the article's source says of that.
    pub at: Time,
    /// Who made it; `None` for what came in by a command.
    pub author: Option<AccountId>,
    /// What was said with it, from colleague to colleague.
    pub note: Option<String>,
    /// What was written.
    pub document: Document,
}

/// What readers get of an article: its published revision, with its body derived.
#[derive(Debug, Clone, PartialEq)]
pub struct Publication {
    /// The article; its newest revision is the published one.
    pub article: Article,
    /// When readers see it.
    pub published_at: Time,
    /// The section and the sections above it, nearest first.
    pub sections: Vec<Id<Section>>,
    /// The derived body.
    pub body: Body,
    /// Whether readers may have, or were to have, an earlier one of the article.
    pub replaces: bool,
}

impl Publication {
    /// When what readers see was changed: at the latest when they come to see it, so that whoever asks what was
    /// modified since then finds it.
    pub fn modified_at(&self) -> Time {
        self.article.modified_at.max(self.published_at)
    }

    /// Makes an article's newest revision, which is a published one, what readers see. `before` is the
    /// article as it was, if it was there.
    pub(crate) fn of(
        mut article: Article,
        before: Option<&Article>,
        sections: Vec<Id<Section>>,
        body: Body,
    ) -> Result<Self> {
        let Some(published_at) = article.document.published_at else {
            let detail = "a published article has a time of publication";
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
