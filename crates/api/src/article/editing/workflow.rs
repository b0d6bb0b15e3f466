//! Workflow steps of an article over REST: submit, send back, publish, unpublish, archive, restore,
//! purge; and preview tokens.

use std::time::Duration;

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use domain::{
    article::{self, Article, ArticleKey, Precondition},
    context::Context,
    error::Result,
    store::Repos,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{super::preview::PreviewToken, rest::newest, view::Manuscript};
use crate::{
    app::App,
    context::RequestContext,
    http::json_body::{OptionalJsonBody, whole},
    http::preconditions::{IfMatch, IfMatchHeader},
    http::problem::Problem,
    http::query::{Nothing, Query},
    http::reply::Reply,
    scalar::DateTime,
    session::bearer::RequireBearer,
};

/// An optional note for a workflow step.
#[derive(Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields, default)]
pub struct StepInput {
    /// A note to colleagues, stored with the revision. At most 2,000 characters.
    #[schema(max_length = 2000, pattern = "^[^\\u0000]*$")]
    note: Option<String>,
}

/// When to publish, and an optional note.
#[derive(Deserialize, ToSchema, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PublishInput {
    /// When readers first see the article; a time in the future schedules it. Default: the article's
    /// `publishedAt`, or now if it has none.
    published_at: Option<DateTime>,
    /// A note to colleagues, stored with the revision. At most 2,000 characters.
    #[schema(max_length = 2000, pattern = "^[^\\u0000]*$")]
    note: Option<String>,
}

/// A use case that takes only an article and a note.
type Step = fn(&Context<'_>, &mut dyn Repos, &ArticleKey, Precondition, Option<String>) -> Result<Article>;

async fn apply_step(
    app: &App,
    context: &RequestContext,
    key: &str,
    seen: IfMatch,
    sent: StepInput,
    step: Step,
) -> Result<Reply, Problem> {
    let key = ArticleKey::from(key);
    let seen = Precondition::exactly(seen.of_article());
    let article = app.write(context, move |cx, repos| step(cx, repos, &key, seen, sent.note)).await?;
    Ok(newest(&article, context)?)
}

/// Submit an article for review
///
/// Its status becomes `in_review`.
#[utoipa::path(
    tag = "writing",
    operation_id = "submit_article",
    security(("bearer" = [])),
    params(
        ("article" = String, Path, description = "The article's id or slug.", example = "the-night-of-odalys"),
        IfMatchHeader
    ),
    request_body(content = StepInput, description = "Optional."),
    responses((
        status = 200,
        description = "The article is in review.",
        body = Manuscript,
        headers(("ETag" = String, description = "The article's newest revision, for `If-Match`."))
    ))
)]
#[post("/v1/articles/{article}/submit")]
pub async fn submit_article(
    app: Data<App>,
    context: RequireBearer,
    key: Path<String>,
    seen: IfMatch,
    _: Query<Nothing>,
    sent: OptionalJsonBody<StepInput>,
) -> Result<Reply, Problem> {
    apply_step(&app, &context, &key, seen, sent.0, article::submit).await
}

/// Send an article back
///
/// Returns an article from review to draft. Editors use it to return an article, authors to withdraw
/// it.
#[utoipa::path(
    tag = "writing",
    operation_id = "send_back_article",
    security(("bearer" = [])),
    params(
        ("article" = String, Path, description = "The article's id or slug.", example = "the-night-of-odalys"),
        IfMatchHeader
    ),
    request_body(content = StepInput, description = "Optional."),
    responses((
        status = 200,
        description = "The article is a draft.",
        body = Manuscript,
        headers(("ETag" = String, description = "The article's newest revision, for `If-Match`."))
    ))
)]
#[post("/v1/articles/{article}/send-back")]
pub async fn send_back_article(
    app: Data<App>,
    context: RequireBearer,
    key: Path<String>,
    seen: IfMatch,
    _: Query<Nothing>,
    sent: OptionalJsonBody<StepInput>,
) -> Result<Reply, Problem> {
    apply_step(&app, &context, &key, seen, sent.0, article::send_back).await
}

/// Unpublish an article
///
/// Hides the article from readers and cancels a scheduled publication. The article becomes a draft.
#[utoipa::path(
    tag = "writing",
    operation_id = "unpublish_article",
    security(("bearer" = [])),
    params(
        ("article" = String, Path, description = "The article's id or slug.", example = "the-night-of-odalys"),
        IfMatchHeader
    ),
    request_body(content = StepInput, description = "Optional."),
    responses((
        status = 200,
        description = "The article is a draft.",
        body = Manuscript,
        headers(("ETag" = String, description = "The article's newest revision, for `If-Match`."))
    ))
)]
#[post("/v1/articles/{article}/unpublish")]
pub async fn unpublish_article(
    app: Data<App>,
    context: RequireBearer,
    key: Path<String>,
    seen: IfMatch,
    _: Query<Nothing>,
    sent: OptionalJsonBody<StepInput>,
) -> Result<Reply, Problem> {
    apply_step(&app, &context, &key, seen, sent.0, article::unpublish).await
}

