//! `broadsheet user`: manages accounts. The first administrator is created here.

use std::io::{self, BufRead as _, Write};

use api::{http::base::Base, pages::password_page};
use domain::{
    account::{self, Account, AccountPatch, NewAccount, Password, Passwords as _},
    context::Context,
    page::{Limit, PageRequest},
    session::{self, KeyPurpose},
    store::Store,
};

use super::migrate;
use crate::{
    config::{RoleName, Settings, UserCommand},
    passwords::Argon2id,
    system,
};

pub(crate) fn run(settings: &Settings, command: UserCommand) -> anyhow::Result<()> {
    let database = migrate::open(settings, false, 2)?;
    let store: &dyn Store = &database;
    match command {
        UserCommand::Add { email, name, role, password_stdin } => {
            let password = read_password(password_stdin)?;
            let new = NewAccount { name: name.unwrap_or_else(|| email.clone()), email, role: role.into() };
            let account = store.writing(|repos| account::create(&system::operator(), repos, &new))?;
            print(&format!("created account {} with role {}", account.email, role.as_str()))?;
            set_password_or_print_link(settings, store, &account, password)
        }
        UserCommand::List => list(store),
        UserCommand::Set { email, name, role, disabled } => {
            let patch = AccountPatch { email: None, name, role: role.map(Into::into), disabled };
            let now = store.writing(|repos| {
                let cx = Context { emails_sign_in: settings.issuer.is_some(), ..system::operator() };
                let found = account::by_email(&cx, repos, &email)?;
                account::edit(&cx, repos, found.id, &patch)
            })?;
            print(&line(&now))
        }
        UserCommand::Reset { email, password_stdin } => {
            let password = read_password(password_stdin)?;
            let found = store.reading(|repos| account::by_email(&system::operator(), repos, &email))?;
            set_password_or_print_link(settings, store, &found, password)
        }
        UserCommand::RotateKey => {
            let key =
                store.writing(|repos| session::rotate_key(&system::operator(), repos, KeyPurpose::Access))?;
            print(&format!(
                "access tokens are now signed with {}; tokens signed with earlier keys stay valid",
                key.id
            ))
        }
    }
}

/// Sets the given password, or prints a link for choosing one.
fn set_password_or_print_link(
    settings: &Settings,
    store: &dyn Store,
    account: &Account,
    password: Option<Password>,
) -> anyhow::Result<()> {
    let id = account.id;
    if let Some(password) = password {
        // Hashing is slow on purpose, so it runs outside the transaction.
        let salt = system::operator().random_bytes();
        let hash = Argon2id::new()?.hash(&password, salt)?;
        store.writing(|repos| account::set_password(&system::operator(), repos, id, hash))?;
        return print("the password is set");
    }
    let link = store.writing(|repos| account::offer_password(&system::operator(), repos, id))?;
    let base = settings.public_url.clone().unwrap_or_else(|| format!("http://{}", settings.listen));
    print(&format!(
        "to choose a password (once, until {}), open this page:\n  {}\nor, without a browser:\n  \
         curl {base}/v1/auth/password --json '{{\"link\": \"{}\", \"password\": \"…\"}}'",
        link.expires_at,
        password_page(&Base::named(&base), link.secret.reveal()),
        link.secret.reveal()
    ))
}

/// Reads a password from standard input, if requested.
fn read_password(from_stdin: bool) -> anyhow::Result<Option<Password>> {
    if !from_stdin {
        return Ok(None);
    }
    let mut text = String::new();
    io::stdin().lock().read_line(&mut text)?;
    Ok(Some(Password::read(text.trim_end_matches(['\n', '\r']))?))
}

fn list(store: &dyn Store) -> anyhow::Result<()> {
    let mut page = PageRequest::first(Limit::DEFAULT);
    loop {
        let found = store.reading(|repos| account::list(&system::operator(), repos, &page))?;
        for edge in &found.edges {
            print(&line(&edge.item))?;
        }
        page.after = found.edges.last().map(|edge| edge.cursor.clone());
        if !found.has_next {
            return Ok(());
        }
    }
}

/// Formats an account in one line.
fn line(account: &Account) -> String {
    let role = RoleName::from(account.role);
    let state = match (account.disabled, &account.password) {
        (true, _) => "disabled",
        (false, None) => "no password yet",
        (false, Some(_)) => "active",
    };
    format!("{:<12} {:<16} {:<40} {}", role.as_str(), state, account.email, account.name)
}

fn print(text: &str) -> anyhow::Result<()> {
    writeln!(io::stdout(), "{text}")?;
    Ok(())
}
