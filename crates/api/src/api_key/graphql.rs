//! API keys over GraphQL.

use async_graphql::{Context, ID, InputObject, Object};
use domain::api_key::{self, NewApiKey as DomainNew};

use super::view::{ApiKey, NewApiKey};
use crate::{
    app::Length,
    graphql::{Done, read, write},
    http::ids::read_id,
    http::problem::Failure,
};

/// Queries for API keys.
#[derive(Default)]
pub struct ApiKeyQueries;

#[Object]
impl ApiKeyQueries {
    /// The API keys of an account, newest first, at most 50. Administrators can list the keys of any
    /// account; others only their own.
    #[graphql(complexity = "1 + 50 * child_complexity")]
    async fn api_keys(&self, ctx: &Context<'_>, user: ID) -> Result<Vec<ApiKey>, Failure> {
        let owner = read_id(&user);
        let keys = read(ctx, Length::Short, move |cx, repos| api_key::list(cx, repos, owner)).await?;
        Ok(keys.into_iter().map(Into::into).collect())
    }
}

/// Mutations that create and revoke API keys.
#[derive(Default)]
pub struct ApiKeyMutations;

/// The API key to create.
#[derive(InputObject)]
pub struct CreateApiKeyInput {
    /// The id of your own account.
    user: ID,
    /// What the key is for, 1 to 200 characters.
    name: String,
    /// What the key may do, within the permissions of its owner: `articles:read`, `articles:write`,
    /// `articles:publish`, `articles:place`, `articles:purge`, `drafts:read`, `terms:write`,
    /// `collections:write`, `site:write`, `users:manage`, `changes:read`.
    scopes: Vec<String>,
    /// Days until the key expires, 1 to 365. Default: 90.
    days: Option<u32>,
}

/// The API key to revoke.
#[derive(InputObject)]
pub struct RevokeApiKeyInput {
    /// The id of the account that owns the key.
    user: ID,
    /// The key's id.
    id: ID,
}

#[Object]
impl ApiKeyMutations {
    /// Creates an API key for your own account. The secret is shown only once. An API key cannot create
    /// API keys.
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

    /// Revokes an API key. Administrators can revoke the keys of any account; others only their own.
    async fn revoke_api_key(&self, ctx: &Context<'_>, input: RevokeApiKeyInput) -> Result<Done, Failure> {
        let (owner, id) = (read_id(&input.user), read_id(&input.id));
        write(ctx, move |cx, repos| api_key::revoke(cx, repos, owner, id)).await?;
        Ok(Done { done: true })
    }
}
