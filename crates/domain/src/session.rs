//! Sessions, refresh tokens, and the keys that sign access tokens.
//!
//! Signing in with a password starts a session. A refresh token renews it and is replaced by a
//! successor. For a short time after its first use (the grace period), the same client gets the
//! same successor again, because two tabs may renew at once and a response may be lost. A refresh
//! token that is used later, or by another client, counts as stolen, and the session ends.
//!
//! An access token names its session, so signing out or disabling an account takes effect at the
//! next request. Sessions are not in the change log; new signing keys are.

use std::time::Duration;

use crate::{
    access::{Caller, Scopes, sign_in_first},
    account::{Account, AccountId, Email},
    article::preview,
    change::{Action, NewChange},
    context::Context,
    error::{Error, Kind, Result},
    id::{Entity, Id},
    secret::{Digest, Secret},
    store::{Before, Repos},
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

/// The lifetime of an access token.
pub const ACCESS_LIFE: Duration = Duration::from_mins(15);

/// The lifetime of a session after its last renewal.
const SESSION_LIFE: Duration = Duration::from_hours(30 * 24);

/// The age at which a signing key is replaced by a new one.
const KEY_LIFE: Duration = Duration::from_hours(90 * 24);

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

/// An Ed25519 key that signs access tokens or preview tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// The key id in tokens.
    pub id: Id<Self>,
    /// When the key was generated.
    pub created_at: Time,
    /// The private key.
    pub seed: [u8; 32],
}

impl Entity for SigningKey {
    const PREFIX: &'static str = "key";
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({})", self.id)
    }
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

fn successor(token: &str, renewal: &Renewal) -> Secret {
    Secret::derive(REFRESH_TOKEN, token, &renewal.salt)
}

/// The prefix of refresh tokens.
const REFRESH_TOKEN: &str = "bsrt";

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

/// The purpose of a signing key. A token that is signed for one purpose is invalid for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPurpose {
    /// Access tokens.
    Access,
    /// Previews of articles.
    Preview,
}

impl KeyPurpose {
    /// Returns the name under which the purpose is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Preview => "preview",
        }
    }

    /// Returns the maximum lifetime of what such a key signs.
    fn longest_life(self) -> Duration {
        match self {
            Self::Access => ACCESS_LIFE,
            Self::Preview => preview::LONGEST_LIFE,
        }
    }
}

/// Generates a key that signs from now on.
///
/// Tokens signed by earlier keys stay valid until they expire. Keys are removed once no token that
/// they signed can still be valid.
pub fn rotate_key(cx: &Context<'_>, repos: &mut dyn Repos, purpose: KeyPurpose) -> Result<SigningKey> {
    let earlier = repos.signing_keys(purpose)?;
    for (key, successor) in earlier.iter().skip(1).zip(&earlier) {
        if successor.created_at.after(purpose.longest_life() * 2) < cx.now {
            repos.remove_signing_key(key.id)?;
        }
    }
    let key = SigningKey { id: cx.new_id(), created_at: cx.now, seed: cx.random_bytes() };
    repos.save_signing_key(purpose, &key)?;
    repos.record(NewChange::of(cx, SigningKey::PREFIX, key.id.bytes(), Action::Created));
    Ok(key)
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

/// Returns the current signing key. Generates a new one if the last is too old or there is none.
pub(crate) fn present_key(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    purpose: KeyPurpose,
) -> Result<SigningKey> {
    let newest = repos.signing_keys(purpose)?.into_iter().next();
    match newest {
        Some(key) if cx.now < key.created_at.after(KEY_LIFE) => Ok(key),
        _ => rotate_key(cx, repos, purpose),
    }
}
