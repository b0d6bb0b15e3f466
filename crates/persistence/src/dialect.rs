//! SQL text for queries that Diesel's query builder cannot express.
//!
//! Connection settings are in [`crate::conn`], migrations in [`mod@crate::migrate`]. All other queries use
//! Diesel's query builder.

#![expect(clippy::disallowed_methods, reason = "the one place with SQL text")]

mod any_of;
mod edges;
mod filing;
mod log;
mod paths;
mod slugs;
mod write_batch;

use std::marker::PhantomData;

pub(crate) use self::{
    any_of::{any_of, any_word_of},
    edges::{edge_sums, edges, stay_quiet},
    filing::{Filed, file, file_draft},
    log::{Moved, append_to_log},
    paths::{claim_media_paths, claim_paths, leave_paths, lower},
    slugs::{OwnSlug, write_with_slugs},
    write_batch::WriteBatch,
};

use diesel::{
    IntoSql, QueryResult, RunQueryDsl,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Array, BigInt, Binary, Integer, Nullable, Text},
};
use domain::{error::Result, import::Provenance};
use serde_json::{Value, json};

use crate::{
    conn::{AnyConnection, on_each},
    error::unexpected,
    prepared::FEW,
    rows::Key,
};

/// Combines several queries with the same columns: `(…) UNION ALL (…)`.
///
/// Each query keeps its own sort order and limit. This runs many short index scans in one statement.
pub(crate) struct UnionAll<Q> {
    parts: Vec<Q>,
    prepared: bool,
}

impl<Q> UnionAll<Q> {
    /// Makes a union that is not cached as a prepared statement.
    ///
    /// For unions whose text depends on the request, because the number of different texts is unlimited.
    pub(crate) fn of(parts: Vec<Q>) -> Self {
        Self { parts, prepared: false }
    }

    /// Makes a union that stays prepared if it has at most [`FEW`] parts.
    ///
    /// The parts must have few different texts, because a connection never drops a prepared statement.
    pub(crate) fn prepared(parts: Vec<Q>) -> Self {
        let prepared = parts.len() <= FEW;
        Self { parts, prepared }
    }
}

/// Maximum number of queries in one compound. SQLite's limit is 500; larger unions are nested.
const PARTS: usize = 400;

impl<Q, DB> QueryFragment<DB> for UnionAll<Q>
where
    DB: diesel::backend::Backend,
    Q: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if !self.prepared {
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

/// Counts the rows of a query, which may have a limit.
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

/// Limits the rows of a query, and removes duplicates if `doubled` is set.
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

/// A query on `story` that locks its rows until the transaction ends. PostgreSQL only.
pub(crate) struct LockedStories<Q>(pub(crate) Q);

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for LockedStories<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" FOR UPDATE OF story");
        Ok(())
    }
}

impl<Q: Query> Query for LockedStories<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> QueryId for LockedStories<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q, Conn> RunQueryDsl<Conn> for LockedStories<Q> {}

/// A prepared statement with SQL text before and after its bound values. Its rows have the type `R`.
struct Around<V, R = ()> {
    before: &'static str,
    values: V,
    after: &'static str,
    rows: PhantomData<R>,
}

impl<V> Around<V> {
    /// Makes a statement that returns no rows.
    fn new(before: &'static str, values: V, after: &'static str) -> Self {
        Self::with_rows(before, values, after)
    }
}

impl<V, R> Around<V, R> {
    fn with_rows(before: &'static str, values: V, after: &'static str) -> Self {
        Self { before, values, after, rows: PhantomData }
    }
}

impl<V, R, DB> QueryFragment<DB> for Around<V, R>
where
    DB: diesel::backend::Backend,
    V: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(self.before);
        self.values.walk_ast(out.reborrow())?;
        out.push_sql(self.after);
        Ok(())
    }
}

/// Diesel's statement cache uses the SQL text as the key.
impl<V, R> QueryId for Around<V, R> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<V, R> Query for Around<V, R> {
    type SqlType = R;
}

impl<V, R, Conn> RunQueryDsl<Conn> for Around<V, R> {}

/// Makes the JSON array from which SQLite reads several rows.
///
/// It is one bound value, so the SQL text does not depend on the number of rows and can stay prepared.
/// PostgreSQL gets arrays for the same reason.
fn json_array<T>(rows: &[T], row: impl Fn(&T) -> Value) -> String {
    Value::Array(rows.iter().map(row).collect()).to_string()
}

