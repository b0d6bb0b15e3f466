//! An article whose revisions are documents, and which of them readers see.

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
    /// Slugs that readers have known it by, in the order of the alphabet.
    pub known_slugs: Vec<Slug>,
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
        self.known_slugs.iter().filter(|slug| Some(*slug) != present).collect()
    }

    /// Notes that readers know it by this slug.
    pub(crate) fn is_known_by(&mut self, slug: Slug) {
        if let Err(place) = self.known_slugs.binary_search(&slug) {
            self.known_slugs.insert(place, slug);
        }
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
}

impl Publication {
    /// Makes an article's newest revision, which is a published one, what readers see.
    pub(crate) fn of(mut article: Article, sections: Vec<Id<Section>>, body: Body) -> Result<Self> {
        let Some(published_at) = article.document.published_at else {
            let detail = "a published article has a time of publication";
            return Err(Error::new(Kind::Internal, "server.fault", detail));
        };
        article.first_published_at.get_or_insert(published_at);
        let slug = article.document.slug.clone();
        article.is_known_by(slug.clone());
        article.published = Some(Published { revision: article.revision, slug });
        Ok(Self { article, published_at, sections, body })
    }
}
