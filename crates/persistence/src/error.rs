//! Converts database errors to domain errors.

use std::fmt;

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use domain::error::{Error, Kind};

/// Returns a conversion for an error that occurs while `doing` something that normally succeeds.
///
/// A full disk becomes `server.storage_full`, a lost or busy database `database.unavailable`, and anything
/// else `server.fault`.
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

/// Returns whether the disk is full: SQLite's `SQLITE_FULL`, PostgreSQL's `53100`.
///
/// Diesel does not expose these codes, so this compares the message.
fn is_full(error: &DieselError) -> bool {
    let DieselError::DatabaseError(_, info) = error else { return false };
    ["database or disk is full", "No space left on device"].iter().any(|sign| info.message().contains(sign))
}

/// Returns the error for a database that is unreachable or busy. A retry may succeed.
pub(crate) fn unavailable(source: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(Kind::Unavailable, "database.unavailable", "the database does not answer; try again shortly")
        .because(source)
}

/// Like [`unexpected`], but converts a unique violation to a conflict with `code` and `detail`.
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

/// Returns the error for a value in `column` (table and column) that this program cannot have stored.
pub(crate) fn damaged(column: &'static str, reason: impl fmt::Display) -> Error {
    Error::internal("read a damaged row", Damage { column, reason: reason.to_string() })
}

#[derive(Debug)]
struct Damage {
    column: &'static str,
    reason: String,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.column, self.reason)
    }
}

impl std::error::Error for Damage {}

fn is_passing(error: &DieselError) -> bool {
    let DieselError::DatabaseError(kind, info) = error else {
        return matches!(error, DieselError::BrokenTransactionManager);
    };
    let message = info.message();
    match kind {
        DatabaseErrorKind::ClosedConnection
        | DatabaseErrorKind::SerializationFailure
        | DatabaseErrorKind::UnableToSendCommand => true,
        // Diesel has no error kind for SQLITE_BUSY, SQLITE_LOCKED and most lost connections, so this
        // compares the messages.
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
