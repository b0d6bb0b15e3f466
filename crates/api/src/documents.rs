//! The contract, for programs: what clients are made from.

use actix_web::{HttpRequest, get, web::Data};

use crate::{
    base::Base,
    graphql::Schema,
    openapi::openapi_json,
    query::{Nothing, Query},
    reply::Reply,
};

/// Get the OpenAPI document
///
/// Describes every address of the REST API; clients can be made from it.
#[utoipa::path(
    tag = "documents",
    operation_id = "get_openapi",
    responses((status = 200, description = "OpenAPI 3.1.", content_type = "application/json"))
)]
#[get("/openapi.json")]
pub async fn get_openapi(request: HttpRequest, _: Query<Nothing>) -> Reply {
    let here = "\"url\": \"/\"";
    let document =
        openapi_json().replacen(here, &format!("\"url\": \"{}\"", Base::of(&request).link("/")), 1);
    Reply::text(document, "application/json")
}

/// Get the GraphQL schema
///
/// Describes everything that `/graphql` answers; clients can be made from it.
#[utoipa::path(
    tag = "documents",
    operation_id = "get_schema",
    responses((status = 200, description = "The GraphQL schema definition language.", body = String, content_type = "text/plain"))
)]
#[get("/schema.graphql")]
pub async fn get_schema(schema: Data<Schema>, _: Query<Nothing>) -> Reply {
    Reply::text(schema.sdl(), "text/plain; charset=utf-8")
}
