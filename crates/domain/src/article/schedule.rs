//! Articles that come and go by the clock.
//!
//! Readers see an article by the times that it has, whether anybody looks at the clock or not. What is
//! here only puts into the log that it came or went, for those who follow the log.

use super::{Article, ArticleId, Publication};
use crate::{
    change::{Action, NewChange},
    cx::Cx,
    error::Result,
    id::Entity,
    store::Repos,
    time::Time,
};

/// A moment at which an article comes or goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// The article.
    pub article: ArticleId,
    /// Whether it comes.
    pub opens: bool,
    /// When.
    pub at: Time,
}

/// At most so many are recorded in one transaction.
const AT_ONCE: u32 = 200;

/// Saves a publication, and what is to be recorded of it later.
pub(crate) fn save(cx: &Cx<'_>, repos: &mut dyn Repos, publication: &Publication) -> Result<()> {
    repos.save_publication(publication)?;
    let article = publication.article.id;
    let opens = Some(Edge { article, opens: true, at: publication.published_at });
    let closes = publication.article.document.expires_at.map(|at| Edge { article, opens: false, at });
    let ahead: Vec<Edge> = opens.into_iter().chain(closes).filter(|edge| edge.at > cx.now).collect();
    if publication.replaces || !ahead.is_empty() {
        repos.save_edges(article, &ahead)?;
    }
    Ok(())
}

/// Takes an article away from readers, and what was to be recorded of it.
pub(crate) fn save_withdrawal(repos: &mut dyn Repos, article: &Article) -> Result<()> {
    repos.save_withdrawal(article)?;
    repos.save_edges(article.id, &[])
}

/// Records what came and went; how many did. Of several servers, one records each.
pub fn record_due(cx: &Cx<'_>, repos: &mut dyn Repos) -> Result<usize> {
    let due = repos.take_edges(cx.now, AT_ONCE)?;
    let ids: Vec<ArticleId> = due.iter().map(|edge| edge.article).collect();
    let articles = if ids.is_empty() { Vec::new() } else { repos.articles(&ids)? };
    for edge in &due {
        let article = articles.iter().find(|article| article.id == edge.article);
        let Some(published) = article.and_then(|article| article.published.as_ref()) else { continue };
        let action = if edge.opens { Action::Published } else { Action::Expired };
        let change = NewChange::of(cx, Article::PREFIX, edge.article.bytes(), action);
        repos.record(change.at_revision(published.revision));
    }
    Ok(due.len())
}

/// When the next one comes or goes that is not recorded.
pub fn next_due(repos: &mut dyn Repos) -> Result<Option<Time>> {
    repos.next_edge()
}
