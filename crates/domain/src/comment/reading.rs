//! Listing comments and looking them up.

use std::collections::HashMap;

use super::{CommentId, Shown};
use crate::{
    article::{self, ArticleId, Parts},
    context::Context,
    error::Result,
    page::{Count, Fingerprint, Page, PageRequest, Position, Total},
    store::Repos,
};

/// Returns one page of comments for each article: threads in the order they began, replies below
/// the comment they reply to.
///
/// The caller must check beforehand that the articles may be read.
pub fn list_of_each(
    repos: &mut dyn Repos,
    articles: &[ArticleId],
    page: &PageRequest,
) -> Result<HashMap<ArticleId, Page<Shown>>> {
    // A cursor belongs to the comments of one article and is refused for another article.
    let windows = articles
        .iter()
        .map(|article| page.open(Fingerprint::of(&("comments", article))))
        .collect::<Result<Vec<_>>>()?;
    let Some(window) = windows.first() else { return Ok(HashMap::new()) };
    let found = match articles {
        // For a single article, `fetch` also reads whether there are comments on both sides of the
        // page.
        [_] => {
            let page = window.fetch(Position::clone, |window| {
                Ok(repos.comment_positions(articles, window)?.pop().unwrap_or_default())
            })?;
            vec![page]
        }
        _ => {
            let found = repos.comment_positions(articles, window)?.into_iter().zip(&windows);
            found.map(|(positions, window)| window.close(positions, Position::clone)).collect()
        }
    };
    let edges = found.iter().flat_map(|page| &page.edges);
    let ids: Vec<_> = edges.map(|edge| CommentId::from_bytes(edge.item.id)).collect();
    let shown: HashMap<_, _> = match ids.is_empty() {
        true => HashMap::new(),
        false => repos.shown_comments(&ids)?.into_iter().map(|shown| (shown.id, shown)).collect(),
    };
    let counts = match page.count {
        Count::None => None,
        Count::Exact | Count::Estimate => Some(repos.shown_comment_counts(articles)?),
    };
    Ok(articles
        .iter()
        .zip(found)
        .map(|(article, page)| {
            let mut list =
                page.filter_map(|position| shown.get(&CommentId::from_bytes(position.id)).cloned());
            list.total =
                counts.as_ref().map(|counts| Total::Exact(counts.get(article).copied().unwrap_or_default()));
            (*article, list)
        })
        .collect())
}

/// Returns the visible comments with these ids whose articles the caller may see.
pub fn by_ids(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    ids: &[CommentId],
) -> Result<HashMap<CommentId, Shown>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let shown = repos.shown_comments(ids)?;
    let articles: Vec<_> = shown.iter().map(|comment| comment.article).collect();
    let visible = article::by_ids(cx, repos, &articles, Parts::NONE)?;
    Ok(shown
        .into_iter()
        .filter(|comment| visible.contains_key(&comment.article.bytes()))
        .map(|comment| (comment.id, comment))
        .collect())
}
