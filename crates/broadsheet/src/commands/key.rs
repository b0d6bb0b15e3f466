//! `broadsheet key`: creates, lists and revokes API keys.

use std::io::{self, Write};

use domain::{
    account::{self, Account},
    api_key::{self, ApiKeyId, NewApiKey},
    store::{Repos, Store},
};

use super::migrate;
use crate::{
    config::{KeyCommand, Settings},
    system,
};

pub(crate) fn run(settings: &Settings, command: KeyCommand) -> anyhow::Result<()> {
    let database = migrate::open(settings, false, 2)?;
    let store: &dyn Store = &database;
    let cx = system::operator();
    let owner = |repos: &mut dyn Repos, email: &str| -> domain::Result<Account> {
        account::by_email(&cx, repos, email)
    };
    let said = match command {
        KeyCommand::Add { email, name, scopes, days } => store.writing(|repos| {
            let owner = owner(repos, &email)?;
            let new = NewApiKey { name, scopes, days: Some(days) };
            let (key, secret) = api_key::create(&cx, repos, owner.id, &new)?;
            let scopes = key.scopes.names().join(", ");
            Ok(format!(
                "{} acts for {} ({scopes}) until {}; save the key, it is not shown again:\n{}",
                key.id,
                owner.email,
                key.expires_at,
                secret.reveal()
            ))
        }),
        KeyCommand::List { email } => store.reading(|repos| {
            let owner = owner(repos, &email)?;
            let keys = api_key::list(&cx, repos, owner.id)?;
            let lines = keys.iter().map(|key| {
                let used =
                    key.last_used_at.map_or_else(|| "never used".to_owned(), |at| format!("used {at}"));
                format!(
                    "{} until {} {used} [{}] {}",
                    key.id,
                    key.expires_at,
                    key.scopes.names().join(" "),
                    key.name
                )
            });
            Ok(lines.collect::<Vec<_>>().join("\n"))
        }),
        KeyCommand::Revoke { email, key } => store.writing(|repos| {
            let id: ApiKeyId = key.parse()?;
            let owner = owner(repos, &email)?;
            api_key::revoke(&cx, repos, owner.id, id)?;
            Ok(format!("{id} is revoked"))
        }),
    }?;
    writeln!(io::stdout(), "{said}")?;
    Ok(())
}
