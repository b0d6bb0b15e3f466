//! The site over REST.

use actix_web::{get, web::Data};
use domain::site;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::Site;
use crate::{
    app::{App, Length},
    context::RequestContext,
    http::problem::Problem,
    http::query::Query,
    http::reply::Reply,
    http::sparse::Fields,
};

/// Which fields of the site to return.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SiteQuery {
    /// Only these fields, comma-separated. Dots select nested fields.
    #[param(example = "title,navigation.label")]
    fields: Option<String>,
}

/// Get the site
///
/// Its name and settings, navigation, social links and advertisement placements.
#[utoipa::path(
    tag = "site",
    operation_id = "get_site",
    params(SiteQuery),
    responses((status = 200, description = "The site.", body = Site))
)]
#[get("/v1/site")]
pub async fn get_site(
    app: Data<App>,
    context: RequestContext,
    query: Query<SiteQuery>,
) -> Result<Reply, Problem> {
    let fields = Fields::read::<Site>(query.0.fields.as_deref())?;
    let site = app.read(&context, Length::Short, |_, repos| site::get(repos)).await?;
    let site = Site::from(site);
    Ok(Reply::one(&site, fields.as_ref(), &context)?.at_revision(site.revision))
}
