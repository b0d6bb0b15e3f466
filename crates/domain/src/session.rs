//! Signing in: sessions, the tokens that renew them, and the keys that sign access tokens.
//!
//! A session begins with a password and is renewed by refresh tokens, each of which has one successor. For a
//! short time after the first use (the grace), the same client gets the same successor again: two tabs
//! may renew at once, and an answer may be lost. A token that is shown later, or by another client, was
//! stolen: the session ends. An access token names its session, so whoever signs out or is disabled is
//! out at the next request.
//!
//! Sessions are no part of the newsroom and not in its log, but for the keys that sign: nobody follows them, and a reader's
//! answers are as fresh after somebody signed in as before.

use std::time::Duration;

use crate::{
    access::{Caller, Scopes, sign_in_first},
    account::{Account, AccountId, Email},
    article::preview,
    change::{Action, NewChange},
    cx::Cx,
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

/// That somebody is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Who is signed in.
    pub account: AccountId,
    /// Since when.
    pub begun_at: Time,
    /// It ends then, unless it is renewed before.
    pub expires_at: Time,
}

/// How long an access token is good for.
pub const ACCESS_LIFE: Duration = Duration::from_mins(15);

/// How long a session lasts that is not renewed.
const SESSION_LIFE: Duration = Duration::from_hours(30 * 24);

/// After so long, access tokens are signed with a new key.
const KEY_LIFE: Duration = Duration::from_hours(90 * 24);

/// What somebody gets who signs in or renews a session.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The session.
    pub session: Session,
    /// Who is signed in.
    pub account: Account,
    /// Renews the session, once.
    pub refresh_token: Secret,
    /// Signs the access token.
    pub key: SigningKey,
}

/// What an access token says, once its signature was found good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// The session.
    pub session: SessionId,
    /// Whose it is.
    pub account: AccountId,
    /// The token is worth nothing before.
    pub not_before: Option<Time>,
    /// The token is worth nothing from then on.
    pub expires_at: Time,
}

/// A key that signs access tokens (Ed25519).
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// Names it in tokens.
    pub id: Id<Self>,
    /// When it was drawn.
    pub created_at: Time,
    /// The private half.
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

/// Returns the account whose password is to be compared with what somebody sent.
pub fn candidate(repos: &mut dyn Repos, email: &str) -> Result<Option<Account>> {
    match Email::read(email) {
        Ok(email) => repos.account_by_email(&email),
        Err(_) => Ok(None),
    }
}

/// Begins a session for a candidate who sent the right password.
///
/// All who may not sign in are told the same, whether there is such an account or not.
pub fn begin(
    cx: &Cx<'_>,
    repos: &mut dyn Repos,
    candidate: Option<Account>,
    is_right: bool,
) -> Result<Grant> {
    let wrong = || {
        let detail = "no account that may sign in has this address and this password";
        Error::new(Kind::Unauthenticated, "credentials.wrong", detail)
    };
    // Looked up in any case, so that how much was done tells nothing; and locked, because the password
    // may be changing.
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

/// How a refresh token was used for the first time.
///
/// Its successor is derived from the token and `salt`, so that it can be given again although only digests
/// of tokens are stored. The salt alone, or the token alone, tells nothing of the successor; the salt is
/// forgotten after the grace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Renewal {
    /// When.
    pub at: Time,
    /// Drawn for this renewal.
    pub salt: [u8; 32],
    /// Which client used it.
    pub client: Digest,
}

/// Renews a session for a client. Within `grace` after the first use of a token, the same client gets the
/// same successor again.
///
/// `None` when the token renews nothing: unknown, expired, or used before, which ends the session. That
/// is no error here, because an error would undo the end with the transaction.
pub fn renew(
    cx: &Cx<'_>,
    repos: &mut dyn Repos,
    token: &str,
    client: Digest,
    grace: Duration,
) -> Result<Option<Grant>> {
    let digest = Digest::of(token);
    let Some(id) = repos.session_of_token(&digest)? else { return Ok(None) };
    let Some((session, _)) = repos.session(id)? else { return Ok(None) };
    // The account before its sessions, as everywhere. Whoever ends this one has it locked, and it may be
    // gone after that.
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

/// What refresh tokens begin with.
const REFRESH_TOKEN: &str = "bsrt";

/// What is said to whoever shows a refresh token that renews nothing.
pub fn ended() -> Error {
    Error::new(Kind::Unauthenticated, "session.ended", "the session has ended; sign in again")
}

/// Ends the session that a refresh token belongs to. Nothing happens when there is none.
pub fn end(repos: &mut dyn Repos, token: &str) -> Result<()> {
    let Some(id) = repos.session_of_token(&Digest::of(token))? else { return Ok(()) };
    let Some((session, _)) = repos.session(id)? else { return Ok(()) };
    repos.account_to_change(session.account)?;
    repos.end_session(id)
}

/// Returns who bears an access token that this key has signed: what the account is now, not what it was
/// when the token was made.
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

/// Returns who somebody is whose address was verified elsewhere.
pub fn bearer_of_email(repos: &mut dyn Repos, email: &str) -> Result<Caller> {
    let account = candidate(repos, email)?.filter(|account| !account.disabled);
    account.map(|account| signed_in(&account)).ok_or_else(worthless)
}

fn signed_in(account: &Account) -> Caller {
    Caller::Account { id: account.id, role: account.role, scopes: Scopes::ALL }
}

/// What is said to whoever shows an access token that is worth nothing.
pub fn worthless() -> Error {
    let detail = "the access token is malformed, has expired or was revoked; renew it or sign in again";
    Error::new(Kind::Unauthenticated, "token.worthless", detail)
}

/// Returns the account of whoever is signed in.
pub fn me(cx: &Cx<'_>, repos: &mut dyn Repos) -> Result<Account> {
    let account = match cx.caller {
        Caller::Account { id, .. } => repos.accounts(&[id])?.pop(),
        Caller::Reader | Caller::Operator => None,
    };
    account.ok_or_else(sign_in_first)
}

/// What a key signs. What one signs for one purpose is worth nothing for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPurpose {
    /// Access tokens.
    Access,
    /// Previews of articles.
    Preview,
}

impl KeyPurpose {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Preview => "preview",
        }
    }

    /// What a key signs lasts so long at most.
    fn longest_life(self) -> Duration {
        match self {
            Self::Access => ACCESS_LIFE,
            Self::Preview => preview::LONGEST_LIFE,
        }
    }
}

/// Draws a key that signs from now on. Tokens that earlier keys have signed stay good for as long as
/// they last; keys that can have signed none of those are removed.
pub fn rotate_key(cx: &Cx<'_>, repos: &mut dyn Repos, purpose: KeyPurpose) -> Result<SigningKey> {
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
    cx: &Cx<'_>,
    repos: &mut dyn Repos,
    session: Session,
    account: Account,
    refresh_token: Secret,
) -> Result<Grant> {
    repos.save_session(&session)?;
    let key = present_key(cx, repos, KeyPurpose::Access)?;
    Ok(Grant { session, account, refresh_token, key })
}

/// The key that signs now; a new one where the last is too old.
pub(crate) fn present_key(cx: &Cx<'_>, repos: &mut dyn Repos, purpose: KeyPurpose) -> Result<SigningKey> {
    let newest = repos.signing_keys(purpose)?.into_iter().next();
    match newest {
        Some(key) if cx.now < key.created_at.after(KEY_LIFE) => Ok(key),
        _ => rotate_key(cx, repos, purpose),
    }
}
