//! The representation of collections in both APIs.

use async_graphql::{ID, SimpleObject, Value};
use domain::{
    article::{ArticleId, Card},
    collection::{Collection as DomainCollection, Entry},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    article::{view::ArticleCard, words::ArticleStatus},
    graphql::inline_fields::{InlineFields, RequestedField},
    scalar::DateTime,
};

/// A list of articles arranged by editors, such as a front page.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[graphql(complex)]
pub struct Collection {
    /// Unique id (a TypeID).
    #[schema(value_type = String, example = "collection_01h455vb4pex5vsknk084sn02q")]
    pub id: ID,
    /// The current revision, for `If-Match` and `expectedRevision`. Every change increases it by one,
    /// including changes of entries that readers do not see. Null unless you have the editor role.
    #[schema(minimum = 1, example = 3)]
    pub revision: Option<u32>,
    /// The slug, used in URLs.
    #[schema(example = "front")]
    pub slug: String,
    /// The title.
    pub title: String,
    /// A description in one or two sentences.
    pub description: Option<String>,
    /// The articles that readers see, in the editors' order; at most 100.
    #[graphql(skip)]
    pub articles: Vec<ArticleCard>,
    #[serde(skip)]
    #[graphql(skip)]
    pub(super) listed: Vec<ArticleId>,
}

/// A collection in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CollectionCard {
    /// Unique id (a TypeID).
    #[schema(value_type = String, example = "collection_01h455vb4pex5vsknk084sn02q")]
    pub id: ID,
    /// The current revision, for `If-Match`. Null unless you have the editor role.
    #[schema(minimum = 1, example = 3)]
    pub revision: Option<u32>,
    /// The slug, used in URLs.
    #[schema(example = "front")]
    pub slug: String,
    /// The title.
    pub title: String,
    /// A description in one or two sentences.
    pub description: Option<String>,
    /// The articles that readers see, in the editors' order; at most 100. Only with `include=articles`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub articles: Option<Vec<ArticleCard>>,
}

impl CollectionCard {
    /// Builds the view of a collection; `articles` is `None` if they were not asked for.
    pub(super) fn of(collection: DomainCollection, articles: Option<Vec<Card>>) -> Self {
        let has_articles = articles.is_some();
        let Collection { id, revision, slug, title, description, articles, .. } =
            Collection::of(collection, articles.unwrap_or_default());
        Self { id, revision, slug, title, description, articles: has_articles.then_some(articles) }
    }
}

impl InlineFields for Collection {
    fn inline_field(&self, requested: &RequestedField<'_>) -> Option<Value> {
        match requested.name() {
            "id" => requested.leaf(&self.id),
            "revision" => requested.leaf(&self.revision),
            "slug" => requested.leaf(&self.slug),
            "title" => requested.leaf(&self.title),
            "description" => requested.leaf(&self.description),
            _ => None,
        }
    }
}

impl Collection {
    /// Builds the view of a collection with these articles.
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
    /// For GraphQL, where a resolver loads the articles.
    fn from(collection: DomainCollection) -> Self {
        Self::of(collection, Vec::new())
    }
}

/// An article in a collection, as editors see it.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct CollectionEntry {
    /// The article.
    pub article: EntryArticle,
    /// Whether readers see the article now.
    pub visible: bool,
}

/// The article of a collection entry.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct EntryArticle {
    /// The article's id (a TypeID).
    #[schema(value_type = String, example = "article_01h455vb4pex5vsknk084sn02q")]
    pub id: ID,
    /// The current slug. For an article that readers do not see: the slug in its newest revision.
    #[schema(example = "the-night-of-odalys")]
    pub slug: String,
    /// The published headline. For an article that readers do not see: the headline in its newest
    /// revision.
    pub headline: String,
    /// The workflow status of the newest revision.
    pub status: ArticleStatus,
    /// When readers first see the article.
    pub published_at: Option<DateTime>,
}

impl From<Entry> for CollectionEntry {
    fn from(entry: Entry) -> Self {
        let article = EntryArticle {
            id: entry.article.to_string().into(),
            slug: entry.slug.to_string(),
            headline: entry.headline,
            status: entry.display_status.into(),
            published_at: entry.published_at.map(DateTime),
        };
        Self { article, visible: entry.visible }
    }
}
