//! The tokens of a session, in both APIs.

use async_graphql::SimpleObject;
use domain::{
    error::Result,
    session::{ACCESS_LIFE, Grant},
    time::Time,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::token;
use crate::account::view::User;

/// The tokens of a session.
#[derive(Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct Tokens {
    /// The access token, a JSON Web Token. Send it as `Authorization: Bearer …`.
    pub access_token: String,
    /// The type of the access token: always `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: String,
    /// Seconds until the access token expires.
    #[schema(example = 900)]
    pub expires_in: u32,
    /// The refresh token, for getting new tokens. Works once, within 30 days. Keep it secret.
    pub refresh_token: String,
    /// The signed-in account.
    pub user: User,
}

impl Tokens {
    /// Builds the view of a grant and signs its access token.
    pub(crate) fn of(grant: &Grant, now: Time) -> Result<Self> {
        Ok(Self {
            access_token: token::sign(grant, now)?,
            token_type: "Bearer".to_owned(),
            expires_in: u32::try_from(ACCESS_LIFE.as_secs()).unwrap_or_default(),
            refresh_token: grant.refresh_token.reveal().to_owned(),
            user: grant.account.clone().into(),
        })
    }
}
