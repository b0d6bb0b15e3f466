//! The way of an article to its readers and away from them: `draft → in review → scheduled →
//! published → archived`, and back.
//!
//! Every step is a revision. Readers see the newest published one until another is published or the
//! article is taken away; what is written meanwhile they do not see.

use super::{
    Article, ArticleId, ArticleKey, ArticlePatch, Document, Publication, Seen, Status, WebPath,
    rights::{self, Wish, to_change},
    schedule,
};
use crate::{
    access::Permission,
    body::Body,
    change::{Action, NewChange},
    claimed_paths,
    cx::Cx,
    error::{Error, Kind, Result, Violation},
    id::{Entity, Id},
    resolve::{self, Target},
    slug::Slug,
    store::Repos,
    term::line_of,
    time::Time,
};

/// A note from colleague to colleague has at most so many characters.
const LONGEST_NOTE: usize = 2_000;

/// Changes an article. What readers see of it stays until it is published again.
pub fn edit(
    cx: &Cx<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    patch: &ArticlePatch,
    seen: Seen,
) -> Result<Article> {
    cx.require(Wish::Write.own())?;
    patch.expect_change_only()?;
    patch.require(cx)?;
    let before = to_change(cx, repos, key, Wish::Write)?;
    seen.check(repos, &before, &patch.fields())?;
    revise(cx, repos, before, patch)
}

