//! Several writes in one round trip.

use diesel::{
    QueryResult, SqliteConnection,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment},
    result::Error,
    sqlite::Sqlite,
};

use crate::{conn::AnyConnection, kept::Kept};

/// A write that is still to be done.
pub(crate) type Write<'w, DB> = Box<dyn QueryFragment<DB> + 'w>;

/// Writes that know nothing of each other: no two of them touch the same row or the same unique key, and none
/// reads what another wrote.
///
/// PostgreSQL gets them as one statement, and does them in an order of its own. To SQLite there is no way to
/// go, and it gets one after the other. They stay prepared, so that there must be few texts of each, and
/// few different sets of them.
pub(crate) enum Together<'w> {
    Sqlite(Vec<Write<'w, Sqlite>>),
    Postgres(Vec<Write<'w, Pg>>),
}

impl<'w> Together<'w> {
    /// None yet, for the database of a connection.
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

    /// Does them all.
    pub(crate) fn run(self, conn: &mut AnyConnection) -> QueryResult<()> {
        match (self, conn) {
            (Self::Sqlite(writes), AnyConnection::Sqlite(conn)) => in_turn(writes, conn),
            (Self::Postgres(mut writes), AnyConnection::Postgres(conn)) => match writes.pop() {
                None => Ok(()),
                Some(last) => at_once(writes, last).run(conn),
            },
            _ => Err(of_the_other_database()),
        }
    }
}

/// Does writes one after the other.
pub(crate) fn in_turn(writes: Vec<Write<'_, Sqlite>>, conn: &mut SqliteConnection) -> QueryResult<()> {
    writes.into_iter().try_for_each(|write| Kept(write).run(conn))
}

/// Makes one statement of writes and a last one, whose rows it returns.
pub(crate) fn at_once<Q>(writes: Vec<Write<'_, Pg>>, last: Q) -> Kept<AtOnce<'_, Q>> {
    Kept(AtOnce { writes, last })
}

/// What is said where [`Together`] meets a connection to another database than it was made for.
pub(crate) fn of_the_other_database() -> Error {
    Error::QueryBuilderError("writes for one database were given to the other".into())
}

/// Writes as one statement: the last one, and before it those that return nothing.
pub(crate) struct AtOnce<'w, Q> {
    writes: Vec<Write<'w, Pg>>,
    last: Q,
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for AtOnce<'_, Q> {
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

impl<Q: Query> Query for AtOnce<'_, Q> {
    type SqlType = Q::SqlType;
}
