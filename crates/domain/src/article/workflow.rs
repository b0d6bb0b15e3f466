//! The workflow of an article: `draft → in review → scheduled → published → archived`, and back.
//!
//! Every step saves a revision. Readers see the published revision until another one is published or the
//! article is withdrawn; they do not see drafts saved in between. Who may take which step is in
//! `rights.rs`; new articles are in `creation.rs`.

use super::{
    Article, ArticleId, ArticleKey, ArticlePatch, Document, Precondition, Publication, Status,
    rights::{self, Intent, to_change},
    schedule,
};
use crate::{
    access::Permission,
    body::Body,
    change::{Action, NewChange},
    claimed_paths,
    context::Context,
    error::{Error, Kind, Result, Violation},
    id::{Entity, Id},
    slug::Slug,
    store::Repos,
    term::line_of,
    time::Time,
};

/// The maximum length of a note to colleagues, in characters.
const LONGEST_NOTE: usize = 2_000;

/// Updates an article. Readers keep seeing the published revision until the article is published again.
///
/// If nothing changes, no revision is saved.
pub fn edit(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    patch: &ArticlePatch,
    expected: Precondition,
) -> Result<Article> {
    cx.require(Intent::Write.own())?;
    patch.expect_change_only()?;
    patch.require(cx)?;
    let before = to_change(cx, repos, key, Intent::Write)?;
    expected.check(repos, &before, &patch.fields())?;
    revise(cx, repos, before, patch)
}

/// Applies a patch to an article. The caller must have locked the article and checked the rights.
pub(super) fn revise(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    before: Article,
    patch: &ArticlePatch,
) -> Result<Article> {
    expect(&before, &[Status::Draft, Status::InReview, Status::Published])?;
    let mut document = patch.applied(cx, repos, before.id, &before.document)?;
    if patch.slug.is_none() && document.headline != before.document.headline && follows_headline(&before) {
        document.slug = Slug::of(&document.headline, Article::PREFIX);
    }
    if document.slug != before.document.slug {
        document.slug = free_slug(repos, before.id, document.slug)?;
    }
    let fields = before.document.changed_fields(&document);
    if fields.is_empty() {
        return Ok(before);
    }
    if document.status == Status::Published {
        document.status = Status::Draft;
    }
    let article = before.revised(cx, document, None);
    repos.save_draft(&article)?;
    forget_old_revisions(cx, repos, &article)?;
    repos.record(change(cx, &article, Action::Updated).of_fields(fields));
    Ok(article)
}

/// Whether the slug is still the one made from the headline, and readers do not know it.
///
/// A number from 2 to 99 at the end counts as generated. A greater one does not, because it may be a year.
fn follows_headline(article: &Article) -> bool {
    let (slug, made) = (&article.document.slug, Slug::of(&article.document.headline, Article::PREFIX));
    article.known_slugs.is_empty() && (*slug == made || (2..100).any(|n| *slug == made.numbered(n)))
}

/// Submits a draft for review.
pub fn submit(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    expected: Precondition,
    note: Option<String>,
) -> Result<Article> {
    let before = begin(cx, repos, key, expected, Intent::Write, note.as_deref())?;
    expect(&before, &[Status::Draft])?;
    step(cx, repos, &before, Status::InReview, note, Action::Submitted)
}

/// Returns an article in review to its writer as a draft. The writer can also take it back this way.
pub fn send_back(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    expected: Precondition,
    note: Option<String>,
) -> Result<Article> {
    let before = begin(cx, repos, key, expected, Intent::Write, note.as_deref())?;
    expect(&before, &[Status::InReview])?;
    step(cx, repos, &before, Status::Draft, note, Action::Returned)
}

/// Publishes the newest revision, or schedules it if its publication time is in the future.
///
/// The publication time is `at`, or else the article's own, or else now.
pub fn publish(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    expected: Precondition,
    at: Option<Time>,
    note: Option<String>,
) -> Result<Article> {
    let before = begin(cx, repos, key, expected, Intent::Publish, note.as_deref())?;
    release(cx, repos, before, at, note)
}

