//! Creating and revoking API keys.

use std::time::Duration;

use super::{ApiKey, ApiKeyId, reading::require_hold};
use crate::{
    access::{Caller, Permission, Scopes},
    account::{self, AccountId},
    change::{Action, NewChange},
    context::Context,
    error::{Error, Kind, Result, Violation},
    id::Entity,
    secret::Secret,
    store::Repos,
    text,
};

/// The fields of a new API key.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields are those of a key")]
pub struct NewApiKey {
    pub name: String,
    pub scopes: Vec<String>,
    /// Days until the key expires, from 1 to 365. Default: 90.
    pub days: Option<u32>,
}

/// The prefix of every API key.
pub const PREFIX: &str = "bskey";

/// The maximum number of keys of an account.
pub const MOST: usize = 50;

/// Creates a key for an account. The returned secret cannot be read again.
///
/// Over the network, an account can create keys only for itself, and an API key cannot create keys.
pub fn create(
    cx: &Context<'_>,
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

/// Revokes a key: it stops working at once and is deleted.
pub fn revoke(cx: &Context<'_>, repos: &mut dyn Repos, owner: AccountId, id: ApiKeyId) -> Result<()> {
    require_hold(cx, owner)?;
    match repos.remove_api_key(owner, id)? {
        true => {
            repos.record(change(cx, id, Action::Deleted));
            Ok(())
        }
        false => Err(Error::not_found("api_key.not_found", "the account has no such key")),
    }
}

fn checked(cx: &Context<'_>, owner: AccountId, new: &NewApiKey) -> Result<ApiKey> {
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

fn change(cx: &Context<'_>, id: ApiKeyId, action: Action) -> NewChange {
    NewChange::of(cx, ApiKey::PREFIX, id.bytes(), action)
}
