//! Appends to the change log.

use diesel::{
    ExpressionMethods, IntoSql, PgConnection, QueryDsl, QueryResult, Queryable, RunQueryDsl,
    SqliteConnection,
    sql_types::{Array, BigInt, Binary, Integer, Nullable, Text},
};
use domain::change::NewChange;

use super::Around;
use crate::{
    conn::AnyConnection,
    prepared::Prepared,
    rows::Key,
    schema::{change, clock},
};

/// Values of the clock's row before and after a transaction's changes.
#[derive(Debug, Clone, Copy, Queryable)]
pub(crate) struct Moved {
    /// The time for which stored counts were exact before, in microseconds.
    pub(crate) settled: i64,
    /// No earlier article is published or expires between `settled` and this time.
    pub(crate) quiet_until: i64,
    /// The time for which the transaction must settle counts.
    pub(crate) now: i64,
}

/// Draws a sequence number for each change, inserts the changes, and moves the clock to `at`, but never back.
///
/// `next` is the earliest publication or expiry among the written articles, in microseconds.
///
/// The clock's row stays locked until the transaction ends. Every other writer waits for that row, so on
/// PostgreSQL all of this is one statement.
pub(crate) fn append_to_log(
    conn: &mut AnyConnection,
    changes: &[NewChange],
    at: i64,
    next: i64,
) -> QueryResult<Moved> {
    match conn {
        AnyConnection::Sqlite(conn) => in_sqlite(conn, changes, at, next),
        AnyConnection::Postgres(conn) => in_postgres(conn, changes, at, next),
    }
}

fn in_sqlite(conn: &mut SqliteConnection, changes: &[NewChange], at: i64, next: i64) -> QueryResult<Moved> {
    let number = changes.len() as i64;
    let (last, settled, quiet_until): (i64, i64, i64) = Prepared(
        diesel::update(clock::table.filter(clock::id.eq(1)))
            .set(clock::seq.eq(clock::seq + number))
            .returning((clock::seq, clock::settled, clock::quiet_until)),
    )
    .get_result(conn)?;
    let now = at.max(settled);
    let row = (clock::settled.eq(now), clock::quiet_until.eq(quiet_until.min(next)));
    Prepared(diesel::update(clock::table.filter(clock::id.eq(1))).set(row)).run(conn)?;
    for (n, new) in changes.iter().enumerate() {
        diesel::insert_into(change::table)
            .values((
                change::seq.eq(last - number + 1 + n as i64),
                change::at.eq(now),
                change::entity.eq(new.entity),
                change::id.eq(Key(new.id)),
                change::action.eq(new.action.as_str()),
                change::revision.eq(new.revision.map(u32::cast_signed)),
                change::actor.eq(new.actor.map(Key::from)),
                change::fields.eq(new.fields.join(" ")),
            ))
            .execute(conn)?;
    }
    Ok(Moved { settled, quiet_until, now })
}

fn in_postgres(conn: &mut PgConnection, changes: &[NewChange], at: i64, next: i64) -> QueryResult<Moved> {
    let column = |of: fn(&NewChange) -> String| changes.iter().map(of).collect::<Vec<_>>();
    let values = (
        at.into_sql::<BigInt>(),
        next.into_sql::<BigInt>(),
        column(|new| new.entity.to_owned()).into_sql::<Array<Text>>(),
        changes.iter().map(|new| Key(new.id)).collect::<Vec<_>>().into_sql::<Array<Binary>>(),
        column(|new| new.action.as_str().to_owned()).into_sql::<Array<Text>>(),
        changes
            .iter()
            .map(|new| new.revision.map(u32::cast_signed))
            .collect::<Vec<_>>()
            .into_sql::<Array<Nullable<Integer>>>(),
        changes
            .iter()
            .map(|new| new.actor.map(Key::from))
            .collect::<Vec<_>>()
            .into_sql::<Array<Nullable<Binary>>>(),
        column(|new| new.fields.join(" ")).into_sql::<Array<Text>>(),
    );
    let append = Around::<_, (BigInt, BigInt, BigInt)>::with_rows(
        "WITH given (at, next, entities, ids, actions, revisions, actors, fields) AS (SELECT ",
        values,
        "), was AS (SELECT settled, quiet_until FROM clock WHERE id = 1 FOR UPDATE), \
         drawn AS (UPDATE clock \
         SET seq = clock.seq + cardinality(given.ids), settled = GREATEST(was.settled, given.at), \
         quiet_until = LEAST(was.quiet_until, given.next) \
         FROM given, was WHERE clock.id = 1 \
         RETURNING clock.seq - cardinality(given.ids) AS seq, was.settled, was.quiet_until, clock.settled AS now), \
         appended AS (INSERT INTO change (seq, at, entity, id, action, revision, actor, fields) \
         SELECT drawn.seq + new.n, drawn.now, new.entity, new.id, new.action, new.revision, new.actor, new.fields \
         FROM drawn, given, unnest(given.entities, given.ids, given.actions, given.revisions, given.actors, given.fields) \
         WITH ORDINALITY AS new (entity, id, action, revision, actor, fields, n)) \
         SELECT settled, quiet_until, now FROM drawn",
    );
    append.get_result(conn)
}
