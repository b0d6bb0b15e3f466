//! The article page in one request: the article, related articles and the latest, each story once.

use super::{ArticleFilter, Card, Conditions, Parts, Sort, list};
use crate::{
    cx::Cx,
    error::Result,
    page::{Limit, PageRequest},
    related::{self, Related},
    store::Repos,
};

/// How long each list of the page is; `None` leaves it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PageSizes {
    /// Related articles.
    pub related: Option<Limit>,
    /// The latest articles.
    pub latest: Option<Limit>,
}

/// What stands beside an article.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ArticlePage {
    /// Related articles, best first.
    pub related: Vec<Related>,
    /// The newest articles that are not already among the related.
    pub latest: Vec<Card>,
}

/// Returns what stands beside an article.
pub fn page(cx: &Cx<'_>, repos: &mut dyn Repos, card: &Card, sizes: PageSizes, parts: Parts) -> Result<ArticlePage> {
    let related = match sizes.related {
        None => Vec::new(),
        Some(limit) => related::of_each(cx, repos, &[card.id], limit, parts)?.remove(&card.id).unwrap_or_default(),
    };
    let latest = match sizes.latest {
        None => Vec::new(),
        Some(limit) => {
            let shown = related.iter().map(|one| one.card.id);
            let exclude = std::iter::once(card.id).chain(shown).collect();
            let conditions = Conditions { exclude, ..Conditions::default() };
            let filter = ArticleFilter { conditions, ..ArticleFilter::default() };
            let page = list(cx, repos, &filter, Sort::PublishedAtDesc, &PageRequest::first(limit), parts)?;
            page.edges.into_iter().map(|edge| edge.item).collect()
        }
    };
    Ok(ArticlePage { related, latest })
}
