//! Connections to SQLite and PostgreSQL: addresses, settings and timeouts.
//!
//! Pools and transactions are in [`crate::store`].

#![expect(clippy::disallowed_methods, reason = "settings of a connection, and the derived connection itself")]

use std::{fmt, path::PathBuf, str::FromStr, time::Duration};

use diesel::{
    Connection, PgConnection, RunQueryDsl, SqliteConnection,
    connection::SimpleConnection,
    query_builder::{AstPass, QueryFragment, QueryId},
    sqlite::Sqlite,
};

/// A connection to either database.
#[derive(diesel::MultiConnection)]
pub(crate) enum AnyConnection {
    /// SQLite.
    Sqlite(SqliteConnection),
    /// PostgreSQL, or a database that speaks its protocol.
    Postgres(PgConnection),
}

/// Compiles an expression for each database and runs the one for `conn`.
///
/// Use it where `MultiConnection` does not support a clause, such as `ON CONFLICT`.
macro_rules! on_each {
    ($conn:expr, |$c:ident| $body:expr) => {
        match $conn {
            $crate::conn::AnyConnection::Sqlite($c) => $body,
            $crate::conn::AnyConnection::Postgres($c) => $body,
        }
    };
}
pub(crate) use on_each;

/// Inserts rows.
///
/// On SQLite, inserts the rows one by one with a prepared statement. An insertion of several rows would be
/// parsed at each use, and SQLite would need a statement journal to undo it. On PostgreSQL, inserts all rows
/// with one statement, which stays prepared if there are at most [`FEW`](crate::prepared::FEW) rows.
macro_rules! insert_all {
    ($conn:expr, $table:expr, $rows:expr) => {
        match $conn {
            $crate::conn::AnyConnection::Sqlite(conn) => $rows
                .iter()
                .try_for_each(|row| diesel::insert_into($table).values(row).execute(conn).map(|_| ())),
            $crate::conn::AnyConnection::Postgres(conn) => {
                let rows = $rows;
                let inserted = diesel::insert_into($table).values(rows);
                match rows.len() <= $crate::prepared::FEW {
                    true => $crate::prepared::Prepared(inserted).run(conn),
                    false => inserted.execute(conn).map(|_| ()),
                }
            }
        }
    };
}
pub(crate) use insert_all;

/// The address of a database: `sqlite:<path>` or `postgres://…`.
///
/// `Display` and `Debug` omit the password.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// The path of a SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL connection URL.
    Postgres(String),
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return match path {
                "" => Err("sqlite: needs the path of a file".to_owned()),
                path => Ok(Self::Sqlite(path.into())),
            };
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err("a database is sqlite:<path> or postgres://user@host/name".to_owned())
    }
}

