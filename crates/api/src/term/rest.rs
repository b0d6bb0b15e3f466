//! Tags, sections and authors over REST.

use actix_web::{Either, HttpRequest, HttpResponse, get, web::Data};
use domain::{
    account::AccountId,
    error::{Error, Result},
    term::{self, Role, TagType as DomainTagType, Term, TermFilter, TermKey, read_key},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::{Author, Section, Tag, TagType};
use crate::{
    app::{App, Length},
    context::RequestContext,
    http::problem::Problem,
    http::query::{self, CountParameter, Query, Violations},
    http::reply::{self, PageInfo, Reply},
    http::sparse::Fields,
};

/// One page of tags.
#[derive(Serialize, ToSchema)]
pub struct TagList {
    /// The tags, by name.
    pub data: Vec<Tag>,
    /// Pagination: whether there are more pages, and their cursors.
    pub page: PageInfo,
}

/// One page of sections.
#[derive(Serialize, ToSchema)]
pub struct SectionList {
    /// The sections, by name.
    pub data: Vec<Section>,
    /// Pagination: whether there are more pages, and their cursors.
    pub page: PageInfo,
}

/// One page of authors.
#[derive(Serialize, ToSchema)]
pub struct AuthorList {
    /// The authors, by name.
    pub data: Vec<Author>,
    /// Pagination: whether there are more pages, and their cursors.
    pub page: PageInfo,
}

/// Filters and page of a list of tags.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TagListQuery {
    /// Only tags of these types, comma-separated.
    #[param(example = "person,place")]
    r#type: Option<String>,
    /// Only tags directly below this one: an id or slug.
    parent: Option<String>,
    /// Maximum number of tags per page. Default: 20.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// Returns items after this cursor.
    after: Option<String>,
    /// Returns items before this cursor.
    before: Option<String>,
    /// Whether to return the total number of items. Here, `estimate` is exact too.
    #[param(inline, value_type = Option<CountParameter>)]
    count: Option<String>,
    /// Only these fields, comma-separated, and `id`. Dots select nested fields.
    #[param(example = "name,articleCount")]
    fields: Option<String>,
}

/// Filters and page of a list of sections.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SectionListQuery {
    /// Only sections directly below this one: an id or slug.
    parent: Option<String>,
    /// Maximum number of sections per page. Default: 20.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// Returns items after this cursor.
    after: Option<String>,
    /// Returns items before this cursor.
    before: Option<String>,
    /// Whether to return the total number of items. Here, `estimate` is exact too.
    #[param(inline, value_type = Option<CountParameter>)]
    count: Option<String>,
    /// Only these fields, comma-separated, and `id`. Dots select nested fields.
    #[param(example = "name,path")]
    fields: Option<String>,
}

/// Filters and page of a list of authors.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuthorListQuery {
    /// Only the authors that belong to this account: an account id. Requires the admin role or to be
    /// this account.
    user: Option<String>,
    /// Maximum number of authors per page. Default: 20.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// Returns items after this cursor.
    after: Option<String>,
    /// Returns items before this cursor.
    before: Option<String>,
    /// Whether to return the total number of items. Here, `estimate` is exact too.
    #[param(inline, value_type = Option<CountParameter>)]
    count: Option<String>,
    /// Only these fields, comma-separated, and `id`. Dots select nested fields.
    #[param(example = "name,links.url")]
    fields: Option<String>,
}

/// Which fields of one object to return.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OneQuery {
    /// Only these fields, comma-separated, and `id`. Dots select nested fields.
    #[param(example = "slug")]
    pub(crate) fields: Option<String>,
}

/// The parameters of all three lists.
struct ListParameters {
    types: Option<String>,
    parent: Option<String>,
    user: Option<String>,
    limit: Option<String>,
    after: Option<String>,
    before: Option<String>,
    count: Option<String>,
    fields: Option<String>,
}

async fn list<V: From<Term> + Serialize + ToSchema + 'static>(
    app: &App,
    context: &RequestContext,
    request: &HttpRequest,
    role: Role,
    requested: ListParameters,
) -> Result<Reply, Problem> {
    let mut wrong = Violations::default();
    let filter = TermFilter {
        types: wrong.note(types(requested.types.as_deref())),
        parent: wrong.note(parent(role, requested.parent.as_deref())),
        user: wrong.note(requested.user.as_deref().map(user).transpose()),
    };
    let fields = wrong.note(Fields::read::<V>(requested.fields.as_deref()));
    let page = query::page(
        &mut wrong,
        requested.limit.as_deref(),
        requested.after,
        requested.before,
        requested.count.as_deref(),
    );
    wrong.end()?;
    let page = app
        .read(context, Length::Short, move |cx, repos| term::list(cx, repos, role, &filter, &page))
        .await?;
    Ok(Reply::list(request, page, V::from, fields.as_ref(), context)?)
}

fn types(text: Option<&str>) -> Result<Vec<DomainTagType>> {
    let read = |text| query::words::<TagType, _>(text, "type", "type.unknown");
    text.map(read).transpose().map(Option::unwrap_or_default)
}

fn parent(role: Role, text: Option<&str>) -> Result<Option<TermKey>> {
    text.map(|text| read_key(role, text, "parent")).transpose()
}

pub(super) fn user(text: &str) -> Result<AccountId> {
    text.parse().map_err(|error: Error| Error::parameter("user", error.code(), error.detail().to_owned()))
}

