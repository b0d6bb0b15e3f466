//! Creating and changing accounts.

use super::{Account, AccountId, absent, email::Email};
use crate::{
    access::{Permission, Role},
    change::{self, Action, NewChange},
    context::Context,
    error::{Error, Kind, Result, Violation},
    id::Entity,
    store::Repos,
    text,
};

/// The fields of a new account.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields are those of an account")]
pub struct NewAccount {
    pub email: String,
    pub name: String,
    pub role: Role,
}

/// The fields to change. Omitted fields are left unchanged.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields are those of an account")]
pub struct AccountPatch {
    pub email: Option<String>,
    pub name: Option<String>,
    pub role: Option<Role>,
    pub disabled: Option<bool>,
}

/// Creates an account. Its user must first choose a password: see [`offer_password`](super::offer_password).
pub fn create(cx: &Context<'_>, repos: &mut dyn Repos, new: &NewAccount) -> Result<Account> {
    cx.require(Permission::ManageAccounts)?;
    if new.role == Role::Admin {
        cx.require(Permission::ManageAdministrators)?;
    }
    let (email, name) = both(Email::read(&new.email), checked_name(&new.name))?;
    expect_free(repos, &email, None)?;
    let account = Account {
        id: cx.new_id(),
        email,
        name,
        role: new.role,
        disabled: false,
        created_at: cx.now,
        password: None,
    };
    repos.save_account(&account)?;
    repos.record(change(cx, &account, Action::Created));
    Ok(account)
}

/// Changes an account. The change applies to the user's next request. Disabling an account ends its
/// sessions.
pub fn edit(cx: &Context<'_>, repos: &mut dyn Repos, id: AccountId, patch: &AccountPatch) -> Result<Account> {
    cx.require(Permission::ManageAccounts)?;
    repos.take_turn()?;
    let may_step_down = patch.role.is_some() || patch.disabled.is_some();
    let administrators = if may_step_down { repos.active_administrators()? } else { Vec::new() };
    let before = load_to_change(repos, id)?;
    let mut account = before.clone();
    let email = patch.email.as_deref().map_or_else(|| Ok(before.email.clone()), Email::read);
    let name = patch.name.as_deref().map_or_else(|| Ok(before.name.clone()), checked_name);
    (account.email, account.name) = both(email, name)?;
    account.role = patch.role.unwrap_or(before.role);
    account.disabled = patch.disabled.unwrap_or(before.disabled);
    if account == before {
        return Ok(account);
    }
    if before.role == Role::Admin || account.role == Role::Admin {
        cx.require(Permission::ManageAdministrators)?;
    }
    if account.email != before.email {
        // If an e-mail address is enough to sign in, changing it can hand the account to somebody
        // else.
        if cx.emails_sign_in && cx.caller.account() != Some(id) {
            cx.require(Permission::OfferPasswords)?;
        }
        expect_free(repos, &account.email, Some(id))?;
    }
    let can_sign_in = |has_password: bool| has_password || cx.emails_sign_in;
    let others = administrators.iter().any(|(other, has)| *other != id && can_sign_in(*has));
    let was_one = before.is_active_admin() && can_sign_in(before.password.is_some());
    if was_one && !account.is_active_admin() && !others {
        return Err(Error::new(
            Kind::Conflict,
            "account.last_administrator",
            "no other administrator could sign in; make somebody else an administrator who can",
        ));
    }
    repos.save_account(&account)?;
    if account.disabled {
        repos.end_sessions_of(id)?;
        repos.remove_password_link_of(id)?;
    }
    repos.record(change(cx, &account, Action::Updated).of_fields(changed_fields(&before, &account)));
    Ok(account)
}

/// Returns the names of the fields that an edit changed.
fn changed_fields(before: &Account, after: &Account) -> Vec<&'static str> {
    change::changed_fields([
        ("email", before.email != after.email),
        ("name", before.name != after.name),
        ("role", before.role != after.role),
        ("disabled", before.disabled != after.disabled),
    ])
}

pub(super) fn load_to_change(repos: &mut dyn Repos, id: AccountId) -> Result<Account> {
    repos.account_to_change(id)?.ok_or_else(absent)
}

fn expect_free(repos: &mut dyn Repos, email: &Email, own: Option<AccountId>) -> Result<()> {
    match repos.account_by_email(email)? {
        Some(other) if Some(other.id) != own => {
            Err(Error::new(Kind::Conflict, "account.email_taken", "another account has this address"))
        }
        _ => Ok(()),
    }
}

fn checked_name(name: &str) -> Result<String> {
    let name = text::name(name);
    match text::is_name(&name) {
        true => Ok(name),
        false => Err(Error::violations(vec![Violation::at("name", "name.malformed", text::NAME_RULE)])),
    }
}

/// Returns both values, or one error with the violations of both.
fn both<A, B>(a: Result<A>, b: Result<B>) -> Result<(A, B)> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (Err(a), Err(b)) => {
            Err(Error::violations(a.all_violations().iter().chain(b.all_violations()).cloned().collect()))
        }
        (Err(error), Ok(_)) | (Ok(_), Err(error)) => Err(error),
    }
}

pub(super) fn change(cx: &Context<'_>, account: &Account, action: Action) -> NewChange {
    NewChange::of(cx, Account::PREFIX, account.id.bytes(), action)
}
