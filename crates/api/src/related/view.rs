//! Related articles as clients see them.

use async_graphql::{Enum, SimpleObject, Value};
use domain::related::{Part, PartKind, Related, Source};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    article::view::ArticleCard,
    graphql::held::{Asked, Held},
    term::view::Tag,
};

/// Why an article is in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema, Enum)]
#[serde(rename_all = "lowercase")]
pub enum RelatedSource {
    /// An editor put it there.
    Pinned,
    /// It shares tags or authors.
    Related,
    /// Too few were related: it is the newest in the same section.
    Section,
    /// Still too few: it is the newest of all.
    Latest,
}

/// What two articles share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema, Enum)]
#[serde(rename_all = "lowercase")]
pub enum RelatedPartKind {
    /// A tag.
    Tag,
    /// The section.
    Section,
    /// Authors.
    Author,
}

/// A part of a score.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct RelatedPart {
    /// What is shared.
    pub kind: RelatedPartKind,
    /// The tag that is shared, if it is one.
    pub tag: Option<Tag>,
    /// How much it adds to the sum.
    pub points: f64,
}

/// What a score is made of: `score = timeFactor × Σ points`.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct RelatedReasons {
    /// The parts, tags first, the weightiest first.
    #[graphql(complexity = "1 + 3 * child_complexity")]
    pub parts: Vec<RelatedPart>,
    /// From 0.9 for articles far apart in time to 1.
    pub time_factor: f64,
}

/// A related article, and why it is one.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct RelatedArticle {
    /// The article.
    pub article: ArticleCard,
    /// From 0 to 1. What fills the list up has 0.
    pub score: f64,
    /// Why it is in the list.
    pub source: RelatedSource,
    /// What the score is made of.
    pub reasons: RelatedReasons,
}

impl Held for RelatedPart {
    fn held(&self, asked: &Asked<'_>) -> Option<Value> {
        match asked.name() {
            "kind" => asked.leaf(&self.kind),
            "tag" => asked.optional(self.tag.as_ref()),
            "points" => asked.leaf(&self.points),
            _ => None,
        }
    }
}

impl Held for RelatedReasons {
    fn held(&self, asked: &Asked<'_>) -> Option<Value> {
        match asked.name() {
            "parts" => asked.list(&self.parts),
            "timeFactor" => asked.leaf(&self.time_factor),
            _ => None,
        }
    }
}

impl From<Related> for RelatedArticle {
    fn from(related: Related) -> Self {
        Self {
            article: related.card.into(),
            score: related.score,
            source: match related.source {
                Source::Pinned => RelatedSource::Pinned,
                Source::Related => RelatedSource::Related,
                Source::Section => RelatedSource::Section,
                Source::Latest => RelatedSource::Latest,
            },
            reasons: RelatedReasons {
                parts: related.parts.into_iter().map(Into::into).collect(),
                time_factor: related.time_factor,
            },
        }
    }
}

impl From<Part> for RelatedPart {
    fn from(part: Part) -> Self {
        Self {
            kind: match part.kind {
                PartKind::Tag => RelatedPartKind::Tag,
                PartKind::Section => RelatedPartKind::Section,
                PartKind::Author => RelatedPartKind::Author,
            },
            tag: part.tag.map(Into::into),
            points: part.points,
        }
    }
}
