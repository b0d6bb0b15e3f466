//! A stored request to create an article. What it is for is in `idempotency.rs`.

use super::ArticleId;
use crate::{secret::Digest, time::Time};

/// A stored request to create an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// The digest of its content.
    pub digest: Digest,
    /// The article it creates.
    pub article: ArticleId,
    /// When it was sent.
    pub at: Time,
}
