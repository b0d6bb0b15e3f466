//! Signing in: who a request comes from, and the tokens that say it.

pub(crate) mod bearer;
pub mod graphql;
pub mod issuer;
pub mod rest;
mod throttle;
pub(crate) mod token;
mod verified;
pub mod view;

pub(crate) use self::{
    throttle::{RETRY_SECONDS, Throttle},
    verified::Verified,
};

use domain::{
    access::Caller,
    account::{self, Account, Password},
    cx::Cx,
    error::Result,
    session,
    store::Repos,
    time::Time,
};

use self::{issuer::Issuer, view::Tokens};
use crate::app::{App, Asking};

/// Returns who bears an access token: one of ours, or the issuer's where there is one. The key that a
/// token names tells them apart.
pub(crate) fn caller(
    repos: &mut dyn Repos,
    verified: &Verified,
    issuer: Option<&Issuer>,
    token: &str,
    now: Time,
) -> Result<Caller> {
    match issuer {
        Some(issuer) if !token::is_ours(token) => issuer::caller(repos, issuer, token, now),
        _ => token::caller(repos, verified, token, now),
    }
}

/// Signs somebody in. The same for REST and GraphQL: the slow comparison stands between two
/// transactions, and happens whether there is such an account or not.
pub(crate) async fn sign_in(app: &App, asking: &Asking, email: String, password: String) -> Result<Tokens> {
    app.throttle().try_account(&email, asking.address())?;
    let length = crate::app::Length::Short;
    let candidate = app.read(asking, length, move |_, repos| session::candidate(repos, &email)).await?;
    let hash = candidate.as_ref().and_then(|account| account.password.clone());
    let is_right = app.compute(move |passwords| passwords.matches(&password, hash.as_ref())).await?;
    let grant = app.write(asking, move |cx, repos| session::begin(cx, repos, candidate, is_right)).await?;
    Tokens::of(&grant, asking.now())
}

/// Renews a session.
pub(crate) async fn renew(app: &App, asking: &Asking, refresh_token: String) -> Result<Tokens> {
    // The client by its name alone: a telephone that changes from one network to another, which is when
    // answers are lost, has another address.
    let (client, grace) = (asking.client(), app.refresh_grace());
    let renewing =
        move |cx: &Cx<'_>, repos: &mut dyn Repos| session::renew(cx, repos, &refresh_token, client, grace);
    let grant = app.write(asking, renewing).await?;
    Tokens::of(&grant.ok_or_else(session::ended)?, asking.now())
}

/// Ends a session.
pub(crate) async fn sign_out(app: &App, asking: &Asking, refresh_token: String) -> Result<()> {
    app.write(asking, move |_, repos| session::end(repos, &refresh_token)).await
}

/// Sets the password that the bearer of a link has chosen.
pub(crate) async fn choose_password(
    app: &App,
    asking: &Asking,
    link: String,
    password: String,
) -> Result<Account> {
    app.throttle().try_address(asking.address())?;
    let password = Password::read(&password)?;
    let shown = link.clone();
    let length = crate::app::Length::Short;
    let salt = app
        .read(asking, length, move |cx, repos| {
            account::expect_link(cx, repos, &shown)?;
            Ok(cx.random_bytes())
        })
        .await?;
    let hash = app.compute(move |passwords| passwords.hash(&password, salt)).await?;
    app.write(asking, move |cx, repos| account::choose_password(cx, repos, &link, hash)).await
}
