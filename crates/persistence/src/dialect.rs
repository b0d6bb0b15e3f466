//! The one place with SQL text: what Diesel's query builder has no form for.

use diesel::{
    IntoSql, QueryResult, QueryableByName, RunQueryDsl,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{BigInt, Binary, Bool, HasSqlType, Integer, Nullable, Text},
};
use domain::{error::Result, import::Provenance};

use crate::{
    conn::{AnyConnection, on_each},
    error::unexpected,
    rows::Key,
};

/// All rows of several queries of one shape: `(…) UNION ALL (…)`.
///
/// Each query keeps its own order and limit, so that many short walks along an index are one
/// statement.
pub(crate) struct UnionAll<Q> {
    parts: Vec<Q>,
    kept: bool,
}

/// A kept union has at most so many parts.
const KEPT: usize = 16;

impl<Q> UnionAll<Q> {
    /// A union that is parsed at each use, because clients decide what it looks like.
    pub(crate) fn of(parts: Vec<Q>) -> Self {
        Self { parts, kept: false }
    }

    /// A union that stays prepared. There must be few texts of its parts: connections keep each
    /// of them for ever.
    pub(crate) fn kept(parts: Vec<Q>) -> Self {
        let kept = parts.len() <= KEPT;
        Self { parts, kept }
    }
}

/// SQLite refuses more parts in one compound, but not compounds in compounds.
const PARTS: usize = 400;

impl<Q, DB> QueryFragment<DB> for UnionAll<Q>
where
    DB: diesel::backend::Backend,
    Q: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if !self.kept {
            out.unsafe_to_cache_prepared();
        }
        let nested = self.parts.len() > PARTS;
        for (n, parts) in self.parts.chunks(PARTS).enumerate() {
            if n > 0 {
                out.push_sql(" UNION ALL ");
            }
            if nested {
                out.push_sql("SELECT * FROM (");
            }
            for (n, part) in parts.iter().enumerate() {
                if n > 0 {
                    out.push_sql(" UNION ALL ");
                }
                out.push_sql("SELECT * FROM (");
                part.walk_ast(out.reborrow())?;
                out.push_sql(") AS part");
            }
            if nested {
                out.push_sql(") AS parts");
            }
        }
        Ok(())
    }
}

impl<Q: Query> Query for UnionAll<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> QueryId for UnionAll<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q, Conn> RunQueryDsl<Conn> for UnionAll<Q> {}

/// The number of rows of a query, which may have a limit.
pub(crate) struct Counted<Q>(pub(crate) Q);

impl<Q, DB> QueryFragment<DB> for Counted<Q>
where
    DB: diesel::backend::Backend,
    Q: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql("SELECT COUNT(*) FROM (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(") AS counted");
        Ok(())
    }
}

impl<Q> Query for Counted<Q> {
    type SqlType = BigInt;
}

impl<Q> QueryId for Counted<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q, Conn> RunQueryDsl<Conn> for Counted<Q> {}

/// The rows of a query up to a limit; each once, where it may have doubles.
pub(crate) struct Limited<Q> {
    pub(crate) query: Q,
    pub(crate) doubled: bool,
    pub(crate) limit: Option<i64>,
}

impl<Q, DB> QueryFragment<DB> for Limited<Q>
where
    DB: diesel::backend::Backend,
    Q: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql(if self.doubled { "SELECT DISTINCT * FROM (" } else { "SELECT * FROM (" });
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(") AS limited");
        if let Some(limit) = self.limit {
            out.push_sql(&format!(" LIMIT {limit}"));
        }
        Ok(())
    }
}

/// Writes a row over the one that has its key, if there is one. Diesel's own upserts are parsed at each
/// use; this one stays prepared.
pub(crate) struct Upsert<V> {
    /// `INSERT INTO … (…) VALUES (`
    into: &'static str,
    values: V,
    /// `) ON CONFLICT … `
    over: &'static str,
}

impl<V, DB> QueryFragment<DB> for Upsert<V>
where
    DB: diesel::backend::Backend,
    V: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(self.into);
        self.values.walk_ast(out.reborrow())?;
        out.push_sql(self.over);
        Ok(())
    }
}

/// Known by its text alone.
impl<V> QueryId for Upsert<V> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<V, Conn> RunQueryDsl<Conn> for Upsert<V> {}

/// What something of a source became.
pub(crate) fn save_origin(conn: &mut AnyConnection, saved: &Provenance) -> QueryResult<usize> {
    let values = (
        (&saved.origin.source).into_sql::<Text>(),
        saved.origin.entity.into_sql::<Text>(),
        (&saved.origin.id).into_sql::<Text>(),
        Key(saved.target).into_sql::<Binary>(),
        saved.digest.into_sql::<BigInt>(),
        saved.revision.map(u32::cast_signed).into_sql::<Nullable<Integer>>(),
    );
    let upsert = Upsert {
        into: "INSERT INTO origin (source, entity, id, target, digest, revision) VALUES (",
        values,
        over: ") ON CONFLICT (source, entity, id) DO UPDATE SET \
               target = excluded.target, digest = excluded.digest, revision = excluded.revision",
    };
    on_each!(conn, |conn| upsert.execute(conn))
}

