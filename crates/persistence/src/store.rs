//! The database: connection pools and transactions.
//!
//! Transactions begin and end only here. What runs in a transaction is in [`crate::session`].

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use diesel::{Connection, RunQueryDsl, SqliteConnection, connection::InstrumentationEvent};
use domain::{
    error::Result,
    store::{Store, Work},
};
use r2d2::{ManageConnection, Pool, PooledConnection};

use crate::{
    conn::{Address, AnyConnection, Fixed, Limits, Patience},
    error::{unavailable, unexpected},
    row_cache::RowCache,
    session::Session,
    socket_guard::{self, GuardedSocket, Watch},
};

/// A database with its connection pools and its row cache.
pub struct Database {
    address: Address,
    readers: Pool<Connections>,
    writers: Pool<Connections>,
    row_cache: RowCache,
}

impl Database {
    /// Opens a database for commands, which may run long statements.
    ///
    /// Connections open when needed. On PostgreSQL, there are at most `connections`. On SQLite, there are at
    /// most `connections` for reading, and one for writing.
    pub fn open(address: &Address, connections: u32) -> Result<Self> {
        Ok(Self::with(address, connections, Patience::COMMAND))
    }

    /// Like [`Database::open`], but with the statement time limits of a request.
    pub fn open_for_serving(address: &Address, connections: u32) -> Result<Self> {
        Ok(Self::with(address, connections, Patience::SERVING))
    }

    fn with(address: &Address, connections: u32, patience: Patience) -> Self {
        let watch = match address {
            Address::Sqlite(_) => None,
            Address::Postgres(_) => Some(Watch::start(patience.silence)),
        };
        let of = |limits| Connections { address: address.clone(), limits, patience, watch: watch.clone() };
        let readers = of(Limits::READER).pool(connections);
        let writers = match address {
            // SQLite has one writer at a time; a second one would only wait inside the library.
            Address::Sqlite(_) => of(Limits::WRITER).pool(1),
            Address::Postgres(_) => readers.clone(),
        };
        Self { address: address.clone(), readers, writers, row_cache: RowCache::default() }
    }

    /// Configures a SQLite database for imports: checkpoints are rarer and the page cache is larger.
    ///
    /// This makes reading slower, so do not use it for serving. Does nothing on PostgreSQL.
    #[must_use]
    pub fn for_filling(mut self) -> Self {
        if self.is_embedded() {
            let (address, limits) = (self.address.clone(), Limits::FILLING);
            self.writers = Connections { address, limits, patience: Patience::COMMAND, watch: None }.pool(1);
        }
        self
    }

    fn run(&self, pool: &Pool<Connections>, begin: Begin, end: End, work: Work<'_>) -> Result<()> {
        let row_cache = matches!(begin, Begin::Read).then_some(&self.row_cache);
        let mut held = start(pool, begin)?;
        // Broken until the transaction has ended: if the work panics, the connection returns to the pool with
        // an open transaction. The pool then closes the connection, and the database rolls back.
        held.broken = true;
        held.statements.store(0, Ordering::Relaxed);
        let statements = held.statements.clone();
        let mut session = Session::new(&mut held.conn, statements, row_cache);
        let outcome = work(&mut session).and_then(|()| {
            let Session { conn, unit_of_work, .. } = session;
            match end {
                End::Commit => unit_of_work.settle(conn),
                End::RollBack => Ok(()),
            }
        });
        let keep = outcome.is_ok() && end == End::Commit;
        let ended = finish(&mut held.conn, keep);
        // After such an error the connection may be unusable, so the pool closes it.
        held.broken = ended.is_err()
            || outcome.as_ref().is_err_and(|error| {
                use domain::error::Kind;

                matches!(error.kind(), Kind::Unavailable | Kind::StorageFull | Kind::Internal)
            });
        outcome?;
        ended
    }
}

impl Store for Database {
    fn is_embedded(&self) -> bool {
        matches!(self.address, Address::Sqlite(_))
    }

    fn read(&self, work: Work<'_>) -> Result<()> {
        self.run(&self.readers, Begin::Read, End::Commit, work)
    }

    fn write(&self, work: Work<'_>) -> Result<()> {
        self.run(&self.writers, Begin::Write, End::Commit, work)
    }

    fn rehearse(&self, work: Work<'_>) -> Result<()> {
        self.run(&self.writers, Begin::Write, End::RollBack, work)
    }
}

/// Whether a transaction reads or writes.
#[derive(Clone, Copy)]
pub(crate) enum Begin {
    Read,
    Write,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Commit,
    RollBack,
}

/// The longest time to search the pool for a working connection.
const LONGEST_SEARCH: Duration = Duration::from_secs(5);