/// Omits the password and the query parameters.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => {
                let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
                let rest = rest.split('?').next().unwrap_or_default();
                match rest.rsplit_once('@') {
                    Some((login, host)) => {
                        write!(f, "{scheme}://{}@{host}", login.split(':').next().unwrap_or_default())
                    }
                    None => write!(f, "{scheme}://{rest}"),
                }
            }
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A prepared SQLite statement without parameters.
pub(crate) struct Fixed(pub(crate) &'static str);

impl QueryFragment<Sqlite> for Fixed {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> diesel::QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}

/// Diesel's statement cache uses the SQL text as the key.
impl QueryId for Fixed {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<SqliteConnection> for Fixed {}

/// Sizes of the page cache and the write-ahead log of a SQLite connection.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// Size of the page cache, in KiB.
    memory: u32,
    /// Length of the write-ahead log at which SQLite checkpoints, in pages of 4 KiB.
    ///
    /// A checkpoint copies a page once, even if it was written several times, so a longer log means fewer
    /// copies. But readers must search a longer log.
    log: u32,
}

impl Limits {
    pub(crate) const READER: Self = Self { memory: 4_000, log: 8_000 };
    /// Larger than for readers, because writing touches more pages. Not much larger: when an index page
    /// splits, SQLite goes through its whole page cache at commit, so a larger cache makes each save slower.
    pub(crate) const WRITER: Self = Self { memory: 16_000, log: 8_000 };
    /// For imports, which would otherwise fill the log in each transaction. With a smaller page cache, an
    /// import slows down as the database grows.
    pub(crate) const FILLING: Self = Self { memory: 80_000, log: 32_000 };

    pub(crate) fn apply(self, conn: &mut AnyConnection) -> diesel::QueryResult<()> {
        match conn {
            AnyConnection::Sqlite(conn) => {
                let Self { memory, log } = self;
                conn.batch_execute(&format!(
                    "PRAGMA cache_size = -{memory}; PRAGMA wal_autocheckpoint = {log};"
                ))
            }
            AnyConnection::Postgres(_) => Ok(()),
        }
    }
}

/// Time limits for statements on PostgreSQL.
#[derive(Clone, Copy)]
pub(crate) struct Patience {
    /// The server cancels a statement that takes longer than this, in seconds.
    statement: u32,
    /// If the server does not answer within this time, this program closes the connection. Longer than
    /// `statement`, so that a working server can report its own timeout first.
    pub(crate) silence: Duration,
}

impl Patience {
    /// For commands, which may rebuild or recount the whole database.
    pub(crate) const COMMAND: Self = Self { statement: 30, silence: Duration::from_secs(35) };
    /// For requests, which have a time limit of their own.
    pub(crate) const SERVING: Self = Self { statement: 10, silence: Duration::from_secs(12) };

    pub(crate) fn apply(self, conn: &mut AnyConnection) -> diesel::QueryResult<()> {
        match conn {
            AnyConnection::Sqlite(_) => Ok(()),
            AnyConnection::Postgres(conn) => conn.batch_execute(&format!(
                "SET statement_timeout = '{}s'; SET lock_timeout = '10s'; SET TIME ZONE 'UTC';",
                self.statement
            )),
        }
    }
}

/// libpq parameters that detect a dead host or network. Values in the URL take precedence.
const NETWORK: [(&str, u32); 6] = [
    ("connect_timeout", 3),
    // Milliseconds.
    ("tcp_user_timeout", 10_000),
    ("keepalives", 1),
    ("keepalives_idle", 10),
    ("keepalives_interval", 3),
    ("keepalives_count", 3),
];

fn with_network_limits(url: &str) -> String {
    NETWORK.iter().fold(url.to_owned(), |url, (name, value)| match url.contains(&format!("{name}=")) {
        true => url,
        false => format!("{url}{}{name}={value}", if url.contains('?') { '&' } else { '?' }),
    })
}

impl Address {
    /// Opens a connection with the time limits of a command. Creates a missing SQLite file.
    pub(crate) fn connect(&self) -> Result<AnyConnection, diesel::ConnectionError> {
        let mut conn = self.establish()?;
        Patience::COMMAND.apply(&mut conn).map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
        Ok(conn)
    }

    /// Opens a connection without time limits for statements.
    pub(crate) fn establish(&self) -> Result<AnyConnection, diesel::ConnectionError> {
        match self {
            Self::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(&path.to_string_lossy())?;
                // With FULL, an acknowledged write survives a power failure.
                conn.batch_execute(
                    "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                     PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;",
                )
                .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
                Ok(AnyConnection::Sqlite(conn))
            }
            Self::Postgres(url) => {
                PgConnection::establish(&with_network_limits(url)).map(AnyConnection::Postgres)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_url_says_of_the_network_is_kept() {
        let url = with_network_limits("postgres://u@h/db?keepalives_idle=99");
        assert!(url.starts_with("postgres://u@h/db?keepalives_idle=99&connect_timeout=3&"), "{url}");
        assert_eq!(url.matches("keepalives_idle=").count(), 1);
        assert!(
            with_network_limits("postgres://u@h/db").contains("/db?connect_timeout=3&tcp_user_timeout=10000")
        );
    }
}
