//! Reader comments: stored as they were sent, listed as threads.
//!
//! A reply is listed below the comment it replies to. A comment that a moderator removed or its
//! author withdrew is listed as a tombstone, without name and text, while it has visible replies.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::{
    address,
    article::{self, ArticleId, Parts},
    body::Format,
    context::Context,
    error::{Error, Result, Violation},
    id::{Entity, Id},
    page::{Count, Fingerprint, Page, PageRequest, Position, Total},
    store::Repos,
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

/// The rendered text of a comment, derived when the comment is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Sanitised HTML. It contains only text, links, lists, quotations and code.
    pub html: String,
    /// The same as plain text.
    pub text: String,
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

/// Returns one page of comments for each article: threads in the order they began, replies below
/// the comment they reply to.
///
/// The caller must check beforehand that the articles may be read.
pub fn list_of_each(
    repos: &mut dyn Repos,
    articles: &[ArticleId],
    page: &PageRequest,
) -> Result<HashMap<ArticleId, Page<Shown>>> {
    // A cursor belongs to the comments of one article and is refused for another article.
    let windows = articles
        .iter()
        .map(|article| page.open(Fingerprint::of(&("comments", article))))
        .collect::<Result<Vec<_>>>()?;
    let Some(window) = windows.first() else { return Ok(HashMap::new()) };
    let found = match articles {
        // For a single article, `fetch` also reads whether there are comments on both sides of the
        // page.
        [_] => {
            let page = window.fetch(Position::clone, |window| {
                Ok(repos.comment_positions(articles, window)?.pop().unwrap_or_default())
            })?;
            vec![page]
        }
        _ => {
            let found = repos.comment_positions(articles, window)?.into_iter().zip(&windows);
            found.map(|(positions, window)| window.close(positions, Position::clone)).collect()
        }
    };
    let edges = found.iter().flat_map(|page| &page.edges);
    let ids: Vec<_> = edges.map(|edge| CommentId::from_bytes(edge.item.id)).collect();
    let shown: HashMap<_, _> = match ids.is_empty() {
        true => HashMap::new(),
        false => repos.shown_comments(&ids)?.into_iter().map(|shown| (shown.id, shown)).collect(),
    };
    let counts = match page.count {
        Count::None => None,
        Count::Exact | Count::Estimate => Some(repos.shown_comment_counts(articles)?),
    };
    Ok(articles
        .iter()
        .zip(found)
        .map(|(article, page)| {
            let mut list =
                page.filter_map(|position| shown.get(&CommentId::from_bytes(position.id)).cloned());
            list.total =
                counts.as_ref().map(|counts| Total::Exact(counts.get(article).copied().unwrap_or_default()));
            (*article, list)
        })
        .collect())
}

/// Returns the visible comments with these ids whose articles the caller may see.
pub fn by_ids(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    ids: &[CommentId],
) -> Result<HashMap<CommentId, Shown>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let shown = repos.shown_comments(ids)?;
    let articles: Vec<_> = shown.iter().map(|comment| comment.article).collect();
    let visible = article::by_ids(cx, repos, &articles, Parts::NONE)?;
    Ok(shown
        .into_iter()
        .filter(|comment| visible.contains_key(&comment.article.bytes()))
        .map(|comment| (comment.id, comment))
        .collect())
}
