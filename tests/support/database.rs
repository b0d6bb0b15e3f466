//! Temporary databases: created for one test and dropped after it.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use diesel::{Connection, PgConnection, RunQueryDsl};

/// The kind of database that a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    pub fn other(self) -> Self {
        match self {
            Self::Sqlite => Self::Postgres,
            Self::Postgres => Self::Sqlite,
        }
    }
}

/// An empty temporary database.
pub struct Database {
    pub url: String,
    dropped: Option<String>,
    _folder: tempfile::TempDir,
}

/// Returns the URL of the PostgreSQL server on which databases are created.
fn server() -> String {
    std::env::var("TEST_DATABASE_URL")
        .unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/postgres".to_owned())
}

fn connect() -> PgConnection {
    PgConnection::establish(&server()).unwrap_or_else(|error| {
        panic!("no PostgreSQL at {}: {error}. Run `make test`, or set TEST_DATABASE_URL.", server())
    })
}

impl Database {
    pub fn new(kind: Kind) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let folder = tempfile::tempdir().expect("a temporary folder");
        match kind {
            Kind::Sqlite => {
                let path: PathBuf = folder.path().join("test.db");
                Self { url: format!("sqlite:{}", path.display()), dropped: None, _folder: folder }
            }
            Kind::Postgres => {
                let name = format!(
                    "broadsheet_test_{}_{}",
                    std::process::id(),
                    MADE.fetch_add(1, Ordering::Relaxed)
                );
                let mut conn = connect();
                diesel::sql_query(format!("DROP DATABASE IF EXISTS {name}"))
                    .execute(&mut conn)
                    .expect("dropped");
                diesel::sql_query(format!("CREATE DATABASE {name}"))
                    .execute(&mut conn)
                    .expect("a new database");
                let server = server();
                let (base, _) = server.rsplit_once('/').expect("a URL with a database");
                Self { url: format!("{base}/{name}"), dropped: Some(name), _folder: folder }
            }
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(name) = &self.dropped {
            let mut conn = connect();
            let _ =
                diesel::sql_query(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).execute(&mut conn);
        }
    }
}
