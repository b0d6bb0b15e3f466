//! A connection to either database, and which of the two an address means.

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
    /// PostgreSQL, or what speaks its protocol.
    Postgres(PgConnection),
}

/// Runs the same text on whichever database `conn` is, where `MultiConnection` has no common form
/// of it, such as `ON CONFLICT`.
macro_rules! on_each {
    ($conn:expr, |$c:ident| $body:expr) => {
        match $conn {
            $crate::conn::AnyConnection::Sqlite($c) => $body,
            $crate::conn::AnyConnection::Postgres($c) => $body,
        }
    };
}
pub(crate) use on_each;

/// Inserts rows. SQLite takes them one by one, by a statement that it keeps prepared: a text for so many
/// rows would be parsed at each use, and a journal kept for what it might have to undo.
/// PostgreSQL takes all in one round trip, by a text that it keeps where there are so few rows that such
/// texts are few.
macro_rules! insert_all {
    ($conn:expr, $table:expr, $rows:expr) => {
        match $conn {
            $crate::conn::AnyConnection::Sqlite(conn) => $rows
                .iter()
                .try_for_each(|row| diesel::insert_into($table).values(row).execute(conn).map(|_| ())),
            $crate::conn::AnyConnection::Postgres(conn) => {
                let rows = $rows;
                let inserted = diesel::insert_into($table).values(rows);
                match rows.len() <= $crate::kept::FEW {
                    true => $crate::kept::Kept(inserted).run(conn),
                    false => inserted.execute(conn).map(|_| ()),
                }
            }
        }
    };
}
pub(crate) use insert_all;

/// Where a database is: `sqlite:<path>` or `postgres://…`.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// A file of SQLite's.
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

/// Without the password.
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

/// A statement of SQLite's without values, which its connection keeps prepared.
pub(crate) struct Fixed(pub(crate) &'static str);

impl QueryFragment<Sqlite> for Fixed {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> diesel::QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}

/// Known by its text alone.
impl QueryId for Fixed {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<SqliteConnection> for Fixed {}

/// What a connection to SQLite may keep.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// How much of the database in memory, in KiB.
    memory: u32,
    /// How many pages of 4 KiB in the log, before they are copied to their places. A page that was written
    /// several times is copied once, so a longer log saves copies; and readers have more to look through.
    log: u32,
}

impl Limits {
    pub(crate) const READER: Self = Self { memory: 4_000, log: 8_000 };
    /// Writing touches more pages than reading. But when an index page is split, SQLite goes through all
    /// that it has in memory at the end of the transaction, so that more makes each save slower.
    pub(crate) const WRITER: Self = Self { memory: 16_000, log: 8_000 };
    /// For writing so much that the log would be full after each transaction. With less memory, an import
    /// slows down as the database grows.
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

/// How long this program waits for PostgreSQL.
#[derive(Clone, Copy)]
pub(crate) struct Patience {
    /// The server cancels a statement that takes longer, in seconds.
    statement: u32,
    /// If the server has still not answered by then, the connection is closed. Longer than `statement`, so
    /// that a server that is well can answer first.
    pub(crate) silence: Duration,
}

impl Patience {
    /// Commands may derive or count a whole archive anew.
    pub(crate) const COMMAND: Self = Self { statement: 30, silence: Duration::from_secs(35) };
    /// Requests are answered within a time limit, so nothing that they wait for may take longer.
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

/// Parameters of libpq's that notice a machine or a network that is gone, unless the URL sets them.
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
    /// Opens a connection for a command; a missing SQLite file is created.
    pub(crate) fn connect(&self) -> Result<AnyConnection, diesel::ConnectionError> {
        let mut conn = self.establish()?;
        Patience::COMMAND.apply(&mut conn).map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
        Ok(conn)
    }

    /// Opens a connection without limits on its statements.
    pub(crate) fn establish(&self) -> Result<AnyConnection, diesel::ConnectionError> {
        match self {
            Self::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(&path.to_string_lossy())?;
                // FULL, so that an acknowledged write survives a power cut.
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
