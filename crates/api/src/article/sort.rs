//! The sort order of lists of articles, in both APIs.

use async_graphql::Enum;
use domain::article::Sort;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::words::same_words;

/// The sort order of a list of articles. Articles with equal values are sorted by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema, Enum)]
pub enum ArticleSort {
    /// By publication time, newest first.
    #[default]
    #[serde(rename = "-publishedAt")]
    PublishedAtDesc,
    /// By publication time, oldest first.
    #[serde(rename = "publishedAt")]
    PublishedAtAsc,
    /// By modification time, newest first.
    #[serde(rename = "-modifiedAt")]
    ModifiedAtDesc,
    /// By modification time, oldest first.
    #[serde(rename = "modifiedAt")]
    ModifiedAtAsc,
    /// By headline, from A to Z. Case and accents make no difference.
    #[serde(rename = "headline")]
    HeadlineAsc,
}

same_words!(
    Sort = ArticleSort { PublishedAtDesc, PublishedAtAsc, ModifiedAtDesc, ModifiedAtAsc, HeadlineAsc }
);
