//! Creating, changing, merging and deleting tags, sections and authors over REST.

use actix_web::{
    HttpResponse, delete, patch, post,
    web::{Data, Path},
};
use domain::term::{self, Made, Role, Term, TermPatch};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    super::view::{Author, Section, Tag},
    graphql::OnExisting,
    input::{AuthorInput, AuthorPatch, SectionInput, SectionPatch, TagInput, TagPatch},
};
use crate::{
    app::App,
    http::json_body::JsonBody,
    http::preconditions::{IfMatch, IfMatchHeader},
    http::problem::Problem,
    http::query::{self, Nothing, Query},
    http::reply::Reply,
    session::bearer::RequireBearer,
};

/// The tag to merge another one into.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeInput {
    /// The tag that remains: its id or slug.
    into: String,
}

/// Merge a tag into another one
///
/// Its articles and the tags below it move to the other tag; its slugs and its id keep working and lead
/// there. Requires the editor role.
#[utoipa::path(
    tag = "terms",
    operation_id = "merge_tags",
    security(("bearer" = [])),
    params(
        ("tag" = String, Path, description = "The tag to merge, which is deleted: its id or slug.", example = "storm"),
        IfMatchHeader
    ),
    request_body = MergeInput,
    responses((
        status = 200,
        description = "The tag that remains, after the merge.",
        body = Tag,
        headers(("ETag" = String, description = "The revision, for `If-Match`."))
    ))
)]
#[post("/v1/tags/{tag}/merge")]
pub async fn merge_tags(
    app: Data<App>,
    context: RequireBearer,
    key: Path<String>,
    seen: IfMatch,
    _: Query<Nothing>,
    sent: JsonBody<MergeInput>,
) -> Result<Reply, Problem> {
    let into = sent.0.into;
    let now =
        app.write(&context, move |cx, repos| term::merge(cx, repos, &key, &into, seen.strong())).await?;
    let revision = now.revision;
    Ok(Reply::one(&Tag::from(now), None, &context)?.tagged(revision))
}

/// What to do if it already exists.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CreateQuery {
    /// What to do if it already exists, which means: one has the same slug or, if no slug is given, the
    /// same name. `refuse` returns 409 `term.exists`; `return` returns the existing one with status
    /// 200. Default: `refuse`.
    #[param(inline, value_type = Option<OnExisting>)]
    on_existing: Option<String>,
}

async fn create<V: From<Term> + Serialize>(
    app: &App,
    context: &RequireBearer,
    role: Role,
    folder: &str,
    query: &CreateQuery,
    new: TermPatch,
) -> Result<Reply, Problem> {
    let on_existing =
        query::word::<OnExisting, _>(query.on_existing.as_deref(), "onExisting", "on_existing.unknown")?;
    let made = app.write(context, move |cx, repos| term::create(cx, repos, role, &new, on_existing)).await?;
    let location = match &made {
        Made::New(term) => Some(format!("/v1/{folder}/{}", role.write(term.id))),
        Made::Existing(_) => None,
    };
    let term = Term::from(made);
    let revision = term.revision;
    let reply = Reply::one(&V::from(term), None, context)?.tagged(revision);
    Ok(location.into_iter().fold(reply, Reply::created))
}

async fn update<V: From<Term> + Serialize>(
    app: &App,
    context: &RequireBearer,
    role: Role,
    key: String,
    seen: IfMatch,
    patch: TermPatch,
) -> Result<Reply, Problem> {
    let now =
        app.write(context, move |cx, repos| term::edit(cx, repos, role, &key, &patch, seen.strong())).await?;
    let revision = now.revision;
    Ok(Reply::one(&V::from(now), None, context)?.tagged(revision))
}

