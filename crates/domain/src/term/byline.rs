//! The caller's own byline: the author that readers see above the articles of an account.
//!
//! An author is linked to an account by an administrator (`editing.rs`), or created here by the account's
//! owner. Its owner may change it too, but not link it to another account.

use super::{
    Role, Term, TermId, TermKey, TermPatch,
    editing::{self, Made},
};
use crate::{
    access::{self, Permission},
    account::AccountId,
    context::Context,
    error::{Error, Kind, Result, Violation},
    store::Repos,
};

/// Creates the author that is the byline of the caller's account. Its name is the account's, if the patch has
/// none.
///
/// Fails with `byline.exists` if the account has one, and with `term.exists` if another author has this name
/// or slug: only an administrator can link an author that exists.
pub fn create(cx: &Context<'_>, repos: &mut dyn Repos, new: &TermPatch) -> Result<Term> {
    cx.require(Permission::OwnByline)?;
    let account = cx.caller.account().ok_or_else(access::denied)?;
    repos.change_terms()?;
    if let Some(own) = repos.authors_of(account)?.first() {
        let id = Role::Author.write(*own);
        let detail = format!("your account has a byline: {id}; change that author");
        return Err(Error::new(Kind::Conflict, "byline.exists", detail).naming(id));
    }
    expect_no_ones_slug(repos, new, None)?;
    let new = TermPatch { name: Some(name(repos, account, new)?), user: None, ..new.clone() };
    match editing::make(cx, repos, Role::Author, &new, Some(account))? {
        Made::New(author) => Ok(author),
        Made::Existing(author) => Err(taken(author.id)),
    }
}

/// The name that the patch gives, or the account's. An account that was added without a name is called by its
/// e-mail address, which readers must not see.
fn name(repos: &mut dyn Repos, account: AccountId, new: &TermPatch) -> Result<String> {
    if let Some(name) = &new.name {
        return Ok(name.clone());
    }
    let name = repos.accounts(&[account])?.pop().map(|account| account.name).unwrap_or_default();
    match name.contains('@') {
        true => {
            let detail = "is required, because your account's own name contains an e-mail address";
            Err(Error::violations(vec![Violation::at("name", "value.missing", detail)]))
        }
        false => Ok(name),
    }
}

/// Locks terms and returns the term to change, if the caller may change it as an editor, or because it is their own
/// byline. To others, an author that does not exist gives the same error as one that does.
pub(super) fn to_edit(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    role: Role,
    key: &str,
    patch: &TermPatch,
) -> Result<Term> {
    if role != Role::Author || patch.user.is_some() || cx.caller.may(Permission::EditTerms) {
        patch.require(cx)?;
        repos.change_terms()?;
        return super::get(cx, repos, role, key);
    }
    cx.require(Permission::OwnByline)?;
    repos.change_terms()?;
    let own = match cx.caller.account() {
        Some(account) => repos.authors_of(account)?,
        None => Vec::new(),
    };
    let author = super::find(cx, repos, role, key)?.filter(|author| own.contains(&author.id));
    let author = author.ok_or_else(access::denied)?;
    expect_no_ones_slug(repos, patch, Some(author.id))?;
    Ok(author)
}

/// Fails if the slug of a patch is or was another author's: only editors may give a slug to somebody else.
fn expect_no_ones_slug(repos: &mut dyn Repos, patch: &TermPatch, own: Option<TermId>) -> Result<()> {
    let Some(Ok(slug)) = patch.slug.as_deref().map(str::parse) else { return Ok(()) };
    match repos.term_keys(&[(Role::Author, TermKey::Slug(slug))])?.pop() {
        Some(found) if Some(found.id) != own => Err(taken(found.id)),
        _ => Ok(()),
    }
}

/// The error for a name or a slug of another author.
fn taken(author: TermId) -> Error {
    let id = Role::Author.write(author);
    let detail = format!(
        "the author exists: {id}; give another name or slug, or ask an administrator to link it to your account"
    );
    Error::new(Kind::Conflict, "term.exists", detail).naming(id)
}
