//! Collections: front pages and other lists of articles that editors arrange.

pub mod editing;
pub mod graphql;
pub mod rest;
pub mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the REST operations, for the server and for the OpenAPI document.
pub(crate) fn routes(routes: &mut ServiceConfig<'_>) {
    routes
        .service(rest::list_collections)
        .service(rest::get_collection)
        .service(rest::list_collection_entries)
        .service(editing::rest::create_collection)
        .service(editing::rest::update_collection)
        .service(editing::rest::remove_collection);
}