async fn one<V: From<Term> + Serialize + ToSchema + 'static>(
    app: &App,
    context: &RequestContext,
    role: Role,
    request: &HttpRequest,
    query: OneQuery,
) -> Result<Either<Reply, HttpResponse>, Problem> {
    let fields = Fields::read::<V>(query.fields.as_deref())?;
    let key = request.match_info().get(role.as_str()).unwrap_or_default().to_owned();
    let requested = role.read(&key);
    let term = app.read(context, Length::Short, move |cx, repos| term::get(cx, repos, role, &key)).await?;
    if matches!(requested, Some(TermKey::Slug(slug)) if slug != term.slug) {
        let folder = format!("{}s", role.as_str());
        return Ok(Either::Right(reply::moved(request, &folder, role.as_str(), term.slug.as_str())));
    }
    let revision = term.revision;
    Ok(Either::Left(Reply::one(&V::from(term), fields.as_ref(), context)?.at_revision(revision)))
}

/// List tags
///
/// All tags, by name.
#[utoipa::path(
    tag = "terms",
    operation_id = "list_tags",
    params(TagListQuery),
    responses((status = 200, description = "One page of tags.", body = TagList))
)]
#[get("/v1/tags")]
pub async fn list_tags(
    app: Data<App>,
    context: RequestContext,
    request: HttpRequest,
    query: Query<TagListQuery>,
) -> Result<Reply, Problem> {
    let Query(query) = query;
    let requested = ListParameters {
        types: query.r#type,
        parent: query.parent,
        user: None,
        limit: query.limit,
        after: query.after,
        before: query.before,
        count: query.count,
        fields: query.fields,
    };
    list::<Tag>(&app, &context, &request, Role::Tag, requested).await
}

/// Get a tag
///
/// By its id or slug. An old slug redirects to the current one.
#[utoipa::path(
    tag = "terms",
    operation_id = "get_tag",
    params(("tag" = String, Path, description = "The tag's id or slug."), OneQuery),
    responses(
        (status = 200, description = "The tag.", body = Tag),
        (status = 301, description = "The slug is an old one; `Location` contains the current URL."),
    )
)]
#[get("/v1/tags/{tag}")]
pub async fn get_tag(
    app: Data<App>,
    context: RequestContext,
    request: HttpRequest,
    query: Query<OneQuery>,
) -> Result<Either<Reply, HttpResponse>, Problem> {
    one::<Tag>(&app, &context, Role::Tag, &request, query.0).await
}

/// List sections
///
/// All sections of all levels, by name.
#[utoipa::path(
    tag = "terms",
    operation_id = "list_sections",
    params(SectionListQuery),
    responses((status = 200, description = "One page of sections.", body = SectionList))
)]
#[get("/v1/sections")]
pub async fn list_sections(
    app: Data<App>,
    context: RequestContext,
    request: HttpRequest,
    query: Query<SectionListQuery>,
) -> Result<Reply, Problem> {
    let Query(query) = query;
    let requested = ListParameters {
        types: None,
        parent: query.parent,
        user: None,
        limit: query.limit,
        after: query.after,
        before: query.before,
        count: query.count,
        fields: query.fields,
    };
    list::<Section>(&app, &context, &request, Role::Section, requested).await
}

/// Get a section
///
/// By its id or slug. An old slug redirects to the current one.
#[utoipa::path(
    tag = "terms",
    operation_id = "get_section",
    params(("section" = String, Path, description = "The section's id or slug."), OneQuery),
    responses(
        (status = 200, description = "The section.", body = Section),
        (status = 301, description = "The slug is an old one; `Location` contains the current URL."),
    )
)]
#[get("/v1/sections/{section}")]
pub async fn get_section(
    app: Data<App>,
    context: RequestContext,
    request: HttpRequest,
    query: Query<OneQuery>,
) -> Result<Either<Reply, HttpResponse>, Problem> {
    one::<Section>(&app, &context, Role::Section, &request, query.0).await
}

/// List authors
///
/// All authors, by name.
#[utoipa::path(
    tag = "terms",
    operation_id = "list_authors",
    params(AuthorListQuery),
    responses((status = 200, description = "One page of authors.", body = AuthorList))
)]
#[get("/v1/authors")]
pub async fn list_authors(
    app: Data<App>,
    context: RequestContext,
    request: HttpRequest,
    query: Query<AuthorListQuery>,
) -> Result<Reply, Problem> {
    let Query(query) = query;
    let requested = ListParameters {
        types: None,
        parent: None,
        user: query.user,
        limit: query.limit,
        after: query.after,
        before: query.before,
        count: query.count,
        fields: query.fields,
    };
    list::<Author>(&app, &context, &request, Role::Author, requested).await
}

/// Get an author
///
/// By its id or slug. An old slug redirects to the current one.
#[utoipa::path(
    tag = "terms",
    operation_id = "get_author",
    params(("author" = String, Path, description = "The author's id or slug."), OneQuery),
    responses(
        (status = 200, description = "The author.", body = Author),
        (status = 301, description = "The slug is an old one; `Location` contains the current URL."),
    )
)]
#[get("/v1/authors/{author}")]
pub async fn get_author(
    app: Data<App>,
    context: RequestContext,
    request: HttpRequest,
    query: Query<OneQuery>,
) -> Result<Either<Reply, HttpResponse>, Problem> {
    one::<Author>(&app, &context, Role::Author, &request, query.0).await
}
