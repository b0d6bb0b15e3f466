//! Accounts over GraphQL.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use domain::account::{self, AccountPatch, NewAccount};

use super::view::{Colleague, PasswordLink, Role, User};
use crate::{
    app::Length,
    context::RequestContext,
    graphql::{Connection, ListArguments, non_null, read, write},
    http::ids::read_id,
    http::problem::Failure,
};

/// Queries for accounts and colleagues.
#[derive(Default)]
pub struct AccountQueries;

#[Object]
impl AccountQueries {
    /// One account, by its id. Requires the admin role.
    async fn user(&self, ctx: &Context<'_>, id: ID) -> Result<User, Failure> {
        let id = read_id(&id);
        Ok(read(ctx, Length::Short, move |cx, repos| account::get(cx, repos, id)).await?.into())
    }

    /// All accounts, oldest first. Requires the admin role.
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

    /// The id and name of every account, to show who created a draft or saved a revision. E-mail addresses
    /// are not included. Requires signing in; an API key needs the scope `drafts:read`.
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

/// Mutations that create and change accounts.
#[derive(Default)]
pub struct AccountMutations;

/// The account to create.
#[derive(InputObject)]
pub struct CreateUserInput {
    /// The e-mail address for signing in.
    email: String,
    /// The person's name, 1 to 200 characters.
    name: String,
    /// The role, which decides what the account may do.
    role: Role,
}

/// The fields of the account to change. Omitted fields are left unchanged.
#[derive(InputObject)]
pub struct UpdateUserInput {
    /// The account's id.
    id: ID,
    /// The e-mail address for signing in.
    email: MaybeUndefined<String>,
    /// The person's name, 1 to 200 characters.
    name: MaybeUndefined<String>,
    /// The role, which decides what the account may do.
    role: MaybeUndefined<Role>,
    /// Whether the account is disabled. Disabling an account ends all its sessions at once.
    disabled: MaybeUndefined<bool>,
}

/// The account that needs a password link.
#[derive(InputObject)]
pub struct CreatePasswordLinkInput {
    /// The account's id.
    id: ID,
}

/// The result of creating or changing an account.
#[derive(SimpleObject)]
pub struct UserPayload {
    /// The account after the change.
    user: User,
}

#[Object]
impl AccountMutations {
    /// Creates an account. Its owner must choose a password before signing in: see `createPasswordLink`.
    /// Requires the admin role.
    async fn create_user(&self, ctx: &Context<'_>, input: CreateUserInput) -> Result<UserPayload, Failure> {
        let CreateUserInput { email, name, role } = input;
        let new = NewAccount { email, name, role: role.into() };
        let made = write(ctx, move |cx, repos| account::create(cx, repos, &new)).await?;
        Ok(UserPayload { user: made.into() })
    }

    /// Changes an account. The change applies from the account's next request. Requires the admin role.
    async fn update_user(&self, ctx: &Context<'_>, input: UpdateUserInput) -> Result<UserPayload, Failure> {
        let id = read_id(&input.id);
        let patch = AccountPatch {
            email: non_null(input.email, "email")?,
            name: non_null(input.name, "name")?,
            role: non_null(input.role, "role")?.map(Into::into),
            disabled: non_null(input.disabled, "disabled")?,
        };
        let one = write(ctx, move |cx, repos| account::edit(cx, repos, id, &patch)).await?;
        Ok(UserPayload { user: one.into() })
    }

    /// Creates a link for choosing the account's password. The link works once, within 24 hours, and
    /// replaces any earlier link. Requires the admin role.
    async fn create_password_link(
        &self,
        ctx: &Context<'_>,
        input: CreatePasswordLinkInput,
    ) -> Result<PasswordLink, Failure> {
        let id = read_id(&input.id);
        let link = write(ctx, move |cx, repos| account::offer_password(cx, repos, id)).await?;
        Ok(PasswordLink::of(link, ctx.data_unchecked::<RequestContext>().base()))
    }
}
