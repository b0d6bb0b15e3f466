//! Comments as clients see them.

use async_graphql::{Enum, ID, SimpleObject, Value};
use domain::{
    article::ArticleId,
    comment::{CommentId, Shown},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    graphql::held::{Asked, Held},
    scalar::DateTime,
};

/// How a comment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema, Enum)]
#[serde(rename_all = "lowercase")]
pub enum CommentStatus {
    /// It is shown.
    Approved,
    /// It is gone; its place is kept, because replies to it are shown.
    Deleted,
}

/// What a comment is about.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArticleReference {
    /// The article's id.
    #[schema(value_type = String)]
    pub id: ID,
    /// The article's slug.
    pub slug: String,
}

/// What a comment replies to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CommentReference {
    /// The comment's id.
    #[schema(value_type = String)]
    pub id: ID,
}

/// The words of a comment.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct CommentBody {
    /// Clean HTML of text, links, lists, quotations and code.
    pub html: String,
    /// The same as plain text.
    pub text: String,
}

/// A reader's comment.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
#[graphql(complex)]
pub struct Comment {
    /// Its id, a TypeID.
    #[schema(value_type = String, example = "comment_01h455vb4pex5vsknk084sn02q")]
    pub id: ID,
    /// What it is about.
    #[graphql(skip)]
    pub article: ArticleReference,
    /// What it replies to.
    #[graphql(skip)]
    pub parent: Option<CommentReference>,
    /// How deep it nests: 0 for what begins a thread, at most 31.
    #[schema(minimum = 0, maximum = 31)]
    pub depth: u32,
    /// Who wrote it; null when it is gone.
    pub author_name: Option<String>,
    /// Its words; null when it is gone.
    pub body: Option<CommentBody>,
    /// How it stands.
    pub status: CommentStatus,
    /// When it was sent.
    pub created_at: DateTime,
    /// When it was changed.
    pub edited_at: Option<DateTime>,
    /// How many shown comments reply to it directly.
    pub reply_count: u32,
    /// Whether it is gone, and only its place is kept.
    pub deleted: bool,
    #[serde(skip)]
    #[graphql(skip)]
    pub(super) about: ArticleId,
    #[serde(skip)]
    #[graphql(skip)]
    pub(super) above: Option<CommentId>,
}

impl Held for Comment {
    fn held(&self, asked: &Asked<'_>) -> Option<Value> {
        match asked.name() {
            "id" => asked.leaf(&self.id),
            "depth" => asked.leaf(&self.depth),
            "authorName" => asked.leaf(&self.author_name),
            "body" => asked.optional(self.body.as_ref()),
            "status" => asked.leaf(&self.status),
            "createdAt" => asked.leaf(&self.created_at),
            "editedAt" => asked.leaf(&self.edited_at),
            "replyCount" => asked.leaf(&self.reply_count),
            "deleted" => asked.leaf(&self.deleted),
            _ => None,
        }
    }
}

impl Held for CommentBody {
    fn held(&self, asked: &Asked<'_>) -> Option<Value> {
        match asked.name() {
            "html" => asked.leaf(&self.html),
            "text" => asked.leaf(&self.text),
            _ => None,
        }
    }
}

impl Comment {
    /// Shows a comment on the article of this slug.
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
    /// For GraphQL, where the article is a field of its own.
    fn from(shown: Shown) -> Self {
        Self::of(shown, "")
    }
}
