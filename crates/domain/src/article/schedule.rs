//! Records in the change log that scheduled articles were published or expired.
//!
//! What readers see does not depend on this: queries compare the publication and expiry times with the
//! time of the request.

pub use super::edge::Edge;
use super::{Article, ArticleId, Publication};
use crate::{
    change::{Action, NewChange},
    context::Context,
    error::Result,
    id::Entity,
    store::Repos,
    time::Time,
};

/// The maximum number of edges recorded in one transaction.
const AT_ONCE: u32 = 200;

/// Saves a publication, and its future edges in place of the article's earlier ones.
pub(crate) fn save(cx: &Context<'_>, repos: &mut dyn Repos, publication: &Publication) -> Result<()> {
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

/// Withdraws an article from readers, and removes its edges.
pub(crate) fn save_withdrawal(repos: &mut dyn Repos, article: &Article) -> Result<()> {
    repos.save_withdrawal(article)?;
    repos.save_edges(article.id, &[])
}

/// Records the edges that are due, and returns how many were taken.
///
/// If several servers run, one of them records each edge.
pub fn record_due(cx: &Context<'_>, repos: &mut dyn Repos) -> Result<usize> {
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

/// The time of the next edge that is not recorded yet.
pub fn next_due(repos: &mut dyn Repos) -> Result<Option<Time>> {
    repos.next_edge()
}
