//! The times at which readers start or stop seeing an article.

use super::ArticleId;
use crate::time::Time;

/// A time at which an article is published or expires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// The article.
    pub article: ArticleId,
    /// Whether the article is published at this time; otherwise it expires.
    pub opens: bool,
    /// The time.
    pub at: Time,
}
