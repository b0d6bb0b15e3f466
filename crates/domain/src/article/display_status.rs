//! The workflow status that clients see. Unlike the stored [`Status`], it depends on the time: it separates
//! scheduled articles from published ones.

use super::{Article, Status};
use crate::time::Time;

/// The workflow status of a revision at a given time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it; see Status")]
pub enum DisplayStatus {
    Draft,
    InReview,
    /// Published with a publication time in the future.
    Scheduled,
    Published,
    Archived,
    Trashed,
}

impl DisplayStatus {
    /// All statuses, in the order of the workflow.
    pub const ALL: [Self; 6] =
        [Self::Draft, Self::InReview, Self::Scheduled, Self::Published, Self::Archived, Self::Trashed];

    /// Returns the status at the time `now` of a revision with this stored status and publication time.
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

    /// Returns the name of the status in the API.
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
    /// Returns the workflow status of the newest revision.
    pub fn display_status(&self, now: Time) -> DisplayStatus {
        DisplayStatus::of(self.document.status, self.document.published_at, now)
    }
}