/// Inserts or replaces a row of `origin`: the item that an item of a source became.
pub(crate) fn save_origin(conn: &mut AnyConnection, saved: &Provenance) -> QueryResult<usize> {
    let values = (
        (&saved.origin.source).into_sql::<Text>(),
        saved.origin.entity.into_sql::<Text>(),
        (&saved.origin.id).into_sql::<Text>(),
        Key(saved.target).into_sql::<Binary>(),
        saved.digest.into_sql::<BigInt>(),
        saved.revision.map(u32::cast_signed).into_sql::<Nullable<Integer>>(),
    );
    let upsert = Around::new(
        "INSERT INTO origin (source, entity, id, target, digest, revision) VALUES (",
        values,
        ") ON CONFLICT (source, entity, id) DO UPDATE SET \
         target = excluded.target, digest = excluded.digest, revision = excluded.revision",
    );
    on_each!(conn, |conn| upsert.execute(conn))
}

// Keys of advisory locks on PostgreSQL, held until the transaction ends. The values are arbitrary, but must
// be unique in this crate. SQLite needs no such locks, because it has only one writer.
const TERMS: i64 = 20_261_125;
const NAMES: i64 = 20_261_127;

/// Takes the lock on terms: exclusive if `alone`, otherwise shared.
pub(crate) fn lock_terms(conn: &mut AnyConnection, alone: bool) -> QueryResult<()> {
    match alone {
        true => lock(conn, "SELECT pg_advisory_xact_lock(", TERMS),
        false => lock(conn, "SELECT pg_advisory_xact_lock_shared(", TERMS),
    }
}

/// Takes the lock for claiming several slugs or paths of articles in one transaction.
pub(crate) fn lock_names(conn: &mut AnyConnection) -> QueryResult<()> {
    lock(conn, "SELECT pg_advisory_xact_lock(", NAMES)
}

fn lock(conn: &mut AnyConnection, before: &'static str, number: i64) -> QueryResult<()> {
    match conn {
        AnyConnection::Sqlite(_) => Ok(()),
        AnyConnection::Postgres(conn) => {
            let lock = Around::new(before, number.into_sql::<BigInt>(), ")");
            lock.execute(conn).map(|_| ())
        }
    }
}

/// Takes the lock on a slug.
pub(crate) fn lock_slug(conn: &mut AnyConnection, slug: &str) -> QueryResult<()> {
    lock_text(conn, "SELECT pg_advisory_xact_lock(20261126, hashtext(", slug)
}

/// Takes the lock on a source, for creating items of it.
pub(crate) fn lock_source(conn: &mut AnyConnection, source: &str) -> QueryResult<()> {
    lock_text(conn, "SELECT pg_advisory_xact_lock(20261128, hashtext(", source)
}

fn lock_text(conn: &mut AnyConnection, before: &'static str, text: &str) -> QueryResult<()> {
    match conn {
        AnyConnection::Sqlite(_) => Ok(()),
        AnyConnection::Postgres(conn) => {
            let lock = Around::new(before, text.into_sql::<Text>(), "))");
            lock.execute(conn).map(|_| ())
        }
    }
}

/// Replaces the `terms` column of several articles with one statement.
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

/// Adds a delta to the stored count of each term.
pub(crate) fn add_to_counts(conn: &mut AnyConnection, deltas: &[(Key, i64)]) -> QueryResult<()> {
    let before = "UPDATE term SET article_count = article_count + moved.delta FROM ";
    match conn {
        _ if deltas.is_empty() => Ok(()),
        AnyConnection::Sqlite(conn) => {
            let deltas = json_array(deltas, |(id, delta)| json!([id.hex(), delta])).into_sql::<Text>();
            let moved = Around::new(
                "(SELECT unhex(value ->> 0) AS id, value ->> 1 AS delta FROM json_each(",
                deltas,
                ")) AS moved",
            );
            Around::new(before, moved, " WHERE term.id = moved.id").execute(conn).map(|_| ())
        }
        AnyConnection::Postgres(conn) => {
            let (ids, deltas): (Vec<Key>, Vec<i64>) = deltas.iter().copied().unzip();
            let arrays = (ids.into_sql::<Array<Binary>>(), deltas.into_sql::<Array<BigInt>>());
            let moved = Around::new("unnest(", arrays, ") AS moved (id, delta)");
            Around::new(before, moved, " WHERE term.id = moved.id").execute(conn).map(|_| ())
        }
    }
}

/// Recounts the articles of one term and stores the count.
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

/// Recounts the articles of all terms and the comments of all articles. Returns how many counts were wrong.
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
            .map_err(unexpected("recount articles and comments"))? as u64;
    }
    Ok(mended)
}
