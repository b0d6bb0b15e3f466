//! Reading published articles: lists, look-ups by id or slug, bodies and translations.
//!
//! Functions that take several articles load them together, so that the number of statements does not
//! depend on the number of articles. Filters are in `filter.rs`; drafts are in `desk.rs`.

use std::collections::HashMap;

use super::{ArticleFilter, ArticleId, ArticleKey, Card, Parts, Selection, Sort, Translation};
use crate::{
    access::{self, Access},
    body::{Body, BodyParts},
    context::Context,
    error::{Error, Kind, Result},
    page::{Count, Fingerprint, Page, PageRequest, Position, Total},
    slug::Slug,
    store::Repos,
    term::TermId,
};

/// Returns one page of published articles.
pub fn list(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    filter: &ArticleFilter,
    sort: Sort,
    page: &PageRequest,
    parts: Parts,
) -> Result<Page<Card>> {
    let window = page.open(Fingerprint::of(&("articles", filter, sort)))?;
    let Some(selection) = filter.resolve(repos)? else {
        let mut empty = window.close(Vec::new(), |card: &Card| card.position(sort));
        empty.total = (page.count != Count::None).then_some(Total::Exact(0));
        return Ok(empty);
    };
    let total = total(cx, repos, &selection, page.count)?;
    let selections = std::slice::from_ref(&selection);
    let mut page = window.fetch(Position::clone, |window| {
        Ok(repos.article_positions(selections, sort, window, cx.now)?.pop().unwrap_or_default())
    })?;
    page.total = total;
    with_cards(cx, repos, vec![page], parts)?.pop().ok_or_else(not_found)
}

/// Returns the same page of published articles for each of several terms.
///
/// The pages are in the order of `terms`.
pub fn list_in_each(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    terms: &[TermId],
    sort: Sort,
    page: &PageRequest,
    parts: Parts,
) -> Result<Vec<Page<Card>>> {
    // All terms share one fingerprint, so that one cursor is valid for the list of each.
    let window = page.open(Fingerprint::of(&("articles of a term", sort)))?;
    let selections: Vec<_> =
        terms.iter().map(|term| Selection { walk: Some(vec![*term]), ..Selection::default() }).collect();
    let pages = repos
        .article_positions(&selections, sort, &window, cx.now)?
        .into_iter()
        .map(|positions| window.close(positions, Position::clone))
        .collect();
    with_cards(cx, repos, pages, parts)
}

fn with_cards(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    pages: Vec<Page<Position>>,
    parts: Parts,
) -> Result<Vec<Page<Card>>> {
    let ids: Vec<_> =
        pages.iter().flat_map(|page| &page.edges).map(|edge| ArticleId::from_bytes(edge.item.id)).collect();
    let mut cards = by_ids(cx, repos, &ids, parts)?;
    // A single page contains no card twice.
    let alone = pages.len() == 1;
    let mut take = |id: &[u8; 16]| if alone { cards.remove(id) } else { cards.get(id).cloned() };
    Ok(pages.into_iter().map(|page| page.filter_map(|position| take(&position.id))).collect())
}

/// Counts the articles that [`list`] returns in all pages.
pub fn count(cx: &Context<'_>, repos: &mut dyn Repos, filter: &ArticleFilter, count: Count) -> Result<Total> {
    match filter.resolve(repos)? {
        None => Ok(Total::Exact(0)),
        Some(selection) => Ok(total(cx, repos, &selection, count)?.unwrap_or(Total::Exact(0))),
    }
}

fn total(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    selection: &Selection,
    count: Count,
) -> Result<Option<Total>> {
    Ok(match count {
        Count::None => None,
        Count::Exact => Some(Total::Exact(repos.article_count(selection, None, cx.now)?)),
        Count::Estimate => {
            let counted = repos.article_count(selection, Some(Count::ESTIMATE_LIMIT + 1), cx.now)?;
            Some(match counted {
                ..=Count::ESTIMATE_LIMIT => Total::Exact(counted),
                _ => Total::AtLeast(Count::ESTIMATE_LIMIT),
            })
        }
    })
}