async fn remove(
    app: &App,
    context: &RequireBearer,
    role: Role,
    key: String,
    seen: IfMatch,
) -> Result<HttpResponse, Problem> {
    app.write(context, move |cx, repos| term::remove(cx, repos, role, &key, seen.strong())).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Create a tag
///
/// Requires the editor role.
#[utoipa::path(
    tag = "terms",
    operation_id = "create_tag",
    security(("bearer" = [])),
    params(CreateQuery),
    request_body = TagInput,
    responses((
        status = 201,
        description = "The new tag.",
        body = Tag,
        headers(
            ("Location" = String, description = "The URL of the tag."),
            ("ETag" = String, description = "The revision, for `If-Match`.")
        )
    ), (
        status = 200,
        description = "The existing tag. Only with `onExisting=return`.",
        body = Tag,
        headers(("ETag" = String, description = "The revision, for `If-Match`."))
    ))
)]
#[post("/v1/tags")]
pub async fn create_tag(
    app: Data<App>,
    context: RequireBearer,
    query: Query<CreateQuery>,
    sent: JsonBody<TagInput>,
) -> Result<Reply, Problem> {
    create::<Tag>(&app, &context, Role::Tag, "tags", &query.0, sent.0.into()).await
}

/// Change a tag
///
/// Omitted fields are left unchanged; `null` clears a field. An old slug keeps working. Requires the
/// editor role.
#[utoipa::path(
    tag = "terms",
    operation_id = "update_tag",
    security(("bearer" = [])),
    params(
        ("tag" = String, Path, description = "The tag's id or slug."),
        IfMatchHeader
    ),
    request_body(content((TagPatch = "application/json"), (TagPatch = "application/merge-patch+json"))),
    responses((
        status = 200,
        description = "The tag after the change.",
        body = Tag,
        headers(("ETag" = String, description = "The revision, for `If-Match`."))
    ))
)]
#[patch("/v1/tags/{tag}")]
pub async fn update_tag(
    app: Data<App>,
    context: RequireBearer,
    key: Path<String>,
    seen: IfMatch,
    _: Query<Nothing>,
    sent: JsonBody<TagPatch>,
) -> Result<Reply, Problem> {
    update::<Tag>(&app, &context, Role::Tag, key.into_inner(), seen, sent.0.into()).await
}

/// Delete a tag
///
/// Fails with `term.in_use` if a published or scheduled article has it, or if there are tags below it.
/// Requires the editor role.
#[utoipa::path(
    tag = "terms",
    operation_id = "remove_tag",
    security(("bearer" = [])),
    params(
        ("tag" = String, Path, description = "The tag's id or slug."),
        IfMatchHeader
    ),
    responses((status = 204, description = "Deleted."))
)]
#[delete("/v1/tags/{tag}")]
pub async fn remove_tag(
    app: Data<App>,
    context: RequireBearer,
    key: Path<String>,
    seen: IfMatch,
    _: Query<Nothing>,
) -> Result<HttpResponse, Problem> {
    remove(&app, &context, Role::Tag, key.into_inner(), seen).await
}

/// Create a section
///
/// Requires the editor role.
#[utoipa::path(
    tag = "terms",
    operation_id = "create_section",
    security(("bearer" = [])),
    params(CreateQuery),
    request_body = SectionInput,
    responses((
        status = 201,
        description = "The new section.",
        body = Section,
        headers(
            ("Location" = String, description = "The URL of the section."),
            ("ETag" = String, description = "The revision, for `If-Match`.")
        )
    ), (
        status = 200,
        description = "The existing section. Only with `onExisting=return`.",
        body = Section,
        headers(("ETag" = String, description = "The revision, for `If-Match`."))
    ))
)]
#[post("/v1/sections")]
pub async fn create_section(
    app: Data<App>,
    context: RequireBearer,
    query: Query<CreateQuery>,
    sent: JsonBody<SectionInput>,
) -> Result<Reply, Problem> {
    create::<Section>(&app, &context, Role::Section, "sections", &query.0, sent.0.into()).await
}

