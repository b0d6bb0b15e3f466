//! A collection and its id.

use serde::{Deserialize, Serialize};

use crate::{
    article::ArticleId,
    error::{Error, Result, Violation},
    id::{Entity, Id},
    page::{Position, SortValue},
    revision,
    slug::Slug,
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

    /// Returns the position of the collection in a list by title.
    pub fn position(&self) -> Position {
        Position { value: SortValue::Text(text::sort_key(&self.title)), id: self.id.bytes() }
    }
}
