//! The `/graphql` endpoint, as the GraphQL over HTTP draft and the `graphql-http` audits require.
//!
//! A request that is not executed gets 400 with `application/graphql-response+json`. With
//! `application/json` it gets 200, unless it is not a GraphQL request at all. A response has `data` only
//! if something was executed. Checks and execution are in `execution.rs`.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{StatusCode, header},
    post,
    web::{self, Data},
};
use async_graphql::{
    Request, Variables,
    parser::{parse_query, types::OperationType},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::{Schema, limits, loaders, size::nesting};
use crate::{
    app::App, article, context::RequestContext, http::json_body, http::problem::Problem, http::query::Query,
    session::bearer,
};

/// A request in the query parameters.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Parameters {
    query: Option<String>,
    variables: Option<String>,
    operation_name: Option<String>,
    extensions: Option<String>,
}

/// The media type of a response.
#[derive(Clone, Copy, PartialEq, Eq)]
enum MediaType {
    Response,
    Json,
}

/// Executes a query from the query parameters. Mutations are refused with 405.
#[get("/graphql")]
pub async fn get(
    app: Data<App>,
    context: RequestContext,
    schema: Data<Schema>,
    request: HttpRequest,
    query: Query<Parameters>,
) -> Result<HttpResponse, Problem> {
    let media_type = negotiate(&request)?;
    let Query(parameters) = query;
    let text = parameters.query.unwrap_or_default();
    if is_mutation(&text, parameters.operation_name.as_deref()) {
        return Ok(HttpResponse::MethodNotAllowed()
            .insert_header((header::ALLOW, "POST"))
            .insert_header((header::CONTENT_TYPE, media_type.name()))
            .body(error_body("a mutation must be sent with POST", "route.method_not_allowed")));
    }
    let mut body = Map::new();
    body.insert("query".to_owned(), if text.is_empty() { Value::Null } else { Value::String(text) });
    body.insert("operationName".to_owned(), json!(parameters.operation_name));
    for (name, text) in [("variables", parameters.variables), ("extensions", parameters.extensions)] {
        match text.map(|text| serde_json::from_str::<Value>(&text)) {
            None => {}
            Some(Ok(value)) => drop(body.insert(name.to_owned(), value)),
            Some(Err(_)) => return Ok(malformed(media_type, &format!("{name} must be JSON"))),
        }
    }
    Ok(answer(&app, &context, &schema, media_type, true, Value::Object(body)).await)
}

/// Executes a query or a mutation from a JSON body.
#[post("/graphql")]
pub async fn post(
    app: Data<App>,
    context: RequestContext,
    schema: Data<Schema>,
    request: HttpRequest,
    _: Query<crate::http::query::Nothing>,
    payload: web::Payload,
) -> Result<HttpResponse, actix_web::Error> {
    let media_type = negotiate(&request)?;
    let sent =
        request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let mut parameters = sent.split(';').map(|part| part.trim().to_ascii_lowercase());
    let is_json = parameters.next().as_deref() == Some("application/json");
    let is_utf8 = parameters.all(|one| {
        !one.starts_with("charset=") || one.trim_start_matches("charset=").trim_matches('"') == "utf-8"
    });
    if !is_json || !is_utf8 {
        let detail = "send application/json in UTF-8";
        return Err(Problem::http(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "request.unsupported_media_type",
            detail,
        )
        .into());
    }
    // Requests with credentials may be larger, because they can contain whole articles.
    let most = match bearer::is_signed(request.headers()) {
        true => article::editing::rest::MOST_BYTES,
        false => json_body::MOST_BYTES,
    };
    let body = json_body::bytes_of(payload, most).await?;
    match serde_json::from_slice::<Value>(&body) {
        Ok(Value::Array(_)) => Ok(HttpResponse::BadRequest()
            .insert_header((header::CONTENT_TYPE, media_type.name()))
            .body(error_body("batches are not supported; send one query", "graphql.batch_refused"))),
        Ok(body) => Ok(answer(&app, &context, &schema, media_type, false, body).await),
        Err(error) => Ok(malformed(media_type, &format!("the body must be JSON: {error}"))),
    }
}

