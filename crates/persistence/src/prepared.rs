//! [`Prepared`]: statements that stay prepared on their connection, although Diesel would not cache them.

use diesel::{
    QueryResult, RunQueryDsl,
    backend::Backend,
    connection::LoadConnection,
    expression::QueryMetadata,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::Bool,
};

/// Maximum number of rows or parts of a statement that stays prepared.
///
/// Each number of rows is a different statement.
pub(crate) const FEW: usize = 16;

/// A statement that stays prepared.
///
/// Diesel does not cache updates or insertions of several rows, because it cannot know how many different
/// texts they have. Use this only for statements with few different texts: a connection never drops a
/// prepared statement.
pub(crate) struct Prepared<Q>(pub(crate) Q);

impl<Q> Prepared<Q> {
    /// Runs a statement that returns no rows.
    ///
    /// Diesel's `execute` is no alternative. It calls `is_safe_to_cache_prepared` on a reference, which does
    /// not use the implementation below.
    pub(crate) fn run<Conn>(self, conn: &mut Conn) -> QueryResult<()>
    where
        Conn: LoadConnection,
        Conn::Backend: QueryMetadata<Bool>,
        Q: QueryFragment<Conn::Backend>,
    {
        conn.load(Prepared(Mute(self.0)))?.try_for_each(|row| row.map(drop))
    }
}

impl<Q: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Prepared<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

/// Diesel's statement cache uses the SQL text as the key.
impl<Q> QueryId for Prepared<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Prepared<Q> {
    type SqlType = Q::SqlType;
}

impl<Q, Conn> RunQueryDsl<Conn> for Prepared<Q> {}

/// Makes Diesel accept a statement without rows as a query.
struct Mute<Q>(Q);

impl<Q: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Mute<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

impl<Q> Query for Mute<Q> {
    type SqlType = Bool;
}