/// Change a section
///
/// Omitted fields are left unchanged; `null` clears a field. An old slug keeps working. Requires the
/// editor role.
#[utoipa::path(
    tag = "terms",
    operation_id = "update_section",
    security(("bearer" = [])),
    params(
        ("section" = String, Path, description = "The section's id or slug."),
        IfMatchHeader
    ),
    request_body(content((SectionPatch = "application/json"), (SectionPatch = "application/merge-patch+json"))),
    responses((
        status = 200,
        description = "The section after the change.",
        body = Section,
        headers(("ETag" = String, description = "The revision, for `If-Match`."))
    ))
)]
#[patch("/v1/sections/{section}")]
pub async fn update_section(
    app: Data<App>,
    context: RequireBearer,
    key: Path<String>,
    seen: IfMatch,
    _: Query<Nothing>,
    sent: JsonBody<SectionPatch>,
) -> Result<Reply, Problem> {
    update::<Section>(&app, &context, Role::Section, key.into_inner(), seen, sent.0.into()).await
}

/// Delete a section
///
/// Fails with `term.in_use` if a published or scheduled article is in it, or if there are sections
/// below it. Requires the editor role.
#[utoipa::path(
    tag = "terms",
    operation_id = "remove_section",
    security(("bearer" = [])),
    params(
        ("section" = String, Path, description = "The section's id or slug."),
        IfMatchHeader
    ),
    responses((status = 204, description = "Deleted."))
)]
#[delete("/v1/sections/{section}")]
pub async fn remove_section(
    app: Data<App>,
    context: RequireBearer,
    key: Path<String>,
    seen: IfMatch,
    _: Query<Nothing>,
) -> Result<HttpResponse, Problem> {
    remove(&app, &context, Role::Section, key.into_inner(), seen).await
}

/// Create an author
///
/// Requires the editor role.
#[utoipa::path(
    tag = "terms",
    operation_id = "create_author",
    security(("bearer" = [])),
    params(CreateQuery),
    request_body = AuthorInput,
    responses((
        status = 201,
        description = "The new author.",
        body = Author,
        headers(
            ("Location" = String, description = "The URL of the author."),
            ("ETag" = String, description = "The revision, for `If-Match`.")
        )
    ), (
        status = 200,
        description = "The existing author. Only with `onExisting=return`.",
        body = Author,
        headers(("ETag" = String, description = "The revision, for `If-Match`."))
    ))
)]
#[post("/v1/authors")]
pub async fn create_author(
    app: Data<App>,
    context: RequireBearer,
    query: Query<CreateQuery>,
    sent: JsonBody<AuthorInput>,
) -> Result<Reply, Problem> {
    create::<Author>(&app, &context, Role::Author, "authors", &query.0, sent.0.into()).await
}

/// Change an author
///
/// Omitted fields are left unchanged; `null` clears a field. An old slug keeps working. Requires the
/// editor role.
#[utoipa::path(
    tag = "terms",
    operation_id = "update_author",
    security(("bearer" = [])),
    params(
        ("author" = String, Path, description = "The author's id or slug."),
        IfMatchHeader
    ),
    request_body(content((AuthorPatch = "application/json"), (AuthorPatch = "application/merge-patch+json"))),
    responses((
        status = 200,
        description = "The author after the change.",
        body = Author,
        headers(("ETag" = String, description = "The revision, for `If-Match`."))
    ))
)]
#[patch("/v1/authors/{author}")]
pub async fn update_author(
    app: Data<App>,
    context: RequireBearer,
    key: Path<String>,
    seen: IfMatch,
    _: Query<Nothing>,
    sent: JsonBody<AuthorPatch>,
) -> Result<Reply, Problem> {
    update::<Author>(&app, &context, Role::Author, key.into_inner(), seen, sent.0.into()).await
}

/// Delete an author
///
/// Fails with `term.in_use` if a published or scheduled article has them, or if they belong to an
/// account. Requires the editor role.
#[utoipa::path(
    tag = "terms",
    operation_id = "remove_author",
    security(("bearer" = [])),
    params(
        ("author" = String, Path, description = "The author's id or slug."),
        IfMatchHeader
    ),
    responses((status = 204, description = "Deleted."))
)]
#[delete("/v1/authors/{author}")]
pub async fn remove_author(
    app: Data<App>,
    context: RequireBearer,
    key: Path<String>,
    seen: IfMatch,
    _: Query<Nothing>,
) -> Result<HttpResponse, Problem> {
    remove(&app, &context, Role::Author, key.into_inner(), seen).await
}