/// Publishes the newest revision of an article. The caller must have locked the article and checked the
/// rights.
pub(super) fn release(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    before: Article,
    at: Option<Time>,
    note: Option<String>,
) -> Result<Article> {
    expect(&before, &[Status::Draft, Status::InReview, Status::Published])?;
    let mut document = before.document.clone();
    let published_at = at.or(document.published_at).unwrap_or(cx.now);
    document.published_at = Some(published_at);
    document.status = Status::Published;
    document.check()?;
    if document.expires_at.is_some_and(|at| at <= cx.now) {
        let detail = "is in the past; set a later time or remove it";
        return Err(Error::violations(vec![Violation::at("expiresAt", "expires_at.too_early", detail)]));
    }
    if published_at > cx.now && is_seen(cx, repos, before.id)? {
        let detail = "the article is already public; unpublish it first to schedule it, or publish it without a later time";
        return Err(Error::new(Kind::Conflict, "article.already_public", detail));
    }
    if !document.alias_paths.is_empty() {
        repos.hold_names()?;
        claimed_paths::expect_free_aliases(cx, repos, before.id, &document)?;
    }
    let fields = before.document.changed_fields(&document);
    if fields.is_empty() {
        return Ok(before);
    }
    let first_published_at = before.first_published_at.unwrap_or(published_at);
    claimed_paths::expect_free_page(cx, repos, before.id, &document, first_published_at)?;
    let sections = match document.section {
        Some(section) => line_of(repos, section.into())?,
        None => Vec::new(),
    };
    let sections = sections.into_iter().map(|id| Id::from_bytes(id.0)).collect();
    let body = Body::derive(&document.body, document.body_format)?;
    let mut article = before.revised(cx, document, note);
    article.forget_unseen(cx.now);
    let publication = Publication::of(article, Some(&before), sections, body)?;
    schedule::save(cx, repos, &publication)?;
    let article = publication.article;
    forget_old_revisions(cx, repos, &article)?;
    let action = if published_at > cx.now { Action::Scheduled } else { Action::Published };
    repos.record(change(cx, &article, action).of_fields(fields));
    Ok(article)
}

/// Unpublishes an article, or cancels its scheduled publication. The article becomes a draft.
pub fn unpublish(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    expected: Precondition,
    note: Option<String>,
) -> Result<Article> {
    let before = begin(cx, repos, key, expected, Intent::Publish, note.as_deref())?;
    if before.published.is_none() {
        let detail = "the article is neither published nor scheduled";
        return Err(Error::new(Kind::Conflict, "article.not_published", detail));
    }
    step(cx, repos, &before, Status::Draft, note, Action::Unpublished)
}

/// Archives an article: readers no longer see it, and it cannot be edited until it is restored.
pub fn archive(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    expected: Precondition,
    note: Option<String>,
) -> Result<Article> {
    let before = begin(cx, repos, key, expected, Intent::Publish, note.as_deref())?;
    expect(&before, &[Status::Draft, Status::InReview, Status::Published])?;
    step(cx, repos, &before, Status::Archived, note, Action::Archived)
}

/// Moves an article to the trash. [`restore`] brings it back.
pub fn trash(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    expected: Precondition,
    note: Option<String>,
) -> Result<Article> {
    let before = begin(cx, repos, key, expected, Intent::Write, note.as_deref())?;
    if before.published.is_some() {
        rights::require(cx, repos, Intent::Publish, &before)?;
    }
    expect(&before, &[Status::Draft, Status::InReview, Status::Published, Status::Archived])?;
    step(cx, repos, &before, Status::Trashed, note, Action::Trashed)
}

/// Restores an article from the trash or the archive as a draft.
pub fn restore(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    expected: Precondition,
    note: Option<String>,
) -> Result<Article> {
    let before = begin(cx, repos, key, expected, Intent::Write, note.as_deref())?;
    expect(&before, &[Status::Archived, Status::Trashed])?;
    if before.document.status == Status::Archived {
        rights::require(cx, repos, Intent::Publish, &before)?;
    }
    step(cx, repos, &before, Status::Draft, note, Action::Restored)
}

