//! Signing in over REST.

use actix_web::{HttpResponse, get, post, web::Data};
use domain::session::{self, KeyPurpose};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    bearer::{Signed, Unsigned},
    token::PublicKey,
    view::Tokens,
};
use crate::{
    account::view::User,
    app::{App, Length},
    problem::Problem,
    query::{Nothing, Query},
    reply::Reply,
    sent::Sent,
};

/// Who wants to sign in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The account's e-mail address.
    #[schema(example = "editor@example.com")]
    email: String,
    /// Its password.
    #[schema(format = Password)]
    password: String,
}

/// A token that renews a session.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefreshToken {
    /// As it came with the last tokens.
    refresh_token: String,
}

/// What the owner of an account chooses by a link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChosenPassword {
    /// The secret of the link.
    link: String,
    /// The new password, 12 to 256 characters.
    #[schema(format = Password, min_length = 12, max_length = 256)]
    password: String,
}

/// Sign in
///
/// Gives an access token for 15 minutes and a refresh token that gives new ones. At most 10 attempts a
/// minute on one account and 60 from one address.
#[utoipa::path(
    tag = "accounts",
    operation_id = "begin_session",
    request_body = Credentials,
    responses((status = 200, description = "Signed in.", body = Tokens))
)]
#[post("/v1/auth/login")]
pub async fn begin_session(
    app: Data<App>,
    asking: Unsigned,
    _: Query<Nothing>,
    sent: Sent<Credentials>,
) -> Result<Reply, Problem> {
    let Credentials { email, password } = sent.0;
    Ok(Reply::one(&super::sign_in(&app, &asking, email, password).await?, None, &asking)?)
}

/// Renew a session
///
/// Gives new tokens for a refresh token, which is worth nothing from then on. One that is shown again
/// was stolen: it ends the session, for everybody.
#[utoipa::path(
    tag = "accounts",
    operation_id = "renew_session",
    request_body = RefreshToken,
    responses((status = 200, description = "Renewed.", body = Tokens))
)]
#[post("/v1/auth/refresh")]
pub async fn renew_session(
    app: Data<App>,
    asking: Unsigned,
    _: Query<Nothing>,
    sent: Sent<RefreshToken>,
) -> Result<Reply, Problem> {
    Ok(Reply::one(&super::renew(&app, &asking, sent.0.refresh_token).await?, None, &asking)?)
}

/// Sign out
///
/// Ends the session of a refresh token; its access tokens are worth nothing from then on. Says the same
/// when there is no such session.
#[utoipa::path(
    tag = "accounts",
    operation_id = "end_session",
    request_body = RefreshToken,
    responses((status = 204, description = "Signed out."))
)]
#[post("/v1/auth/logout")]
pub async fn end_session(
    app: Data<App>,
    asking: Unsigned,
    _: Query<Nothing>,
    sent: Sent<RefreshToken>,
) -> Result<HttpResponse, Problem> {
    super::sign_out(&app, &asking, sent.0.refresh_token).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Choose a password
///
/// By the secret of a link that an administrator made, which works once and for 24 hours. Whoever is
/// signed in with the account is signed out.
#[utoipa::path(
    tag = "accounts",
    operation_id = "choose_password",
    request_body = ChosenPassword,
    responses((status = 204, description = "The password is set."))
)]
#[post("/v1/auth/password")]
pub async fn choose_password(
    app: Data<App>,
    asking: Unsigned,
    _: Query<Nothing>,
    sent: Sent<ChosenPassword>,
) -> Result<HttpResponse, Problem> {
    let ChosenPassword { link, password } = sent.0;
    super::choose_password(&app, &asking, link, password).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Get the account that is signed in
///
/// With its role as it is now.
#[utoipa::path(
    tag = "accounts",
    operation_id = "get_me",
    security(("bearer" = [])),
    responses((status = 200, description = "The account.", body = User))
)]
#[get("/v1/me")]
pub async fn get_me(app: Data<App>, asking: Signed, _: Query<Nothing>) -> Result<Reply, Problem> {
    let me = app.read(&asking, Length::Short, session::me).await?;
    Ok(Reply::one(&User::from(me), None, &asking)?)
}

/// The keys that check access tokens.
#[derive(Serialize, ToSchema)]
pub struct KeySet {
    /// JSON Web Keys (RFC 7517): those that signed tokens which may still be good.
    keys: Vec<PublicKey>,
}

/// Get the keys that check access tokens
///
/// A JSON Web Key Set, for other services that take Broadsheet's tokens. Such a service does not learn
/// that a session has ended before its token expires.
#[utoipa::path(
    tag = "accounts",
    operation_id = "get_keys",
    responses((status = 200, description = "The keys.", body = KeySet))
)]
#[get("/.well-known/jwks.json")]
pub async fn get_keys(app: Data<App>, asking: Unsigned, _: Query<Nothing>) -> Result<Reply, Problem> {
    let keys = app.read(&asking, Length::Short, |_, repos| repos.signing_keys(KeyPurpose::Access)).await?;
    Ok(Reply::one(&KeySet { keys: keys.iter().map(PublicKey::from).collect() }, None, &asking)?)
}
