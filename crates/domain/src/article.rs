//! Articles: one story, as its writers keep it and as readers see it.
//!
//! [`Document`] is what is written: one immutable revision. [`Card`] is what readers see of the
//! published one. Lists read cards alone, so a draft cannot be met by a forgotten condition.

pub mod bulk;
mod comparison;
mod desk;
mod desk_words;
mod document;
pub(crate) mod filing;
mod filter;
mod guard;
mod list;
mod making;
pub(crate) mod naming;
mod page;
mod patch;
pub mod preview;
mod rendition;
mod requests;
mod revisions;
mod rights;
pub mod schedule;
mod standing;
mod story;
mod upsert;
mod workflow;

use serde::{Deserialize, Serialize};

pub use self::document::*;
pub use self::{
    comparison::{BlockChange, Comparison, FieldChange, compare},
    desk::{DeskFilter, DeskParameters, DeskSelection, DeskTerms, OnDesk, desk, draft},
    filter::{ArticleFilter, Conditions, Selection, SetFilter, Sort, read_ids},
    guard::Seen,
    list::{Found, Parts, bodies, by_ids, count, find, get, list, list_in_each, translations},
    making::create,
    page::{ArticlePage, PageSizes, page_of_each},
    patch::{ArticlePatch, CorrectionPatch, SeoPatch, TermList, WantedStatus},
    preview::{Preview, offer_preview, previewed},
    rendition::Rendition,
    requests::Request,
    revisions::{manuscript, restore_revision, revision, revisions},
    standing::Standing,
    story::{Article, Publication, Published, Revision},
    upsert::{Upserted, upsert},
    workflow::{archive, edit, publish, purge, restore, send_back, submit, trash, unpublish},
};
use crate::{
    id::{Entity, Id},
    language::Language,
    slug::Slug,
    time::Time,
};

impl Entity for Article {
    const PREFIX: &'static str = "article";
}

/// The id of an article.
pub type ArticleId = Id<Article>;

/// An article named by its id or by a slug, present or old.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ArticleKey {
    Id(ArticleId),
    Slug(String),
}

impl From<&str> for ArticleKey {
    /// What is no id of an article is taken for a slug: slugs have no underscore, so the two
    /// cannot be confused.
    fn from(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Slug(text.to_owned()), Self::Id)
    }
}

/// What an article is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Kind {
    #[default]
    Article,
    /// Not news, like "About us": in no list unless asked for.
    Page,
    Liveblog,
    Gallery,
    Video,
    Audio,
}

impl Kind {
    /// Whether lists have it without being asked.
    pub fn is_listed(self) -> bool {
        self != Self::Page
    }
}

/// Another language's version of a story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translation {
    /// Its language.
    pub language: Language,
    /// The article.
    pub id: ArticleId,
    /// Its slug.
    pub slug: Slug,
    /// Its headline.
    pub headline: String,
    /// Where readers find it, relative to the site.
    pub canonical_path: String,
    /// When readers saw it first in its present form.
    pub published_at: Time,
}

impl From<&Card> for Translation {
    fn from(card: &Card) -> Self {
        Self {
            language: card.language.clone(),
            id: card.id,
            slug: card.slug.clone(),
            headline: card.headline.clone(),
            canonical_path: card.canonical_path(),
            published_at: card.published_at,
        }
    }
}
