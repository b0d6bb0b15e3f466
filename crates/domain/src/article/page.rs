//! The lists beside an article on its page: related articles, the latest articles and first comments.
//!
//! The lists contain no article twice, and not the article itself. The scores of related articles are
//! computed in [`crate::related`].

use std::collections::{HashMap, HashSet};

use super::{ArticleId, Card, Conditions, Parts, Selection, Sort, by_ids};
use crate::{
    comment::{self, Shown},
    context::Context,
    error::Result,
    page::{Fingerprint, Limit, PageRequest},
    related::{self, Related},
    store::Repos,
};

/// The maximum length of each list on an article page. `None` leaves the list out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PageSizes {
    /// Related articles.
    pub related: Option<Limit>,
    /// The latest articles.
    pub latest: Option<Limit>,
    /// The first comments.
    pub comments: Option<Limit>,
}

/// The lists beside an article.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ArticlePage {
    /// Related articles, best first.
    pub related: Vec<Related>,
    /// The newest articles that are not in `related`.
    pub latest: Vec<Card>,
    /// Its first comments.
    pub comments: Vec<Shown>,
}

/// Returns the lists beside each of these articles.
pub fn page_of_each(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    ids: &[ArticleId],
    sizes: PageSizes,
    parts: Parts,
) -> Result<HashMap<ArticleId, ArticlePage>> {
    let mut related = match sizes.related {
        None => HashMap::new(),
        Some(limit) => related::of_each(cx, repos, ids, limit, parts)?,
    };
    let mut pages: Vec<(ArticleId, ArticlePage)> = ids
        .iter()
        .map(|id| {
            (*id, ArticlePage { related: related.remove(id).unwrap_or_default(), ..ArticlePage::default() })
        })
        .collect();
    if let Some(limit) = sizes.latest {
        add_latest(cx, repos, &mut pages, limit, parts)?;
    }
    if let Some(limit) = sizes.comments {
        let mut lists = comment::list_of_each(repos, ids, &PageRequest::first(limit))?;
        for (id, page) in &mut pages {
            let list = lists.remove(id).map(|list| list.edges).unwrap_or_default();
            page.comments = list.into_iter().map(|edge| edge.item).collect();
        }
    }
    Ok(pages.into_iter().collect())
}

fn add_latest(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    pages: &mut [(ArticleId, ArticlePage)],
    limit: Limit,
    parts: Parts,
) -> Result<()> {
    let selections: Vec<_> = pages
        .iter()
        .map(|(id, page)| {
            let shown = page.related.iter().map(|one| one.card.id);
            let exclude = std::iter::once(*id).chain(shown).collect();
            Selection { conditions: Conditions { exclude, ..Conditions::default() }, ..Selection::default() }
        })
        .collect();
    let window = PageRequest::first(limit).open(Fingerprint::of(&"latest"))?;
    let found = repos.article_positions(&selections, Sort::PublishedAtDesc, &window, cx.now)?;
    let latest: Vec<Vec<_>> = found
        .into_iter()
        .map(|list| {
            list.iter().take(limit.get() as usize).map(|place| ArticleId::from_bytes(place.id)).collect()
        })
        .collect();
    let wanted: HashSet<_> = latest.iter().flatten().copied().collect();
    let wanted: Vec<_> = wanted.into_iter().collect();
    let cards = by_ids(cx, repos, &wanted, parts)?;
    for ((_, page), ids) in pages.iter_mut().zip(latest) {
        page.latest = ids.iter().filter_map(|id| cards.get(&id.bytes()).cloned()).collect();
    }
    Ok(())
}
