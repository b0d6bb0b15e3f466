//! Password links, and setting a password with a link or without.

use std::time::Duration;

use super::{
    Account, AccountId,
    editing::{change, load_to_change},
    password::PasswordHash,
};
use crate::{
    access::{Caller, Permission},
    change::{Action, NewChange},
    context::Context,
    error::{Error, Kind, Result},
    secret::{Digest, Secret},
    store::Repos,
    time::Time,
};

/// A password link: a secret for choosing the password of an account, once.
#[derive(Debug, Clone)]
pub struct PasswordLink {
    /// The secret in the link.
    pub secret: Secret,
    /// The account.
    pub account: Account,
    /// When the link expires.
    pub expires_at: Time,
}

/// The lifetime of a password link.
const LINK_LIFE: Duration = Duration::from_hours(24);

/// Creates a password link. An earlier link of the account becomes invalid.
///
/// The current password and sessions stay valid until the link is used.
pub fn offer_password(cx: &Context<'_>, repos: &mut dyn Repos, id: AccountId) -> Result<PasswordLink> {
    cx.require(Permission::OfferPasswords)?;
    repos.take_turn()?;
    let account = load_to_change(repos, id)?;
    if account.disabled {
        return Err(Error::new(
            Kind::Conflict,
            "account.disabled",
            "the account is disabled; enable it first",
        ));
    }
    let secret = Secret::draw(cx, "bspw");
    let expires_at = cx.now.after(LINK_LIFE);
    repos.save_password_link(id, &secret.digest(), expires_at)?;
    // The bearer of the link acts for the account, so the log records who created it.
    repos.record(change(cx, &account, Action::Updated).of_fields(vec!["passwordLink"]));
    Ok(PasswordLink { secret, account, expires_at })
}

/// Returns the account of a valid password link, and an error otherwise.
///
/// Call it before hashing a password, which is slow, so that only valid links cause that work.
pub fn expect_link(cx: &Context<'_>, repos: &mut dyn Repos, link: &str) -> Result<AccountId> {
    good_until(cx, repos.password_link(&Digest::of(link))?)
}

fn good_until(cx: &Context<'_>, found: Option<(AccountId, Time)>) -> Result<AccountId> {
    match found {
        Some((account, expires_at)) if cx.now < expires_at => Ok(account),
        _ => Err(Error::new(
            Kind::Conflict,
            "link.worthless",
            "the link was already used, has expired or is invalid; ask an administrator for a new one",
        )),
    }
}

/// Sets the password with a link. Ends all sessions of the account.
pub fn choose_password(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    link: &str,
    password: PasswordHash,
) -> Result<Account> {
    repos.take_turn()?;
    let id = good_until(cx, repos.spend_password_link(&Digest::of(link))?)?;
    replace_password(cx, repos, id, password)
}

/// Sets the password of an account without a link. Ends all sessions of the account.
pub fn set_password(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    id: AccountId,
    password: PasswordHash,
) -> Result<Account> {
    cx.require(Permission::ManageAccounts)?;
    repos.take_turn()?;
    replace_password(cx, repos, id, password)
}

fn replace_password(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    id: AccountId,
    password: PasswordHash,
) -> Result<Account> {
    let account = Account { password: Some(password), ..load_to_change(repos, id)? };
    repos.save_account(&account)?;
    repos.remove_password_link_of(id)?;
    repos.end_sessions_of(id)?;
    // The bearer of a link is not signed in, but acts for the account.
    let actor = match cx.caller {
        Caller::Reader => Some(id),
        Caller::Account { id, .. } => Some(id),
        Caller::Operator => None,
    };
    repos.record(NewChange { actor, ..change(cx, &account, Action::Updated).of_fields(vec!["password"]) });
    Ok(account)
}
