//! Authentication with an access token.

use super::{Claim, SigningKey, candidate};
use crate::{
    access::{Caller, Scopes, sign_in_first},
    account::Account,
    context::Context,
    error::{Error, Kind, Result},
    store::Repos,
    time::Time,
};

/// Returns the caller that an access token authenticates, with the account's current role.
///
/// `key` is the key that signed the token.
pub fn bearer(repos: &mut dyn Repos, claim: &Claim, key: &SigningKey, now: Time) -> Result<Caller> {
    let found = repos.session_signed_by(claim.session, key)?;
    let account = found.filter(|(session, account)| {
        now < claim.expires_at
            && claim.not_before.is_none_or(|from| from <= now)
            && session.account == claim.account
            && now < session.expires_at
            && !account.disabled
    });
    account.map(|(_, account)| signed_in(&account)).ok_or_else(worthless)
}

/// Returns the caller with an e-mail address that an identity provider verified.
pub fn bearer_of_email(repos: &mut dyn Repos, email: &str) -> Result<Caller> {
    let account = candidate(repos, email)?.filter(|account| !account.disabled);
    account.map(|account| signed_in(&account)).ok_or_else(worthless)
}

fn signed_in(account: &Account) -> Caller {
    Caller::Account { id: account.id, role: account.role, scopes: Scopes::ALL }
}

/// Returns the error for an invalid access token.
pub fn worthless() -> Error {
    let detail = "the access token is malformed, has expired or was revoked; renew it or sign in again";
    Error::new(Kind::Unauthenticated, "token.worthless", detail)
}

/// Returns the account of the caller. Fails with `access.sign_in` if the caller has none.
pub fn me(cx: &Context<'_>, repos: &mut dyn Repos) -> Result<Account> {
    let account = match cx.caller {
        Caller::Account { id, .. } => repos.accounts(&[id])?.pop(),
        Caller::Reader | Caller::Operator => None,
    };
    account.ok_or_else(sign_in_first)
}
