//! Creating, changing and deleting collections over REST.

use actix_web::{
    HttpResponse, delete, patch, post,
    web::{Data, Path},
};
use domain::{
    article::Parts,
    collection::{self, CollectionPatch as DomainPatch},
    context::Context,
    error::Result,
    store::Repos,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::view::Collection;
use crate::{
    app::App,
    http::json_body::{JsonBody, non_null, nullable},
    http::preconditions::{IfMatch, IfMatchHeader},
    http::problem::Problem,
    http::query::{Nothing, Query},
    http::reply::Reply,
    session::bearer::RequireBearer,
};

/// The collection to create.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CollectionInput {
    /// The title, 1 to 200 characters.
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$"
    )]
    title: String,
    /// The slug, used in URLs. Default: derived from the title.
    #[schema(pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", max_length = 96)]
    slug: Option<String>,
    /// A description in one or two sentences. At most 5,000 characters.
    #[schema(max_length = 5000)]
    description: Option<String>,
    /// Its articles, in order: ids or slugs, without duplicates. Unpublished articles are allowed. At
    /// most 100.
    #[schema(max_items = 100)]
    articles: Option<Vec<String>>,
}

/// The fields of the collection to change. Omitted fields are left unchanged; `null` clears a field.
#[derive(Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields, default)]
pub struct CollectionPatch {
    /// The title, 1 to 200 characters.
    #[serde(deserialize_with = "non_null")]
    #[schema(
        nullable = false,
        min_length = 1,
        max_length = 200,
        pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$"
    )]
    title: Option<String>,
    /// The slug, used in URLs. A number is appended if the slug is taken.
    #[serde(deserialize_with = "non_null")]
    #[schema(nullable = false, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", max_length = 96)]
    slug: Option<String>,
    /// A description in one or two sentences. At most 5,000 characters.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, max_length = 5000)]
    description: Option<Option<String>>,
    /// Its articles, in order: ids or slugs, without duplicates. Replaces the whole list; at most 100.
    #[serde(deserialize_with = "non_null")]
    #[schema(nullable = false, max_items = 100)]
    articles: Option<Vec<String>>,
}

/// Loads a collection's visible articles and builds its view.
fn shown(cx: &Context<'_>, repos: &mut dyn Repos, one: collection::Collection) -> Result<Collection> {
    let lists = std::slice::from_ref(&one.articles);
    let articles = collection::articles_of_each(cx, repos, lists, Parts::ALL)?.pop().unwrap_or_default();
    Ok(Collection::of(one, articles))
}

/// Builds the response with a collection and its revision as `ETag`.
fn tagged(collection: &Collection, context: &RequireBearer) -> Result<Reply> {
    let reply = Reply::one(collection, None, context)?;
    Ok(collection.revision.into_iter().fold(reply, Reply::tagged))
}

/// Create a collection
///
/// Requires the editor role.
#[utoipa::path(
    tag = "site",
    operation_id = "create_collection",
    security(("bearer" = [])),
    request_body = CollectionInput,
    responses((
        status = 201,
        description = "The new collection, with the articles that readers see.",
        body = Collection,
        headers(
            ("Location" = String, description = "The URL of the collection."),
            ("ETag" = String, description = "The revision, for `If-Match`.")
        )
    ))
)]
#[post("/v1/collections")]
pub async fn create_collection(
    app: Data<App>,
    context: RequireBearer,
    _: Query<Nothing>,
    sent: JsonBody<CollectionInput>,
) -> Result<Reply, Problem> {
    let CollectionInput { title, slug, description, articles } = sent.0;
    let new = DomainPatch { title: Some(title), slug, description: description.map(Some), articles };
    let made = app
        .write(&context, move |cx, repos| {
            let made = collection::create(cx, repos, &new)?;
            shown(cx, repos, made)
        })
        .await?;
    let location = format!("/v1/collections/{}", made.id.as_str());
    Ok(tagged(&made, &context)?.created(location))
}

/// Change a collection
///
/// Omitted fields are left unchanged; `null` clears a field. `articles` replaces the whole list.
/// Requires the editor role.
#[utoipa::path(
    tag = "site",
    operation_id = "update_collection",
    security(("bearer" = [])),
    params(
        ("collection" = String, Path, description = "The collection's id or slug.", example = "front"),
        IfMatchHeader
    ),
    request_body(content((CollectionPatch = "application/json"), (CollectionPatch = "application/merge-patch+json"))),
    responses((
        status = 200,
        description = "The collection after the change.",
        body = Collection,
        headers(("ETag" = String, description = "The revision, for `If-Match`."))
    ))
)]
#[patch("/v1/collections/{collection}")]
pub async fn update_collection(
    app: Data<App>,
    context: RequireBearer,
    key: Path<String>,
    seen: IfMatch,
    _: Query<Nothing>,
    sent: JsonBody<CollectionPatch>,
) -> Result<Reply, Problem> {
    let CollectionPatch { title, slug, description, articles } = sent.0;
    let patch = DomainPatch { title, slug, description, articles };
    let now = app
        .write(&context, move |cx, repos| {
            let now = collection::edit(cx, repos, &key, &patch, seen.strong())?;
            shown(cx, repos, now)
        })
        .await?;
    Ok(tagged(&now, &context)?)
}

/// Delete a collection
///
/// Its articles are not deleted. Requires the editor role.
#[utoipa::path(
    tag = "site",
    operation_id = "remove_collection",
    security(("bearer" = [])),
    params(
        ("collection" = String, Path, description = "The collection's id or slug.", example = "front"),
        IfMatchHeader
    ),
    responses((status = 204, description = "The collection was deleted."))
)]
#[delete("/v1/collections/{collection}")]
pub async fn remove_collection(
    app: Data<App>,
    context: RequireBearer,
    key: Path<String>,
    seen: IfMatch,
    _: Query<Nothing>,
) -> Result<HttpResponse, Problem> {
    app.write(&context, move |cx, repos| collection::remove(cx, repos, &key, seen.strong())).await?;
    Ok(HttpResponse::NoContent().finish())
}
