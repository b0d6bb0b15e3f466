//! Articles: their revisions, workflow, lists and use cases.
//!
//! A [`Document`] is the content of one immutable revision. A [`Card`] is a published revision as
//! lists show it. Readers' lists use cards only, so a missing condition cannot expose a draft.
//! How articles are stored is behind [`crate::store`].

pub mod bulk;
mod comparison;
mod creation;
mod desk;
mod desk_words;
mod display_status;
mod document;
mod filter;
mod guard;
mod list;
mod page;
mod patch;
pub mod preview;
pub(crate) mod references;
mod rendition;
mod requests;
mod revisions;
mod rights;
pub mod schedule;
mod story;
pub(crate) mod term_aliases;
mod upsert;
mod workflow;

use serde::{Deserialize, Serialize};

pub use self::document::*;
pub use self::{
    comparison::{BlockChange, Comparison, FieldChange, compare},
    creation::create,
    desk::{DeskFilter, DeskParameters, DeskSelection, DeskTerms, OnDesk, desk, draft},
    display_status::DisplayStatus,
    filter::{ArticleFilter, Conditions, Selection, SetFilter, Sort, read_ids},
    guard::Precondition,
    list::{Found, Parts, bodies, by_ids, count, find, get, list, list_in_each, translations},
    page::{ArticlePage, PageSizes, page_of_each},
    patch::{ArticlePatch, CorrectionPatch, SeoPatch, TermList, WantedStatus},
    preview::{Preview, offer_preview, previewed},
    rendition::Rendition,
    requests::Request,
    revisions::{manuscript, restore_revision, revision, revisions},
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

/// The id of an article, or one of its current or old slugs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ArticleKey {
    Id(ArticleId),
    Slug(String),
}

impl From<&str> for ArticleKey {
    /// Reads an article id; any other text is a slug. The two cannot be confused, because ids contain an
    /// underscore and slugs do not.
    fn from(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Slug(text.to_owned()), Self::Id)
    }
}

/// The kind of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Kind {
    #[default]
    Article,
    /// A page such as "About us". Lists contain it only if a filter names this kind.
    Page,
    Liveblog,
    Gallery,
    Video,
    Audio,
}

impl Kind {
    /// Whether lists contain this kind by default.
    pub fn is_listed(self) -> bool {
        self != Self::Page
    }
}

/// A version of an article in another language.
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
    /// The path of its page on the site.
    pub canonical_path: String,
    /// Its publication time.
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
