//! Statements that their connection keeps prepared.

use diesel::{
    QueryResult, RunQueryDsl,
    backend::Backend,
    connection::LoadConnection,
    expression::QueryMetadata,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::Bool,
};

/// Statements of up to so many rows or parts are kept, each number of them a text of its own.
pub(crate) const FEW: usize = 16;

/// A statement that stays prepared. Diesel has every update and every insertion of several rows parsed
/// and planned at each use, because it cannot know how many texts of them there are; here there must be
/// few, for connections keep each of them for ever.
pub(crate) struct Kept<Q>(pub(crate) Q);

impl<Q> Kept<Q> {
    /// Runs a statement that returns nothing. Not as Diesel executes one, which asks a reference to the
    /// statement whether to keep it, and a reference does not say what is said here.
    pub(crate) fn run<Conn>(self, conn: &mut Conn) -> QueryResult<()>
    where
        Conn: LoadConnection,
        Conn::Backend: QueryMetadata<Bool>,
        Q: QueryFragment<Conn::Backend>,
    {
        conn.load(Kept(Mute(self.0)))?.try_for_each(|row| row.map(drop))
    }
}

impl<Q: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Kept<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

/// Known by its text alone.
impl<Q> QueryId for Kept<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Kept<Q> {
    type SqlType = Q::SqlType;
}

impl<Q, Conn> RunQueryDsl<Conn> for Kept<Q> {}

/// A statement without rows, as one whose rows could be loaded.
struct Mute<Q>(Q);

impl<Q: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Mute<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

impl<Q> Query for Mute<Q> {
    type SqlType = Bool;
}