/// Gives an article its present slug, whosever old one that was; no row where it is another's present one.
pub(crate) fn save_slug(
    conn: &mut AnyConnection,
    slug: &str,
    article: Key,
    known_at: Option<i64>,
) -> QueryResult<usize> {
    let upsert = Upsert {
        into: "INSERT INTO article_slug (slug, article, present, known_at) VALUES (",
        values: (
            slug.into_sql::<Text>(),
            article.into_sql::<Binary>(),
            true.into_sql::<Bool>(),
            known_at.into_sql::<Nullable<BigInt>>(),
        ),
        over: ") ON CONFLICT (slug) DO UPDATE SET \
               article = excluded.article, present = excluded.present, known_at = excluded.known_at \
               WHERE article_slug.present = FALSE OR article_slug.article = excluded.article",
    };
    on_each!(conn, |conn| upsert.execute(conn))
}

/// Takes a lock that lasts as long as the transaction, alone or with others who share it. SQLite has
/// one writer anyway.
#[expect(clippy::disallowed_methods, reason = "the dialect's own text")]
pub(crate) fn lock_terms(conn: &mut AnyConnection, alone: bool) -> QueryResult<()> {
    // Any number will do that nothing else here locks.
    let text = match alone {
        true => "SELECT pg_advisory_xact_lock(20261125)",
        false => "SELECT pg_advisory_xact_lock_shared(20261125)",
    };
    match conn {
        AnyConnection::Sqlite(_) => Ok(()),
        AnyConnection::Postgres(conn) => diesel::sql_query(text).execute(conn).map(|_| ()),
    }
}

/// Takes a lock on a slug that lasts as long as the transaction. SQLite has one writer anyway.
pub(crate) fn lock_slug(conn: &mut AnyConnection, slug: &str) -> QueryResult<()> {
    match conn {
        AnyConnection::Sqlite(_) => Ok(()),
        AnyConnection::Postgres(conn) => Upsert {
            into: "SELECT pg_advisory_xact_lock(20261126, hashtext(",
            values: slug.into_sql::<Text>(),
            over: "))",
        }
        .execute(conn)
        .map(|_| ()),
    }
}

/// What came and went between the moment at which counts were settled and `now`: each edge, or
/// their sums by term. Both are kept prepared.
///
/// Nothing here walks the articles that do not move: scalar subqueries let both planners see a range
/// on an index, and what is no equality on `listed` nor a bound on the bare `published_at` leaves
/// SQLite, which has no statistics, the index by expiry alone for what went.
struct EdgesUntil<const SUMMED: bool>(i64);

impl<const SUMMED: bool, DB> QueryFragment<DB> for EdgesUntil<SUMMED>
where
    DB: diesel::backend::Backend + HasSqlType<BigInt>,
    i64: diesel::serialize::ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(match SUMMED {
            true => "SELECT term, CAST(SUM(delta) AS BIGINT) FROM (",
            false => "SELECT article, term, delta FROM (",
        });
        out.push_sql(
            "SELECT a.id AS article, t.term AS term, CAST(1 AS BIGINT) AS delta \
             FROM article a JOIN article_term t ON t.article = a.id \
             WHERE a.listed = TRUE AND a.published_at > (SELECT settled FROM clock WHERE id = 1) \
             AND a.published_at <= ",
        );
        out.push_bind_param::<BigInt, _>(&self.0)?;
        out.push_sql(" AND a.expires_at > ");
        out.push_bind_param::<BigInt, _>(&self.0)?;
        out.push_sql(
            " UNION ALL SELECT a.id, t.term, CAST(-1 AS BIGINT) \
             FROM article a JOIN article_term t ON t.article = a.id \
             WHERE a.listed <> FALSE AND a.expires_at < 9223372036854775807 \
             AND a.expires_at > (SELECT settled FROM clock WHERE id = 1) \
             AND a.published_at + 0 <= (SELECT settled FROM clock WHERE id = 1) AND a.expires_at <= ",
        );
        out.push_bind_param::<BigInt, _>(&self.0)?;
        out.push_sql(match SUMMED {
            true => ") AS edges GROUP BY term",
            false => ") AS edges",
        });
        Ok(())
    }
}

impl<const SUMMED: bool> QueryId for EdgesUntil<SUMMED> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for EdgesUntil<false> {
    type SqlType = (Binary, Binary, BigInt);
}

impl Query for EdgesUntil<true> {
    type SqlType = (Binary, BigInt);
}

impl<const SUMMED: bool, Conn> RunQueryDsl<Conn> for EdgesUntil<SUMMED> {}

