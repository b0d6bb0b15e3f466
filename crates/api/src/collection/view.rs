//! Collections as clients see them.

use async_graphql::{ID, SimpleObject, Value};
use domain::{
    article::{ArticleId, Card},
    collection::Collection as DomainCollection,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    article::view::ArticleCard,
    graphql::held::{Asked, Held},
};

/// A list of articles that editors put in order, such as a front page.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[graphql(complex)]
pub struct Collection {
    /// Its id, a TypeID.
    #[schema(value_type = String, example = "collection_01h455vb4pex5vsknk084sn02q")]
    pub id: ID,
    /// Its name in addresses.
    #[schema(example = "front")]
    pub slug: String,
    /// Its title.
    pub title: String,
    /// What it is, in a sentence or two.
    pub description: Option<String>,
    /// Those of its articles that readers see, in the order of the editors; at most 100.
    #[graphql(skip)]
    pub articles: Vec<ArticleCard>,
    #[serde(skip)]
    #[graphql(skip)]
    pub(super) listed: Vec<ArticleId>,
}

impl Held for Collection {
    fn held(&self, asked: &Asked<'_>) -> Option<Value> {
        match asked.name() {
            "id" => asked.leaf(&self.id),
            "slug" => asked.leaf(&self.slug),
            "title" => asked.leaf(&self.title),
            "description" => asked.leaf(&self.description),
            _ => None,
        }
    }
}

impl Collection {
    /// Shows a collection with these articles.
    pub fn of(collection: DomainCollection, articles: Vec<Card>) -> Self {
        Self {
            id: collection.id.to_string().into(),
            slug: collection.slug.to_string(),
            title: collection.title,
            description: collection.description,
            articles: articles.into_iter().map(Into::into).collect(),
            listed: collection.articles,
        }
    }
}

impl From<DomainCollection> for Collection {
    /// For GraphQL, where the articles are a field of their own.
    fn from(collection: DomainCollection) -> Self {
        Self::of(collection, Vec::new())
    }
}
