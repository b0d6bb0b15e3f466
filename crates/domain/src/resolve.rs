//! What lives at a web path of the site.

use crate::{
    article::{self, ArticleKey, Card, Parts, WebPath},
    cx::Cx,
    error::{Error, Result},
    slug::Slug,
    store::Repos,
    term::{self, Role, Term},
};

/// What a path leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// An article.
    Article(Box<Card>),
    /// The front of a tag, a section or an author.
    Term(Box<Term>),
}

/// What lives at a path.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolution {
    /// What it is.
    pub target: Target,
    /// Whether the thing's own path is another one, to which a front end should redirect.
    pub moved: bool,
}

/// Returns where readers find a term's front.
pub fn term_path(term: &Term) -> String {
    match term.role {
        Role::Section => format!("/{}", term.path),
        Role::Tag => format!("/tags/{}", term.slug),
        Role::Author => format!("/authors/{}", term.slug),
    }
}

/// Finds what lives at a path: a section, a tag or an author, an article at its own path, or an
/// article of which the path is an alias.
pub fn path(cx: &Cx<'_>, repos: &mut dyn Repos, text: &str) -> Result<Option<Resolution>> {
    let Ok(path) = text.parse::<WebPath>() else {
        return Err(Error::parameter(
            "path",
            "path.malformed",
            "must be a path of the site, like /2021/11/01/hello",
        ));
    };
    if let Some(term) = term_at(cx, repos, &path)? {
        return Ok(Some(Resolution {
            moved: term_path(&term) != path.as_str(),
            target: Target::Term(Box::new(term)),
        }));
    }
    let named = article_named(cx, repos, &path)?;
    let found = match named {
        Some(card) if card.canonical_path() == path.as_str() => Some(card),
        named => match repos.article_by_path(&path)? {
            Some(id) => article::find(cx, repos, &ArticleKey::Id(id), Parts::ALL)?.map(|found| found.card),
            None => named,
        },
    };
    Ok(found.map(|card| Resolution {
        moved: card.canonical_path() != path.as_str(),
        target: Target::Article(Box::new(card)),
    }))
}

/// The article whose path this is or was: its slug, alone or below the slug of any section.
fn article_named(cx: &Cx<'_>, repos: &mut dyn Repos, path: &WebPath) -> Result<Option<Card>> {
    let path = path.as_str().trim_start_matches('/');
    let (section, slug) = path.split_once('/').map_or((None, path), |(section, slug)| (Some(section), slug));
    if slug.parse::<Slug>().is_err() {
        return Ok(None);
    }
    if let Some(section) = section
        && term::find(cx, repos, Role::Section, section)?.is_none()
    {
        return Ok(None);
    }
    Ok(article::find(cx, repos, &ArticleKey::Slug(slug.to_owned()), Parts::ALL)?.map(|found| found.card))
}

/// Like [`path`], but absence is an error.
pub fn get(cx: &Cx<'_>, repos: &mut dyn Repos, text: &str) -> Result<Resolution> {
    path(cx, repos, text)?.ok_or_else(|| Error::not_found("path.not_found", "nothing lives at this path"))
}

fn term_at(cx: &Cx<'_>, repos: &mut dyn Repos, path: &WebPath) -> Result<Option<Term>> {
    let path = path.as_str().trim_start_matches('/');
    match path.split_once('/') {
        Some(("tags", slug)) => term::find(cx, repos, Role::Tag, slug),
        Some(("authors", slug)) => term::find(cx, repos, Role::Author, slug),
        _ => match repos.section_by_path(path)? {
            Some(id) => Ok(repos.terms(&[id], cx.now)?.pop()),
            None => Ok(None),
        },
    }
}
