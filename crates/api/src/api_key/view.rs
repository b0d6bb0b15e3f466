//! The representation of API keys in both APIs.

use async_graphql::{ID, SimpleObject};
use domain::{api_key::ApiKey as DomainKey, secret::Secret};
use serde::Serialize;
use utoipa::ToSchema;

use crate::scalar::DateTime;

/// An API key: lets a program act for an account. The secret is not included.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// Unique id of the key (a TypeID). This is not the secret.
    #[schema(value_type = String, example = "apikey_01h455vb4pex5vsknk084sn02q")]
    pub id: ID,
    /// What the key is for.
    #[schema(example = "wire feed")]
    pub name: String,
    /// What the key may do, within the permissions of its owner.
    #[schema(example = json!(["articles:read"]))]
    pub scopes: Vec<String>,
    /// When the key was created.
    pub created_at: DateTime,
    /// When the key expires.
    pub expires_at: DateTime,
    /// When the key was last used, accurate to five minutes. Null if it was never used.
    pub last_used_at: Option<DateTime>,
}

impl From<DomainKey> for ApiKey {
    fn from(key: DomainKey) -> Self {
        Self {
            id: key.id.to_string().into(),
            name: key.name,
            scopes: key.scopes.names().into_iter().map(str::to_owned).collect(),
            created_at: key.created_at.into(),
            expires_at: key.expires_at.into(),
            last_used_at: key.last_used_at.map(Into::into),
        }
    }
}

/// An API key that was just created, with its secret.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct NewApiKey {
    /// The secret. Send it as `Authorization: Bearer …`. It is not shown again.
    #[schema(example = "bskey_2Jx1…")]
    pub secret: String,
    /// The key without its secret.
    pub api_key: ApiKey,
}

impl NewApiKey {
    /// Builds the view of a new key, with the secret.
    pub(super) fn of((key, secret): (DomainKey, Secret)) -> Self {
        Self { secret: secret.reveal().to_owned(), api_key: key.into() }
    }
}