/// Permanently deletes an article with its revisions and comments.
///
/// If readers have seen the article, its old addresses then return `article.gone`.
pub fn purge(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    expected: Precondition,
) -> Result<()> {
    cx.require(Permission::PurgeArticles)?;
    let article = to_change(cx, repos, key, Intent::Write)?;
    expected.check(repos, &article, &[])?;
    let was_known = article.first_published_at.is_some_and(|first| first <= cx.now);
    repos.purge_article(article.id, was_known.then_some(cx.now))?;
    repos.record(NewChange::of(cx, Article::PREFIX, article.id.bytes(), Action::Deleted));
    Ok(())
}

/// Checks the rights and the note, locks the article, and checks the revision the caller has read.
fn begin(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    expected: Precondition,
    intent: Intent,
    note: Option<&str>,
) -> Result<Article> {
    cx.require(intent.own())?;
    if note.is_some_and(|note| note.chars().count() > LONGEST_NOTE || note.contains('\0')) {
        let detail = "must have at most 2,000 characters and must not contain U+0000";
        return Err(Error::violations(vec![Violation::at("note", "text.too_long", detail)]));
    }
    let article = to_change(cx, repos, key, intent)?;
    expected.check(repos, &article, &[])?;
    Ok(article)
}

/// Returns `article.wrong_status` unless the newest revision has one of these statuses.
pub(super) fn expect(article: &Article, statuses: &[Status]) -> Result<()> {
    if statuses.contains(&article.document.status) {
        return Ok(());
    }
    let detail = match article.document.status {
        Status::Draft => "the article is a draft",
        Status::InReview => "the article is in review",
        Status::Published => "the newest revision is already published",
        Status::Archived => "the article is archived; restore it first",
        Status::Trashed => "the article is in the trash; restore it first",
    };
    Err(Error::new(Kind::Conflict, "article.wrong_status", detail))
}

/// Saves a revision that changes only the status.
///
/// Unpublishing, archiving and trashing also withdraw the published revision from readers.
fn step(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    before: &Article,
    status: Status,
    note: Option<String>,
    action: Action,
) -> Result<Article> {
    let document = Document { status, ..before.document.clone() };
    let fields = before.document.changed_fields(&document);
    let mut article = before.revised(cx, document, note);
    match action {
        Action::Unpublished | Action::Archived | Action::Trashed if before.published.is_some() => {
            article.published = None;
            article.forget_unseen(cx.now);
            // A publication time in the future belonged to the schedule that this step cancels.
            article.document.published_at = article.document.published_at.filter(|at| *at <= cx.now);
            schedule::save_withdrawal(repos, &article)?;
        }
        _ => repos.save_draft(&article)?,
    }
    forget_old_revisions(cx, repos, &article)?;
    repos.record(change(cx, &article, action).of_fields(fields));
    Ok(article)
}

/// Whether readers see the article now.
fn is_seen(cx: &Context<'_>, repos: &mut dyn Repos, id: ArticleId) -> Result<bool> {
    Ok(!repos.cards(&[id], cx.now, super::Parts::NONE)?.is_empty())
}

/// Returns the slug, or its first free numbered variant.
///
/// A slug is taken if another article has it, or had it when readers saw that article: old links keep
/// leading there. The slug is locked until the transaction ends.
pub(super) fn free_slug(repos: &mut dyn Repos, own: ArticleId, wanted: Slug) -> Result<Slug> {
    repos.hold_slug(&wanted)?;
    wanted.free(|slugs| {
        let known = repos.slugs_taken(slugs)?.into_iter();
        Ok(known.filter(|(_, owner)| *owner != own).map(|(slug, _)| slug).collect())
    })
}

/// Deletes the oldest revisions beyond the configured number to keep.
///
/// Revisions that were ever published are not counted and not deleted.
pub(super) fn forget_old_revisions(cx: &Context<'_>, repos: &mut dyn Repos, article: &Article) -> Result<()> {
    match cx.kept_revisions {
        Some(kept) if article.revision > kept => repos.forget_revisions(article.id, kept),
        _ => Ok(()),
    }
}

pub(super) fn change(cx: &Context<'_>, article: &Article, action: Action) -> NewChange {
    NewChange::of(cx, Article::PREFIX, article.id.bytes(), action).at_revision(article.revision)
}
