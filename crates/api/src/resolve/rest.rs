//! What lives at a web path, over REST.

use actix_web::{get, web::Data};
use domain::{error::Error, resolve};
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::Resolution;
use crate::{
    app::{App, Asking, Length},
    problem::Problem,
    query::Query,
    reply::Reply,
};

/// Which path.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ResolveQuery {
    /// A path of the site. A slash at its end, a query and a fragment do not count.
    #[param(required = true, value_type = String, example = "/world/the-night-of-odalys")]
    path: Option<String>,
}

/// Resolve a path of the site
///
/// Finds what a front end should show there: an article by its present or an old path, the front of a
/// section, a tag or an author, the front page, or the articles of a year, a month or a day. The paths that
/// WordPress makes (`/category/…`, `/author/…`, `…/amp`, `…/feed`, `…/page/2`, `/2020/01`) lead to what they
/// show.
#[utoipa::path(
    tag = "site",
    operation_id = "resolve_path",
    params(ResolveQuery),
    responses((status = 200, description = "What lives there.", body = Resolution))
)]
#[get("/v1/resolve")]
pub async fn resolve_path(
    app: Data<App>,
    asking: Asking,
    query: Query<ResolveQuery>,
) -> Result<Reply, Problem> {
    let Some(path) = query.0.path else {
        return Err(Error::parameter("path", "parameter.missing", "is needed").into());
    };
    let resolution =
        app.read(&asking, Length::Short, move |cx, repos| resolve::get(cx, repos, &path)).await?;
    Ok(Reply::one(&Resolution::from(resolution), None, &asking)?)
}
