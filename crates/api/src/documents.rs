//! The machine-readable API documents: the OpenAPI document and the GraphQL schema.
//!
//! Pages for people are in [`pages`](crate::pages).

use actix_web::{HttpRequest, get, web::Data};

use crate::{
    graphql::Schema,
    http::base::Base,
    http::query::{Nothing, Query},
    http::reply::Reply,
};
use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the REST operations, for the server and for the OpenAPI document.
pub(crate) fn routes(routes: &mut ServiceConfig<'_>) {
    routes.service(get_openapi).service(get_schema);
}

/// The text of the OpenAPI document. Application data of the server.
pub(crate) struct OpenApiDocument(pub(crate) String);

/// Get the OpenAPI document
///
/// The complete description of the REST API, for code generators and other tools.
#[utoipa::path(
    tag = "documents",
    operation_id = "get_openapi",
    responses((status = 200, description = "The OpenAPI 3.1 document.", content_type = "application/json"))
)]
#[get("/openapi.json")]
pub async fn get_openapi(request: HttpRequest, document: Data<OpenApiDocument>, _: Query<Nothing>) -> Reply {
    let here = "\"url\": \"/\"";
    let document = document.0.replacen(here, &format!("\"url\": \"{}\"", Base::of(&request).link("/")), 1);
    Reply::text(document, "application/json")
}

/// Get the GraphQL schema
///
/// The complete description of the GraphQL API, for code generators and other tools.
#[utoipa::path(
    tag = "documents",
    operation_id = "get_schema",
    responses((status = 200, description = "The schema in the GraphQL schema definition language (SDL).", body = String, content_type = "text/plain"))
)]
#[get("/schema.graphql")]
pub async fn get_schema(schema: Data<Schema>, _: Query<Nothing>) -> Reply {
    Reply::text(schema.sdl(), "text/plain; charset=utf-8")
}
