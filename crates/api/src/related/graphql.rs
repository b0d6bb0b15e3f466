//! Related articles over GraphQL: a connection whose edges carry the score and its reasons.

use async_graphql::{SimpleObject, Value, connection::PageInfo};
use domain::related::Related;

use super::view::{RelatedArticle, RelatedReasons, RelatedSource};
use crate::{
    article::view::ArticleCard,
    graphql::inline_fields::{InlineFields, RequestedField, Shown},
};

/// Related articles, best match first. There is only one page.
#[derive(SimpleObject)]
pub struct RelatedConnection {
    /// The articles, each with its score and the reasons for it.
    pub edges: Vec<Shown<RelatedEdge>>,
    /// The articles.
    pub nodes: Vec<Shown<ArticleCard>>,
    /// Pagination. There are never more pages.
    pub page_info: PageInfo,
}

/// A related article, with its score and the reasons for it.
#[derive(SimpleObject)]
pub struct RelatedEdge {
    /// The cursor of this item.
    pub cursor: String,
    /// The article.
    pub node: Shown<ArticleCard>,
    /// The score, from 0 to 1. Articles that only fill up the list have 0.
    pub score: f64,
    /// Why the article is in the list.
    pub source: RelatedSource,
    /// How the score is calculated.
    pub reasons: RelatedReasons,
}

impl InlineFields for RelatedEdge {
    fn inline_field(&self, requested: &RequestedField<'_>) -> Option<Value> {
        match requested.name() {
            "cursor" => requested.leaf(&self.cursor),
            "node" => requested.object(&*self.node),
            "score" => requested.leaf(&self.score),
            "source" => requested.leaf(&self.source),
            "reasons" => requested.object(&self.reasons),
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
