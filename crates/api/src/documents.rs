//! The contract, for people and programs. Nothing here is loaded from another host.

use actix_web::{
    get,
    http::StatusCode,
    web::{Data, Path},
};

use crate::{
    graphql::Schema,
    openapi::openapi_json,
    problem::{CODES, Problem},
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
pub async fn get_openapi(_: Query<Nothing>) -> Reply {
    Reply::text(openapi_json(), "application/json")
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

/// Read about a type of problem
///
/// The page that the `type` of a problem document names.
#[utoipa::path(
    tag = "documents",
    operation_id = "get_problem",
    params(("code" = String, Path, description = "The problem's code.", example = "request.invalid")),
    responses((status = 200, description = "What it means and what to do.", body = String, content_type = "text/html"))
)]
#[get("/problems/{code}")]
pub async fn get_problem(code: Path<String>, _: Query<Nothing>) -> Result<Reply, Problem> {
    let Some((code, title, advice)) = CODES.iter().find(|(known, _, _)| *known == code.as_str()) else {
        return Err(Problem::http(
            StatusCode::NOT_FOUND,
            "problem.not_found",
            "there is no problem of this code",
        ));
    };
    let page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <h1>{title}</h1>\n<p><code>{code}</code></p>\n<p>{advice}</p>\n\
         <p><a href=\"/openapi.json\">OpenAPI document</a></p>\n</html>\n"
    );
    Ok(Reply::text(page, "text/html; charset=utf-8"))
}
