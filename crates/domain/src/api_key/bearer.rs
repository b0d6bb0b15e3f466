//! Authentication with an API key.

use super::{ApiKeyId, USE_NOTED};
use crate::{access::Caller, error::Result, secret::Digest, session, store::Repos, time::Time};

/// Returns the caller that a key authenticates, and the key's id if this use must be recorded.
pub fn bearer(repos: &mut dyn Repos, key: &str, now: Time) -> Result<(Caller, Option<ApiKeyId>)> {
    let found = repos.api_key(&Digest::of(key))?;
    let found = found.filter(|(key, owner)| now < key.expires_at && !owner.disabled);
    let (key, owner) = found.ok_or_else(session::worthless)?;
    let is_noted = key.last_used_at.is_some_and(|at| now < at.after(USE_NOTED));
    let caller = Caller::Account { id: owner.id, role: owner.role, scopes: key.scopes };
    Ok((caller, (!is_noted).then_some(key.id)))
}
