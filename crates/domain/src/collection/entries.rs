//! The editors' view of a collection: every entry, including those that readers do not see.

use std::collections::{HashMap, HashSet};

use super::{Collection, get};
use crate::{
    access::Permission,
    article::{self, Article, ArticleId, Card, DisplayStatus, Parts},
    context::Context,
    error::{Error, Kind, Result},
    slug::Slug,
    store::Repos,
    time::Time,
};

/// An entry of a collection, with what editors need to recognise its article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The id of the article.
    pub article: ArticleId,
    /// The slug that readers see; the newest revision's slug if they do not see the article.
    pub slug: Slug,
    /// The headline that readers see; the newest revision's headline if they do not see the
    /// article.
    pub headline: String,
    /// The workflow status of the newest revision.
    pub display_status: DisplayStatus,
    /// When the article was published, or will be.
    pub published_at: Option<Time>,
    /// Whether readers see the article now.
    pub visible: bool,
}

/// Returns a collection's revision and all its entries, in order.
pub fn entries(cx: &Context<'_>, repos: &mut dyn Repos, key: &str) -> Result<(u32, Vec<Entry>)> {
    require(cx)?;
    let Collection { revision, articles, .. } = get(cx, repos, key)?;
    Ok((revision, entries_of_each(cx, repos, &[articles])?.pop().unwrap_or_default()))
}

/// Returns the entries of several lists, in order. Deleted articles are left out.
pub fn entries_of_each(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    lists: &[Vec<ArticleId>],
) -> Result<Vec<Vec<Entry>>> {
    require(cx)?;
    let mut ids: Vec<_> = lists.iter().flatten().copied().collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(vec![Vec::new(); lists.len()]);
    }
    let cards = article::by_ids(cx, repos, &ids, Parts::NONE)?;
    let stored: HashMap<ArticleId, Article> =
        repos.articles(&ids)?.into_iter().map(|article| (article.id, article)).collect();
    let entry = |id: &ArticleId| Some(entry(cx, stored.get(id)?, cards.get(&id.bytes())));
    Ok(lists.iter().map(|list| list.iter().filter_map(entry).collect()).collect())
}

/// Entries reveal unpublished articles, so two permissions are required.
fn require(cx: &Context<'_>) -> Result<()> {
    cx.require(Permission::EditCollections)?;
    cx.require(Permission::ReadOthersDrafts)
}

fn entry(cx: &Context<'_>, article: &Article, card: Option<&Card>) -> Entry {
    let document = &article.document;
    let published_at = card.map(|card| card.published_at).or(document.published_at);
    let (slug, headline) =
        card.map_or((&document.slug, &document.headline), |card| (&card.slug, &card.headline));
    Entry {
        article: article.id,
        slug: slug.clone(),
        headline: headline.clone(),
        display_status: article.display_status(cx.now),
        published_at,
        visible: card.is_some(),
    }
}

/// Fails if the list has articles that the caller may not see: replacing the list would drop them
/// unnoticed.
pub(super) fn expect_known(cx: &Context<'_>, repos: &mut dyn Repos, listed: &[ArticleId]) -> Result<()> {
    if listed.is_empty() || cx.caller.may(Permission::ReadOthersDrafts) {
        return Ok(());
    }
    let seen: HashSet<ArticleId> =
        repos.cards(listed, cx.now, Parts::NONE)?.into_iter().map(|card| card.id).collect();
    let unseen: Vec<ArticleId> = listed.iter().filter(|id| !seen.contains(id)).copied().collect();
    // Articles that were permanently deleted do not count.
    match unseen.is_empty() || repos.articles(&unseen)?.is_empty() {
        true => Ok(()),
        false => {
            let detail = "the collection has unpublished articles that you may not read; an API key also needs drafts:read";
            Err(Error::new(Kind::Forbidden, "access.denied", detail))
        }
    }
}
