//! Listing accounts and looking them up.

use super::{Account, AccountId, email::Email};
use crate::{
    access::Permission,
    context::Context,
    error::{Error, Result},
    page::{Count, Fingerprint, Page, PageRequest, Total},
    store::Repos,
};

/// Lists accounts in the order of their creation.
pub fn list(cx: &Context<'_>, repos: &mut dyn Repos, page: &PageRequest) -> Result<Page<Account>> {
    cx.require(Permission::ManageAccounts)?;
    listed(repos, page, Fingerprint::of(&"accounts"))
}

fn listed(repos: &mut dyn Repos, page: &PageRequest, list: Fingerprint) -> Result<Page<Account>> {
    let window = page.open(list)?;
    let mut found = window.fetch(Account::position, |window| repos.account_page(window))?;
    found.total = match page.count {
        Count::None => None,
        Count::Exact | Count::Estimate => Some(Total::Exact(repos.account_count()?)),
    };
    Ok(found)
}

/// The part of an account that every user may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// The id of the account.
    pub id: AccountId,
    /// The user's name. Never an e-mail address.
    pub name: String,
}

impl From<Account> for Colleague {
    fn from(account: Account) -> Self {
        // An account that was created without a name has its e-mail address as name.
        let name = account.name.split('@').next().filter(|name| !name.trim().is_empty());
        Self { id: account.id, name: name.unwrap_or("?").to_owned() }
    }
}

/// Lists the names of all accounts, for users who see account ids on drafts and revisions.
pub fn colleagues(cx: &Context<'_>, repos: &mut dyn Repos, page: &PageRequest) -> Result<Page<Colleague>> {
    cx.require(Permission::ReadDrafts)?;
    Ok(listed(repos, page, Fingerprint::of(&"colleagues"))?.filter_map(|account| Some(account.into())))
}

/// Returns one account.
pub fn get(cx: &Context<'_>, repos: &mut dyn Repos, id: AccountId) -> Result<Account> {
    cx.require(Permission::ManageAccounts)?;
    load(repos, id)
}

/// Returns the account with this e-mail address.
pub fn by_email(cx: &Context<'_>, repos: &mut dyn Repos, email: &str) -> Result<Account> {
    cx.require(Permission::ManageAccounts)?;
    repos.account_by_email(&Email::read(email)?)?.ok_or_else(absent)
}

fn load(repos: &mut dyn Repos, id: AccountId) -> Result<Account> {
    repos.accounts(&[id])?.pop().ok_or_else(absent)
}

pub(crate) fn absent() -> Error {
    Error::not_found("account.not_found", "there is no such account")
}
