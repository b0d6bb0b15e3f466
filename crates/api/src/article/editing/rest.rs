//! Creating and changing articles over REST.

use actix_web::{
    FromRequest, HttpRequest, HttpResponse, delete,
    dev::Payload,
    patch, post, put,
    web::{Data, Path},
};
use domain::{
    article::{self, Article, ArticleKey, Precondition, Upserted},
    error::Result,
    time::Time,
};
use serde::Deserialize;
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{AllOfBuilder, ObjectBuilder, Ref, RefOr, Schema},
};

use super::{input::ArticleInput, view::Manuscript};
use crate::{
    app::App,
    context::RequestContext,
    http::json_body::JsonBody,
    http::preconditions::{IfMatch, IfMatchHeader},
    http::problem::Problem,
    http::query::{self, Nothing, Query},
    http::reply::Reply,
    session::bearer::RequireBearer,
};

/// Maximum size of a request body that contains an article, in bytes. Leaves room for a body of 2 MiB
/// in which JSON escapes many characters.
pub(crate) const MOST_BYTES: usize = 4 * 1024 * 1024;

/// The article to create. `headline` is required.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct NewArticle(ArticleInput);

impl PartialSchema for NewArticle {
    fn schema() -> RefOr<Schema> {
        let headed = ObjectBuilder::new().required("headline");
        AllOfBuilder::new()
            .description(Some("The article to create. `headline` is required."))
            .item(Ref::from_schema_name("ArticleInput"))
            .item(headed)
            .into()
    }
}

impl ToSchema for NewArticle {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push(("ArticleInput".to_owned(), ArticleInput::schema()));
        ArticleInput::schemas(schemas);
    }
}

/// Builds the response with an article's newest revision.
pub(super) fn newest(article: &Article, context: &RequestContext) -> Result<Reply> {
    let shown = Manuscript::newest(article, shown_at(article, context.now()));
    Ok(Reply::one(&shown, None, context)?.tagged(article.revision))
}

/// The time at which a response shows an article. Another request can have published it after this one began.
pub(super) fn shown_at(article: &Article, now: Time) -> Time {
    now.max(article.modified_at)
}

/// The `Idempotency-Key` header, which makes it safe to send a request again.
pub struct IdempotencyKey(Option<String>);

impl FromRequest for IdempotencyKey {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let value = request.headers().get("idempotency-key");
        // A value that is not text becomes an empty key, which the domain rejects.
        std::future::ready(Ok(Self(value.map(|value| value.to_str().unwrap_or_default().to_owned()))))
    }
}

/// Create an article
///
/// Creates a draft, which readers do not see. With `status: published` or `publishAt`, the article is
/// also published or scheduled; if that fails, nothing is created. Sending the same request again with
/// the same `Idempotency-Key` returns the first article instead of creating another one.
#[utoipa::path(
    tag = "writing",
    operation_id = "create_article",
    security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "A unique value that the client chooses for this request, 1 to 255 visible ASCII characters, stored for 24 hours. Repeating the request with the same key returns the first article.", example = "8e03978e-40d5-43e8-bc93-6894a57f9324")),
    request_body = NewArticle,
    responses((
        status = 201,
        description = "The new article.",
        body = Manuscript,
        headers(
            ("Location" = String, description = "The URL of the article."),
            ("ETag" = String, description = "The article's newest revision, for `If-Match`.")
        )
    ))
)]
#[post("/v1/articles")]
pub async fn create_article(
    app: Data<App>,
    context: RequireBearer,
    key: IdempotencyKey,
    _: Query<Nothing>,
    sent: JsonBody<NewArticle, MOST_BYTES>,
) -> Result<Reply, Problem> {
    let new = sent.0.0.patch()?;
    let made =
        app.write(&context, move |cx, repos| article::create(cx, repos, &new, key.0.as_deref())).await?;
    let location = format!("/v1/articles/{}", made.id);
    Ok(newest(&made, &context)?.created(location))
}

