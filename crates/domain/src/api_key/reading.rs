//! Listing API keys.

use super::ApiKey;
use crate::{
    access::{Caller, Permission},
    account::AccountId,
    context::Context,
    error::Result,
    store::Repos,
};

/// Lists the keys of an account, newest first.
pub fn list(cx: &Context<'_>, repos: &mut dyn Repos, owner: AccountId) -> Result<Vec<ApiKey>> {
    require_hold(cx, owner)?;
    repos.api_keys_of(owner)
}

pub(super) fn require_hold(cx: &Context<'_>, owner: AccountId) -> Result<()> {
    match cx.caller {
        Caller::Account { id, .. } if id == owner => cx.require(Permission::HoldKeys),
        _ => cx.require(Permission::ManageAccounts),
    }
}
