//! A session, the claims of an access token, and the first use of a refresh token.

use crate::{
    account::AccountId,
    id::{Entity, Id},
    secret::Digest,
    time::Time,
};

/// The id of a session.
pub type SessionId = Id<Session>;

impl Entity for Session {
    const PREFIX: &'static str = "session";
}

/// A session of a signed-in user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The id of the session.
    pub id: SessionId,
    /// The account that is signed in.
    pub account: AccountId,
    /// When the session began.
    pub begun_at: Time,
    /// When the session ends, unless it is renewed first.
    pub expires_at: Time,
}

/// The claims of an access token with a verified signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// The session.
    pub session: SessionId,
    /// The account of the session.
    pub account: AccountId,
    /// The token is invalid before this time.
    pub not_before: Option<Time>,
    /// The token is invalid from this time on.
    pub expires_at: Time,
}

/// The first use of a refresh token.
///
/// The successor is derived from the token and `salt`, so it can be computed again although only
/// digests are stored. Neither the salt nor the token is enough alone. The salt is deleted after
/// the grace period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Renewal {
    /// When the token was used.
    pub at: Time,
    /// The salt, generated for this renewal.
    pub salt: [u8; 32],
    /// The client that used the token.
    pub client: Digest,
}
