//! Collections over REST.

use actix_web::{
    HttpRequest, get,
    web::{Data, Path},
};
use domain::{
    article::Parts,
    collection,
    error::{Error, Result},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::{Collection, CollectionCard, CollectionEntry};
use crate::{
    app::{App, Length},
    context::RequestContext,
    http::problem::Problem,
    http::query::{self, CountParameter, Nothing, Query, Violations},
    http::reply::{PageInfo, Reply},
    http::sparse::Fields,
    session::bearer::RequireBearer,
    term::rest::OneQuery,
};

/// One page of collections.
#[derive(Serialize, ToSchema)]
pub struct CollectionList {
    /// The collections, by title.
    pub data: Vec<CollectionCard>,
    /// Pagination: whether there are more pages, and their cursors.
    pub page: PageInfo,
}

/// Which page of collections to return.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CollectionListQuery {
    /// Maximum number of collections per page. Default: 20.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// Returns items after this cursor.
    after: Option<String>,
    /// Returns items before this cursor.
    before: Option<String>,
    /// Whether to return the total number of items. Here, `estimate` is exact too.
    #[param(inline, value_type = Option<CountParameter>)]
    count: Option<String>,
    /// Parts to add to each collection: `articles`, the articles that readers see.
    #[param(example = "articles")]
    include: Option<String>,
    /// Only these fields, comma-separated, and `id`. Dots select nested fields. Naming `articles` also
    /// includes them.
    #[param(example = "title,articles.headline")]
    fields: Option<String>,
}

/// Reads the parameter `include`: whether to add each collection's articles.
fn includes_articles(text: Option<&str>) -> Result<bool> {
    match text {
        None => Ok(false),
        Some("articles") => Ok(true),
        Some(_) => Err(Error::parameter("include", "include.unknown", "must be articles")),
    }
}

/// List collections
///
/// All collections, by title. With `include=articles`, each contains its articles.
#[utoipa::path(
    tag = "site",
    operation_id = "list_collections",
    params(CollectionListQuery),
    responses((status = 200, description = "One page of collections.", body = CollectionList))
)]
#[get("/v1/collections")]
pub async fn list_collections(
    app: Data<App>,
    context: RequestContext,
    request: HttpRequest,
    query: Query<CollectionListQuery>,
) -> Result<Reply, Problem> {
    let Query(query) = query;
    let mut wrong = Violations::default();
    let fields = wrong.note(Fields::read::<CollectionCard>(query.fields.as_deref()));
    let included = wrong.note(includes_articles(query.include.as_deref()));
    let page =
        query::page(&mut wrong, query.limit.as_deref(), query.after, query.before, query.count.as_deref());
    wrong.end()?;
    let wanted = fields.as_ref().map_or(included, |fields| fields.names("articles"));
    let (page, articles) = app
        .read(&context, Length::Short, move |cx, repos| {
            let page = collection::list(cx, repos, &page)?;
            let lists: Vec<_> = page.edges.iter().map(|edge| edge.item.articles.clone()).collect();
            let articles = wanted.then(|| collection::articles_of_each(cx, repos, &lists, Parts::ALL));
            Ok((page, articles.transpose()?))
        })
        .await?;
    let mut articles = articles.map(Vec::into_iter);
    let page =
        page.filter_map(|one| Some((one, articles.as_mut().map(|all| all.next().unwrap_or_default()))));
    let view = |(one, articles)| CollectionCard::of(one, articles);
    Ok(Reply::list(&request, page, view, fields.as_ref(), &context)?)
}

/// Get a collection
///
/// By its id or slug, with its articles.
#[utoipa::path(
    tag = "site",
    operation_id = "get_collection",
    params(("collection" = String, Path, description = "The collection's id or slug.", example = "front"), OneQuery),
    responses((status = 200, description = "The collection.", body = Collection))
)]
#[get("/v1/collections/{collection}")]
pub async fn get_collection(
    app: Data<App>,
    context: RequestContext,
    key: Path<String>,
    query: Query<OneQuery>,
) -> Result<Reply, Problem> {
    let fields = Fields::read::<Collection>(query.0.fields.as_deref())?;
    let wanted = fields.as_ref().is_none_or(|fields| fields.names("articles"));
    let (one, articles) = app
        .read(&context, Length::Short, move |cx, repos| {
            let one = collection::get(cx, repos, &key)?;
            let lists = if wanted { vec![one.articles.clone()] } else { Vec::new() };
            let articles = collection::articles_of_each(cx, repos, &lists, Parts::ALL)?.pop();
            Ok((one, articles.unwrap_or_default()))
        })
        .await?;
    let shown = Collection::of(one, articles);
    let reply = Reply::one(&shown, fields.as_ref(), &context)?;
    Ok(shown.revision.into_iter().fold(reply, Reply::at_revision))
}

/// The entries of a collection.
#[derive(Serialize, ToSchema)]
pub struct CollectionEntryList {
    /// The entries, in order; at most 100.
    pub data: Vec<CollectionEntry>,
}

/// List a collection's entries
///
/// Includes articles that readers do not see. Read the entries before you change `articles`, which
/// replaces the whole list. Requires the editor role. The `ETag` begins with the collection's revision.
#[utoipa::path(
    tag = "site",
    operation_id = "list_collection_entries",
    security(("bearer" = [])),
    params(("collection" = String, Path, description = "The collection's id or slug.", example = "front")),
    responses((status = 200, description = "All entries of the collection.", body = CollectionEntryList))
)]
#[get("/v1/collections/{collection}/entries")]
pub async fn list_collection_entries(
    app: Data<App>,
    context: RequireBearer,
    key: Path<String>,
    _: Query<Nothing>,
) -> Result<Reply, Problem> {
    let (revision, entries) =
        app.read(&context, Length::Short, move |cx, repos| collection::entries(cx, repos, &key)).await?;
    let list = CollectionEntryList { data: entries.into_iter().map(Into::into).collect() };
    Ok(Reply::one(&list, None, &context)?.at_revision(revision))
}
