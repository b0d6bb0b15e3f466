//! Recomputes derived data: article bodies, rendered comments and their threads, and counts.
//!
//! The work is split into steps, one transaction each, so that readers and other writers can go on.
//! Data that comes out unchanged is not written.

use crate::{
    article::ArticleId,
    body::{self, Body, BodyParts},
    change::{Action, NewChange},
    comment::{Comment, CommentId},
    context::Context,
    error::Result,
    id::Entity,
    store::Repos,
};

/// How far the work has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Progress {
    /// Nothing is done yet.
    #[default]
    Begin,
    /// Articles with ids after this one come next.
    Articles(Option<ArticleId>),
    /// Comments with ids after this one come next.
    Comments(Option<CommentId>),
    /// Everything is done.
    Done,
}

/// The result of one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Step {
    /// The number of articles or comments that were checked.
    pub seen: u64,
    /// The number of stored values that were wrong and are now corrected.
    pub mended: u64,
}

/// Runs the next step. Returns its result and where to continue.
pub fn next(cx: &Context<'_>, repos: &mut dyn Repos, progress: Progress) -> Result<(Step, Progress)> {
    match progress {
        Progress::Begin => {
            let mended = repos.count_again()?;
            if mended > 0 {
                record(cx, repos, "site", [0; 16]);
            }
            Ok((Step { seen: 0, mended }, Progress::Articles(None)))
        }
        Progress::Articles(after) => articles(cx, repos, after),
        Progress::Comments(after) => comments(cx, repos, after),
        Progress::Done => Ok((Step::default(), Progress::Done)),
    }
}

fn record(cx: &Context<'_>, repos: &mut dyn Repos, entity: &'static str, id: [u8; 16]) {
    repos.record(NewChange::of(cx, entity, id, Action::Updated));
}

fn articles(cx: &Context<'_>, repos: &mut dyn Repos, after: Option<ArticleId>) -> Result<(Step, Progress)> {
    let ids = repos.article_ids(after, 100)?;
    let Some(last) = ids.last().copied() else { return Ok((Step::default(), Progress::Comments(None))) };
    let stored = repos.bodies(&ids, BodyParts::ALL)?;
    let mut mended = 0;
    for revision in repos.published_revisions(&ids)? {
        let (id, document) = (revision.article, revision.document);
        let derived = Body::derive(&document.body, document.body_format)?;
        if stored.get(&id) != Some(&derived) {
            repos.save_body(id, &derived)?;
            record(cx, repos, "article", id.bytes());
            mended += 1;
        }
    }
    repos.mark_bodies(&ids)?;
    Ok((Step { seen: ids.len() as u64, mended }, Progress::Articles(Some(last))))
}

fn comments(cx: &Context<'_>, repos: &mut dyn Repos, after: Option<CommentId>) -> Result<(Step, Progress)> {
    let ids = repos.comment_ids(after, 100)?;
    let Some(last) = ids.last().copied() else { return Ok((Step::default(), Progress::Done)) };
    let mut mended = 0;
    for comment in repos.comments(&ids)? {
        let words = body::comment_words(&comment.body, comment.body_format)?;
        if repos.save_comment(&comment, &words)? {
            record(cx, repos, Comment::PREFIX, comment.id.bytes());
            mended += 1;
        }
    }
    Ok((Step { seen: ids.len() as u64, mended }, Progress::Comments(Some(last))))
}
