//! The site: its name and settings, navigation, social links and advertisement placements.

pub mod editing;
pub mod graphql;
pub mod rest;
pub mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the REST operations, for the server and for the OpenAPI document.
pub(crate) fn routes(routes: &mut ServiceConfig<'_>) {
    routes.service(rest::get_site).service(editing::rest::update_site);
}
