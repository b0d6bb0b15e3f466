//! Finding what a path leads to.

use std::borrow::Cow;

use super::{Dates, Resolution, Target, term_path, wordpress};
use crate::{
    article::{self, ArticleKey, Card, Parts, WebPath},
    context::Context,
    error::{Error, Kind, Result},
    slug::Slug,
    store::Repos,
    term::{self, Role, Term, TermKey},
    time::Time,
};

/// Resolves a path.
///
/// It finds the front page; sections, tags and authors; articles by their own path; and the
/// articles and media that have the path as an alias. If the path leads to none of these, paths
/// that WordPress makes, such as feeds and date archives, lead to what they show.
///
/// The query string matters only if an alias has it, or if the path is `/`. The case of ASCII
/// letters and tracking parameters ([`Context::ignored_parameters`]) are ignored. Returns an error with
/// `path.malformed` if the text is no path of the site.
pub fn path(cx: &Context<'_>, repos: &mut dyn Repos, text: &str) -> Result<Option<Resolution>> {
    let Ok(path) = text.parse::<WebPath>() else {
        return Err(Error::parameter(
            "path",
            "path.malformed",
            "must be a path of the site, like /2021/11/01/hello",
        ));
    };
    let path = path.without_parameters(cx.ignored_parameters);
    match path.without_query() {
        None => at(cx, repos, &path),
        Some(bare) => match alias(cx, repos, &path)? {
            Some(found) => Ok(Some(found)),
            // A path such as `/?p=123` names one thing, so it must not fall back to the front page.
            None if bare.as_str() == "/" => {
                let query = path.as_str().split_once('?').map_or("", |(_, query)| query);
                match wordpress::queried(query).and_then(|meant| meant.parse().ok()) {
                    Some(meant) => Ok(at(cx, repos, &meant)?.map(moved)),
                    None => Ok(None),
                }
            }
            None => at(cx, repos, &bare),
        },
    }
}

/// Like [`path`], but returns `path.not_found` if nothing is there.
pub fn get(cx: &Context<'_>, repos: &mut dyn Repos, text: &str) -> Result<Resolution> {
    path(cx, repos, text)?.ok_or_else(|| Error::not_found("path.not_found", "there is nothing at this path"))
}

/// Returns the section, tag or author whose front page currently has this path.
pub(crate) fn front_at(cx: &Context<'_>, repos: &mut dyn Repos, path: &WebPath) -> Result<Option<Term>> {
    Ok(term_at(cx, repos, path)?.filter(|term| term_path(term) == path.as_str()))
}

pub(super) fn moved(resolution: Resolution) -> Resolution {
    Resolution { moved: true, ..resolution }
}

fn at(cx: &Context<'_>, repos: &mut dyn Repos, path: &WebPath) -> Result<Option<Resolution>> {
    if let Some(found) = list_or_page(cx, repos, path)? {
        return Ok(Some(found));
    }
    let Some(view) = wordpress::view(path.as_str()) else { return Ok(None) };
    let Ok(page) = view.page.parse() else { return Ok(None) };
    let found = list_or_page(cx, repos, &page)?;
    let found = found.filter(|found| !view.is_of_article || matches!(found.target, Target::Article(_)));
    Ok(found.map(moved))
}

fn list_or_page(cx: &Context<'_>, repos: &mut dyn Repos, path: &WebPath) -> Result<Option<Resolution>> {
    if let Some(found) = living_at(cx, repos, path)? {
        return Ok(Some(found));
    }
    let Some(days) = wordpress::archive(path.as_str()) else { return Ok(None) };
    let zone = repos.site()?.unwrap_or_default().time_zone;
    Ok(days.moments(&zone).map(|(from, until)| Resolution {
        target: Target::Dates(Dates {
            path: days.path,
            // `published_after` excludes its own value, so it is one microsecond before the period.
            published_after: Time::from_micros(from.micros() - 1),
            published_before: until,
        }),
        moved: false,
    }))
}

