//! Signing in over GraphQL.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use domain::session;

use super::view::Tokens;
use crate::{
    account::view::User,
    app::{App, Asking, Length},
    graphql::read,
    problem::Failure,
};

/// Who is signed in.
#[derive(Default)]
pub struct SessionQueries;

#[Object]
impl SessionQueries {
    /// The account that is signed in, with its role as it is now.
    async fn me(&self, ctx: &Context<'_>) -> Result<User, Failure> {
        Ok(read(ctx, Length::Short, session::me).await?.into())
    }
}

/// Signing in and out.
#[derive(Default)]
pub struct SessionMutations;

/// Who wants to sign in.
#[derive(InputObject)]
pub struct LoginInput {
    /// The account's e-mail address.
    email: String,
    /// Its password.
    password: String,
}

/// A token that renews a session.
#[derive(InputObject)]
pub struct RefreshInput {
    /// As it came with the last tokens.
    refresh_token: String,
}

/// A session to be ended.
#[derive(InputObject)]
pub struct LogoutInput {
    /// As it came with the last tokens.
    refresh_token: String,
}

/// What the owner of an account chooses by a link.
#[derive(InputObject)]
pub struct ChoosePasswordInput {
    /// The secret of the link.
    link: String,
    /// The new password, 12 to 256 characters.
    password: String,
}

/// That something was done.
#[derive(SimpleObject)]
pub struct Done {
    /// Always true: what could not be done is an error.
    pub(crate) done: bool,
}

#[Object]
impl SessionMutations {
    /// Gives an access token for 15 minutes and a refresh token that gives new ones. At most 10 attempts a
    /// minute on one account and 60 from one address.
    async fn login(&self, ctx: &Context<'_>, input: LoginInput) -> Result<Tokens, Failure> {
        let (app, asking) = unsigned(ctx);
        Ok(super::sign_in(app, &asking, input.email, input.password).await?)
    }

    /// Gives new tokens for a refresh token, which is worth nothing from then on. One that is shown again
    /// was stolen: it ends the session, for everybody.
    async fn refresh(&self, ctx: &Context<'_>, input: RefreshInput) -> Result<Tokens, Failure> {
        let (app, asking) = unsigned(ctx);
        Ok(super::renew(app, &asking, input.refresh_token).await?)
    }

    /// Ends the session of a refresh token; its access tokens are worth nothing from then on.
    async fn logout(&self, ctx: &Context<'_>, input: LogoutInput) -> Result<Done, Failure> {
        let (app, asking) = unsigned(ctx);
        super::sign_out(app, &asking, input.refresh_token).await?;
        Ok(Done { done: true })
    }

    /// Sets a password by the secret of a link that an administrator made, which works once and for 24
    /// hours. Whoever is signed in with the account is signed out.
    async fn choose_password(&self, ctx: &Context<'_>, input: ChoosePasswordInput) -> Result<Done, Failure> {
        let (app, asking) = unsigned(ctx);
        super::choose_password(app, &asking, input.link, input.password).await?;
        Ok(Done { done: true })
    }
}

/// The application, and the request without its token.
fn unsigned<'c>(ctx: &'c Context<'_>) -> (&'c App, Asking) {
    (ctx.data_unchecked(), ctx.data_unchecked::<Asking>().unsigned())
}
