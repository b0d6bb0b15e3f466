//! The revisions of an article: what was saved, by whom, and what came of it.

use super::{
    Article, ArticleKey, Document, Revision, Seen, Status, filing, patch,
    rights::{Wish, find_for, to_change},
};
use crate::{
    change::{Action, NewChange},
    cx::Cx,
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

/// Returns an article as its writers keep it.
pub fn manuscript(cx: &Cx<'_>, repos: &mut dyn Repos, key: &ArticleKey) -> Result<Article> {
    find_for(cx, repos, key, Wish::Read)
}

/// Lists an article's revisions, the newest first.
pub fn revisions(
    cx: &Cx<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    page: &PageRequest,
) -> Result<Page<Revision>> {
    let article = find_for(cx, repos, key, Wish::Read)?;
    let window = page.open(Fingerprint::of(&("revisions", article.id)))?;
    let mut found = window.fetch(Revision::position, |window| repos.revision_page(article.id, window))?;
    found.total = match page.count {
        Count::None => None,
        Count::Exact | Count::Estimate => Some(Total::Exact(repos.revision_count(article.id)?)),
    };
    Ok(found)
}

/// Returns one revision, and the article that it is of.
pub fn revision(
    cx: &Cx<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    number: u32,
) -> Result<(Article, Revision)> {
    let article = find_for(cx, repos, key, Wish::Read)?;
    let mut revision = repos.revision(article.id, number)?.ok_or_else(no_revision)?;
    filing::settle(repos, &mut [&mut revision.document])?;
    Ok((article, revision))
}

/// Makes what an earlier revision says the newest one, as a draft.
pub fn restore_revision(
    cx: &Cx<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    number: u32,
    seen: Seen,
) -> Result<Article> {
    let before = to_change(cx, repos, key, Wish::Write)?;
    seen.check(repos, &before, &[])?;
    super::workflow::expect(&before, &[Status::Draft, Status::InReview, Status::Published])?;
    let mut earlier = repos.revision(before.id, number)?.ok_or_else(no_revision)?;
    filing::settle(repos, &mut [&mut earlier.document])?;
    let status = match before.document.status {
        Status::Published => Status::Draft,
        status => status,
    };
    // The slug stays: another article may have the earlier one by now. So do the times from which and
    // until which readers see it, which publishing decides.
    let document = Document {
        status,
        slug: before.document.slug.clone(),
        published_at: before.document.published_at,
        expires_at: before.document.expires_at,
        ..earlier.document
    };
    let fields = before.document.moved(&document);
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
    Error::not_found("revision.not_found", "there is no such revision, or it is no longer kept")
}
