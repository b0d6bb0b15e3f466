//! What readers see come and go by the clock alone.

use diesel::{
    QueryResult, RunQueryDsl,
    backend::Backend,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{BigInt, Binary, HasSqlType},
};
use domain::error::Result;

use crate::{
    conn::{AnyConnection, on_each},
    error::unexpected,
    rows::Key,
};

/// What came and went between the moment at which counts were settled and `now`: each edge, or
/// their sums by term. Both are kept prepared.
///
/// Nothing here walks the articles that do not move: scalar subqueries let both planners see a range
/// on an index, and what is no equality on `listed` nor a bound on the bare `published_at` leaves
/// SQLite, which has no statistics, the index by expiry alone for what went.
struct Edges<const SUMMED: bool> {
    /// `None` where the transaction does not know yet when that was.
    settled: Option<i64>,
    now: i64,
}

impl<const SUMMED: bool> Edges<SUMMED> {
    fn push_settled<'b, DB>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: Backend + HasSqlType<BigInt>,
        i64: ToSql<BigInt, DB>,
    {
        match &self.settled {
            // PostgreSQL would plan a range between values anew at each use, in the hope of a better plan.
            Some(settled) => {
                out.push_sql("(SELECT CAST(");
                out.push_bind_param::<BigInt, _>(settled)?;
                out.push_sql(" AS BIGINT))");
                Ok(())
            }
            None => {
                out.push_sql("(SELECT settled FROM clock WHERE id = 1)");
                Ok(())
            }
        }
    }
}

impl<const SUMMED: bool, DB> QueryFragment<DB> for Edges<SUMMED>
where
    DB: Backend + HasSqlType<BigInt>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(match SUMMED {
            true => "SELECT term, CAST(SUM(delta) AS BIGINT) FROM (",
            false => "SELECT article, term, delta FROM (",
        });
        out.push_sql(
            "SELECT a.id AS article, t.term AS term, CAST(1 AS BIGINT) AS delta \
             FROM article a JOIN article_term t ON t.article = a.id \
             WHERE a.listed = TRUE AND a.published_at > ",
        );
        self.push_settled(&mut out)?;
        out.push_sql(" AND a.published_at <= ");
        out.push_bind_param::<BigInt, _>(&self.now)?;
        out.push_sql(" AND a.expires_at > ");
        out.push_bind_param::<BigInt, _>(&self.now)?;
        out.push_sql(
            " UNION ALL SELECT a.id, t.term, CAST(-1 AS BIGINT) \
             FROM article a JOIN article_term t ON t.article = a.id \
             WHERE a.listed <> FALSE AND a.expires_at < 9223372036854775807 AND a.expires_at > ",
        );
        self.push_settled(&mut out)?;
        out.push_sql(" AND a.published_at + 0 <= ");
        self.push_settled(&mut out)?;
        out.push_sql(" AND a.expires_at <= ");
        out.push_bind_param::<BigInt, _>(&self.now)?;
        out.push_sql(match SUMMED {
            true => ") AS edges GROUP BY term",
            false => ") AS edges",
        });
        Ok(())
    }
}

/// Known by its text alone.
impl<const SUMMED: bool> QueryId for Edges<SUMMED> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Edges<false> {
    type SqlType = (Binary, Binary, BigInt);
}

impl Query for Edges<true> {
    type SqlType = (Binary, BigInt);
}

impl<const SUMMED: bool, Conn> RunQueryDsl<Conn> for Edges<SUMMED> {}

/// Notes the first moment after counts were settled at which an article comes or goes.
#[expect(clippy::disallowed_methods, reason = "the one place with SQL text")]
pub(crate) fn stay_quiet(conn: &mut AnyConnection) -> Result<()> {
    const NEXT: &str = "UPDATE clock SET quiet_until = COALESCE((SELECT MIN(moment) FROM ( \
         SELECT MIN(published_at) AS moment FROM article \
         WHERE listed = TRUE AND published_at > (SELECT settled FROM clock WHERE id = 1) \
         UNION ALL SELECT MIN(expires_at) FROM article \
         WHERE expires_at < 9223372036854775807 AND expires_at > (SELECT settled FROM clock WHERE id = 1) \
         ) AS next), 9223372036854775807) WHERE id = 1";
    on_each!(conn, |conn| diesel::sql_query(NEXT).execute(conn))
        .map(|_| ())
        .map_err(unexpected("see what comes or goes next"))
}

/// Returns each article and term under which it came (1) or went (-1) by the clock alone since
/// counts were settled.
pub(crate) fn edges(conn: &mut AnyConnection, settled: i64, now: i64) -> Result<Vec<(Key, Key, i64)>> {
    on_each!(conn, |conn| Edges::<false> { settled: Some(settled), now }.load(conn))
        .map_err(unexpected("see what came and went meanwhile"))
}

/// Sums what came and went by the clock since counts were settled, by term.
pub(crate) fn edge_sums(conn: &mut AnyConnection, now: i64) -> Result<Vec<(Key, i64)>> {
    on_each!(conn, |conn| Edges::<true> { settled: None, now }.load(conn))
        .map_err(unexpected("count what came and went by the clock"))
}
