//! Sessions, refresh tokens, and the keys that sign access tokens.
//!
//! Signing in with a password starts a session. A refresh token renews it and is replaced by a
//! successor. For a short time after its first use (the grace period), the same client gets the
//! same successor again, because two tabs may renew at once and a response may be lost. A refresh
//! token that is used later, or by another client, counts as stolen, and the session ends.
//!
//! An access token names its session, so signing out or disabling an account takes effect at the
//! next request. Sessions are not in the change log; new signing keys are.

mod bearer;
mod key_rotation;
mod lifecycle;
mod signing_key;
mod types;

pub(crate) use self::key_rotation::present_key;
pub use self::{
    bearer::{bearer, bearer_of_email, me, worthless},
    key_rotation::rotate_key,
    lifecycle::{Grant, begin, candidate, end, ended, renew},
    signing_key::{ACCESS_LIFE, KeyPurpose, SigningKey},
    types::{Claim, Renewal, Session, SessionId},
};
