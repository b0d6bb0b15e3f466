//! An article's way to its readers and away from them, over REST.

use std::time::Duration;

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use domain::{
    article::{self, Article, ArticleKey, Seen},
    cx::Cx,
    error::Result,
    store::Repos,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{super::preview::PreviewToken, rest::newest, view::Manuscript};
use crate::{
    app::{App, Asking},
    if_match::{IfMatch, IfMatchHeader},
    problem::Problem,
    query::{Nothing, Query},
    reply::Reply,
    scalar::DateTime,
    sent::{SentIfAny, whole},
    session::bearer::Signed,
};

/// What may be said with a step.
#[derive(Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields, default)]
pub struct StepInput {
    /// A note to colleagues, kept with the revision. At most 2,000 characters.
    #[schema(max_length = 2000, pattern = "^[^\\u0000]*$")]
    note: Option<String>,
}

/// How to publish.
#[derive(Deserialize, ToSchema, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PublishInput {
    /// When readers see it first; a later moment schedules it. Without it: the time that the article names,
    /// else now.
    published_at: Option<DateTime>,
    /// A note to colleagues, kept with the revision. At most 2,000 characters.
    #[schema(max_length = 2000, pattern = "^[^\\u0000]*$")]
    note: Option<String>,
}

/// A step that needs nothing but the article and a note.
type Step = fn(&Cx<'_>, &mut dyn Repos, &ArticleKey, Seen, Option<String>) -> Result<Article>;

async fn go(
    app: &App,
    asking: &Asking,
    key: &str,
    seen: IfMatch,
    sent: StepInput,
    step: Step,
) -> Result<Reply, Problem> {
    let key = ArticleKey::from(key);
    let seen = Seen::exactly(seen.of_article());
    let article = app.write(asking, move |cx, repos| step(cx, repos, &key, seen, sent.note)).await?;
    Ok(newest(&article, asking)?)
}

/// Hand an article in
///
/// An editor is to look at it.
#[utoipa::path(
    tag = "writing",
    operation_id = "submit_article",
    security(("bearer" = [])),
    params(
        ("article" = String, Path, description = "The article's id or slug.", example = "the-night-of-odalys"),
        IfMatchHeader
    ),
    request_body(content = StepInput, description = "May be left out."),
    responses((
        status = 200,
        description = "It is in review.",
        body = Manuscript,
        headers(("ETag" = String, description = "The article's newest revision, for `If-Match`."))
    ))
)]
#[post("/v1/articles/{article}/submit")]
pub async fn submit_article(
    app: Data<App>,
    asking: Signed,
    key: Path<String>,
    seen: IfMatch,
    _: Query<Nothing>,
    sent: SentIfAny<StepInput>,
) -> Result<Reply, Problem> {
    go(&app, &asking, &key, seen, sent.0, article::submit).await
}

/// Give an article back
///
/// What was handed in is a draft again: an editor gives it back, or its writer takes it back.
#[utoipa::path(
    tag = "writing",
    operation_id = "send_back_article",
    security(("bearer" = [])),
    params(
        ("article" = String, Path, description = "The article's id or slug.", example = "the-night-of-odalys"),
        IfMatchHeader
    ),
    request_body(content = StepInput, description = "May be left out."),
    responses((
        status = 200,
        description = "It is a draft.",
        body = Manuscript,
        headers(("ETag" = String, description = "The article's newest revision, for `If-Match`."))
    ))
)]
#[post("/v1/articles/{article}/send-back")]
pub async fn send_back_article(
    app: Data<App>,
    asking: Signed,
    key: Path<String>,
    seen: IfMatch,
    _: Query<Nothing>,
    sent: SentIfAny<StepInput>,
) -> Result<Reply, Problem> {
    go(&app, &asking, &key, seen, sent.0, article::send_back).await
}

/// Take an article from readers
///
/// It is a draft again. One that was scheduled does not appear.
#[utoipa::path(
    tag = "writing",
    operation_id = "unpublish_article",
    security(("bearer" = [])),
    params(
        ("article" = String, Path, description = "The article's id or slug.", example = "the-night-of-odalys"),
        IfMatchHeader
    ),
    request_body(content = StepInput, description = "May be left out."),
    responses((
        status = 200,
        description = "It is a draft.",
        body = Manuscript,
        headers(("ETag" = String, description = "The article's newest revision, for `If-Match`."))
    ))
)]
#[post("/v1/articles/{article}/unpublish")]
pub async fn unpublish_article(
    app: Data<App>,
    asking: Signed,
    key: Path<String>,
    seen: IfMatch,
    _: Query<Nothing>,
    sent: SentIfAny<StepInput>,
) -> Result<Reply, Problem> {
    go(&app, &asking, &key, seen, sent.0, article::unpublish).await
}

/// Archive an article
///
/// It is kept, readers see it no longer, and nobody works on it until it is restored.
#[utoipa::path(
    tag = "writing",
    operation_id = "archive_article",
    security(("bearer" = [])),
    params(
        ("article" = String, Path, description = "The article's id or slug.", example = "the-night-of-odalys"),
        IfMatchHeader
    ),
    request_body(content = StepInput, description = "May be left out."),
    responses((
        status = 200,
        description = "It is archived.",
        body = Manuscript,
        headers(("ETag" = String, description = "The article's newest revision, for `If-Match`."))
    ))
)]
#[post("/v1/articles/{article}/archive")]
pub async fn archive_article(
    app: Data<App>,
    asking: Signed,
    key: Path<String>,
    seen: IfMatch,
    _: Query<Nothing>,
    sent: SentIfAny<StepInput>,
) -> Result<Reply, Problem> {
    go(&app, &asking, &key, seen, sent.0, article::archive).await
}

