//! [`WriteBatch`]: runs several writes in one round trip on PostgreSQL.

use diesel::{
    QueryResult, SqliteConnection,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment},
    result::Error,
    sqlite::Sqlite,
};

use crate::{conn::AnyConnection, prepared::Prepared};

/// A statement that has not run yet.
pub(crate) type Write<'w, DB> = Box<dyn QueryFragment<DB> + 'w>;

/// A set of independent writes.
///
/// No two of them may change the same row or the same unique key, and none may read what another writes:
/// PostgreSQL runs them as one statement, in an order that it chooses. SQLite runs in-process, so it runs
/// them one by one.
///
/// The statements stay prepared, so there must be few different statements and few different sets.
pub(crate) enum WriteBatch<'w> {
    Sqlite(Vec<Write<'w, Sqlite>>),
    Postgres(Vec<Write<'w, Pg>>),
}

impl<'w> WriteBatch<'w> {
    /// Makes an empty set for the database of `conn`.
    pub(crate) fn on(conn: &AnyConnection) -> Self {
        match conn {
            AnyConnection::Sqlite(_) => Self::Sqlite(Vec::new()),
            AnyConnection::Postgres(_) => Self::Postgres(Vec::new()),
        }
    }

    pub(crate) fn add(&mut self, write: impl QueryFragment<Sqlite> + QueryFragment<Pg> + 'w) {
        match self {
            Self::Sqlite(writes) => writes.push(Box::new(write)),
            Self::Postgres(writes) => writes.push(Box::new(write)),
        }
    }

    /// Runs all writes.
    pub(crate) fn run(self, conn: &mut AnyConnection) -> QueryResult<()> {
        match (self, conn) {
            (Self::Sqlite(writes), AnyConnection::Sqlite(conn)) => run_in_turn(writes, conn),
            (Self::Postgres(mut writes), AnyConnection::Postgres(conn)) => match writes.pop() {
                None => Ok(()),
                Some(last) => one_statement(writes, last).run(conn),
            },
            _ => Err(wrong_database()),
        }
    }
}

/// Runs writes one by one.
pub(crate) fn run_in_turn(writes: Vec<Write<'_, Sqlite>>, conn: &mut SqliteConnection) -> QueryResult<()> {
    writes.into_iter().try_for_each(|write| Prepared(write).run(conn))
}

/// Combines writes and a last statement. The combined statement returns the rows of `last`.
pub(crate) fn one_statement<Q>(writes: Vec<Write<'_, Pg>>, last: Q) -> Prepared<OneStatement<'_, Q>> {
    Prepared(OneStatement { writes, last })
}

/// Returns the error for a [`WriteBatch`] that runs on a connection to the wrong database.
pub(crate) fn wrong_database() -> Error {
    Error::QueryBuilderError("writes for one database were given to the other".into())
}

/// One statement: the writes as common table expressions, followed by the last statement.
pub(crate) struct OneStatement<'w, Q> {
    writes: Vec<Write<'w, Pg>>,
    last: Q,
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for OneStatement<'_, Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        for (n, write) in self.writes.iter().enumerate() {
            out.push_sql(&format!("{} write_{n} AS (", if n == 0 { "WITH" } else { ")," }));
            write.walk_ast(out.reborrow())?;
        }
        if !self.writes.is_empty() {
            out.push_sql(") ");
        }
        self.last.walk_ast(out)
    }
}

impl<Q: Query> Query for OneStatement<'_, Q> {
    type SqlType = Q::SqlType;
}
