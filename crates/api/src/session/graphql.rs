//! Signing in and out over GraphQL.

use async_graphql::{Context, InputObject, Object};
use domain::session;

use super::view::Tokens;
use crate::{
    account::view::User,
    app::{App, Length},
    context::RequestContext,
    graphql::{Done, read},
    http::problem::Failure,
};

/// The query for the signed-in account.
#[derive(Default)]
pub struct SessionQueries;

#[Object]
impl SessionQueries {
    /// The account that is signed in, with its current role.
    async fn me(&self, ctx: &Context<'_>) -> Result<User, Failure> {
        Ok(read(ctx, Length::Short, session::me).await?.into())
    }
}

/// Mutations for signing in and out.
#[derive(Default)]
pub struct SessionMutations;

/// The e-mail address and password for signing in.
#[derive(InputObject)]
pub struct LoginInput {
    /// The account's e-mail address.
    email: String,
    /// The account's password.
    password: String,
}

/// The refresh token of the session to renew.
#[derive(InputObject)]
pub struct RefreshInput {
    /// The refresh token from the last sign-in or renewal.
    refresh_token: String,
}

/// The refresh token of the session to end.
#[derive(InputObject)]
pub struct LogoutInput {
    /// The refresh token from the last sign-in or renewal.
    refresh_token: String,
}

/// A new password, with the secret from a password link.
#[derive(InputObject)]
pub struct ChoosePasswordInput {
    /// The secret from the password link.
    link: String,
    /// The new password, 12 to 256 characters.
    password: String,
}

#[Object]
impl SessionMutations {
    /// Signs in. Returns an access token, valid for 15 minutes, and a refresh token for renewing it. At
    /// most 10 attempts per minute and account, and 60 per minute and IP address.
    async fn login(&self, ctx: &Context<'_>, input: LoginInput) -> Result<Tokens, Failure> {
        let (app, context) = unsigned(ctx);
        Ok(super::sign_in(app, &context, input.email, input.password).await?)
    }

    /// Exchanges a refresh token for new tokens. Each refresh token works once. Using one again ends
    /// the session, because it may have been stolen.
    async fn refresh(&self, ctx: &Context<'_>, input: RefreshInput) -> Result<Tokens, Failure> {
        let (app, context) = unsigned(ctx);
        Ok(super::renew(app, &context, input.refresh_token).await?)
    }

    /// Ends the session of a refresh token. Its access tokens stop working at once.
    async fn logout(&self, ctx: &Context<'_>, input: LogoutInput) -> Result<Done, Failure> {
        let (app, context) = unsigned(ctx);
        super::sign_out(app, &context, input.refresh_token).await?;
        Ok(Done { done: true })
    }

    /// Sets a password, with the secret from a password link. The link works once, within 24 hours. All
    /// sessions of the account end.
    async fn choose_password(&self, ctx: &Context<'_>, input: ChoosePasswordInput) -> Result<Done, Failure> {
        let (app, context) = unsigned(ctx);
        super::choose_password(app, &context, input.link, input.password).await?;
        Ok(Done { done: true })
    }
}

/// Returns the application, and the request without its token.
fn unsigned<'c>(ctx: &'c Context<'_>) -> (&'c App, RequestContext) {
    (ctx.data_unchecked(), ctx.data_unchecked::<RequestContext>().unsigned())
}
