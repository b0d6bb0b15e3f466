//! API keys over REST.

use actix_web::{
    HttpResponse, delete, get, post,
    web::{Data, Path},
};
use domain::api_key::{self, NewApiKey as DomainNew};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::{ApiKey, NewApiKey};
use crate::{
    app::{App, Length},
    http::ids::read_id,
    http::json_body::{JsonBody, whole},
    http::problem::Problem,
    http::query::{Nothing, Query},
    http::reply::Reply,
    session::bearer::RequireBearer,
};

/// The API keys of an account.
#[derive(Serialize, ToSchema)]
pub struct ApiKeyList {
    /// The keys, newest first, at most 50.
    pub data: Vec<ApiKey>,
}

/// The API key to create.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApiKeyInput {
    /// What the key is for, 1 to 200 characters.
    #[schema(
        min_length = 1,
        max_length = 200,
        example = "wire feed",
        pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$"
    )]
    name: String,
    /// What the key may do, within the permissions of its owner: `articles:read`, `articles:write`,
    /// `articles:publish`, `articles:place`, `articles:purge`, `drafts:read`, `terms:write`,
    /// `collections:write`, `site:write`, `users:manage`, `changes:read`.
    #[schema(min_items = 1, example = json!(["articles:read"]))]
    scopes: Vec<String>,
    /// Days until the key expires. Default: 90.
    #[serde(default, deserialize_with = "whole")]
    #[schema(minimum = 1, maximum = 365, example = 90)]
    days: Option<u32>,
}

/// List API keys
///
/// The API keys of an account, newest first, at most 50. Administrators can list the keys of any
/// account; others only their own.
#[utoipa::path(
    tag = "accounts",
    operation_id = "list_api_keys",
    security(("bearer" = [])),
    params(("user" = String, Path, description = "The account's id.", example = "user_01h455vb4pex5vsknk084sn02q")),
    responses((status = 200, description = "The keys, without their secrets.", body = ApiKeyList))
)]
#[get("/v1/users/{user}/api-keys")]
pub async fn list_api_keys(
    app: Data<App>,
    context: RequireBearer,
    user: Path<String>,
    _: Query<Nothing>,
) -> Result<Reply, Problem> {
    let owner = read_id(&user);
    let keys = app.read(&context, Length::Short, move |cx, repos| api_key::list(cx, repos, owner)).await?;
    let data = keys.into_iter().map(ApiKey::from).collect();
    Ok(Reply::one(&ApiKeyList { data }, None, &context)?)
}

/// Create an API key
///
/// Only for your own account. The secret is shown only once. An API key cannot create API keys; an
/// operator can create keys for other accounts with `broadsheet key add`.
#[utoipa::path(
    tag = "accounts",
    operation_id = "create_api_key",
    security(("bearer" = [])),
    params(("user" = String, Path, description = "The account's id.", example = "user_01h455vb4pex5vsknk084sn02q")),
    request_body = ApiKeyInput,
    responses((
        status = 201,
        description = "The new key, with its secret.",
        body = NewApiKey,
        headers(("Location" = String, description = "The URL of the key."))
    ))
)]
#[post("/v1/users/{user}/api-keys")]
pub async fn create_api_key(
    app: Data<App>,
    context: RequireBearer,
    user: Path<String>,
    _: Query<Nothing>,
    sent: JsonBody<ApiKeyInput>,
) -> Result<Reply, Problem> {
    let owner = read_id(&user);
    let ApiKeyInput { name, scopes, days } = sent.0;
    let new = DomainNew { name, scopes, days };
    let made = app.write(&context, move |cx, repos| api_key::create(cx, repos, owner, &new)).await?;
    let made = NewApiKey::of(made);
    let location = format!("/v1/users/{owner}/api-keys/{}", made.api_key.id.as_str());
    Ok(Reply::one(&made, None, &context)?.created(location))
}

/// Revoke an API key
///
/// The key stops working at once. Administrators can revoke the keys of any account; others only their
/// own.
#[utoipa::path(
    tag = "accounts",
    operation_id = "revoke_api_key",
    security(("bearer" = [])),
    params(
        ("user" = String, Path, description = "The account's id.", example = "user_01h455vb4pex5vsknk084sn02q"),
        ("key" = String, Path, description = "The key's id.", example = "apikey_01h455vb4pex5vsknk084sn02q"),
    ),
    responses((status = 204, description = "The key was revoked."))
)]
#[delete("/v1/users/{user}/api-keys/{key}")]
pub async fn revoke_api_key(
    app: Data<App>,
    context: RequireBearer,
    path: Path<(String, String)>,
    _: Query<Nothing>,
) -> Result<HttpResponse, Problem> {
    let (owner, id) = (read_id(&path.0), read_id(&path.1));
    app.write(&context, move |cx, repos| api_key::revoke(cx, repos, owner, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}
