//! Whose article it is, and who may do what with it.
//!
//! Of an article that somebody may not read, everything here says what it says of none.

use std::borrow::Borrow;

use super::{Article, ArticleId, ArticleKey, Parts, filing, list::not_found};
use crate::{
    access::{self, Permission},
    cx::Cx,
    error::Result,
    slug::Slug,
    store::Repos,
    term::TermId,
};

/// What somebody wants to do with an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    /// See what readers do not see yet.
    Read,
    /// Change it.
    Write,
    /// Let readers see it, or take it away from them.
    Publish,
}

impl Wish {
    /// What allows it with one's own articles.
    pub(crate) fn own(self) -> Permission {
        match self {
            Self::Read => Permission::ReadDrafts,
            Self::Write => Permission::WriteArticles,
            Self::Publish => Permission::PublishArticles,
        }
    }

    /// What allows it with those of others.
    pub(crate) fn others(self) -> Permission {
        match self {
            Self::Read => Permission::ReadOthersDrafts,
            Self::Write => Permission::WriteOthersArticles,
            Self::Publish => Permission::PublishOthersArticles,
        }
    }
}

/// Finds an article as its writers keep it, filed under what there is by now, by its id or by any slug that it has or had, if the caller
/// may do this with it.
pub(crate) fn find_for(cx: &Cx<'_>, repos: &mut dyn Repos, key: &ArticleKey, wish: Wish) -> Result<Article> {
    let mut article = look_for(cx, repos, key, wish)?;
    filing::settle(repos, &mut [&mut article.document])?;
    Ok(article)
}

/// [`find_for`] without settling what the article is filed under.
fn look_for(cx: &Cx<'_>, repos: &mut dyn Repos, key: &ArticleKey, wish: Wish) -> Result<Article> {
    cx.require(wish.own())?;
    let id = id_of(repos, key)?.unwrap_or(NONE);
    let article = repos.articles(&[id])?.pop();
    permitted(cx, repos, wish, id, article)
}

/// Like [`find_for`], for an article that is about to be changed.
pub(crate) fn to_change(cx: &Cx<'_>, repos: &mut dyn Repos, key: &ArticleKey, wish: Wish) -> Result<Article> {
    cx.require(wish.own())?;
    if is_restricted(cx) {
        // Before anything is locked: who may not know of an article must not wait for it either.
        look_for(cx, repos, key, wish)?;
    }
    // What an article is filed under stays while the article is written.
    repos.keep_terms()?;
    let id = id_of(repos, key)?.ok_or_else(not_found)?;
    let mut article = repos.article_to_change(id)?.ok_or_else(not_found)?;
    require(cx, repos, wish, &article)?;
    filing::settle(repos, &mut [&mut article.document])?;
    Ok(article)
}

/// Whether there are articles of which the caller may not know.
pub(crate) fn is_restricted(cx: &Cx<'_>) -> bool {
    !cx.caller.may(Wish::Read.others())
}

/// The id of no article, which is looked for where there is none to look for.
pub(super) const NONE: ArticleId = ArticleId::from_bytes([0; 16]);

pub(super) fn id_of(repos: &mut dyn Repos, key: &ArticleKey) -> Result<Option<ArticleId>> {
    match key {
        ArticleKey::Id(id) => Ok(Some(*id)),
        ArticleKey::Slug(slug) => match slug.parse::<Slug>() {
            Ok(slug) => repos.story_by_slug(&slug),
            // What cannot be a slug was never one.
            Err(_) => Ok(None),
        },
    }
}

/// Fails unless the caller may do this with the article.
pub(crate) fn require(cx: &Cx<'_>, repos: &mut dyn Repos, wish: Wish, article: &Article) -> Result<()> {
    permitted(cx, repos, wish, article.id, Some(article)).map(|_| ())
}

/// Returns the article if the caller may do this with it. For an article of which the caller may not know,
/// and for none, the answer is the same and takes the same statements: otherwise their number and
/// time would tell one from the other.
fn permitted<A: Borrow<Article>>(
    cx: &Cx<'_>,
    repos: &mut dyn Repos,
    wish: Wish,
    id: ArticleId,
    article: Option<A>,
) -> Result<A> {
    let one = article.as_ref().map(Borrow::borrow);
    let mine = match one {
        Some(one) if is_begun_by(cx, one) => Mine::default(),
        _ if cx.caller.may(wish.others()) && !is_restricted(cx) => Mine::default(),
        _ => Mine::load(cx, repos)?,
    };
    if one.is_some_and(|one| mine.may(cx, wish, one)) {
        return article.ok_or_else(not_found);
    }
    let is_seen = is_restricted(cx) && !repos.cards(&[id], cx.now, Parts::NONE)?.is_empty();
    match one {
        Some(one) if is_seen || mine.may(cx, Wish::Read, one) => Err(access::denied()),
        _ => Err(not_found()),
    }
}

/// What makes articles the caller's own, besides having begun them: standing in their byline.
#[derive(Default)]
pub(crate) struct Mine {
    bylines: Vec<TermId>,
}

impl Mine {
    pub(crate) fn load(cx: &Cx<'_>, repos: &mut dyn Repos) -> Result<Self> {
        let bylines = match cx.caller.account() {
            Some(account) => repos.authors_of(account)?,
            None => Vec::new(),
        };
        Ok(Self { bylines })
    }

    /// Whether the caller may do this with the article.
    pub(crate) fn may(&self, cx: &Cx<'_>, wish: Wish, article: &Article) -> bool {
        let authors = &article.document.authors;
        let is_own = || {
            is_begun_by(cx, article)
                || authors.iter().any(|author| self.bylines.contains(&TermId::from(*author)))
        };
        cx.caller.may(wish.others()) || (cx.caller.may(wish.own()) && is_own())
    }
}

fn is_begun_by(cx: &Cx<'_>, article: &Article) -> bool {
    cx.caller.account().is_some_and(|account| article.created_by == Some(account))
}
