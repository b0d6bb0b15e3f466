//! Who may read, change and publish which article.
//!
//! An article is a caller's own if they created it or are one of its authors. An article the caller may
//! not read is treated as if it did not exist. The permissions of roles are in [`crate::access`].

use std::borrow::Borrow;

use super::{Article, ArticleId, ArticleKey, Parts, list::not_found, term_aliases};
use crate::{
    access::{self, Permission},
    context::Context,
    error::Result,
    slug::Slug,
    store::Repos,
    term::TermId,
};

/// What the caller wants to do with an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Intent {
    /// Read its drafts and revisions.
    Read,
    /// Change it.
    Write,
    /// Publish or unpublish it.
    Publish,
}

impl Intent {
    /// Returns the permission that it requires for the caller's own articles.
    pub(crate) fn own(self) -> Permission {
        match self {
            Self::Read => Permission::ReadDrafts,
            Self::Write => Permission::WriteArticles,
            Self::Publish => Permission::PublishArticles,
        }
    }

    /// Returns the permission that it requires for the articles of others.
    pub(crate) fn others(self) -> Permission {
        match self {
            Self::Read => Permission::ReadOthersDrafts,
            Self::Write => Permission::WriteOthersArticles,
            Self::Publish => Permission::PublishOthersArticles,
        }
    }
}

/// Finds an article by its id or by a current or old slug, and checks that the caller may do this with it.
///
/// The article's document has its terms resolved (`term_aliases.rs`).
pub(crate) fn find_for(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    intent: Intent,
) -> Result<Article> {
    let mut article = look_for(cx, repos, key, intent)?;
    term_aliases::settle(repos, &mut [&mut article.document])?;
    Ok(article)
}

/// Like [`find_for`], but does not resolve the terms.
fn look_for(cx: &Context<'_>, repos: &mut dyn Repos, key: &ArticleKey, intent: Intent) -> Result<Article> {
    cx.require(intent.own())?;
    let id = id_of(repos, key)?.unwrap_or(NONE);
    let article = repos.articles(&[id])?.pop();
    permitted(cx, repos, intent, id, article)
}

/// Like [`find_for`], but locks the article, and the terms against merges, until the transaction ends.
pub(crate) fn to_change(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    intent: Intent,
) -> Result<Article> {
    cx.require(intent.own())?;
    if is_restricted(cx) {
        // Checked before locking: a wait for a lock would reveal a hidden article.
        look_for(cx, repos, key, intent)?;
    }
    // Terms must not be merged or deleted while the article is written.
    repos.keep_terms()?;
    let id = id_of(repos, key)?.ok_or_else(not_found)?;
    let mut article = repos.article_to_change(id)?.ok_or_else(not_found)?;
    require(cx, repos, intent, &article)?;
    term_aliases::settle(repos, &mut [&mut article.document])?;
    Ok(article)
}

/// Whether some articles are hidden from the caller.
pub(crate) fn is_restricted(cx: &Context<'_>) -> bool {
    !cx.caller.may(Intent::Read.others())
}

/// An id that no article has. It is looked up for an unknown slug, so that the statements are the same.
pub(super) const NONE: ArticleId = ArticleId::from_bytes([0; 16]);

pub(super) fn id_of(repos: &mut dyn Repos, key: &ArticleKey) -> Result<Option<ArticleId>> {
    match key {
        ArticleKey::Id(id) => Ok(Some(*id)),
        ArticleKey::Slug(slug) => match slug.parse::<Slug>() {
            Ok(slug) => repos.story_by_slug(&slug),
            // No article ever had a slug that is not well-formed.
            Err(_) => Ok(None),
        },
    }
}

/// Returns an error unless the caller may do this with the article.
pub(crate) fn require(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    intent: Intent,
    article: &Article,
) -> Result<()> {
    permitted(cx, repos, intent, article.id, Some(article)).map(|_| ())
}

/// Returns the article if the caller may do this with it.
///
/// Hidden and missing articles give the same error after the same statements. Otherwise the number and
/// duration of statements would reveal a hidden article.
fn permitted<A: Borrow<Article>>(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    intent: Intent,
    id: ArticleId,
    article: Option<A>,
) -> Result<A> {
    let one = article.as_ref().map(Borrow::borrow);
    let mine = match one {
        Some(one) if is_created_by(cx, one) => Mine::default(),
        _ if cx.caller.may(intent.others()) && !is_restricted(cx) => Mine::default(),
        _ => Mine::load(cx, repos)?,
    };
    if one.is_some_and(|one| mine.may(cx, intent, one)) {
        return article.ok_or_else(not_found);
    }
    let is_seen = is_restricted(cx) && !repos.cards(&[id], cx.now, Parts::NONE)?.is_empty();
    match one {
        Some(one) if is_seen || mine.may(cx, Intent::Read, one) => Err(access::denied()),
        _ => Err(not_found()),
    }
}

/// The authors the caller's account is linked to, whose articles are the caller's own.
#[derive(Default)]
pub(crate) struct Mine {
    bylines: Vec<TermId>,
}

impl Mine {
    pub(crate) fn load(cx: &Context<'_>, repos: &mut dyn Repos) -> Result<Self> {
        let bylines = match cx.caller.account() {
            Some(account) => repos.authors_of(account)?,
            None => Vec::new(),
        };
        Ok(Self { bylines })
    }

    /// Whether the caller may do this with the article.
    pub(crate) fn may(&self, cx: &Context<'_>, intent: Intent, article: &Article) -> bool {
        let authors = &article.document.authors;
        let is_own = || {
            is_created_by(cx, article)
                || authors.iter().any(|author| self.bylines.contains(&TermId::from(*author)))
        };
        cx.caller.may(intent.others()) || (cx.caller.may(intent.own()) && is_own())
    }
}

fn is_created_by(cx: &Context<'_>, article: &Article) -> bool {
    cx.caller.account().is_some_and(|account| article.created_by == Some(account))
}
