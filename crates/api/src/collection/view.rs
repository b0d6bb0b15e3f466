//! Collections as clients see them.

use async_graphql::{ID, SimpleObject, Value};
use domain::{
    article::{ArticleId, Card},
    collection::{Collection as DomainCollection, Entry},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    article::{view::ArticleCard, words::ArticleStatus},
    graphql::held::{Asked, Held},
    scalar::DateTime,
};

/// A list of articles that editors put in order, such as a front page.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[graphql(complex)]
pub struct Collection {
    /// Its id, a TypeID.
    #[schema(value_type = String, example = "collection_01h455vb4pex5vsknk084sn02q")]
    pub id: ID,
    /// The revision, for `If-Match` and `expectedRevision`: each change raises it by one, also a change of
    /// entries that readers do not see. For editors; null for others.
    #[schema(minimum = 1, example = 3)]
    pub revision: Option<u32>,
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

/// A collection as lists show it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CollectionCard {
    /// Its id, a TypeID.
    #[schema(value_type = String, example = "collection_01h455vb4pex5vsknk084sn02q")]
    pub id: ID,
    /// The revision, for `If-Match`. For editors; null for others.
    #[schema(minimum = 1, example = 3)]
    pub revision: Option<u32>,
    /// Its name in addresses.
    #[schema(example = "front")]
    pub slug: String,
    /// Its title.
    pub title: String,
    /// What it is, in a sentence or two.
    pub description: Option<String>,
    /// Those of its articles that readers see, in the order of the editors; at most 100. With
    /// `include=articles`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub articles: Option<Vec<ArticleCard>>,
}

impl CollectionCard {
    /// Shows a collection, with these articles if they were asked for.
    pub(super) fn of(collection: DomainCollection, articles: Option<Vec<Card>>) -> Self {
        let has_articles = articles.is_some();
        let Collection { id, revision, slug, title, description, articles, .. } =
            Collection::of(collection, articles.unwrap_or_default());
        Self { id, revision, slug, title, description, articles: has_articles.then_some(articles) }
    }
}

impl Held for Collection {
    fn held(&self, asked: &Asked<'_>) -> Option<Value> {
        match asked.name() {
            "id" => asked.leaf(&self.id),
            "revision" => asked.leaf(&self.revision),
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
            revision: Some(collection.revision).filter(|revision| *revision > 0),
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

/// An article in a collection, as its editors see it.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct CollectionEntry {
    /// The article.
    pub article: EntryArticle,
    /// Whether readers see it now.
    pub visible: bool,
}

/// The article of a collection's entry.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct EntryArticle {
    /// The article's id, a TypeID.
    #[schema(value_type = String, example = "article_01h455vb4pex5vsknk084sn02q")]
    pub id: ID,
    /// The slug that readers use; the newest revision's if they do not see the article.
    #[schema(example = "the-night-of-odalys")]
    pub slug: String,
    /// The headline that readers see; the newest revision's if they do not see the article.
    pub headline: String,
    /// The status of the newest revision.
    pub status: ArticleStatus,
    /// When readers see it, or will see it.
    pub published_at: Option<DateTime>,
}

impl From<Entry> for CollectionEntry {
    fn from(entry: Entry) -> Self {
        let article = EntryArticle {
            id: entry.article.to_string().into(),
            slug: entry.slug.to_string(),
            headline: entry.headline,
            status: entry.standing.into(),
            published_at: entry.published_at.map(DateTime),
        };
        Self { article, visible: entry.visible }
    }
}
