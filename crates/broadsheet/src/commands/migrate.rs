//! `broadsheet migrate`: runs pending migrations. Also opens databases for the other commands.

use std::io::Write;

use anyhow::bail;
use persistence::{Address, Database, SchemaState};

use crate::config::Settings;

pub(crate) fn run(settings: &Settings) -> anyhow::Result<()> {
    let names = persistence::migrate(&settings.database)?;
    let text = match names.len() {
        0 => format!("{}: the schema is up to date", settings.database),
        n => format!("{}: ran {n} migrations: {}", settings.database, names.join(", ")),
    };
    writeln!(std::io::stdout(), "{text}")?;
    Ok(())
}

/// Opens the database. Fails if a SQLite database does not exist.
pub(crate) fn open_existing(settings: &Settings) -> anyhow::Result<Database> {
    match &settings.database {
        Address::Sqlite(path) if !path.exists() => {
            bail!("{}: there is no database; use --database-url to name another", path.display())
        }
        _ => open(settings, false, 2),
    }
}

/// Opens the database. SQLite is migrated first, PostgreSQL only with `migrate`.
pub(crate) fn open(settings: &Settings, migrate: bool, readers: u32) -> anyhow::Result<Database> {
    open_at(&settings.database, migrate, readers)
}

/// Like [`open`], but for a server, whose statements have shorter time limits.
pub(crate) fn open_for_serving(
    settings: &Settings,
    migrate: bool,
    connections: u32,
) -> anyhow::Result<Database> {
    make_ready(&settings.database, migrate)?;
    Ok(Database::open_for_serving(&settings.database, connections)?)
}

/// Like [`open`], but for a given database address.
pub(crate) fn open_at(address: &Address, migrate: bool, readers: u32) -> anyhow::Result<Database> {
    make_ready(address, migrate)?;
    Ok(Database::open(address, readers)?)
}

/// Migrates the database, or checks that its schema is current.
fn make_ready(address: &Address, migrate: bool) -> anyhow::Result<()> {
    if migrate || matches!(address, Address::Sqlite(_)) {
        persistence::migrate(address)?;
    } else {
        match persistence::schema_state(address)? {
            SchemaState::Current => {}
            SchemaState::Empty | SchemaState::Behind => {
                bail!(
                    "{address}: the schema is not up to date; run `broadsheet migrate` or serve with --migrate"
                );
            }
            SchemaState::Newer => {
                bail!("{address}: the schema is from a newer version of broadsheet; use that version");
            }
        }
    }
    Ok(())
}
