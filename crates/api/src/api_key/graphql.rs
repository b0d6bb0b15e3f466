//! API keys over GraphQL.

use async_graphql::{Context, ID, InputObject, Object};
use domain::api_key::{self, NewApiKey as DomainNew};

use super::view::{ApiKey, NewApiKey};
use crate::{
    account::rest::read_id,
    app::Length,
    graphql::{read, write},
    problem::Failure,
    session::graphql::Done,
};

/// API keys, for their owners.
#[derive(Default)]
pub struct ApiKeyQueries;

#[Object]
impl ApiKeyQueries {
    /// The API keys of one's own account, the newest first, at most 50; administrators see those of
    /// others.
    #[graphql(complexity = "1 + 50 * child_complexity")]
    async fn api_keys(&self, ctx: &Context<'_>, user: ID) -> Result<Vec<ApiKey>, Failure> {
        let owner = read_id(&user);
        let keys = read(ctx, Length::Short, move |cx, repos| api_key::list(cx, repos, owner)).await?;
        Ok(keys.into_iter().map(Into::into).collect())
    }
}

/// Making and revoking API keys.
#[derive(Default)]
pub struct ApiKeyMutations;

/// A key to be made.
#[derive(InputObject)]
pub struct CreateApiKeyInput {
    /// Whom it acts for: one's own account.
    user: ID,
    /// What it is for, 1 to 200 characters.
    name: String,
    /// What it may do of what its owner may: `articles:read`, `users:manage`, `changes:read`, `terms:write`, `collections:write`, `site:write`.
    scopes: Vec<String>,
    /// After so many days it is worth nothing, 1 to 365; 90 without it.
    days: Option<u32>,
}

/// A key to be revoked.
#[derive(InputObject)]
pub struct RevokeApiKeyInput {
    /// Whose it is.
    user: ID,
    /// The key.
    id: ID,
}

#[Object]
impl ApiKeyMutations {
    /// Makes an API key for one's own account. It is shown this once. A key makes no keys.
    async fn create_api_key(
        &self,
        ctx: &Context<'_>,
        input: CreateApiKeyInput,
    ) -> Result<NewApiKey, Failure> {
        let CreateApiKeyInput { user, name, scopes, days } = input;
        let owner = read_id(&user);
        let new = DomainNew { name, scopes, days };
        Ok(NewApiKey::of(write(ctx, move |cx, repos| api_key::create(cx, repos, owner, &new)).await?))
    }

    /// Revokes an API key of one's own account; administrators revoke those of others.
    async fn revoke_api_key(&self, ctx: &Context<'_>, input: RevokeApiKeyInput) -> Result<Done, Failure> {
        let (owner, id) = (read_id(&input.user), read_id(&input.id));
        write(ctx, move |cx, repos| api_key::revoke(cx, repos, owner, id)).await?;
        Ok(Done { done: true })
    }
}
