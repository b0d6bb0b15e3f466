//! Where an article stands at a moment, in the newsroom's words.

use super::{Article, Status};
use crate::time::Time;

/// Where an article's newest revision stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it; see Status")]
pub enum Standing {
    Draft,
    InReview,
    /// Published, but its time has not come.
    Scheduled,
    Published,
    Archived,
    Trashed,
}

impl Standing {
    /// All of them, in the order of an article's life.
    pub const ALL: [Self; 6] =
        [Self::Draft, Self::InReview, Self::Scheduled, Self::Published, Self::Archived, Self::Trashed];

    /// Reads it off a revision: its status, and when readers see it.
    pub fn of(status: Status, published_at: Option<Time>, now: Time) -> Self {
        match status {
            Status::Draft => Self::Draft,
            Status::InReview => Self::InReview,
            Status::Published if published_at.is_some_and(|at| at > now) => Self::Scheduled,
            Status::Published => Self::Published,
            Status::Archived => Self::Archived,
            Status::Trashed => Self::Trashed,
        }
    }

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InReview => "in_review",
            Self::Scheduled => "scheduled",
            Self::Published => "published",
            Self::Archived => "archived",
            Self::Trashed => "trashed",
        }
    }
}

impl Article {
    /// Where its newest revision stands.
    pub fn standing(&self, now: Time) -> Standing {
        Standing::of(self.document.status, self.document.published_at, now)
    }
}