/// Applies a patch to an article that is locked, and that the caller may change.
pub(super) fn revise(
    cx: &Cx<'_>,
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
    let fields = before.document.moved(&document);
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

/// Whether an article's slug is made of its headline still, and no reader knows it. A year at its end is
/// nobody's number.
fn follows_headline(article: &Article) -> bool {
    let (slug, made) = (&article.document.slug, Slug::of(&article.document.headline, Article::PREFIX));
    article.known_slugs.is_empty() && (*slug == made || (2..100).any(|n| *slug == made.numbered(n)))
}

/// Hands a draft in to an editor.
pub fn submit(
    cx: &Cx<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    seen: Seen,
    note: Option<String>,
) -> Result<Article> {
    let before = begin(cx, repos, key, seen, Wish::Write, note.as_deref())?;
    expect(&before, &[Status::Draft])?;
    step(cx, repos, &before, Status::InReview, note, Action::Submitted)
}

/// Gives what was handed in back to its writer, or takes it back.
pub fn send_back(
    cx: &Cx<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    seen: Seen,
    note: Option<String>,
) -> Result<Article> {
    let before = begin(cx, repos, key, seen, Wish::Write, note.as_deref())?;
    expect(&before, &[Status::InReview])?;
    step(cx, repos, &before, Status::Draft, note, Action::Returned)
}

/// Lets readers see the newest revision, from a time on: `at`, else the one that the article names,
/// else now.
pub fn publish(
    cx: &Cx<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    seen: Seen,
    at: Option<Time>,
    note: Option<String>,
) -> Result<Article> {
    let before = begin(cx, repos, key, seen, Wish::Publish, note.as_deref())?;
    release(cx, repos, before, at, note)
}

/// Publishes the newest revision of an article that is locked, and that the caller may publish.
pub(super) fn release(
    cx: &Cx<'_>,
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
        let detail = "is over; give a later moment, or take it away";
        return Err(Error::violations(vec![Violation::at("expiresAt", "expires_at.too_early", detail)]));
    }
    if published_at > cx.now && is_seen(cx, repos, before.id)? {
        let detail = "readers see it already; unpublish it first, or give no later time";
        return Err(Error::new(Kind::Conflict, "article.already_public", detail));
    }
    if !document.alias_paths.is_empty() {
        repos.hold_names()?;
        expect_free_paths(cx, repos, before.id, &document)?;
    }
    let fields = before.document.moved(&document);
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

/// Takes an article away from readers, or its time of publication; it is a draft again.
pub fn unpublish(
    cx: &Cx<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    seen: Seen,
    note: Option<String>,
) -> Result<Article> {
    let before = begin(cx, repos, key, seen, Wish::Publish, note.as_deref())?;
    if before.published.is_none() {
        let detail = "readers neither see it nor will; there is nothing to take away";
        return Err(Error::new(Kind::Conflict, "article.not_published", detail));
    }
    step(cx, repos, &before, Status::Draft, note, Action::Unpublished)
}

/// Puts an article away: it is kept, readers see it no longer, and nobody works on it.
pub fn archive(
    cx: &Cx<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    seen: Seen,
    note: Option<String>,
) -> Result<Article> {
    let before = begin(cx, repos, key, seen, Wish::Publish, note.as_deref())?;
    expect(&before, &[Status::Draft, Status::InReview, Status::Published])?;
    step(cx, repos, &before, Status::Archived, note, Action::Archived)
}

/// Throws an article away. It can be had back.
pub fn trash(
    cx: &Cx<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    seen: Seen,
    note: Option<String>,
) -> Result<Article> {
    let before = begin(cx, repos, key, seen, Wish::Write, note.as_deref())?;
    if before.published.is_some() {
        rights::require(cx, repos, Wish::Publish, &before)?;
    }
    expect(&before, &[Status::Draft, Status::InReview, Status::Published, Status::Archived])?;
    step(cx, repos, &before, Status::Trashed, note, Action::Trashed)
}

/// Has an article back from the trash or the archive; it is a draft again.
pub fn restore(
    cx: &Cx<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    seen: Seen,
    note: Option<String>,
) -> Result<Article> {
    let before = begin(cx, repos, key, seen, Wish::Write, note.as_deref())?;
    expect(&before, &[Status::Archived, Status::Trashed])?;
    if before.document.status == Status::Archived {
        rights::require(cx, repos, Wish::Publish, &before)?;
    }
    step(cx, repos, &before, Status::Draft, note, Action::Restored)
}

/// Destroys an article with all its revisions, its comments and what was derived of it. What readers
/// knew of it is said to be gone from then on.
pub fn purge(cx: &Cx<'_>, repos: &mut dyn Repos, key: &ArticleKey, seen: Seen) -> Result<()> {
    cx.require(Permission::PurgeArticles)?;
    let article = to_change(cx, repos, key, Wish::Write)?;
    seen.check(repos, &article, &[])?;
    let was_known = article.first_published_at.is_some_and(|first| first <= cx.now);
    repos.purge_article(article.id, was_known.then_some(cx.now))?;
    repos.record(NewChange::of(cx, Article::PREFIX, article.id.bytes(), Action::Deleted));
    Ok(())
}

/// What every step on an article's way begins with.
fn begin(
    cx: &Cx<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    seen: Seen,
    wish: Wish,
    note: Option<&str>,
) -> Result<Article> {
    cx.require(wish.own())?;
    if note.is_some_and(|note| note.chars().count() > LONGEST_NOTE || note.contains('\0')) {
        let detail = "has at most 2,000 characters, and not U+0000";
        return Err(Error::violations(vec![Violation::at("note", "text.too_long", detail)]));
    }
    let article = to_change(cx, repos, key, wish)?;
    seen.check(repos, &article, &[])?;
    Ok(article)
}

/// Fails unless the article stands at one of these.
pub(super) fn expect(article: &Article, statuses: &[Status]) -> Result<()> {
    if statuses.contains(&article.document.status) {
        return Ok(());
    }
    let detail = match article.document.status {
        Status::Draft => "it is a draft",
        Status::InReview => "it is in review",
        Status::Published => "its newest revision is published",
        Status::Archived => "it is archived; restore it first",
        Status::Trashed => "it is in the trash; restore it first",
    };
    Err(Error::new(Kind::Conflict, "article.wrong_status", detail))
}

/// Goes one step that needs nothing but another status. Only an edited draft stays beside what readers
/// see; where the step leads away from readers, it takes the article from them.
fn step(
    cx: &Cx<'_>,
    repos: &mut dyn Repos,
    before: &Article,
    status: Status,
    note: Option<String>,
    action: Action,
) -> Result<Article> {
    let document = Document { status, ..before.document.clone() };
    let fields = before.document.moved(&document);
    let mut article = before.revised(cx, document, note);
    match action {
        Action::Unpublished | Action::Archived | Action::Trashed if before.published.is_some() => {
            article.published = None;
            article.forget_unseen(cx.now);
            // A time that never came is not one's to keep.
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
fn is_seen(cx: &Cx<'_>, repos: &mut dyn Repos, id: ArticleId) -> Result<bool> {
    Ok(!repos.cards(&[id], cx.now, super::Parts::NONE)?.is_empty())
}

/// The slug, or with a number where another article has it, or readers knew another one by it: their
/// links go on to lead where they led.
pub(super) fn free_slug(repos: &mut dyn Repos, own: ArticleId, wanted: Slug) -> Result<Slug> {
    repos.hold_slug(&wanted)?;
    wanted.free(|slugs| {
        let known = repos.slugs_taken(slugs)?.into_iter();
        Ok(known.filter(|(_, owner)| *owner != own).map(|(slug, _)| slug).collect())
    })
}

/// Fails if a path that is to lead to the article leads elsewhere. One that it has already stays its own.
fn expect_free_paths(cx: &Cx<'_>, repos: &mut dyn Repos, own: ArticleId, document: &Document) -> Result<()> {
    let mut taken = Vec::new();
    for (n, path) in document.alias_paths.iter().enumerate() {
        let owner = repos.articles_by_paths(std::slice::from_ref(path))?.pop().map(|(_, owner)| owner);
        if owner == Some(own) {
            continue;
        }
        let has_owner = owner.map_or(Ok(false), |owner| Ok(repos.purged(&[owner])?.is_empty()))?;
        if has_owner || is_inhabited(cx, repos, own, path)? {
            taken.push(Violation::at(&format!("aliasPaths/{n}"), "path.taken", "leads elsewhere"));
        }
    }
    match taken.is_empty() {
        true => Ok(()),
        false => {
            let detail = "paths that are to lead here lead to other articles, or something has its front there; \
                          take them away there first, or choose others";
            Err(Error::new(Kind::Conflict, "article.path_taken", detail).at(taken))
        }
    }
}

/// Whether readers find something else at a path, which an alias would never come before: the front of a
/// term, or another article's own page.
fn is_inhabited(cx: &Cx<'_>, repos: &mut dyn Repos, own: ArticleId, path: &WebPath) -> Result<bool> {
    // As readers who write it in another case are led.
    let path = &path.lower_case();
    if resolve::has_front(cx, repos, path)? {
        return Ok(true);
    }
    let found = match resolve::path(cx, repos, path.as_str()) {
        Err(gone) if gone.kind() == Kind::Gone => None,
        found => found?,
    };
    Ok(found.is_some_and(|found| match found.target {
        Target::Article(card) => !found.moved && card.id != own,
        // An alias comes before these.
        Target::Term(_) | Target::Media(_) | Target::Home | Target::Dates(_) => false,
    }))
}

/// Drops the oldest revisions, as many as there are too many of those that readers never saw.
pub(super) fn forget_old_revisions(cx: &Cx<'_>, repos: &mut dyn Repos, article: &Article) -> Result<()> {
    match cx.kept_revisions {
        Some(kept) if article.revision > kept => repos.forget_revisions(article.id, kept),
        _ => Ok(()),
    }
}

pub(super) fn change(cx: &Cx<'_>, article: &Article, action: Action) -> NewChange {
    NewChange::of(cx, Article::PREFIX, article.id.bytes(), action).at_revision(article.revision)
}
