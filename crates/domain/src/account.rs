//! Accounts: the users of the newsroom, their roles and their passwords.
//!
//! Nothing here computes password hashes, which are slow: see [`Passwords`]. Signing in is in
//! [`crate::session`].

mod email;
mod password;

use std::time::Duration;

pub use self::{
    email::Email,
    password::{Password, PasswordHash, Passwords},
};
use crate::{
    access::{Caller, Permission, Role},
    change::{self, Action, NewChange},
    context::Context,
    error::{Error, Kind, Result, Violation},
    id::{Entity, Id},
    page::{Count, Fingerprint, Page, PageRequest, Position, SortValue, Total},
    secret::{Digest, Secret},
    store::Repos,
    text,
    time::Time,
};

/// The id of an account.
pub type AccountId = Id<Account>;

impl Entity for Account {
    const PREFIX: &'static str = "user";
}

/// An account: a user who can sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The id of the account.
    pub id: AccountId,
    /// The e-mail address to sign in with. Unique.
    pub email: Email,
    /// The user's name. 1 to 200 characters.
    pub name: String,
    /// The role.
    pub role: Role,
    /// Whether the account is disabled. Nobody can sign in with a disabled account.
    pub disabled: bool,
    /// When the account was created.
    pub created_at: Time,
    /// The password hash; `None` until a password is chosen.
    pub password: Option<PasswordHash>,
}

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

impl Account {
    /// Returns the position of the account in a list by creation time. The e-mail address is not
    /// used, because cursors end up in logs.
    pub fn position(&self) -> Position {
        Position { value: SortValue::Number(self.created_at.micros()), id: self.id.bytes() }
    }

    fn is_active_admin(&self) -> bool {
        self.role == Role::Admin && !self.disabled
    }
}

/// Creates an account. Its user must first choose a password: see [`offer_password`].
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

fn load_to_change(repos: &mut dyn Repos, id: AccountId) -> Result<Account> {
    repos.account_to_change(id)?.ok_or_else(absent)
}

fn load(repos: &mut dyn Repos, id: AccountId) -> Result<Account> {
    repos.accounts(&[id])?.pop().ok_or_else(absent)
}

pub(crate) fn absent() -> Error {
    Error::not_found("account.not_found", "there is no such account")
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

fn change(cx: &Context<'_>, account: &Account, action: Action) -> NewChange {
    NewChange::of(cx, Account::PREFIX, account.id.bytes(), action)
}