/// Takes a connection and begins a transaction on it.
///
/// A connection that died in the pool fails here, before any work is done. This function discards dead
/// connections until one works, or until no new connection can be opened.
fn start(pool: &Pool<Connections>, begin: Begin) -> Result<PooledConnection<Connections>> {
    let mut attempts = pool.max_size() + 1;
    let began = Instant::now();
    loop {
        let mut held = pool.get().map_err(unavailable)?;
        held.expect_brief(true);
        let begun = begin_on(&mut held.conn, begin);
        held.expect_brief(false);
        match begun {
            Ok(()) => return Ok(held),
            Err(error) => {
                held.broken = true;
                attempts -= 1;
                if attempts == 0 || began.elapsed() > LONGEST_SEARCH {
                    return Err(unavailable(error));
                }
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where transactions begin")]
pub(crate) fn begin_on(conn: &mut AnyConnection, begin: Begin) -> diesel::QueryResult<()> {
    use diesel::connection::AnsiTransactionManager;

    match (conn, begin) {
        // Diesel's transaction manager would parse the statement each time.
        (AnyConnection::Sqlite(conn), Begin::Read) => Fixed("BEGIN").execute(conn).map(|_| ()),
        // A transaction that begins with a read cannot start to write while another one writes.
        (AnyConnection::Sqlite(conn), Begin::Write) => {
            AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")
        }
        (AnyConnection::Postgres(conn), Begin::Read) => AnsiTransactionManager::begin_transaction_sql(
            conn,
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        ),
        (AnyConnection::Postgres(conn), Begin::Write) => {
            AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN")
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where transactions end")]
pub(crate) fn finish(conn: &mut AnyConnection, keep: bool) -> Result<()> {
    use diesel::connection::{AnsiTransactionManager, TransactionManager};

    type Manager = AnsiTransactionManager;
    match conn {
        AnyConnection::Sqlite(conn) => match (is_unmanaged(conn), keep) {
            (true, true) => Fixed("COMMIT").execute(conn).map(|_| ()),
            (true, false) => Fixed("ROLLBACK").execute(conn).map(|_| ()),
            (false, true) => Manager::commit_transaction(conn),
            (false, false) => Manager::rollback_transaction(conn),
        },
        AnyConnection::Postgres(conn) if keep => Manager::commit_transaction(conn),
        AnyConnection::Postgres(conn) => Manager::rollback_transaction(conn),
    }
    .map_err(unexpected(if keep { "commit" } else { "roll back" }))
}

/// Returns whether the transaction was started without Diesel's transaction manager.
fn is_unmanaged(conn: &mut SqliteConnection) -> bool {
    use diesel::connection::{AnsiTransactionManager, TransactionManager};

    let status =
        <AnsiTransactionManager as TransactionManager<SqliteConnection>>::transaction_manager_status_mut(
            conn,
        );
    matches!(status.transaction_depth(), Ok(None))
}

/// Opens the connections of a pool.
pub(crate) struct Connections {
    address: Address,
    limits: Limits,
    patience: Patience,
    watch: Option<Arc<Watch>>,
}

impl Connections {
    fn pool(self, size: u32) -> Pool<Self> {
        Pool::builder()
            .max_size(size)
            .min_idle(Some(0))
            .connection_timeout(Duration::from_secs(4))
            .test_on_check_out(false)
            .idle_timeout(Some(Duration::from_secs(600)))
            .error_handler(Box::new(LogFailures))
            .build_unchecked(self)
    }
}

/// A connection in a pool.
pub(crate) struct Pooled {
    conn: AnyConnection,
    broken: bool,
    statements: Arc<AtomicU32>,
    line: Option<Arc<GuardedSocket>>,
}

impl Pooled {
    fn expect_brief(&self, brief: bool) {
        if let Some(line) = &self.line {
            line.expect_brief(brief);
        }
    }
}

impl ManageConnection for Connections {
    type Connection = Pooled;
    type Error = Failure;

    fn connect(&self) -> Result<Pooled, Failure> {
        let (mut conn, line) = match (&self.address, &self.watch) {
            (Address::Postgres(url), Some(watch)) => {
                socket_guard::with_socket(watch, url, || self.address.establish())
            }
            _ => self.address.establish().map(|conn| (conn, None)),
        }
        .map_err(|error| Failure(error.to_string()))?;
        let statements = Arc::new(AtomicU32::new(0));
        let (counter, watched) = (statements.clone(), line.clone());
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| match event {
            InstrumentationEvent::StartQuery { .. } => {
                counter.fetch_add(1, Ordering::Relaxed);
                if let Some(line) = &watched {
                    line.statement_begins();
                }
            }
            InstrumentationEvent::FinishQuery { .. } => {
                if let Some(line) = &watched {
                    line.statement_ends();
                }
            }
            _ => {}
        });
        self.patience.apply(&mut conn).map_err(|error| Failure(error.to_string()))?;
        self.limits.apply(&mut conn).map_err(|error| Failure(error.to_string()))?;
        Ok(Pooled { conn, broken: false, statements, line })
    }

    /// Always succeeds: `start` finds dead connections when it begins a transaction.
    fn is_valid(&self, _: &mut Pooled) -> Result<(), Failure> {
        Ok(())
    }

    fn has_broken(&self, held: &mut Pooled) -> bool {
        held.broken
    }
}

/// The reason why a connection could not be opened.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

#[derive(Debug)]
struct LogFailures;

impl r2d2::HandleError<Failure> for LogFailures {
    fn handle_error(&self, failure: Failure) {
        tracing::warn!(%failure, "cannot connect to the database");
    }
}