#[expect(clippy::disallowed_methods, reason = "the one place with SQL text")]
/// Returns the first moment after counts were settled at which an article comes or goes.
pub(crate) fn next_edge(conn: &mut AnyConnection) -> Result<Option<i64>> {
    #[derive(QueryableByName)]
    struct Moment {
        #[diesel(sql_type = Nullable<BigInt>)]
        moment: Option<i64>,
    }
    const NEXT: &str = "SELECT MIN(moment) AS moment FROM ( \
         SELECT MIN(published_at) AS moment FROM article \
         WHERE listed = TRUE AND published_at > (SELECT settled FROM clock WHERE id = 1) \
         UNION ALL SELECT MIN(expires_at) FROM article \
         WHERE expires_at < 9223372036854775807 AND expires_at > (SELECT settled FROM clock WHERE id = 1)) AS next";
    let next: Moment =
        diesel::sql_query(NEXT).get_result(conn).map_err(unexpected("see what comes or goes next"))?;
    Ok(next.moment)
}

/// Returns each article and term under which it came (1) or went (-1) by the clock alone since
/// counts were settled.
pub(crate) fn edges(conn: &mut AnyConnection, now: i64) -> Result<Vec<(Key, Key, i64)>> {
    on_each!(conn, |conn| EdgesUntil::<false>(now).load(conn))
        .map_err(unexpected("see what came and went meanwhile"))
}

/// Sums what came and went by the clock since counts were settled, by term.
pub(crate) fn edge_sums(conn: &mut AnyConnection, now: i64) -> Result<Vec<(Key, i64)>> {
    on_each!(conn, |conn| EdgesUntil::<true>(now).load(conn))
        .map_err(unexpected("count what came and went by the clock"))
}

/// Gives articles other `terms` columns, with one statement.
#[expect(clippy::disallowed_methods, reason = "the one place with SQL text")]
pub(crate) fn replace_terms(conn: &mut AnyConnection, rows: &[(Key, Vec<u8>)]) -> QueryResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let text = |literal: fn(String) -> String| {
        let cases: String = rows
            .iter()
            .map(|(id, terms)| format!(" WHEN {} THEN {}", literal(hex(&id.0)), literal(hex(terms))))
            .collect();
        let ids: Vec<String> = rows.iter().map(|(id, _)| literal(hex(&id.0))).collect();
        format!("UPDATE article SET terms = CASE id{cases} END WHERE id IN ({})", ids.join(", "))
    };
    match conn {
        AnyConnection::Sqlite(conn) => {
            diesel::sql_query(text(|hex| format!("x'{hex}'"))).execute(conn).map(|_| ())
        }
        AnyConnection::Postgres(conn) => {
            diesel::sql_query(text(|hex| format!("'\\x{hex}'::bytea"))).execute(conn).map(|_| ())
        }
    }
}

/// Sets the stored count of one term to what there is.
#[expect(clippy::disallowed_methods, reason = "the one place with SQL text")]
pub(crate) fn count_term_again(conn: &mut AnyConnection, id: Key) -> QueryResult<()> {
    const COUNT: &str = "UPDATE term SET article_count = (SELECT COUNT(*) FROM article_term t \
         WHERE t.term = term.id AND t.listed = TRUE \
         AND t.published_at <= (SELECT settled FROM clock WHERE id = 1) \
         AND t.expires_at > (SELECT settled FROM clock WHERE id = 1)) WHERE id = ";
    match conn {
        AnyConnection::Sqlite(conn) => {
            diesel::sql_query(format!("{COUNT}?")).bind::<Binary, _>(id).execute(conn)
        }
        AnyConnection::Postgres(conn) => {
            diesel::sql_query(format!("{COUNT}$1")).bind::<Binary, _>(id).execute(conn)
        }
    }
    .map(|_| ())
}

#[expect(clippy::disallowed_methods, reason = "the one place with SQL text")]
/// Sets every stored count to what there is; how many were something else.
pub(crate) fn count_again(conn: &mut AnyConnection) -> Result<u64> {
    const TERMS: &str = "UPDATE term SET article_count = counted.n FROM ( \
         SELECT term.id, COUNT(t.article) AS n FROM term LEFT JOIN article_term t ON t.term = term.id AND t.listed = TRUE \
         AND t.published_at <= (SELECT settled FROM clock WHERE id = 1) \
         AND t.expires_at > (SELECT settled FROM clock WHERE id = 1) GROUP BY term.id) AS counted \
         WHERE term.id = counted.id AND term.article_count <> counted.n";
    const TALLIES: &str = "UPDATE comment_tally SET approved = counted.n FROM ( \
         SELECT y.article, COUNT(c.id) AS n FROM comment_tally y LEFT JOIN comment c ON c.article = y.article \
         AND c.approved = TRUE GROUP BY y.article) AS counted \
         WHERE comment_tally.article = counted.article AND comment_tally.approved <> counted.n";
    let mut mended = 0;
    for sql in [TERMS, TALLIES] {
        mended += on_each!(conn, |conn| diesel::sql_query(sql).execute(conn))
            .map_err(unexpected("count again"))? as u64;
    }
    Ok(mended)
}