/// Executes a request body and builds the response.
async fn answer(
    app: &App,
    context: &RequestContext,
    schema: &Schema,
    media_type: MediaType,
    may_be_kept: bool,
    body: Value,
) -> HttpResponse {
    if asks_for_persisted(&body) {
        return persisted_not_supported(media_type);
    }
    let request = match read(body) {
        Ok(request) => request,
        Err(reason) => return malformed(media_type, reason),
    };
    let loader = loaders::loader(app.clone(), context.clone());
    // A response to a mutation can contain a secret, which caches must not store.
    let changes =
        request.query.contains("mutation") && is_mutation(&request.query, request.operation_name.as_deref());
    let request = request.data(app.clone()).data(context.clone()).data(loader);
    let answer = match schema.answer(app, request).await {
        Ok(answer) => answer,
        Err(busy) => {
            return HttpResponse::ServiceUnavailable()
                .insert_header((header::CONTENT_TYPE, media_type.name()))
                .insert_header((header::RETRY_AFTER, "2"))
                .body(error_body(busy.detail(), busy.code()));
        }
    };
    let status = match (answer.executed, media_type) {
        (false, MediaType::Response) => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    };
    let caching = if changes || context.is_private() { "private, no-store" } else { "no-cache" };
    let mut response = HttpResponse::build(status);
    if may_be_kept && status == StatusCode::OK {
        response.insert_header((header::ETAG, validator(&answer.bytes, media_type)));
    }
    response
        .insert_header((header::CONTENT_TYPE, media_type.name()))
        .insert_header((header::CACHE_CONTROL, caching))
        .insert_header((header::VARY, "Accept"))
        .insert_header(("Server-Timing", format!("db;desc=\"{} statements\"", context.statements())))
        .body(answer.bytes)
}

/// Returns the `ETag` of a response. It depends on the bytes and on the media type.
fn validator(bytes: &[u8], media_type: MediaType) -> String {
    format!("\"{:016x}\"", xxh3_64_with_seed(bytes, media_type as u64))
}

/// Whether a request has the hash of a query instead of a query: Apollo's automatic persisted queries.
fn asks_for_persisted(body: &Value) -> bool {
    let has_query = body.get("query").is_some_and(|query| !query.is_null());
    !has_query && body.pointer("/extensions/persistedQuery").is_some_and(Value::is_object)
}

/// Tells the client to send queries in full. Apollo's protocol prescribes the message and the code.
fn persisted_not_supported(media_type: MediaType) -> HttpResponse {
    let status = match media_type {
        MediaType::Response => StatusCode::BAD_REQUEST,
        MediaType::Json => StatusCode::OK,
    };
    HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, media_type.name()))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::VARY, "Accept"))
        .body(error_body("PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED"))
}

/// Converts a JSON body to a request.
fn read(body: Value) -> Result<Request, &'static str> {
    let Value::Object(mut body) = body else { return Err("the body must be an object") };
    let Some(Value::String(query)) = body.remove("query") else { return Err("query must be a string") };
    let mut request = Request::new(query);
    match body.remove("operationName") {
        None | Some(Value::Null) => {}
        Some(Value::String(name)) => request = request.operation_name(name),
        Some(_) => return Err("operationName must be a string"),
    }
    match body.remove("variables") {
        None | Some(Value::Null) => {}
        Some(variables @ Value::Object(_)) => request = request.variables(Variables::from_json(variables)),
        Some(_) => return Err("variables must be an object"),
    }
    match body.remove("extensions") {
        None | Some(Value::Null | Value::Object(_)) => {}
        Some(_) => return Err("extensions must be an object"),
    }
    Ok(request)
}

fn malformed(media_type: MediaType, reason: &str) -> HttpResponse {
    HttpResponse::BadRequest()
        .insert_header((header::CONTENT_TYPE, media_type.name()))
        .body(error_body(reason, "request.malformed"))
}

fn error_body(message: &str, code: &str) -> String {
    json!({ "errors": [{ "message": message, "extensions": { "code": code } }] }).to_string()
}

/// Whether the operation that would run is a mutation. Returns `false` for a query that the limits refuse.
fn is_mutation(query: &str, operation_name: Option<&str>) -> bool {
    if query.len() > limits::MAX_BYTES || nesting(query) > limits::MAX_NESTING {
        return false;
    }
    let Ok(document) = parse_query(query) else { return false };
    document
        .operations
        .iter()
        .filter(|(name, _)| {
            operation_name.is_none() || name.map(async_graphql::Name::as_str) == operation_name
        })
        .any(|(_, operation)| operation.node.ty == OperationType::Mutation)
}

impl MediaType {
    fn name(self) -> &'static str {
        match self {
            Self::Response => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }
}

/// Chooses the media type that the client prefers, by `q` and then by order.
fn negotiate(request: &HttpRequest) -> Result<MediaType, Problem> {
    let accept: Vec<&str> =
        request.headers().get_all(header::ACCEPT).filter_map(|value| value.to_str().ok()).collect();
    if accept.is_empty() {
        return Ok(MediaType::Json);
    }
    let mut best: Option<(f32, MediaType)> = None;
    for range in accept.iter().flat_map(|value| value.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let media_type = match parts.next().map(str::to_ascii_lowercase).as_deref() {
            Some("application/graphql-response+json") => MediaType::Response,
            Some("application/json" | "application/*" | "*/*") => MediaType::Json,
            _ => continue,
        };
        let quality = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
        if quality > 0.0 && best.is_none_or(|(known, _)| quality > known) {
            best = Some((quality, media_type));
        }
    }
    best.map(|(_, media_type)| media_type).ok_or_else(|| {
        let detail = "GraphQL responses are application/graphql-response+json or application/json";
        Problem::http(StatusCode::NOT_ACCEPTABLE, "request.not_acceptable", detail)
    })
}