/// Returns the articles with these ids that readers see, by the bytes of their ids.
pub fn by_ids(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    ids: &[ArticleId],
    parts: Parts,
) -> Result<HashMap<[u8; 16], Card>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut cards = repos.cards(ids, cx.now, parts)?;
    for card in &mut cards {
        if card.byline.is_none() && !card.authors.is_empty() {
            card.byline =
                Some(card.authors.iter().map(|author| author.name.as_str()).collect::<Vec<_>>().join(", "));
        }
    }
    Ok(cards.into_iter().map(|card| (card.id.bytes(), card)).collect())
}

/// An article, and whether the request used an old slug.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The article.
    pub card: Card,
    /// Whether the request used an old slug of the article.
    pub moved: bool,
}

/// An id that no article has.
const NOBODY: ArticleId = ArticleId::from_bytes([0; 16]);

/// Finds one published article by its id or by a current or old slug.
///
/// Returns `article.gone` if the article was public and has been permanently deleted.
pub fn find(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    parts: Parts,
) -> Result<Option<Found>> {
    let id = match key {
        ArticleKey::Id(id) => *id,
        // No article ever had a slug that is not well-formed.
        ArticleKey::Slug(slug) if slug.parse::<Slug>().is_err() => return Ok(None),
        // An unknown slug runs the same statements as the slug of an article that is no longer public, so
        // that response times do not tell them apart.
        ArticleKey::Slug(slug) => repos.article_by_slug(slug, cx.now)?.unwrap_or(NOBODY),
    };
    let Some(card) = by_ids(cx, repos, &[id], parts)?.remove(&id.bytes()) else {
        return match repos.purged(&[id])?.is_empty() {
            true => Ok(None),
            false => Err(Error::new(Kind::Gone, "article.gone", "the article was permanently deleted")),
        };
    };
    let moved = matches!(key, ArticleKey::Slug(slug) if card.slug.as_str() != slug);
    Ok(Some(Found { card, moved }))
}

/// Like [`find`], but returns `article.not_found` instead of `None`.
pub fn get(cx: &Context<'_>, repos: &mut dyn Repos, key: &ArticleKey, parts: Parts) -> Result<Found> {
    find(cx, repos, key, parts)?.ok_or_else(not_found)
}

pub(crate) fn not_found() -> Error {
    Error::not_found("article.not_found", "there is no such article")
}

/// Returns the bodies of these articles, each given with its access level.
///
/// The caller gets a teaser where the access level does not allow the whole body. Parts that `parts` does
/// not request are left empty.
pub fn bodies(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    articles: &[(ArticleId, Access)],
    parts: BodyParts,
) -> Result<HashMap<ArticleId, Body>> {
    let ids: Vec<_> = articles.iter().map(|(id, _)| *id).collect();
    // Teasers are made of the blocks.
    let whole = articles.iter().all(|(_, access)| access::gets_whole_body(cx.caller, *access));
    let mut stored = repos.bodies(&ids, if whole { parts } else { BodyParts::ALL })?;
    Ok(articles
        .iter()
        .filter_map(|(id, access)| {
            let body = access::body_for(cx.caller, *access, stored.remove(id)?);
            Some((*id, body.with(parts)))
        })
        .collect())
}

/// Returns the published versions of these articles in other languages.
///
/// Each article is given with the article that it translates, if any.
pub fn translations(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    articles: &[(ArticleId, Option<ArticleId>)],
) -> Result<HashMap<ArticleId, Vec<Translation>>> {
    // An article and its translations share one origin: the article that was translated.
    let origins: Vec<_> = articles.iter().map(|(id, of)| of.unwrap_or(*id)).collect();
    let versions = repos.versions(&origins, cx.now)?;
    let of_each: Vec<(ArticleId, Vec<ArticleId>)> = articles
        .iter()
        .zip(&origins)
        .map(|((id, _), origin)| {
            let others = versions.iter().filter(|(of, version)| of == origin && version != id);
            (*id, others.map(|(_, version)| *version).collect())
        })
        .collect();
    let mut others: Vec<ArticleId> = of_each.iter().flat_map(|(_, others)| others).copied().collect();
    others.sort_unstable();
    others.dedup();
    let cards = by_ids(cx, repos, &others, Parts::NONE)?;
    Ok(of_each
        .into_iter()
        .map(|(id, others)| {
            let seen = others.iter().filter_map(|other| cards.get(&other.bytes()));
            (id, seen.map(Translation::from).collect())
        })
        .collect())
}
