//! Starting, renewing and ending sessions.

use std::time::Duration;

use super::{KeyPurpose, Renewal, Session, SigningKey, key_rotation::present_key};
use crate::{
    account::{Account, AccountId, Email},
    context::Context,
    error::{Error, Kind, Result},
    secret::{Digest, Secret},
    store::{Before, Repos},
};

/// The lifetime of a session after its last renewal.
const SESSION_LIFE: Duration = Duration::from_hours(30 * 24);

/// The prefix of refresh tokens.
const REFRESH_TOKEN: &str = "bsrt";

/// The result of signing in or renewing a session.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The session.
    pub session: Session,
    /// The account that is signed in.
    pub account: Account,
    /// The refresh token, which renews the session once.
    pub refresh_token: Secret,
    /// The key to sign the access token with.
    pub key: SigningKey,
}

/// Returns the account with this e-mail address, if any. Its password must still be checked.
pub fn candidate(repos: &mut dyn Repos, email: &str) -> Result<Option<Account>> {
    match Email::read(email) {
        Ok(email) => repos.account_by_email(&email),
        Err(_) => Ok(None),
    }
}

/// Starts a session for an account, if `is_right` says that the password was correct.
///
/// Returns the same error, `credentials.wrong`, whether the account does not exist, is disabled, or
/// has another password.
pub fn begin(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    candidate: Option<Account>,
    is_right: bool,
) -> Result<Grant> {
    let wrong = || {
        let detail = "the e-mail address or the password is wrong";
        Error::new(Kind::Unauthenticated, "credentials.wrong", detail)
    };
    // The look-up runs in any case, so that the amount of work reveals nothing. It locks the
    // account, because the password may be changing.
    let id = candidate.as_ref().map_or(AccountId::from_bytes([0; 16]), |candidate| candidate.id);
    let account = repos.account_to_change(id)?;
    let candidate = candidate.filter(|_| is_right).ok_or_else(wrong)?;
    let account =
        account.filter(|now| now.password == candidate.password && !now.disabled).ok_or_else(wrong)?;
    repos.remove_expired_sessions(account.id, cx.now)?;
    let session = Session {
        id: cx.new_id(),
        account: account.id,
        begun_at: cx.now,
        expires_at: cx.now.after(SESSION_LIFE),
    };
    let token = Secret::draw(cx, REFRESH_TOKEN);
    repos.add_refresh_token(session.id, &token.digest())?;
    grant(cx, repos, session, account, token)
}

/// Renews a session for a client. Within `grace` after the first use of a token, the same client
/// gets the same successor again.
///
/// Returns `None` if the token is unknown or was already used, the session has expired, or the
/// account is disabled. Except for an unknown token, the session then ends. This is not an error,
/// because an error would roll that back.
pub fn renew(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    token: &str,
    client: Digest,
    grace: Duration,
) -> Result<Option<Grant>> {
    let digest = Digest::of(token);
    let Some(id) = repos.session_of_token(&digest)? else { return Ok(None) };
    let Some((session, _)) = repos.session(id)? else { return Ok(None) };
    // Lock order: the account before its sessions. Another request may end the session while it
    // holds the lock, so the session is read again afterwards.
    repos.account_to_change(session.account)?;
    let Some((session, account)) = repos.session(id)? else { return Ok(None) };
    if account.disabled || session.expires_at <= cx.now {
        repos.end_session(session.id)?;
        return Ok(None);
    }
    let renewal = Renewal { at: cx.now, salt: cx.random_bytes(), client };
    match repos.spend_refresh_token(&digest, &renewal)?.map(|spent| spent.before) {
        Some(None) => {
            repos.forget_renewals(id, cx.now.before(grace))?;
            let session = Session { expires_at: cx.now.after(SESSION_LIFE), ..session };
            let successor = successor(token, &renewal);
            repos.add_refresh_token(session.id, &successor.digest())?;
            grant(cx, repos, session, account, successor).map(Some)
        }
        Some(Some(Before::Used(earlier)))
            if !grace.is_zero() && earlier.client == client && cx.now < earlier.at.after(grace) =>
        {
            let key = present_key(cx, repos, KeyPurpose::Access)?;
            Ok(Some(Grant { session, account, refresh_token: successor(token, &earlier), key }))
        }
        _ => {
            repos.end_session(id)?;
            Ok(None)
        }
    }
}

pub(super) fn successor(token: &str, renewal: &Renewal) -> Secret {
    Secret::derive(REFRESH_TOKEN, token, &renewal.salt)
}

/// Returns the error for a refresh token that cannot renew a session.
pub fn ended() -> Error {
    Error::new(Kind::Unauthenticated, "session.ended", "the session has ended; sign in again")
}

/// Ends the session of a refresh token. Does nothing if there is none.
pub fn end(repos: &mut dyn Repos, token: &str) -> Result<()> {
    let Some(id) = repos.session_of_token(&Digest::of(token))? else { return Ok(()) };
    let Some((session, _)) = repos.session(id)? else { return Ok(()) };
    repos.account_to_change(session.account)?;
    repos.end_session(id)
}

fn grant(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    session: Session,
    account: Account,
    refresh_token: Secret,
) -> Result<Grant> {
    repos.save_session(&session)?;
    let key = present_key(cx, repos, KeyPurpose::Access)?;
    Ok(Grant { session, account, refresh_token, key })
}
