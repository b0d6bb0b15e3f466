//! Related articles over GraphQL: the reasons stand on the edges.

use async_graphql::{SimpleObject, Value, connection::PageInfo};
use domain::related::Related;

use super::view::{RelatedArticle, RelatedReasons, RelatedSource};
use crate::{
    article::view::ArticleCard,
    graphql::held::{Asked, Held, Shown},
};

/// Related articles, best first. Related lists have one page.
#[derive(SimpleObject)]
pub struct RelatedConnection {
    /// The articles, and why each is there.
    pub edges: Vec<Shown<RelatedEdge>>,
    /// The articles.
    pub nodes: Vec<Shown<ArticleCard>>,
    /// Nothing follows or precedes.
    pub page_info: PageInfo,
}

/// A related article, and why it is one.
#[derive(SimpleObject)]
pub struct RelatedEdge {
    /// Names the place.
    pub cursor: String,
    /// The article.
    pub node: Shown<ArticleCard>,
    /// From 0 to 1. What fills the list up has 0.
    pub score: f64,
    /// Why it is in the list.
    pub source: RelatedSource,
    /// What the score is made of.
    pub reasons: RelatedReasons,
}

impl Held for RelatedEdge {
    fn held(&self, asked: &Asked<'_>) -> Option<Value> {
        match asked.name() {
            "cursor" => asked.leaf(&self.cursor),
            "node" => asked.object(&*self.node),
            "score" => asked.leaf(&self.score),
            "source" => asked.leaf(&self.source),
            "reasons" => asked.object(&self.reasons),
            _ => None,
        }
    }
}

impl From<Vec<Related>> for RelatedConnection {
    fn from(list: Vec<Related>) -> Self {
        let edges: Vec<Shown<RelatedEdge>> = list
            .into_iter()
            .map(|related| {
                let RelatedArticle { article, score, source, reasons } = related.into();
                RelatedEdge { cursor: article.id.to_string(), node: article.into(), score, source, reasons }
                    .into()
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
