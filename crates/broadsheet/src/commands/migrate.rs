//! `broadsheet migrate`: runs pending migrations. Also opens databases for the other commands.

use std::io::Write;

use persistence::{Address, Database, SchemaState};

use super::explain;
use crate::config::Settings;

pub(crate) fn run(settings: &Settings) -> Result<(), String> {
    let names = persistence::migrate(&settings.database).map_err(|error| explain(&error))?;
    let text = match names.len() {
        0 => format!("{}: the schema is up to date", settings.database),
        n => format!("{}: ran {n} migrations: {}", settings.database, names.join(", ")),
    };
    writeln!(std::io::stdout(), "{text}").map_err(|error| error.to_string())
}

/// Opens the database. Fails if a SQLite database does not exist.
pub(crate) fn open_existing(settings: &Settings) -> Result<Database, String> {
    match &settings.database {
        Address::Sqlite(path) if !path.exists() => {
            Err(format!("{}: there is no database; use --database-url to name another", path.display()))
        }
        _ => open(settings, false, 2),
    }
}

/// Opens the database. SQLite is migrated first, PostgreSQL only with `migrate`.
pub(crate) fn open(settings: &Settings, migrate: bool, readers: u32) -> Result<Database, String> {
    open_at(&settings.database, migrate, readers)
}

/// Like [`open`], but for a server, whose statements have shorter time limits.
pub(crate) fn open_for_serving(
    settings: &Settings,
    migrate: bool,
    connections: u32,
) -> Result<Database, String> {
    make_ready(&settings.database, migrate)?;
    Database::open_for_serving(&settings.database, connections).map_err(|error| explain(&error))
}

/// Like [`open`], but for a given database address.
pub(crate) fn open_at(address: &Address, migrate: bool, readers: u32) -> Result<Database, String> {
    make_ready(address, migrate)?;
    Database::open(address, readers).map_err(|error| explain(&error))
}

/// Migrates the database, or checks that its schema is current.
fn make_ready(address: &Address, migrate: bool) -> Result<(), String> {
    if migrate || matches!(address, Address::Sqlite(_)) {
        persistence::migrate(address).map_err(|error| explain(&error))?;
    } else {
        match persistence::schema_state(address).map_err(|error| explain(&error))? {
            SchemaState::Current => {}
            SchemaState::Empty | SchemaState::Behind => {
                return Err(format!(
                    "{address}: the schema is not up to date; run `broadsheet migrate` or serve with --migrate"
                ));
            }
            SchemaState::Newer => {
                return Err(format!(
                    "{address}: the schema is from a newer version of broadsheet; use that version"
                ));
            }
        }
    }
    Ok(())
}
