//! Articles that become visible or expire because time passes, without a write.
//!
//! This module calls such a publication or expiry an edge. [`crate::unit_of_work`] adds edges to the stored
//! counts.

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

/// A query for the publications and expiries between `settled` and `now`: one row for each article and
/// term, or the sums by term if `SUMMED`. Both statements stay prepared.
///
/// The query must only read the articles that change. Scalar subqueries let both planners use an index range.
/// SQLite has no statistics here: for expired articles, `listed <> FALSE` and `published_at + 0` keep it from
/// choosing any other index than the one on `expires_at`.
struct Edges<const SUMMED: bool> {
    /// When counts were last settled. With `None`, the query reads it from `clock`.
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
            // With plain parameters as bounds, PostgreSQL would plan the statement again at each use.
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

/// Diesel's statement cache uses the SQL text as the key.
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

/// Sets `clock.quiet_until` to the next publication or expiry after `clock.settled`.
pub(crate) fn stay_quiet(conn: &mut AnyConnection) -> Result<()> {
    const NEXT: &str = "UPDATE clock SET quiet_until = COALESCE((SELECT MIN(moment) FROM ( \
         SELECT MIN(published_at) AS moment FROM article \
         WHERE listed = TRUE AND published_at > (SELECT settled FROM clock WHERE id = 1) \
         UNION ALL SELECT MIN(expires_at) FROM article \
         WHERE expires_at < 9223372036854775807 AND expires_at > (SELECT settled FROM clock WHERE id = 1) \
         ) AS next), 9223372036854775807) WHERE id = 1";
    on_each!(conn, |conn| diesel::sql_query(NEXT).execute(conn))
        .map(|_| ())
        .map_err(unexpected("find the next publication or expiry"))
}

/// Returns one row for each term of each article that was published (1) or expired (-1) between `settled`
/// and `now`.
pub(crate) fn edges(conn: &mut AnyConnection, settled: i64, now: i64) -> Result<Vec<(Key, Key, i64)>> {
    on_each!(conn, |conn| Edges::<false> { settled: Some(settled), now }.load(conn))
        .map_err(unexpected("find publications and expiries since counts were settled"))
}

/// Returns the change of each term's count since counts were settled, from publications and expiries.
pub(crate) fn edge_sums(conn: &mut AnyConnection, now: i64) -> Result<Vec<(Key, i64)>> {
    on_each!(conn, |conn| Edges::<true> { settled: None, now }.load(conn))
        .map_err(unexpected("count publications and expiries since counts were settled"))
}
