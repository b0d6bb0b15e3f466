//! The caller that an access token authenticates.

use domain::{access::Caller, error::Result, store::Repos, time::Time};

use super::{
    issuer::{self, Issuer},
    token,
    verified::Verified,
};

/// Returns the caller that an access token authenticates. The token is one of ours or, if an issuer is
/// configured, one of the issuer's; the key id in its header tells which.
pub(crate) fn caller(
    repos: &mut dyn Repos,
    verified: &Verified,
    issuer: Option<&Issuer>,
    token: &str,
    now: Time,
) -> Result<Caller> {
    match issuer {
        Some(issuer) if !token::is_ours(token) => issuer::caller(repos, issuer, token, now),
        _ => token::caller(repos, verified, token, now),
    }
}
