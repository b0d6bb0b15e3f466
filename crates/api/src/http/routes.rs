//! All routes of the server. The OpenAPI document is made from the same list.

use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    account, api_key, article, change, collection, comment, documents, graphql, health, pages, reader,
    related, resolve, session, site, term,
};

/// Registers the routes of all concepts.
pub(crate) fn routes(routes: &mut ServiceConfig<'_>) {
    routes
        .configure(article::routes)
        .configure(related::routes)
        .configure(comment::routes)
        .configure(term::routes)
        .configure(collection::routes)
        .configure(site::routes)
        .configure(resolve::routes)
        .configure(session::routes)
        .configure(account::routes)
        .configure(api_key::routes)
        .configure(change::routes)
        .configure(documents::routes)
        .configure(pages::routes)
        .configure(reader::routes)
        .configure(health::routes)
        // GraphQL has a schema of its own.
        .map(|routes| routes.service(graphql::endpoint::get).service(graphql::endpoint::post));
}
