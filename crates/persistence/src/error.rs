//! Failures of a database, as the domain's errors.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use domain::error::{Error, Kind};

/// Returns the conversion for a failure while `doing` something that is expected to work.
pub(crate) fn unexpected(doing: &'static str) -> impl FnOnce(DieselError) -> Error {
    move |error| match error {
        full if is_full(&full) => {
            let detail = "there is no space left to store anything; nothing was changed";
            Error::new(Kind::StorageFull, "server.storage_full", detail).because(full)
        }
        passing if is_passing(&passing) => unavailable(passing),
        fault => Error::internal(doing, fault),
    }
}

/// Whether the disk is full: SQLite's `SQLITE_FULL`, PostgreSQL's `53100`. Diesel passes no codes on.
fn is_full(error: &DieselError) -> bool {
    let DieselError::DatabaseError(_, info) = error else { return false };
    ["database or disk is full", "No space left on device"].iter().any(|sign| info.message().contains(sign))
}

/// The database is away or busy; the same request may succeed later.
pub(crate) fn unavailable(source: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(Kind::Unavailable, "database.unavailable", "the database does not answer; try again shortly")
        .because(source)
}

/// Like [`unexpected`], but says what is taken where a constraint of uniqueness refused.
pub(crate) fn taken(
    doing: &'static str,
    code: &'static str,
    detail: &'static str,
) -> impl FnOnce(DieselError) -> Error {
    move |error| match error {
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
            Error::new(Kind::Conflict, code, detail)
        }
        error => unexpected(doing)(error),
    }
}

fn is_passing(error: &DieselError) -> bool {
    let DieselError::DatabaseError(kind, info) = error else {
        return matches!(error, DieselError::BrokenTransactionManager);
    };
    let message = info.message();
    match kind {
        DatabaseErrorKind::ClosedConnection
        | DatabaseErrorKind::SerializationFailure
        | DatabaseErrorKind::UnableToSendCommand => true,
        // SQLite's SQLITE_BUSY and SQLITE_LOCKED, and what libpq and the server say of a lost
        // connection, have no kind of their own.
        _ => [
            "database is locked",
            "database table is locked",
            "disk I/O error",
            "unable to open database file",
            "server closed the connection",
            "terminating connection",
            "connection to server",
            "no connection to the server",
            "could not receive data from server",
            "SSL connection has been closed",
            "the database system is",
            "canceling statement due to",
            "deadlock detected",
        ]
        .iter()
        .any(|sign| message.contains(sign)),
    }
}
