//! Tests of storage on both databases.
//!
//! Each test gets a database of its own. Tests of use cases and of the APIs are in the workspace's `tests/`.

mod changes;
mod clock;
mod damage;
mod full;
mod importing;
mod panics;
mod plans;
mod saving;
mod schema;
mod sessions;
mod shapes;

use std::sync::atomic::{AtomicU32, Ordering};

use diesel::{Connection, PgConnection, RunQueryDsl};
use domain::{
    access::Caller,
    context::{Context, Randomness},
    time::Time,
};

use crate::{Address, Database};

/// An empty, migrated database, removed at the end of the test.
struct TestDatabase {
    address: Address,
    database: Database,
    dropped: Option<String>,
    _folder: tempfile::TempDir,
}

fn server() -> String {
    std::env::vars()
        .find(|(name, _)| name == "TEST_DATABASE_URL")
        .map_or_else(|| "postgres://postgres@127.0.0.1:5432/postgres".to_owned(), |(_, url)| url)
}

fn connect_to_server() -> PgConnection {
    PgConnection::establish(&server()).unwrap_or_else(|error| {
        panic!("no PostgreSQL at {}: {error}. Run `make test`, or set TEST_DATABASE_URL.", server())
    })
}

impl TestDatabase {
    fn new(postgres: bool) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let folder = tempfile::tempdir().expect("a folder");
        let (address, dropped) = if postgres {
            let name =
                format!("persistence_test_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
            execute(&mut connect_to_server(), &format!("CREATE DATABASE {name}"));
            let server = server();
            let (base, _) = server.rsplit_once('/').expect("a URL with a database");
            (Address::Postgres(format!("{base}/{name}")), Some(name))
        } else {
            (Address::Sqlite(folder.path().join("test.db")), None)
        };
        crate::migrate(&address).expect("migrates");
        let database = Database::open(&address, 8).expect("opens");
        Self { address, database, dropped, _folder: folder }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some(name) = &self.dropped {
            execute(&mut connect_to_server(), &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "tests look at databases from outside")]
fn execute<C>(conn: &mut C, sql: &str)
where
    C: Connection + diesel::connection::LoadConnection,
    diesel::query_builder::SqlQuery: diesel::query_builder::QueryFragment<C::Backend>,
{
    diesel::sql_query(sql).execute(conn).expect("runs");
}

struct Counting(AtomicU32);

impl Randomness for Counting {
    fn draw(&self) -> [u8; 10] {
        let mut bytes = [0; 10];
        bytes[6..].copy_from_slice(&self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        bytes
    }
}

static RANDOMNESS: Counting = Counting(AtomicU32::new(0));

fn cx() -> Context<'static> {
    Context {
        now: Time::from_micros(1_750_000_000_000_000),
        caller: Caller::Reader,
        randomness: &RANDOMNESS,
        ignored_parameters: &[],
        kept_revisions: None,
        emails_sign_in: false,
    }
}

/// Makes two tests of each of these functions: one on SQLite, one on PostgreSQL.
///
/// It takes names, not bodies, because rustfmt does not format the bodies of functions in a macro.
macro_rules! on_both {
    [$($name:ident),*] => {
        $(
            mod $name {
                #[test]
                fn sqlite() {
                    super::$name(&$crate::tests::TestDatabase::new(false));
                }

                #[test]
                fn postgres() {
                    super::$name(&$crate::tests::TestDatabase::new(true));
                }
            }
        )*
    };
}
pub(crate) use on_both;
