//! Reading and restoring the revisions of an article.
//!
//! Comparing two of them is in `comparison.rs`. New revisions are saved in `workflow.rs`.

use super::{
    Article, ArticleKey, Document, Precondition, Revision, Status, patch,
    rights::{Intent, find_for, to_change},
    term_aliases,
};
use crate::{
    change::{Action, NewChange},
    context::Context,
    error::{Error, Result},
    id::Entity,
    page::{Count, Fingerprint, Page, PageRequest, Position, SortValue, Total},
    store::Repos,
};

impl Revision {
    fn position(&self) -> Position {
        Position { value: SortValue::Number(self.number.into()), id: self.article.bytes() }
    }
}

/// Returns an article with its newest revision, if the caller may read its drafts.
pub fn manuscript(cx: &Context<'_>, repos: &mut dyn Repos, key: &ArticleKey) -> Result<Article> {
    find_for(cx, repos, key, Intent::Read)
}

/// Returns one page of an article's revisions, newest first.
pub fn revisions(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    page: &PageRequest,
) -> Result<Page<Revision>> {
    let article = find_for(cx, repos, key, Intent::Read)?;
    let window = page.open(Fingerprint::of(&("revisions", article.id)))?;
    let mut found = window.fetch(Revision::position, |window| repos.revision_page(article.id, window))?;
    found.total = match page.count {
        Count::None => None,
        Count::Exact | Count::Estimate => Some(Total::Exact(repos.revision_count(article.id)?)),
    };
    Ok(found)
}

/// Returns one revision, and its article.
pub fn revision(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    number: u32,
) -> Result<(Article, Revision)> {
    let article = find_for(cx, repos, key, Intent::Read)?;
    let mut revision = repos.revision(article.id, number)?.ok_or_else(no_revision)?;
    term_aliases::settle(repos, &mut [&mut revision.document])?;
    Ok((article, revision))
}

/// Saves the content of an earlier revision as the newest revision.
///
/// The slug, the publication time and the expiry time stay as they are. A published article gets a draft;
/// readers keep seeing the published revision.
pub fn restore_revision(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    number: u32,
    expected: Precondition,
) -> Result<Article> {
    let before = to_change(cx, repos, key, Intent::Write)?;
    expected.check(repos, &before, &[])?;
    super::workflow::expect(&before, &[Status::Draft, Status::InReview, Status::Published])?;
    let mut earlier = repos.revision(before.id, number)?.ok_or_else(no_revision)?;
    term_aliases::settle(repos, &mut [&mut earlier.document])?;
    let status = match before.document.status {
        Status::Published => Status::Draft,
        status => status,
    };
    // Another article may have taken the earlier slug, and publishing decides the times.
    let document = Document {
        status,
        slug: before.document.slug.clone(),
        published_at: before.document.published_at,
        expires_at: before.document.expires_at,
        ..earlier.document
    };
    let fields = before.document.changed_fields(&document);
    if fields.is_empty() {
        return Ok(before);
    }
    patch::require_fields(cx, &fields)?;
    let article = before.revised(cx, document, Some(format!("as in revision {number}")));
    repos.save_draft(&article)?;
    super::workflow::forget_old_revisions(cx, repos, &article)?;
    let change = NewChange::of(cx, Article::PREFIX, article.id.bytes(), Action::Updated);
    repos.record(change.at_revision(article.revision).of_fields(fields));
    Ok(article)
}

pub(super) fn no_revision() -> Error {
    Error::not_found("revision.not_found", "the revision does not exist or is no longer stored")
}
