//! Words of a fixed set that an article has, as clients know them.

use async_graphql::Enum;
use domain::{
    access::Access as DomainAccess,
    article::{CorrectionKind as DomainCorrectionKind, Kind, Standing},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Makes two sets the same, word by word.
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

/// What an article is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, Enum)]
#[serde(rename_all = "lowercase")]
pub enum ArticleKind {
    /// An article.
    Article,
    /// Not news, like "About us"; in no list unless asked for.
    Page,
    /// A story told as it happens.
    Liveblog,
    /// A story in pictures.
    Gallery,
    /// A film.
    Video,
    /// Something to listen to.
    Audio,
}

same_words!(Kind = ArticleKind { Article, Page, Liveblog, Gallery, Video, Audio });

/// Where an article stands on its way to readers; for them it is always published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, Enum)]
#[serde(rename_all = "snake_case")]
pub enum ArticleStatus {
    /// Somebody writes it.
    Draft,
    /// Its writer is done, and an editor is to look at it.
    InReview,
    /// Readers see it at its time, which has not come.
    Scheduled,
    /// Readers see it.
    Published,
    /// It is kept, and nobody works on it.
    Archived,
    /// It was thrown away, and can be had back.
    Trashed,
}

same_words!(Standing = ArticleStatus { Draft, InReview, Scheduled, Published, Archived, Trashed });

/// Whom the whole body is for. Others get its first paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, Enum)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Everybody.
    Open,
    /// Readers with an account.
    Registered,
    /// Subscribers.
    Paid,
}
same_words!(DomainAccess = Access { Open, Registered, Paid });

/// How grave a change after publication is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, Enum)]
#[serde(rename_all = "lowercase")]
pub enum CorrectionKind {
    /// Something was wrong.
    Correction,
    /// Something could be misunderstood.
    Clarification,
    /// Something happened since.
    Update,
}
same_words!(DomainCorrectionKind = CorrectionKind { Correction, Clarification, Update });