/// Upsert an article
///
/// Creates the article with this id in another system (the source), or changes it if it exists. Omitted
/// fields of an existing article are left unchanged. Articles imported from the same source with the
/// same id count as the same article. A later import of the source
/// overwrites what upserts wrote, but not what was edited here otherwise. `If-Match` is optional. Requires the editor role.
#[utoipa::path(
    tag = "writing",
    operation_id = "upsert_article",
    security(("bearer" = [])),
    params(
        ("source" = String, Path, description = "The name of the source, as used by imports.", min_length = 1, max_length = 1000, example = "wire"),
        ("id" = String, Path, description = "The article's id in the source.", min_length = 1, max_length = 1000, example = "2026-0417"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the revision that you have read. Optional; returns 412 if it is not the current revision.", example = "\"7\"")
    ),
    request_body = ArticleInput,
    responses(
        (
            status = 200,
            description = "The article existed and was changed.",
            body = Manuscript,
            headers(("ETag" = String, description = "The article's newest revision, for `If-Match`."))
        ),
        (
            status = 201,
            description = "The article was created.",
            body = Manuscript,
            headers(
                ("Location" = String, description = "The URL of the article."),
                ("ETag" = String, description = "The article's newest revision, for `If-Match`.")
            )
        )
    )
)]
#[put("/v1/articles/by-source/{source}/{id}")]
pub async fn upsert_article(
    app: Data<App>,
    context: RequireBearer,
    origin: Path<(String, String)>,
    seen: IfMatch,
    _: Query<Nothing>,
    sent: JsonBody<ArticleInput, MOST_BYTES>,
) -> Result<Reply, Problem> {
    let patch = sent.0.patch()?;
    let (source, id) = origin.into_inner();
    let expected = seen.of_article();
    let Upserted { article, is_new } = app
        .write(&context, move |cx, repos| article::upsert(cx, repos, (&source, &id), &patch, expected))
        .await?;
    let reply = newest(&article, &context)?;
    Ok(if is_new { reply.created(format!("/v1/articles/{}", article.id)) } else { reply })
}

/// How to handle conflicting changes.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UpdateQuery {
    /// What to do if the article has changed since the revision in `If-Match`: `refuse` returns 412;
    /// `merge` saves your changes if others changed only other fields. Default: `refuse`.
    #[param(inline, value_type = Option<OnConflict>)]
    on_conflict: Option<String>,
}

/// What to do if the article has changed since the revision in `If-Match`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum OnConflict {
    #[default]
    Refuse,
    Merge,
}

/// Change an article
///
/// Omitted fields are left unchanged; `null` clears a field. Readers see the changes once the article
/// is published again.
#[utoipa::path(
    tag = "writing",
    operation_id = "update_article",
    security(("bearer" = [])),
    params(
        ("article" = String, Path, description = "The article's id or slug.", example = "the-night-of-odalys"),
        IfMatchHeader,
        UpdateQuery
    ),
    request_body(content((ArticleInput = "application/json"), (ArticleInput = "application/merge-patch+json"))),
    responses((
        status = 200,
        description = "The article's newest revision.",
        body = Manuscript,
        headers(("ETag" = String, description = "The article's newest revision, for `If-Match`."))
    ))
)]
#[patch("/v1/articles/{article}")]
pub async fn update_article(
    app: Data<App>,
    context: RequireBearer,
    key: Path<String>,
    seen: IfMatch,
    query: Query<UpdateQuery>,
    sent: JsonBody<ArticleInput, MOST_BYTES>,
) -> Result<Reply, Problem> {
    let on_conflict: OnConflict =
        query::word::<OnConflict, _>(query.0.on_conflict.as_deref(), "onConflict", "on_conflict.unknown")?;
    let seen = Precondition { revision: seen.of_article(), merge: on_conflict == OnConflict::Merge };
    let patch = sent.0.patch()?;
    let key = ArticleKey::from(key.as_str());
    let now = app.write(&context, move |cx, repos| article::edit(cx, repos, &key, &patch, seen)).await?;
    Ok(newest(&now, &context)?)
}

/// Trash an article
///
/// Moves the article to the trash and hides it from readers. It can be restored.
#[utoipa::path(
    tag = "writing",
    operation_id = "trash_article",
    security(("bearer" = [])),
    params(
        ("article" = String, Path, description = "The article's id or slug.", example = "the-night-of-odalys"),
        IfMatchHeader
    ),
    responses((status = 204, description = "The article was moved to the trash."))
)]
#[delete("/v1/articles/{article}")]
pub async fn trash_article(
    app: Data<App>,
    context: RequireBearer,
    key: Path<String>,
    seen: IfMatch,
    _: Query<Nothing>,
) -> Result<HttpResponse, Problem> {
    let key = ArticleKey::from(key.as_str());
    app.write(&context, move |cx, repos| {
        article::trash(cx, repos, &key, Precondition::exactly(seen.of_article()), None)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