/// Archive an article
///
/// Hides the article from readers and prevents changes until it is restored.
#[utoipa::path(
    tag = "writing",
    operation_id = "archive_article",
    security(("bearer" = [])),
    params(
        ("article" = String, Path, description = "The article's id or slug.", example = "the-night-of-odalys"),
        IfMatchHeader
    ),
    request_body(content = StepInput, description = "Optional."),
    responses((
        status = 200,
        description = "The article is archived.",
        body = Manuscript,
        headers(("ETag" = String, description = "The article's newest revision, for `If-Match`."))
    ))
)]
#[post("/v1/articles/{article}/archive")]
pub async fn archive_article(
    app: Data<App>,
    context: RequireBearer,
    key: Path<String>,
    seen: IfMatch,
    _: Query<Nothing>,
    sent: OptionalJsonBody<StepInput>,
) -> Result<Reply, Problem> {
    apply_step(&app, &context, &key, seen, sent.0, article::archive).await
}

/// Restore an article
///
/// Restores an article from the trash or the archive. It becomes a draft.
#[utoipa::path(
    tag = "writing",
    operation_id = "restore_article",
    security(("bearer" = [])),
    params(
        ("article" = String, Path, description = "The article's id or slug.", example = "the-night-of-odalys"),
        IfMatchHeader
    ),
    request_body(content = StepInput, description = "Optional."),
    responses((
        status = 200,
        description = "The article is a draft.",
        body = Manuscript,
        headers(("ETag" = String, description = "The article's newest revision, for `If-Match`."))
    ))
)]
#[post("/v1/articles/{article}/restore")]
pub async fn restore_article(
    app: Data<App>,
    context: RequireBearer,
    key: Path<String>,
    seen: IfMatch,
    _: Query<Nothing>,
    sent: OptionalJsonBody<StepInput>,
) -> Result<Reply, Problem> {
    apply_step(&app, &context, &key, seen, sent.0, article::restore).await
}

/// Publish an article
///
/// Publishes the newest revision, now or at a later time. An article that readers already see cannot be
/// scheduled: unpublish it first.
#[utoipa::path(
    tag = "writing",
    operation_id = "publish_article",
    security(("bearer" = [])),
    params(
        ("article" = String, Path, description = "The article's id or slug.", example = "the-night-of-odalys"),
        IfMatchHeader
    ),
    request_body(content = PublishInput, description = "Optional."),
    responses((
        status = 200,
        description = "The article is published or scheduled.",
        body = Manuscript,
        headers(("ETag" = String, description = "The article's newest revision, for `If-Match`."))
    ))
)]
#[post("/v1/articles/{article}/publish")]
pub async fn publish_article(
    app: Data<App>,
    context: RequireBearer,
    key: Path<String>,
    seen: IfMatch,
    _: Query<Nothing>,
    sent: OptionalJsonBody<PublishInput>,
) -> Result<Reply, Problem> {
    let key = ArticleKey::from(key.as_str());
    let seen = Precondition::exactly(seen.of_article());
    let PublishInput { published_at, note } = sent.0;
    let at = published_at.map(|at| at.0);
    let article =
        app.write(&context, move |cx, repos| article::publish(cx, repos, &key, seen, at, note)).await?;
    Ok(newest(&article, &context)?)
}

/// The revision that a preview shows, and how long.
#[derive(Deserialize, ToSchema, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PreviewInput {
    /// The number of the revision to show. Default: the newest one.
    #[serde(deserialize_with = "whole")]
    #[schema(minimum = 1, maximum = 2147483647)]
    revision: Option<u32>,
    /// Seconds until the token expires, 60 to 604800 (7 days). Default: 86400 (one day).
    #[serde(deserialize_with = "whole")]
    #[schema(minimum = 60, maximum = 604800)]
    expires_in: Option<u32>,
}

/// Create a preview token
///
/// Anyone with the token can read one revision of the article until the token expires.
#[utoipa::path(
    tag = "writing",
    operation_id = "create_preview_token",
    security(("bearer" = [])),
    params(("article" = String, Path, description = "The article's id or slug.", example = "the-night-of-odalys")),
    request_body(content = PreviewInput, description = "Optional."),
    responses((status = 201, description = "The new token.", body = PreviewToken))
)]
#[post("/v1/articles/{article}/preview-tokens")]
pub async fn create_preview_token(
    app: Data<App>,
    context: RequireBearer,
    key: Path<String>,
    _: Query<Nothing>,
    sent: OptionalJsonBody<PreviewInput>,
) -> Result<HttpResponse, Problem> {
    let key = ArticleKey::from(key.as_str());
    let PreviewInput { revision, expires_in } = sent.0;
    let life = expires_in.map(|seconds| Duration::from_secs(seconds.into()));
    let offered =
        app.write(&context, move |cx, repos| article::offer_preview(cx, repos, &key, revision, life)).await?;
    Ok(HttpResponse::Created().json(PreviewToken::of(&offered, context.now())?))
}

/// Delete an article permanently
///
/// Deletes the article with all its revisions and comments. If it was ever public, its id and paths
/// return 410 from then on. Requires the admin role.
#[utoipa::path(
    tag = "writing",
    operation_id = "purge_article",
    security(("bearer" = [])),
    params(
        ("article" = String, Path, description = "The article's id or slug.", example = "the-night-of-odalys"),
        IfMatchHeader
    ),
    responses((status = 204, description = "The article was deleted permanently."))
)]
#[post("/v1/articles/{article}/purge")]
pub async fn purge_article(
    app: Data<App>,
    context: RequireBearer,
    key: Path<String>,
    seen: IfMatch,
    _: Query<Nothing>,
) -> Result<HttpResponse, Problem> {
    let key = ArticleKey::from(key.as_str());
    app.write(&context, move |cx, repos| {
        article::purge(cx, repos, &key, Precondition::exactly(seen.of_article()))
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
