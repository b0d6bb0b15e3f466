//! API keys.

pub mod graphql;
pub mod rest;
pub mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the REST operations, for the server and for the OpenAPI document.
pub(crate) fn routes(routes: &mut ServiceConfig<'_>) {
    routes.service(rest::list_api_keys).service(rest::create_api_key).service(rest::revoke_api_key);
}
