//! Resolving a path over REST.

use actix_web::{get, web::Data};
use domain::{error::Error, resolve};
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::Resolution;
use crate::{
    app::{App, Length},
    context::RequestContext,
    http::problem::Problem,
    http::query::Query,
    http::reply::Reply,
};

/// The path to resolve.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ResolveQuery {
    /// A path of the site. A trailing slash, a query string and a fragment are ignored.
    #[param(required = true, value_type = String, example = "/world/the-night-of-odalys")]
    path: Option<String>,
}

/// Resolve a path of the site
///
/// Finds the page that a front end should show at a path: an article by its current or an old path, a
/// section, tag or author page, the front page, or an archive of a year, month or day. WordPress paths
/// (`/category/…`, `/author/…`, `…/amp`, `…/feed`, `…/page/2`, `/2020/01`) are also understood.
#[utoipa::path(
    tag = "site",
    operation_id = "resolve_path",
    params(ResolveQuery),
    responses((status = 200, description = "What the path leads to.", body = Resolution))
)]
#[get("/v1/resolve")]
pub async fn resolve_path(
    app: Data<App>,
    context: RequestContext,
    query: Query<ResolveQuery>,
) -> Result<Reply, Problem> {
    let Some(path) = query.0.path else {
        return Err(Error::parameter("path", "parameter.missing", "is required").into());
    };
    let resolution =
        app.read(&context, Length::Short, move |cx, repos| resolve::get(cx, repos, &path)).await?;
    Ok(Reply::one(&Resolution::from(resolution), None, &context)?)
}