/// Returns which of these paths belong to the front page or a term's front page. An alias never takes
/// precedence over these. The number of look-ups does not depend on the number of paths.
pub(crate) fn have_fronts(repos: &mut dyn Repos, paths: &[WebPath]) -> Result<Vec<bool>> {
    let fronts: Vec<Front<'_>> = paths.iter().map(Front::at).collect();
    let keys: Vec<(Role, TermKey)> = fronts.iter().flat_map(Front::keys).collect();
    let named = if keys.is_empty() { Vec::new() } else { repos.term_keys(&keys)? };
    let sections: Vec<&str> = fronts.iter().filter_map(Front::section).collect();
    let sections = if sections.is_empty() { Vec::new() } else { repos.sections_by_paths(&sections)? };
    let has_front = |(path, front): (&WebPath, &Front<'_>)| {
        path.as_str() == "/"
            || front.section().is_some_and(|path| sections.iter().any(|(known, _)| known == path))
            || front.keys().any(|(role, key)| named.iter().any(|one| one.role == role && one.key == key))
    };
    Ok(paths.iter().zip(&fronts).map(has_front).collect())
}

/// Finds what has exactly this path, or had it earlier.
fn living_at(cx: &Context<'_>, repos: &mut dyn Repos, path: &WebPath) -> Result<Option<Resolution>> {
    if path.as_str() == "/" {
        return Ok(Some(Resolution { target: Target::Home, moved: false }));
    }
    let lower_case = path.lower_case();
    if let Some(term) = term_at(cx, repos, &lower_case)? {
        return Ok(Some(term_found(term, path)));
    }
    let named = match article_named(cx, repos, &lower_case) {
        // A purged article keeps its address until something else has it.
        Err(gone) if gone.kind() == Kind::Gone => {
            return elsewhere(cx, repos, path)?.ok_or(gone).map(Some);
        }
        named => named?,
    };
    match named {
        Some(card) if card.canonical_path() == path.as_str() => Ok(Some(article_at(card, path))),
        named => match elsewhere(cx, repos, path)? {
            Some(found) => Ok(Some(found)),
            None => Ok(named.map(|card| article_at(card, path))),
        },
    }
}

/// Returns what the path is an alias of, or else the term that had it earlier, here or in WordPress.
fn elsewhere(cx: &Context<'_>, repos: &mut dyn Repos, path: &WebPath) -> Result<Option<Resolution>> {
    if let Some(found) = alias(cx, repos, path)? {
        return Ok(Some(found));
    }
    let term = match section_earlier_at(cx, repos, path.as_str().trim_start_matches('/'))? {
        Some(section) => Some(section),
        None => match wordpress::term_address(path.lower_case().as_str()) {
            Some((role, slug)) => term::find(cx, repos, role, slug.as_str())?,
            None => None,
        },
    };
    Ok(term.map(|term| term_found(term, path)))
}

fn term_found(term: Term, path: &WebPath) -> Resolution {
    Resolution { moved: term_path(&term) != path.as_str(), target: Target::Term(Box::new(term)) }
}

fn article_at(card: Card, path: &WebPath) -> Resolution {
    Resolution { moved: card.canonical_path() != path.as_str(), target: Target::Article(Box::new(card)) }
}

/// Returns the article or the media item that has this path as an alias.
fn alias(cx: &Context<'_>, repos: &mut dyn Repos, path: &WebPath) -> Result<Option<Resolution>> {
    if let Some((_, id)) = repos.articles_by_paths(std::slice::from_ref(path))?.pop()
        && let Some(found) = article::find(cx, repos, &ArticleKey::Id(id), Parts::ALL)?
    {
        return Ok(Some(article_at(found.card, path)));
    }
    let Some(id) = repos.media_by_path(path)? else { return Ok(None) };
    let media = repos.media(&[id])?.pop();
    Ok(media.map(|media| Resolution { moved: true, target: Target::Media(Box::new(media)) }))
}

