//! Sign-in, renewal, sign-out and password links, for both APIs.
//!
//! Password hashing is slow, so it runs between two transactions.

use domain::{
    account::{self, Account, Password},
    context::Context,
    error::Result,
    session,
    store::Repos,
};

use super::view::Tokens;
use crate::{
    app::{App, Length},
    context::RequestContext,
};

/// Signs in with an e-mail address and a password, for both APIs.
///
/// The slow password comparison runs between two transactions. It also runs if the account does not exist,
/// so that the response time does not reveal it.
pub(crate) async fn sign_in(
    app: &App,
    context: &RequestContext,
    email: String,
    password: String,
) -> Result<Tokens> {
    app.throttle().try_account(&email, context.address())?;
    let length = Length::Short;
    let candidate = app.read(context, length, move |_, repos| session::candidate(repos, &email)).await?;
    let hash = candidate.as_ref().and_then(|account| account.password.clone());
    let is_right = app.compute(move |passwords| passwords.matches(&password, hash.as_ref())).await?;
    let grant = app.write(context, move |cx, repos| session::begin(cx, repos, candidate, is_right)).await?;
    Tokens::of(&grant, context.now())
}

/// Renews a session.
pub(crate) async fn renew(app: &App, context: &RequestContext, refresh_token: String) -> Result<Tokens> {
    // The client is identified by its user agent only: a telephone that changes networks, which is when
    // responses get lost, changes its address.
    let (client, grace) = (context.client(), app.refresh_grace());
    let renewing = move |cx: &Context<'_>, repos: &mut dyn Repos| {
        session::renew(cx, repos, &refresh_token, client, grace)
    };
    let grant = app.write(context, renewing).await?;
    Tokens::of(&grant.ok_or_else(session::ended)?, context.now())
}

/// Ends a session.
pub(crate) async fn sign_out(app: &App, context: &RequestContext, refresh_token: String) -> Result<()> {
    app.write(context, move |_, repos| session::end(repos, &refresh_token)).await
}

/// Sets the password that the owner of a password link has chosen.
pub(crate) async fn choose_password(
    app: &App,
    context: &RequestContext,
    link: String,
    password: String,
) -> Result<Account> {
    app.throttle().try_address(context.address())?;
    let password = Password::read(&password)?;
    let shown = link.clone();
    let length = Length::Short;
    let salt = app
        .read(context, length, move |cx, repos| {
            account::expect_link(cx, repos, &shown)?;
            Ok(cx.random_bytes())
        })
        .await?;
    let hash = app.compute(move |passwords| passwords.hash(&password, salt)).await?;
    app.write(context, move |cx, repos| account::choose_password(cx, repos, &link, hash)).await
}
