//! The representation of comments in both APIs.

use async_graphql::{Enum, ID, SimpleObject, Value};
use domain::{
    article::ArticleId,
    comment::{CommentId, Shown},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    graphql::inline_fields::{InlineFields, RequestedField},
    scalar::DateTime,
};

/// The status of a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema, Enum)]
#[serde(rename_all = "lowercase")]
pub enum CommentStatus {
    /// Visible to readers.
    Approved,
    /// Deleted; returned as a placeholder because replies to it are visible.
    Deleted,
}

/// The article that a comment belongs to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArticleReference {
    /// The article's id.
    #[schema(value_type = String)]
    pub id: ID,
    /// The article's slug.
    pub slug: String,
}

/// The comment that a comment replies to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CommentReference {
    /// The comment's id.
    #[schema(value_type = String)]
    pub id: ID,
}

/// The text of a comment.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct CommentBody {
    /// Sanitized HTML: text, links, lists, quotations and code.
    pub html: String,
    /// The same text without markup.
    pub text: String,
}

/// A reader's comment on an article.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
#[graphql(complex)]
pub struct Comment {
    /// Unique id (a TypeID).
    #[schema(value_type = String, example = "comment_01h455vb4pex5vsknk084sn02q")]
    pub id: ID,
    /// The article that the comment belongs to.
    #[graphql(skip)]
    pub article: ArticleReference,
    /// The comment that this one replies to. Null if it begins a thread.
    #[graphql(skip)]
    pub parent: Option<CommentReference>,
    /// The nesting depth: 0 for the first comment of a thread, at most 31.
    #[schema(minimum = 0, maximum = 31)]
    pub depth: u32,
    /// The name of the person who wrote it. Null for a deleted comment.
    pub author_name: Option<String>,
    /// The text. Null for a deleted comment.
    pub body: Option<CommentBody>,
    /// The status of the comment.
    pub status: CommentStatus,
    /// When the comment was written.
    pub created_at: DateTime,
    /// When the comment was last edited. Null if it never was.
    pub edited_at: Option<DateTime>,
    /// The number of visible direct replies.
    pub reply_count: u32,
    /// Whether the comment is deleted and only a placeholder for its replies.
    pub deleted: bool,
    #[serde(skip)]
    #[graphql(skip)]
    pub(super) about: ArticleId,
    #[serde(skip)]
    #[graphql(skip)]
    pub(super) above: Option<CommentId>,
}

impl InlineFields for Comment {
    fn inline_field(&self, requested: &RequestedField<'_>) -> Option<Value> {
        match requested.name() {
            "id" => requested.leaf(&self.id),
            "depth" => requested.leaf(&self.depth),
            "authorName" => requested.leaf(&self.author_name),
            "body" => requested.optional(self.body.as_ref()),
            "status" => requested.leaf(&self.status),
            "createdAt" => requested.leaf(&self.created_at),
            "editedAt" => requested.leaf(&self.edited_at),
            "replyCount" => requested.leaf(&self.reply_count),
            "deleted" => requested.leaf(&self.deleted),
            _ => None,
        }
    }
}

impl InlineFields for CommentBody {
    fn inline_field(&self, requested: &RequestedField<'_>) -> Option<Value> {
        match requested.name() {
            "html" => requested.leaf(&self.html),
            "text" => requested.leaf(&self.text),
            _ => None,
        }
    }
}

impl Comment {
    /// Builds the view of a comment on the article with this slug.
    pub fn of(shown: Shown, slug: &str) -> Self {
        let deleted = shown.said.is_none();
        let (author_name, words) = shown.said.unzip();
        Self {
            id: shown.id.to_string().into(),
            article: ArticleReference { id: shown.article.to_string().into(), slug: slug.to_owned() },
            parent: shown.parent.map(|id| CommentReference { id: id.to_string().into() }),
            depth: shown.depth,
            author_name,
            body: words.map(|words| CommentBody { html: words.html, text: words.text }),
            status: if deleted { CommentStatus::Deleted } else { CommentStatus::Approved },
            created_at: shown.created_at.into(),
            edited_at: shown.edited_at.map(Into::into),
            reply_count: shown.reply_count,
            deleted,
            about: shown.article,
            above: shown.parent,
        }
    }
}

impl From<Shown> for Comment {
    /// For GraphQL, where a resolver loads the article.
    fn from(shown: Shown) -> Self {
        Self::of(shown, "")
    }
}
