//! Related articles over GraphQL: the reasons stand on the edges.

use async_graphql::{SimpleObject, connection::PageInfo};
use domain::related::Related;

use super::view::{RelatedArticle, RelatedReasons, RelatedSource};
use crate::article::view::ArticleCard;

/// Related articles, best first. Related lists have one page.
#[derive(SimpleObject)]
pub struct RelatedConnection {
    /// The articles, and why each is there.
    pub edges: Vec<RelatedEdge>,
    /// The articles.
    pub nodes: Vec<ArticleCard>,
    /// Nothing follows or precedes.
    pub page_info: PageInfo,
}

/// A related article, and why it is one.
#[derive(SimpleObject)]
pub struct RelatedEdge {
    /// Names the place.
    pub cursor: String,
    /// The article.
    pub node: ArticleCard,
    /// From 0 to 1. What fills the list up has 0.
    pub score: f64,
    /// Why it is in the list.
    pub source: RelatedSource,
    /// What the score is made of.
    pub reasons: RelatedReasons,
}

impl From<Vec<Related>> for RelatedConnection {
    fn from(list: Vec<Related>) -> Self {
        let edges: Vec<_> = list
            .into_iter()
            .map(|related| {
                let RelatedArticle { article, score, source, reasons } = related.into();
                RelatedEdge { cursor: article.id.to_string(), node: article, score, source, reasons }
            })
            .collect();
        Self {
            nodes: edges.iter().map(|edge| edge.node.clone()).collect(),
            page_info: PageInfo {
                has_previous_page: false,
                has_next_page: false,
                start_cursor: edges.first().map(|edge| edge.cursor.clone()),
                end_cursor: edges.last().map(|edge| edge.cursor.clone()),
            },
            edges,
        }
    }
}
