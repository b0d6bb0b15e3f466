//! Tags, sections and authors.

pub mod byline;
pub mod editing;
pub mod graphql;
pub mod rest;
pub mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the REST operations, for the server and for the OpenAPI document.
pub(crate) fn routes(routes: &mut ServiceConfig<'_>) {
    routes
        .service(rest::list_tags)
        .service(rest::get_tag)
        .service(rest::list_sections)
        .service(rest::get_section)
        .service(rest::list_authors)
        .service(rest::get_author)
        .service(editing::rest::create_tag)
        .service(editing::rest::update_tag)
        .service(editing::rest::remove_tag)
        .service(editing::rest::merge_tags)
        .service(editing::rest::create_section)
        .service(editing::rest::update_section)
        .service(editing::rest::remove_section)
        .service(byline::create_my_byline)
        .service(editing::rest::create_author)
        .service(editing::rest::update_author)
        .service(editing::rest::remove_author);
}
