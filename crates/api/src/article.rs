//! Articles: reading in this module, writing in [`editing`], the body's blocks in [`block`].

pub mod block;
pub mod card;
pub mod editing;
pub mod graphql;
pub mod preview;
pub mod rest;
pub mod sort;
pub mod view;
pub mod words;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the REST operations, for the server and for the OpenAPI document.
pub(crate) fn routes(routes: &mut ServiceConfig<'_>) {
    routes
        .service(rest::list_articles)
        .service(rest::get_article)
        .service(editing::rest::create_article)
        .service(editing::rest::upsert_article)
        .service(editing::rest::update_article)
        .service(editing::rest::trash_article)
        .service(editing::workflow::submit_article)
        .service(editing::workflow::send_back_article)
        .service(editing::workflow::publish_article)
        .service(editing::workflow::unpublish_article)
        .service(editing::workflow::archive_article)
        .service(editing::workflow::restore_article)
        .service(editing::workflow::purge_article)
        .service(editing::workflow::create_preview_token)
        .service(editing::bulk::update_articles)
        .service(editing::revisions::list_revisions)
        .service(editing::revisions::get_revision)
        .service(editing::revisions::compare_revisions)
        .service(editing::revisions::restore_revision);
}
