//! Creates new signing keys and removes old ones.

use std::time::Duration;

use super::{KeyPurpose, SigningKey};
use crate::{
    change::{Action, NewChange},
    context::Context,
    error::Result,
    id::Entity,
    store::Repos,
};

/// The age at which a signing key is replaced by a new one.
const KEY_LIFE: Duration = Duration::from_hours(90 * 24);

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
