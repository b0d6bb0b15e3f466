//! Accounts and colleagues.

pub mod graphql;
pub mod rest;
pub mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the REST operations, for the server and for the OpenAPI document.
pub(crate) fn routes(routes: &mut ServiceConfig<'_>) {
    routes
        .service(rest::list_users)
        .service(rest::list_colleagues)
        .service(rest::create_user)
        .service(rest::get_user)
        .service(rest::update_user)
        .service(rest::create_password_link);
}
