//! API keys as clients see them.

use async_graphql::{ID, SimpleObject};
use domain::{api_key::ApiKey as DomainKey, secret::Secret};
use serde::Serialize;
use utoipa::ToSchema;

use crate::scalar::DateTime;

/// A key with which a program acts for somebody, without its secret.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// Its id, a TypeID; not the key itself.
    #[schema(value_type = String, example = "apikey_01h455vb4pex5vsknk084sn02q")]
    pub id: ID,
    /// What it is for.
    #[schema(example = "wire feed")]
    pub name: String,
    /// What it may do of what its owner may.
    #[schema(example = json!(["articles:read"]))]
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: DateTime,
    /// It is worth nothing from then on.
    pub expires_at: DateTime,
    /// When it was used last, to within five minutes.
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

/// A key that was just made.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct NewApiKey {
    /// The key: send it as `Authorization: Bearer …`. It is not shown again.
    #[schema(example = "bskey_2Jx1…")]
    pub secret: String,
    /// What is known of it.
    pub api_key: ApiKey,
}

impl NewApiKey {
    /// Shows a key with its secret, this once.
    pub(super) fn of((key, secret): (DomainKey, Secret)) -> Self {
        Self { secret: secret.reveal().to_owned(), api_key: key.into() }
    }
}
