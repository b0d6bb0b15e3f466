//! Signing in and out over REST, and the public keys of access tokens.

use actix_web::{HttpResponse, get, post, web::Data};
use domain::session::{self, KeyPurpose};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    bearer::{RequireBearer, Unsigned},
    token::PublicKey,
    view::Tokens,
};
use crate::{
    account::view::User,
    app::{App, Length},
    http::json_body::JsonBody,
    http::problem::Problem,
    http::query::{Nothing, Query},
    http::reply::Reply,
};

/// The e-mail address and password for signing in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The account's e-mail address.
    #[schema(example = "editor@example.com")]
    email: String,
    /// The account's password.
    #[schema(format = Password)]
    password: String,
}

/// The refresh token of the session to renew or end.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefreshToken {
    /// The refresh token from the last sign-in or renewal.
    refresh_token: String,
}

/// A new password, with the secret from a password link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChosenPassword {
    /// The secret from the password link.
    link: String,
    /// The new password, 12 to 256 characters.
    #[schema(format = Password, min_length = 12, max_length = 256)]
    password: String,
}

/// Sign in
///
/// Returns an access token, valid for 15 minutes, and a refresh token for renewing it. At most 10
/// attempts per minute and account, and 60 per minute and IP address.
#[utoipa::path(
    tag = "accounts",
    operation_id = "begin_session",
    request_body = Credentials,
    responses((status = 200, description = "The tokens of the new session.", body = Tokens))
)]
#[post("/v1/auth/login")]
pub async fn begin_session(
    app: Data<App>,
    context: Unsigned,
    _: Query<Nothing>,
    sent: JsonBody<Credentials>,
) -> Result<Reply, Problem> {
    let Credentials { email, password } = sent.0;
    Ok(Reply::one(&super::sign_in(&app, &context, email, password).await?, None, &context)?)
}

/// Renew a session
///
/// Exchanges a refresh token for new tokens. Each refresh token works once. Using one again ends the
/// session, because it may have been stolen.
#[utoipa::path(
    tag = "accounts",
    operation_id = "renew_session",
    request_body = RefreshToken,
    responses((status = 200, description = "New tokens of the session.", body = Tokens))
)]
#[post("/v1/auth/refresh")]
pub async fn renew_session(
    app: Data<App>,
    context: Unsigned,
    _: Query<Nothing>,
    sent: JsonBody<RefreshToken>,
) -> Result<Reply, Problem> {
    Ok(Reply::one(&super::renew(&app, &context, sent.0.refresh_token).await?, None, &context)?)
}

/// Sign out
///
/// Ends the session of a refresh token. Its access tokens stop working at once. Also succeeds if there
/// is no such session.
#[utoipa::path(
    tag = "accounts",
    operation_id = "end_session",
    request_body = RefreshToken,
    responses((status = 204, description = "The session has ended."))
)]
#[post("/v1/auth/logout")]
pub async fn end_session(
    app: Data<App>,
    context: Unsigned,
    _: Query<Nothing>,
    sent: JsonBody<RefreshToken>,
) -> Result<HttpResponse, Problem> {
    super::sign_out(&app, &context, sent.0.refresh_token).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Choose a password
///
/// Sets a password, with the secret from a password link. The link works once, within 24 hours. All
/// sessions of the account end.
#[utoipa::path(
    tag = "accounts",
    operation_id = "choose_password",
    request_body = ChosenPassword,
    responses((status = 204, description = "The password was set."))
)]
#[post("/v1/auth/password")]
pub async fn choose_password(
    app: Data<App>,
    context: Unsigned,
    _: Query<Nothing>,
    sent: JsonBody<ChosenPassword>,
) -> Result<HttpResponse, Problem> {
    let ChosenPassword { link, password } = sent.0;
    super::choose_password(&app, &context, link, password).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Get the signed-in account
///
/// With its current role.
#[utoipa::path(
    tag = "accounts",
    operation_id = "get_me",
    security(("bearer" = [])),
    responses((status = 200, description = "The account.", body = User))
)]
#[get("/v1/me")]
pub async fn get_me(app: Data<App>, context: RequireBearer, _: Query<Nothing>) -> Result<Reply, Problem> {
    let me = app.read(&context, Length::Short, session::me).await?;
    Ok(Reply::one(&User::from(me), None, &context)?)
}

/// The public keys that verify access tokens.
#[derive(Serialize, ToSchema)]
pub struct KeySet {
    /// JSON Web Keys (RFC 7517): the keys of all access tokens that may still be valid.
    keys: Vec<PublicKey>,
}

/// Get the public keys of access tokens
///
/// A JSON Web Key Set, for other services that accept Broadsheet's access tokens. Such a service does
/// not notice when a session ends; it accepts the token until the token expires.
#[utoipa::path(
    tag = "accounts",
    operation_id = "get_keys",
    responses((status = 200, description = "The public keys.", body = KeySet))
)]
#[get("/.well-known/jwks.json")]
pub async fn get_keys(app: Data<App>, context: Unsigned, _: Query<Nothing>) -> Result<Reply, Problem> {
    let keys = app.read(&context, Length::Short, |_, repos| repos.signing_keys(KeyPurpose::Access)).await?;
    Ok(Reply::one(&KeySet { keys: keys.iter().map(PublicKey::from).collect() }, None, &context)?)
}
