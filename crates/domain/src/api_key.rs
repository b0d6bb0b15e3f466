//! API keys: how programs of the newsroom say who sent them.
//!
//! A key acts for its owner, within its scopes, and never does what its owner may not: what both allow
//! is looked up at each request.

use std::time::Duration;

use crate::{
    access::{Caller, Permission, Scopes},
    account::{self, AccountId},
    change::{Action, NewChange},
    cx::Cx,
    error::{Error, Kind, Result, Violation},
    id::{Entity, Id},
    secret::{Digest, Secret},
    session,
    store::Repos,
    text,
    time::Time,
};

/// The id of a key, which is not the key itself.
pub type ApiKeyId = Id<ApiKey>;

impl Entity for ApiKey {
    const PREFIX: &'static str = "apikey";
}

/// How every key begins.
pub const PREFIX: &str = "bskey";

/// A key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// Whom it acts for.
    pub owner: AccountId,
    /// What it is for, in its owner's words, 1 to 200 characters.
    pub name: String,
    /// What it may do of what its owner may.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: Time,
    /// It is worth nothing from then on.
    pub expires_at: Time,
    /// When it was used last, to within [`USE_NOTED`].
    pub last_used_at: Option<Time>,
}

/// A key to be made.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields are those of a key")]
pub struct NewApiKey {
    pub name: String,
    pub scopes: Vec<String>,
    /// After so many days it is worth nothing; 1 to 365, 90 without it.
    pub days: Option<u32>,
}

/// An account has at most so many keys.
pub const MOST: usize = 50;

/// The use of a key is noted at most so often, lest each request be a write.
pub const USE_NOTED: Duration = Duration::from_mins(5);

/// Makes a key for an account. It is handed out this once.
///
/// Nobody makes keys for others over the network, and no key makes keys.
pub fn create(
    cx: &Cx<'_>,
    repos: &mut dyn Repos,
    owner: AccountId,
    new: &NewApiKey,
) -> Result<(ApiKey, Secret)> {
    match cx.caller {
        Caller::Account { id, .. } if id != owner => cx.require(Permission::ActAsOthers)?,
        _ => cx.require(Permission::HoldKeys)?,
    }
    let key = checked(cx, owner, new)?;
    repos.account_to_change(owner)?.ok_or_else(account::absent)?;
    if repos.api_keys_of(owner)?.len() >= MOST {
        let detail = format!("an account has at most {MOST} keys; revoke one first");
        return Err(Error::new(Kind::Conflict, "api_key.too_many", detail));
    }
    let secret = Secret::draw(cx, PREFIX);
    repos.save_api_key(&key, &secret.digest())?;
    repos.record(change(cx, key.id, Action::Created));
    Ok((key, secret))
}

/// Lists the keys of an account, the newest first.
pub fn list(cx: &Cx<'_>, repos: &mut dyn Repos, owner: AccountId) -> Result<Vec<ApiKey>> {
    require_hold(cx, owner)?;
    repos.api_keys_of(owner)
}

/// Revokes a key: it is worth nothing from now on, and forgotten.
pub fn revoke(cx: &Cx<'_>, repos: &mut dyn Repos, owner: AccountId, id: ApiKeyId) -> Result<()> {
    require_hold(cx, owner)?;
    match repos.remove_api_key(owner, id)? {
        true => {
            repos.record(change(cx, id, Action::Deleted));
            Ok(())
        }
        false => Err(Error::not_found("api_key.not_found", "the account has no such key")),
    }
}

/// Returns who bears a key, and the key's id if its use is to be noted.
pub fn bearer(repos: &mut dyn Repos, key: &str, now: Time) -> Result<(Caller, Option<ApiKeyId>)> {
    let found = repos.api_key(&Digest::of(key))?;
    let found = found.filter(|(key, owner)| now < key.expires_at && !owner.disabled);
    let (key, owner) = found.ok_or_else(session::worthless)?;
    let is_noted = key.last_used_at.is_some_and(|at| now < at.after(USE_NOTED));
    let caller = Caller::Account { id: owner.id, role: owner.role, scopes: key.scopes };
    Ok((caller, (!is_noted).then_some(key.id)))
}

fn require_hold(cx: &Cx<'_>, owner: AccountId) -> Result<()> {
    match cx.caller {
        Caller::Account { id, .. } if id == owner => cx.require(Permission::HoldKeys),
        _ => cx.require(Permission::ManageAccounts),
    }
}

fn checked(cx: &Cx<'_>, owner: AccountId, new: &NewApiKey) -> Result<ApiKey> {
    let mut wrong = Vec::new();
    let name = text::name(&new.name);
    if !text::is_name(&name) {
        wrong.push(Violation::at("name", "name.malformed", text::NAME_RULE));
    }
    let scopes = Scopes::read(&new.scopes);
    if scopes.is_none_or(Scopes::is_empty) {
        let known: Vec<&str> = Permission::ALL.iter().filter_map(|one| one.scope()).collect();
        let detail = format!("are one or more of {}", known.join(", "));
        wrong.push(Violation::at("scopes", "scope.unknown", detail));
    }
    let days = new.days.unwrap_or(90);
    if !(1..=365).contains(&days) {
        wrong.push(Violation::at("days", "days.out_of_range", "must be from 1 to 365"));
    }
    match (wrong.is_empty(), scopes) {
        (true, Some(scopes)) => Ok(ApiKey {
            id: cx.new_id(),
            owner,
            name,
            scopes,
            created_at: cx.now,
            expires_at: cx.now.after(Duration::from_hours(24) * days),
            last_used_at: None,
        }),
        _ => Err(Error::violations(wrong)),
    }
}

fn change(cx: &Cx<'_>, id: ApiKeyId, action: Action) -> NewChange {
    NewChange::of(cx, ApiKey::PREFIX, id.bytes(), action)
}