/// Have an article back
///
/// From the trash or the archive; it is a draft again.
#[utoipa::path(
    tag = "writing",
    operation_id = "restore_article",
    security(("bearer" = [])),
    params(
        ("article" = String, Path, description = "The article's id or slug.", example = "the-night-of-odalys"),
        IfMatchHeader
    ),
    request_body(content = StepInput, description = "May be left out."),
    responses((
        status = 200,
        description = "It is a draft.",
        body = Manuscript,
        headers(("ETag" = String, description = "The article's newest revision, for `If-Match`."))
    ))
)]
#[post("/v1/articles/{article}/restore")]
pub async fn restore_article(
    app: Data<App>,
    asking: Signed,
    key: Path<String>,
    seen: IfMatch,
    _: Query<Nothing>,
    sent: SentIfAny<StepInput>,
) -> Result<Reply, Problem> {
    go(&app, &asking, &key, seen, sent.0, article::restore).await
}

/// Publish an article
///
/// Readers see its newest revision from now on, or from a time on. What readers see already is not scheduled
/// anew: unpublish it first.
#[utoipa::path(
    tag = "writing",
    operation_id = "publish_article",
    security(("bearer" = [])),
    params(
        ("article" = String, Path, description = "The article's id or slug.", example = "the-night-of-odalys"),
        IfMatchHeader
    ),
    request_body(content = PublishInput, description = "May be left out."),
    responses((
        status = 200,
        description = "It is published, or scheduled.",
        body = Manuscript,
        headers(("ETag" = String, description = "The article's newest revision, for `If-Match`."))
    ))
)]
#[post("/v1/articles/{article}/publish")]
pub async fn publish_article(
    app: Data<App>,
    asking: Signed,
    key: Path<String>,
    seen: IfMatch,
    _: Query<Nothing>,
    sent: SentIfAny<PublishInput>,
) -> Result<Reply, Problem> {
    let key = ArticleKey::from(key.as_str());
    let seen = Seen::exactly(seen.of_article());
    let PublishInput { published_at, note } = sent.0;
    let at = published_at.map(|at| at.0);
    let article =
        app.write(&asking, move |cx, repos| article::publish(cx, repos, &key, seen, at, note)).await?;
    Ok(newest(&article, &asking)?)
}

/// What a preview shows, and how long.
#[derive(Deserialize, ToSchema, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PreviewInput {
    /// The number of the revision to show; the newest one without it.
    #[serde(deserialize_with = "whole")]
    #[schema(minimum = 1, maximum = 2147483647)]
    revision: Option<u32>,
    /// So many seconds it is good for; a day without it.
    #[serde(deserialize_with = "whole")]
    #[schema(minimum = 60, maximum = 604800)]
    expires_in: Option<u32>,
}

/// Make a preview token
///
/// It shows one revision of the article to whoever bears it, until it expires.
#[utoipa::path(
    tag = "writing",
    operation_id = "create_preview_token",
    security(("bearer" = [])),
    params(("article" = String, Path, description = "The article's id or slug.", example = "the-night-of-odalys")),
    request_body(content = PreviewInput, description = "May be left out."),
    responses((status = 201, description = "The token.", body = PreviewToken))
)]
#[post("/v1/articles/{article}/preview-tokens")]
pub async fn create_preview_token(
    app: Data<App>,
    asking: Signed,
    key: Path<String>,
    _: Query<Nothing>,
    sent: SentIfAny<PreviewInput>,
) -> Result<HttpResponse, Problem> {
    let key = ArticleKey::from(key.as_str());
    let PreviewInput { revision, expires_in } = sent.0;
    let life = expires_in.map(|seconds| Duration::from_secs(seconds.into()));
    let offered =
        app.write(&asking, move |cx, repos| article::offer_preview(cx, repos, &key, revision, life)).await?;
    Ok(HttpResponse::Created().json(PreviewToken::of(&offered, asking.now())?))
}

/// Destroy an article
///
/// With all its revisions and comments, for good. Where readers have known it, its id and its paths answer
/// 410 from then on. For administrators.
#[utoipa::path(
    tag = "writing",
    operation_id = "purge_article",
    security(("bearer" = [])),
    params(
        ("article" = String, Path, description = "The article's id or slug.", example = "the-night-of-odalys"),
        IfMatchHeader
    ),
    responses((status = 204, description = "It is no more."))
)]
#[post("/v1/articles/{article}/purge")]
pub async fn purge_article(
    app: Data<App>,
    asking: Signed,
    key: Path<String>,
    seen: IfMatch,
    _: Query<Nothing>,
) -> Result<HttpResponse, Problem> {
    let key = ArticleKey::from(key.as_str());
    app.write(&asking, move |cx, repos| article::purge(cx, repos, &key, Seen::exactly(seen.of_article())))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
