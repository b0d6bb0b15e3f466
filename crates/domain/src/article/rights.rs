//! Whose article it is, and who may do what with it.
//!
//! Of an article that somebody may not read, everything here says what it says of none.

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
    cx.require(wish.own())?;
    let id = id_of(repos, key)?.ok_or_else(not_found)?;
    let mut article = repos.articles(&[id])?.pop().ok_or_else(not_found)?;
    require(cx, repos, wish, &article)?;
    filing::settle(repos, &mut [&mut article.document])?;
    Ok(article)
}

/// Like [`find_for`], for an article that is about to be changed.
pub(crate) fn to_change(cx: &Cx<'_>, repos: &mut dyn Repos, key: &ArticleKey, wish: Wish) -> Result<Article> {
    cx.require(wish.own())?;
    // What an article is filed under stays while the article is written.
    repos.keep_terms()?;
    let id = id_of(repos, key)?.ok_or_else(not_found)?;
    let mut article = repos.article_to_change(id)?.ok_or_else(not_found)?;
    require(cx, repos, wish, &article)?;
    filing::settle(repos, &mut [&mut article.document])?;
    Ok(article)
}

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
    if may(cx, repos, wish, article)? {
        return Ok(());
    }
    let is_known =
        may(cx, repos, Wish::Read, article)? || !repos.cards(&[article.id], cx.now, Parts::NONE)?.is_empty();
    Err(if is_known { access::denied() } else { not_found() })
}

/// Whether the caller may do this with the article.
pub(crate) fn may(cx: &Cx<'_>, repos: &mut dyn Repos, wish: Wish, article: &Article) -> Result<bool> {
    Ok(cx.caller.may(wish.others()) || (cx.caller.may(wish.own()) && is_own(cx, repos, article)?))
}

/// Whether the caller began it, or stands in its byline.
fn is_own(cx: &Cx<'_>, repos: &mut dyn Repos, article: &Article) -> Result<bool> {
    let Some(account) = cx.caller.account() else { return Ok(false) };
    if article.created_by == Some(account) {
        return Ok(true);
    }
    let bylines = repos.authors_of(account)?;
    Ok(article.document.authors.iter().any(|author| bylines.contains(&TermId::from(*author))))
}
