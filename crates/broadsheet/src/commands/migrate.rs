//! Brings the schema up to date, and opens databases for the other commands.

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

/// Opens the database for work that makes no sense without one.
pub(crate) fn open_existing(settings: &Settings) -> Result<Database, String> {
    match &settings.database {
        Address::Sqlite(path) if !path.exists() => {
            Err(format!("{}: there is no database; name another with --database-url", path.display()))
        }
        _ => open(settings, false, 2),
    }
}

/// Opens the database; SQLite is migrated first, PostgreSQL only with `migrate`.
pub(crate) fn open(settings: &Settings, migrate: bool, readers: u32) -> Result<Database, String> {
    open_at(&settings.database, migrate, readers)
}

/// [`open`] for a server, whose statements have shorter time limits.
pub(crate) fn open_for_serving(
    settings: &Settings,
    migrate: bool,
    connections: u32,
) -> Result<Database, String> {
    make_ready(&settings.database, migrate)?;
    Database::open_for_serving(&settings.database, connections).map_err(|error| explain(&error))
}

/// [`open`] for an address.
pub(crate) fn open_at(address: &Address, migrate: bool, readers: u32) -> Result<Database, String> {
    make_ready(address, migrate)?;
    Database::open(address, readers).map_err(|error| explain(&error))
}

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
                    "{address}: the database was made by a newer version of broadsheet; run that one"
                ));
            }
        }
    }
    Ok(())
}