/// Returns the article that has or had this path: by its path pattern, or by its slug, alone or
/// below the slug of any section.
fn article_named(cx: &Context<'_>, repos: &mut dyn Repos, path: &WebPath) -> Result<Option<Card>> {
    // The article that has the last part as its slug knows its path pattern.
    let last = path.as_str().rsplit('/').next().unwrap_or_default();
    let by_last = article::find(cx, repos, &ArticleKey::Slug(last.to_owned()), Parts::ALL);
    if let Err(gone) = &by_last
        && gone.kind() == Kind::Gone
        && is_dated(repos, path, last)?
    {
        return Err(gone.clone());
    }
    if let Some(found) = by_last.or_else(unless_gone)?
        && found.card.article_path.slug_in(path.as_str()) == Some(last)
        && found.card.canonical_path() == path.as_str()
    {
        return Ok(Some(found.card));
    }
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

/// Returns whether the path fits the site's pattern and that pattern names no section, so that the
/// slug alone identifies the article.
fn is_dated(repos: &mut dyn Repos, path: &WebPath, slug: &str) -> Result<bool> {
    let pattern = repos.site()?.unwrap_or_default().article_path;
    Ok(!pattern.as_str().contains("{section}") && pattern.slug_in(path.as_str()) == Some(slug))
}

fn unless_gone<T>(error: Error) -> Result<Option<T>> {
    if error.kind() == Kind::Gone { Ok(None) } else { Err(error) }
}

/// How a path names a term whose front page it is.
enum Front<'p> {
    /// By a slug or an id, in the first of these roles that knows it.
    Key(&'static [Role], Cow<'p, str>),
    /// By the path of a section.
    Section(&'p str),
}

impl<'p> Front<'p> {
    fn at(path: &'p WebPath) -> Self {
        let path = path.as_str().trim_start_matches('/');
        match path.split_once('/') {
            Some(("tags", slug)) => Self::Key(&[Role::Tag], slug.into()),
            Some(("authors", slug)) => Self::Key(&[Role::Author], slug.into()),
            // WordPress paths of term fronts, for sites that moved from there.
            Some(("tag", slug)) => Self::Key(&[Role::Tag], wordpress::slug(slug).into()),
            Some(("author", slug)) => Self::Key(&[Role::Author], wordpress::slug(slug).into()),
            Some(("category", path)) => {
                let slug = wordpress::slug(path.rsplit('/').next().unwrap_or_default());
                Self::Key(&[Role::Section, Role::Tag], slug.into())
            }
            _ => Self::Section(path),
        }
    }

    fn section(&self) -> Option<&'p str> {
        match self {
            Self::Key(..) => None,
            Self::Section(path) => Some(path),
        }
    }

    fn keys(&self) -> impl Iterator<Item = (Role, TermKey)> {
        let (roles, text): (&[Role], &str) = match self {
            Self::Key(roles, text) => (roles, text),
            Self::Section(_) => (&[], ""),
        };
        roles.iter().filter_map(move |role| Some((*role, role.read(text)?)))
    }
}

fn term_at(cx: &Context<'_>, repos: &mut dyn Repos, path: &WebPath) -> Result<Option<Term>> {
    match Front::at(path) {
        Front::Key(roles, key) => {
            for role in roles {
                if let Some(term) = term::find(cx, repos, *role, &key)? {
                    return Ok(Some(term));
                }
            }
            Ok(None)
        }
        Front::Section(path) => match repos.sections_by_paths(&[path])?.pop() {
            Some((_, id)) => Ok(repos.terms(&[id], cx.now)?.pop()),
            None => Ok(None),
        },
    }
}

/// Finds a section by an earlier path, from before it or a section above it was moved or renamed.
/// Each part must be a current or former slug of a section.
fn section_earlier_at(cx: &Context<'_>, repos: &mut dyn Repos, path: &str) -> Result<Option<Term>> {
    let keys: Option<Vec<_>> = path
        .split('/')
        .map(|part| part.parse::<Slug>().ok().map(|slug| (Role::Section, TermKey::Slug(slug))))
        .collect();
    let Some(keys) = keys.filter(|keys| keys.len() <= Term::MAX_DEPTH) else { return Ok(None) };
    let found = repos.term_keys(&keys)?;
    let all_known = keys.iter().all(|(_, key)| found.iter().any(|one| one.key == *key));
    let last = keys.last().and_then(|(_, key)| found.iter().find(|one| one.key == *key));
    match last.filter(|_| all_known) {
        Some(last) => Ok(repos.terms(&[last.id], cx.now)?.pop()),
        None => Ok(None),
    }
}
