//! The id of an article, its kind, and its versions in other languages.

use serde::{Deserialize, Serialize};

use super::{Card, story::Article};
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
