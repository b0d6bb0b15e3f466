//! Listing collections, looking them up, and the articles that readers see in them.

use std::collections::HashMap;

use super::{Collection, CollectionId};
use crate::{
    access::Permission,
    article::{self, ArticleId, Card, Parts},
    context::Context,
    error::{Error, Result},
    page::{Count, Fingerprint, Page, PageRequest, Total},
    slug::Slug,
    store::Repos,
};

impl Collection {
    /// Returns the collection as this caller may see it: without its revision for non-editors.
    pub(crate) fn seen_by(self, cx: &Context<'_>) -> Self {
        match cx.caller.may(Permission::EditCollections) {
            true => self,
            false => Self { revision: 0, ..self },
        }
    }
}

/// Lists collections by title, as this caller may see them.
pub fn list(cx: &Context<'_>, repos: &mut dyn Repos, page: &PageRequest) -> Result<Page<Collection>> {
    Ok(page_of(repos, page)?.filter_map(|one| Some(one.seen_by(cx))))
}

/// Lists collections by title, as they are stored.
pub(crate) fn page_of(repos: &mut dyn Repos, page: &PageRequest) -> Result<Page<Collection>> {
    let window = page.open(Fingerprint::of(&"collections"))?;
    let mut found = window.fetch(Collection::position, |window| repos.collection_page(window))?;
    found.total = match page.count {
        Count::None => None,
        Count::Exact | Count::Estimate => Some(Total::Exact(repos.collection_count()?)),
    };
    Ok(found)
}

/// Finds one collection by id or slug, as this caller may see it.
pub fn find(cx: &Context<'_>, repos: &mut dyn Repos, key: &str) -> Result<Option<Collection>> {
    let found = match (key.parse::<CollectionId>(), key.parse::<Slug>()) {
        (Ok(id), _) => repos.collections(&[id])?.pop(),
        (Err(_), Ok(slug)) => repos.collection_by_slug(&slug)?,
        (Err(_), Err(_)) => None,
    };
    Ok(found.map(|one| one.seen_by(cx)))
}

/// Like [`find`], but returns `collection.not_found` if there is none.
pub fn get(cx: &Context<'_>, repos: &mut dyn Repos, key: &str) -> Result<Collection> {
    find(cx, repos, key)?
        .ok_or_else(|| Error::not_found("collection.not_found", "there is no such collection"))
}

/// Returns for each of several lists the articles that readers see, in the order of the list.
pub fn articles_of_each(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    lists: &[Vec<ArticleId>],
    parts: Parts,
) -> Result<Vec<Vec<Card>>> {
    let mut ids: Vec<_> = lists.iter().flatten().copied().collect();
    ids.sort_unstable();
    ids.dedup();
    let cards: HashMap<_, _> = article::by_ids(cx, repos, &ids, parts)?;
    let of = |list: &Vec<ArticleId>| list.iter().filter_map(|id| cards.get(&id.bytes()).cloned()).collect();
    Ok(lists.iter().map(of).collect())
}
