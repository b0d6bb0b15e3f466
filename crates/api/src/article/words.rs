//! Enums of articles, in both APIs.

use async_graphql::Enum;
use domain::{
    access::Access as DomainAccess,
    article::{CorrectionKind as DomainCorrectionKind, DisplayStatus, Kind},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Implements the conversions between a domain enum and its public enum with the same variants.
macro_rules! same_words {
    ($domain:ident = $client:ident { $($name:ident),* }) => {
        impl From<$domain> for $client {
            fn from(word: $domain) -> Self {
                match word { $($domain::$name => Self::$name,)* }
            }
        }
        impl From<$client> for $domain {
            fn from(word: $client) -> Self {
                match word { $($client::$name => Self::$name,)* }
            }
        }
    };
}

pub(crate) use same_words;

/// A kind of article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, Enum)]
#[serde(rename_all = "lowercase")]
pub enum ArticleKind {
    /// A regular article.
    Article,
    /// A static page, such as "About us". Lists leave it out by default.
    Page,
    /// A story that is updated while events unfold.
    Liveblog,
    /// A photo story.
    Gallery,
    /// A video story.
    Video,
    /// An audio story, such as a podcast episode.
    Audio,
}

same_words!(Kind = ArticleKind { Article, Page, Liveblog, Gallery, Video, Audio });

/// The workflow status of an article. Readers see only published articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, Enum)]
#[serde(rename_all = "snake_case")]
pub enum ArticleStatus {
    /// Being written.
    Draft,
    /// Submitted, waiting for an editor.
    InReview,
    /// Published, with a publication time in the future.
    Scheduled,
    /// Visible to readers.
    Published,
    /// Hidden from readers and kept in the archive.
    Archived,
    /// In the trash. It can be restored.
    Trashed,
}

same_words!(DisplayStatus = ArticleStatus { Draft, InReview, Scheduled, Published, Archived, Trashed });

/// Who can read the whole body of an article. Everyone else gets its first paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, Enum)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Everyone.
    Open,
    /// Readers with an account.
    Registered,
    /// Subscribers.
    Paid,
}
same_words!(DomainAccess = Access { Open, Registered, Paid });

/// The kind of a change made after publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, Enum)]
#[serde(rename_all = "lowercase")]
pub enum CorrectionKind {
    /// Fixes something that was wrong.
    Correction,
    /// Clears up something that could be misunderstood.
    Clarification,
    /// Adds something that happened after publication.
    Update,
}
same_words!(DomainCorrectionKind = CorrectionKind { Correction, Clarification, Update });
