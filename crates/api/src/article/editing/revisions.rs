//! Revisions of articles over REST.

use actix_web::{
    HttpRequest, get, post,
    web::{Data, Path},
};
use domain::{
    article::{self, Article, ArticleKey, Precondition},
    error::{Error, Result},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    rest::newest,
    view::{Comparison, Manuscript, Revision},
};
use crate::{
    app::{App, Length},
    http::preconditions::{IfMatch, IfMatchHeader},
    http::problem::Problem,
    http::query::{self, Nothing, Query, Violations},
    http::reply::{PageInfo, Reply},
    session::bearer::RequireBearer,
};

/// One page of revisions.
#[derive(Serialize, ToSchema)]
pub struct RevisionList {
    /// The revisions, newest first.
    pub data: Vec<Revision>,
    /// Pagination: whether there are more pages, and their cursors.
    pub page: PageInfo,
}

/// Which page of revisions to return.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RevisionListQuery {
    /// Maximum number of revisions per page. Default: 20.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// Returns items after this cursor.
    after: Option<String>,
    /// Returns items before this cursor.
    before: Option<String>,
    /// Whether to return the total number of items.
    #[param(inline, value_type = Option<crate::http::query::CountParameter>)]
    count: Option<String>,
}

/// List an article's revisions
///
/// Newest first. Every save and every workflow step creates a revision.
#[utoipa::path(
    tag = "writing",
    operation_id = "list_revisions",
    security(("bearer" = [])),
    params(("article" = String, Path, description = "The article's id or slug.", example = "the-night-of-odalys"), RevisionListQuery),
    responses((status = 200, description = "One page of revisions.", body = RevisionList))
)]
#[get("/v1/articles/{article}/revisions")]
pub async fn list_revisions(
    app: Data<App>,
    context: RequireBearer,
    request: HttpRequest,
    key: Path<String>,
    query: Query<RevisionListQuery>,
) -> Result<Reply, Problem> {
    let Query(query) = query;
    let mut wrong = Violations::default();
    let page =
        query::page(&mut wrong, query.limit.as_deref(), query.after, query.before, query.count.as_deref());
    wrong.end()?;
    let key = ArticleKey::from(key.as_str());
    let found = app
        .read(&context, Length::Short, move |cx, repos| article::revisions(cx, repos, &key, &page))
        .await?;
    let now = context.now();
    Ok(Reply::list(&request, found, |revision| Revision::of(&revision, now), None, &context)?)
}

/// Get a revision
///
/// The revision as editors see it. Use `latest` for the newest one.
#[utoipa::path(
    tag = "writing",
    operation_id = "get_revision",
    security(("bearer" = [])),
    params(
        ("article" = String, Path, description = "The article's id or slug.", example = "the-night-of-odalys"),
        ("revision" = String, Path, description = "The number of the revision, or `latest`.", example = "latest")
    ),
    responses((status = 200, description = "The revision.", body = Manuscript))
)]
#[get("/v1/articles/{article}/revisions/{revision}")]
pub async fn get_revision(
    app: Data<App>,
    context: RequireBearer,
    path: Path<(String, String)>,
    _: Query<Nothing>,
) -> Result<Reply, Problem> {
    let (key, revision) = path.into_inner();
    let key = ArticleKey::from(key.as_str());
    let now = context.now();
    let number = match revision.as_str() {
        "latest" => None,
        number => Some(read_number(number)?),
    };
    let (article, revision) = app
        .read(&context, Length::Short, move |cx, repos| match number {
            Some(number) => article::revision(cx, repos, &key, number),
            None => article::manuscript(cx, repos, &key).map(|article: Article| {
                let newest = article.newest();
                (article, newest)
            }),
        })
        .await?;
    let shown = Manuscript::of(&article, revision, now);
    // The ETag begins with the article's newest revision, because clients send that back as `If-Match`.
    Ok(Reply::one(&shown, None, &context)?.at_revision(article.revision))
}

fn read_number(text: &str) -> Result<u32> {
    let malformed = || Error::not_found("revision.not_found", "revisions are numbered from 1");
    text.parse::<u32>().ok().filter(|number| i32::try_from(*number).is_ok()).ok_or_else(malformed)
}

/// The two revisions to compare.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ComparisonQuery {
    /// The number of the earlier revision.
    #[param(value_type = u32, minimum = 1, required = true)]
    from: Option<String>,
    /// The number of the later revision.
    #[param(value_type = u32, minimum = 1, required = true)]
    to: Option<String>,
}

/// Compare two revisions
///
/// The changed fields, and the changed blocks of the body.
#[utoipa::path(
    tag = "writing",
    operation_id = "compare_revisions",
    security(("bearer" = [])),
    params(("article" = String, Path, description = "The article's id or slug.", example = "the-night-of-odalys"), ComparisonQuery),
    responses((status = 200, description = "The differences.", body = Comparison))
)]
#[get("/v1/articles/{article}/comparison")]
pub async fn compare_revisions(
    app: Data<App>,
    context: RequireBearer,
    key: Path<String>,
    query: Query<ComparisonQuery>,
) -> Result<Reply, Problem> {
    let number = |text: Option<String>, name: &'static str| {
        text.as_deref()
            .and_then(|text| read_number(text).ok())
            .ok_or_else(|| Error::parameter(name, "revision.malformed", "must be the number of a revision"))
    };
    let mut wrong = Violations::default();
    let (from, to) = (wrong.note(number(query.0.from, "from")), wrong.note(number(query.0.to, "to")));
    wrong.end()?;
    let key = ArticleKey::from(key.as_str());
    let found = app
        .read(&context, Length::Long, move |cx, repos| article::compare(cx, repos, &key, from, to))
        .await?;
    Ok(Reply::one(&Comparison::from(found), None, &context)?)
}

/// Restore a revision
///
/// Saves the content of an earlier revision as the newest revision, a draft. The slug and the times are
/// not restored.
#[utoipa::path(
    tag = "writing",
    operation_id = "restore_revision",
    security(("bearer" = [])),
    params(
        ("article" = String, Path, description = "The article's id or slug.", example = "the-night-of-odalys"),
        ("revision" = u32, Path, description = "The number of the revision."),
        IfMatchHeader
    ),
    responses((
        status = 200,
        description = "The article's newest revision.",
        body = Manuscript,
        headers(("ETag" = String, description = "The article's newest revision, for `If-Match`."))
    ))
)]
#[post("/v1/articles/{article}/revisions/{revision}/restore")]
pub async fn restore_revision(
    app: Data<App>,
    context: RequireBearer,
    path: Path<(String, String)>,
    seen: IfMatch,
    _: Query<Nothing>,
) -> Result<Reply, Problem> {
    let (key, number) = path.into_inner();
    let (key, number) = (ArticleKey::from(key.as_str()), read_number(&number)?);
    let seen = Precondition::exactly(seen.of_article());
    let article = app
        .write(&context, move |cx, repos| article::restore_revision(cx, repos, &key, number, seen))
        .await?;
    Ok(newest(&article, &context)?)
}
