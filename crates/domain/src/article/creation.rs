//! Creating articles, and publishing them in the same transaction.
//!
//! Upserts are in `upsert.rs`; changes to existing articles are in `workflow.rs`.

use std::collections::BTreeMap;

use super::{
    Article, ArticleId, ArticlePatch, Document, idempotency,
    rights::{self, Intent},
    workflow::{change, free_slug, release},
};
use crate::{
    access::Permission, change::Action, context::Context, error::Result, id::Entity, slug::Slug, store::Repos,
};

/// Creates an article, and publishes it if the patch requests that.
///
/// If it cannot be published, nothing is created. A repeated request with the same `request_key` returns
/// the article that the first one created, and changes nothing.
pub fn create(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    new: &ArticlePatch,
    request_key: Option<&str>,
) -> Result<Article> {
    cx.require(Permission::WriteArticles)?;
    new.require(cx)?;
    new.hold_terms(repos)?;
    let id = cx.new_id();
    if let Some(key) = request_key
        && let Some(made) = idempotency::claim(cx, repos, key, new, id)?
    {
        return Ok(made);
    }
    let article = begin(cx, repos, id, new)?;
    publish_if_asked(cx, repos, article, new)
}

/// Stores the first revision of an article as a draft.
pub(super) fn begin(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    id: ArticleId,
    new: &ArticlePatch,
) -> Result<Article> {
    let language = repos.site()?.unwrap_or_default().language;
    let mut document = new.applied(cx, repos, id, &Document::blank(language))?;
    if new.slug.is_none() {
        document.slug = Slug::of(&document.headline, Article::PREFIX);
    }
    if new.publishes() && !document.alias_paths.is_empty() {
        // Publishing takes this lock for alias paths; after the slug's lock it could deadlock.
        repos.hold_names()?;
    }
    document.slug = free_slug(repos, id, document.slug)?;
    let article = Article {
        id,
        revision: 1,
        document,
        published: None,
        first_published_at: None,
        modified_at: cx.now,
        known_slugs: BTreeMap::new(),
        created_by: cx.caller.account(),
        saved_by: cx.caller.account(),
        note: None,
    };
    repos.save_draft(&article)?;
    repos.record(change(cx, &article, Action::Created));
    Ok(article)
}

/// Publishes an article that was just saved, if the patch requests that.
///
/// Returns an error if the caller may not publish it.
pub(super) fn publish_if_asked(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    article: Article,
    patch: &ArticlePatch,
) -> Result<Article> {
    if !patch.publishes() {
        return Ok(article);
    }
    rights::require(cx, repos, Intent::Publish, &article)?;
    release(cx, repos, article, patch.publish_at, None)
}
