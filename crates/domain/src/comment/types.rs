//! A comment: as it was sent, and as readers see it.

use serde::{Deserialize, Serialize};

use crate::{
    address,
    article::ArticleId,
    body::{Format, Words},
    error::{Error, Result, Violation},
    id::{Entity, Id},
    text,
    time::Time,
};

/// The id of a comment.
pub type CommentId = Id<Comment>;

impl Entity for Comment {
    const PREFIX: &'static str = "comment";
}

/// The moderation status of a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Readers see the comment.
    #[default]
    Approved,
    /// The comment waits for a moderator.
    Pending,
    /// A moderator marked the comment as spam.
    Spam,
    /// A moderator moved the comment to the trash.
    Trash,
    /// Its author deleted the comment.
    Deleted,
}

/// A comment as it was sent. Its serialised form is a line of JSONL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the views document them for clients")]
pub struct Comment {
    pub id: CommentId,
    pub article: ArticleId,
    /// The comment that this one replies to. If that does not exist, this one starts a thread.
    #[serde(default)]
    pub parent: Option<CommentId>,
    pub author_name: String,
    /// Only for moderators. Readers never see it.
    #[serde(default)]
    pub author_email: Option<String>,
    /// Only for moderators. Readers never see it.
    #[serde(default)]
    pub author_url: Option<String>,
    pub body: String,
    #[serde(default = "text")]
    pub body_format: Format,
    #[serde(default)]
    pub status: Status,
    pub created_at: Time,
    #[serde(default)]
    pub edited_at: Option<Time>,
}

fn text() -> Format {
    Format::Text
}

impl Comment {
    /// The maximum size of the source text, in bytes.
    pub const MAX_BYTES: usize = 64 * 1024;

    /// Checks all fields. Returns an error with every violation.
    pub fn check(&self) -> Result<()> {
        let mut violations = Vec::new();
        let mut wrong = |name: &str, code, detail: &'static str| {
            violations.push(Violation::at(name, code, detail));
        };
        if self.body.trim().is_empty() {
            wrong("body", "body.missing", "must not be empty");
        }
        if self.body.len() > Self::MAX_BYTES {
            wrong("body", "body.too_large", "must have at most 65,536 bytes");
        }
        if !text::is_visible(&self.author_name) || self.author_name.chars().count() > 200 {
            wrong("authorName", "name.length", "must have 1 to 200 characters, one of them visible");
        }
        for (name, value) in [("authorEmail", &self.author_email), ("authorUrl", &self.author_url)] {
            if value.as_ref().is_some_and(|value| value.len() > 2_000) {
                wrong(name, "text.too_long", "must have at most 2,000 bytes");
            }
        }
        violations.extend(address::violation_in("authorUrl", self.author_url.as_deref()));
        if violations.is_empty() { Ok(()) } else { Err(Error::violations(violations)) }
    }
}

/// A comment as readers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The id of the comment.
    pub id: CommentId,
    /// The id of the article that it is about.
    pub article: ArticleId,
    /// The id of the comment that it replies to.
    pub parent: Option<CommentId>,
    /// The depth in the thread: 0 for the first comment. At most [`MAX_DEPTH`].
    pub depth: u32,
    /// The author's name and the text; `None` for a tombstone.
    pub said: Option<(String, Words)>,
    /// When the comment was sent.
    pub created_at: Time,
    /// When the comment was last edited.
    pub edited_at: Option<Time>,
    /// The number of visible direct replies.
    pub reply_count: u32,
}

/// The maximum depth. Deeper replies are listed at this depth, in the order they were sent.
pub const MAX_DEPTH: u32 = 31;
