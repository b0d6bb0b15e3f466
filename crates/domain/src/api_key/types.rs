//! An API key and its id.

use std::time::Duration;

use crate::{
    access::Scopes,
    account::AccountId,
    id::{Entity, Id},
    time::Time,
};

/// The id of an API key. It is not the secret.
pub type ApiKeyId = Id<ApiKey>;

impl Entity for ApiKey {
    const PREFIX: &'static str = "apikey";
}

/// An API key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// The id of the key.
    pub id: ApiKeyId,
    /// The account that the key acts for.
    pub owner: AccountId,
    /// The name that its owner gave it. 1 to 200 characters.
    pub name: String,
    /// The scopes, which limit what the owner's role allows.
    pub scopes: Scopes,
    /// When the key was created.
    pub created_at: Time,
    /// When the key expires.
    pub expires_at: Time,
    /// When the key was last used, accurate to [`USE_NOTED`].
    pub last_used_at: Option<Time>,
}

/// The minimum time between two writes of `last_used_at`, so that not every request writes.
pub const USE_NOTED: Duration = Duration::from_mins(5);
