//! Migrates the schema of a database.
//!
//! Migrations are numbered files in `migrations/`. Files in `common/` run on both databases, the others only
//! on one. Each number is used once for each database. The transaction that runs a migration also records
//! it, so no migration runs twice or is skipped.

#![expect(clippy::disallowed_methods, reason = "migrations are SQL text by nature")]

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, connection::SimpleConnection};
use domain::error::{Error, Kind, Result};

use crate::{
    backfill,
    conn::{Address, AnyConnection},
    error::{unavailable, unexpected},
    file_permissions,
    store::{Begin, begin_on, finish},
};

diesel::table! {
    schema_migration (version) {
        version -> Integer,
        name -> Text,
    }
}

struct Migration {
    version: i32,
    name: &'static str,
    sql: &'static str,
}

// Defines `SQLITE` and `POSTGRES`. The build script generates them from the files in `migrations/`.
include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// How the schema of a database compares to the one this binary needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaState {
    /// The database has no schema yet.
    Empty,
    /// Some migrations are missing. [`migrate`] runs them.
    Behind,
    /// The schema is up to date.
    Current,
    /// A newer binary has migrated the database.
    Newer,
}

/// Returns the state of the schema without changing it.
///
/// Returns `database.unavailable` if the connection fails.
pub fn schema_state(address: &Address) -> Result<SchemaState> {
    let mut conn = address.connect().map_err(unavailable)?;
    let migrations = migrations_of(&conn);
    let applied = if has_migrations(&mut conn)? { applied(&mut conn)? } else { Vec::new() };
    let known = |version: &i32| migrations.iter().any(|migration| migration.version == *version);
    Ok(match applied.len() {
        _ if !applied.iter().all(known) => SchemaState::Newer,
        0 => SchemaState::Empty,
        n if n < migrations.len() => SchemaState::Behind,
        _ => SchemaState::Current,
    })
}

/// Runs the missing migrations in one transaction and returns their names.
///
/// Creates the file of a SQLite database if it does not exist. Returns `database.newer` if a newer binary has
/// migrated the database.
pub fn migrate(address: &Address) -> Result<Vec<&'static str>> {
    if let Address::Sqlite(path) = address {
        let unavailable = |detail| Error::new(Kind::Unavailable, "database.unavailable", detail);
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            file_permissions::folder(folder).map_err(|error| {
                unavailable(format!("cannot create the folder {}: {error}", folder.display()))
            })?;
        }
        file_permissions::file(path)
            .map_err(|error| unavailable(format!("cannot create the file {}: {error}", path.display())))?;
    }
    if schema_state(address)? == SchemaState::Newer {
        let detail = "the database was made by a newer version of broadsheet; run that one";
        return Err(Error::new(Kind::Conflict, "database.newer", detail));
    }
    let mut conn = address.connect().map_err(unavailable)?;
    begin_on(&mut conn, Begin::Write).map_err(unexpected("begin to migrate"))?;
    let outcome = run(&mut conn).map_err(unexpected("migrate the database"));
    finish(&mut conn, outcome.is_ok())?;
    outcome
}

fn run(conn: &mut AnyConnection) -> diesel::QueryResult<Vec<&'static str>> {
    let migrations = migrations_of(conn);
    if let AnyConnection::Postgres(conn) = conn {
        // Servers that start at the same time must migrate one after the other.
        conn.batch_execute("SELECT pg_advisory_xact_lock(7317242518092)")?;
    }
    conn.batch_execute(
        "CREATE TABLE IF NOT EXISTS schema_migration (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL)",
    )?;
    let applied = schema_migration::table.select(schema_migration::version).load::<i32>(conn)?;
    let mut names = Vec::new();
    for migration in migrations.iter().filter(|migration| !applied.contains(&migration.version)) {
        match conn {
            AnyConnection::Sqlite(conn) => {
                conn.batch_execute(&migration.sql.replace("/* clustered */", "WITHOUT ROWID"))?;
            }
            AnyConnection::Postgres(conn) => conn.batch_execute(migration.sql)?,
        }
        backfill::after(migration.version, conn)?;
        diesel::insert_into(schema_migration::table)
            .values((
                schema_migration::version.eq(migration.version),
                schema_migration::name.eq(migration.name),
            ))
            .execute(conn)?;
        names.push(migration.name);
    }
    Ok(names)
}

fn migrations_of(conn: &AnyConnection) -> &'static [Migration] {
    match conn {
        AnyConnection::Sqlite(_) => SQLITE,
        AnyConnection::Postgres(_) => POSTGRES,
    }
}

diesel::table! {
    #[sql_name = "sqlite_master"]
    sqlite_master (name) {
        name -> Text,
    }
}

diesel::table! {
    information_schema.tables (table_name) {
        table_name -> Text,
        table_schema -> Text,
    }
}

fn has_migrations(conn: &mut AnyConnection) -> Result<bool> {
    let found = match conn {
        AnyConnection::Sqlite(conn) => sqlite_master::table
            .filter(sqlite_master::name.eq("schema_migration"))
            .select(sqlite_master::name)
            .first::<String>(conn),
        AnyConnection::Postgres(conn) => tables::table
            .filter(tables::table_name.eq("schema_migration"))
            .select(tables::table_name)
            .first::<String>(conn),
    };
    Ok(found.optional().map_err(unexpected("look for the schema"))?.is_some())
}

fn applied(conn: &mut AnyConnection) -> Result<Vec<i32>> {
    schema_migration::table
        .select(schema_migration::version)
        .load(conn)
        .map_err(unexpected("read the schema's version"))
}
