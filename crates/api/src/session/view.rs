//! What somebody gets who signs in.

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

/// That somebody is signed in.
#[derive(Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct Tokens {
    /// Send it with requests: `Authorization: Bearer …`. A JSON Web Token.
    pub access_token: String,
    /// How it is sent: always `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: String,
    /// After so many seconds the access token is worth nothing.
    #[schema(example = 900)]
    pub expires_in: u32,
    /// Gives new tokens, once: keep it, and send it to nobody else. Good for 30 days.
    pub refresh_token: String,
    /// Who is signed in.
    pub user: User,
}

impl Tokens {
    /// Shows a grant, with the access token that it stands for.
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
