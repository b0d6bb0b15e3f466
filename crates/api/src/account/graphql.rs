//! Accounts over GraphQL.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use domain::account::{self, AccountPatch, NewAccount};

use super::{
    rest::read_id,
    view::{Colleague, PasswordLink, Role, User},
};
use crate::{
    app::{Asking, Length},
    graphql::{Connection, ListArguments, read, there, write},
    problem::Failure,
};

/// Accounts, for administrators.
#[derive(Default)]
pub struct AccountQueries;

#[Object]
impl AccountQueries {
    /// One account. For administrators.
    async fn user(&self, ctx: &Context<'_>, id: ID) -> Result<User, Failure> {
        let id = read_id(&id);
        Ok(read(ctx, Length::Short, move |cx, repos| account::get(cx, repos, id)).await?.into())
    }

    /// Accounts, in the order in which they were given. For administrators.
    #[graphql(complexity = "crate::graphql::list_cost(first, last, child_complexity)")]
    async fn users(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<User>, Failure> {
        let page = ListArguments { first, after, last, before }.read(&ctx.look_ahead())?;
        let page = read(ctx, Length::Short, move |cx, repos| account::list(cx, repos, &page)).await?;
        Ok(Connection::of(page, User::from))
    }

    /// The id and name of every account, without its e-mail address: who saved a revision or created a draft.
    /// For all who are signed in; an API key needs `drafts:read`.
    #[graphql(complexity = "crate::graphql::list_cost(first, last, child_complexity)")]
    async fn colleagues(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Colleague>, Failure> {
        let page = ListArguments { first, after, last, before }.read(&ctx.look_ahead())?;
        let page = read(ctx, Length::Short, move |cx, repos| account::colleagues(cx, repos, &page)).await?;
        Ok(Connection::of(page, Colleague::from))
    }
}

/// Managing accounts.
#[derive(Default)]
pub struct AccountMutations;

/// An account to be given.
#[derive(InputObject)]
pub struct CreateUserInput {
    /// What its owner will sign in with.
    email: String,
    /// What its owner is called, 1 to 200 characters.
    name: String,
    /// What its owner may do.
    role: Role,
}

/// What is to be other about an account; what is absent stays.
#[derive(InputObject)]
pub struct UpdateUserInput {
    /// The account.
    id: ID,
    /// What its owner signs in with.
    email: MaybeUndefined<String>,
    /// What its owner is called, 1 to 200 characters.
    name: MaybeUndefined<String>,
    /// What its owner may do.
    role: MaybeUndefined<Role>,
    /// Whether its owner is kept out. Who is disabled is signed out at once.
    disabled: MaybeUndefined<bool>,
}

/// Whose password is to be chosen anew.
#[derive(InputObject)]
pub struct CreatePasswordLinkInput {
    /// The account.
    id: ID,
}

/// An account that was changed.
#[derive(SimpleObject)]
pub struct UserPayload {
    /// The account as it is now.
    user: User,
}

#[Object]
impl AccountMutations {
    /// Gives an account. Its owner cannot sign in before choosing a password: see `createPasswordLink`.
    /// For administrators.
    async fn create_user(&self, ctx: &Context<'_>, input: CreateUserInput) -> Result<UserPayload, Failure> {
        let CreateUserInput { email, name, role } = input;
        let new = NewAccount { email, name, role: role.into() };
        let made = write(ctx, move |cx, repos| account::create(cx, repos, &new)).await?;
        Ok(UserPayload { user: made.into() })
    }

    /// Changes an account. Its owner meets the change at the next request. For administrators.
    async fn update_user(&self, ctx: &Context<'_>, input: UpdateUserInput) -> Result<UserPayload, Failure> {
        let id = read_id(&input.id);
        let patch = AccountPatch {
            email: there(input.email, "email")?,
            name: there(input.name, "name")?,
            role: there(input.role, "role")?.map(Into::into),
            disabled: there(input.disabled, "disabled")?,
        };
        let one = write(ctx, move |cx, repos| account::edit(cx, repos, id, &patch)).await?;
        Ok(UserPayload { user: one.into() })
    }

    /// Makes the secret of a link by which the account's owner chooses a password. It works once and
    /// for 24 hours; an earlier one is worth nothing from now on. For administrators.
    async fn create_password_link(
        &self,
        ctx: &Context<'_>,
        input: CreatePasswordLinkInput,
    ) -> Result<PasswordLink, Failure> {
        let id = read_id(&input.id);
        let link = write(ctx, move |cx, repos| account::offer_password(cx, repos, id)).await?;
        Ok(PasswordLink::of(link, ctx.data_unchecked::<Asking>().base()))
    }
}
