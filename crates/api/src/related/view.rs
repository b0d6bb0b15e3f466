//! The representation of related articles in both APIs.

use async_graphql::{Enum, SimpleObject, Value};
use domain::related::{Part, PartKind, Related, Source};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    article::card::ArticleCard,
    graphql::inline_fields::{InlineFields, RequestedField},
    term::view::Tag,
};

/// Why an article is in a list of related articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema, Enum)]
#[serde(rename_all = "lowercase")]
pub enum RelatedSource {
    /// An editor pinned it.
    Pinned,
    /// It shares tags or authors with the article.
    Related,
    /// There were too few related articles: it is one of the newest in the same section.
    Section,
    /// There were still too few: it is one of the newest in the same language.
    Latest,
}

/// What two articles have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema, Enum)]
#[serde(rename_all = "lowercase")]
pub enum RelatedPartKind {
    /// A tag.
    Tag,
    /// The section.
    Section,
    /// One or more authors.
    Author,
}

/// A part of a score.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct RelatedPart {
    /// What the articles have in common.
    pub kind: RelatedPartKind,
    /// The shared tag. Null for other parts.
    pub tag: Option<Tag>,
    /// The points that the part adds to the score, before `timeFactor` is applied.
    pub points: f64,
}

/// How a score is calculated: `score = timeFactor × sum of points`, at most 1.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct RelatedReasons {
    /// The parts of the score: tags first, those with the most points first.
    #[graphql(complexity = "1 + 3 * child_complexity")]
    pub parts: Vec<RelatedPart>,
    /// From 0.9, if the articles were published far apart, to 1.
    pub time_factor: f64,
}

/// A related article, with its score and the reasons for it.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct RelatedArticle {
    /// The article.
    pub article: ArticleCard,
    /// The score, from 0 to 1. Articles that only fill up the list have 0.
    pub score: f64,
    /// Why the article is in the list.
    pub source: RelatedSource,
    /// How the score is calculated.
    pub reasons: RelatedReasons,
}

impl InlineFields for RelatedPart {
    fn inline_field(&self, requested: &RequestedField<'_>) -> Option<Value> {
        match requested.name() {
            "kind" => requested.leaf(&self.kind),
            "tag" => requested.optional(self.tag.as_ref()),
            "points" => requested.leaf(&self.points),
            _ => None,
        }
    }
}

impl InlineFields for RelatedReasons {
    fn inline_field(&self, requested: &RequestedField<'_>) -> Option<Value> {
        match requested.name() {
            "parts" => requested.list(&self.parts),
            "timeFactor" => requested.leaf(&self.time_factor),
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
