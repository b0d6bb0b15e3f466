//! Appending to the change log.

use diesel::{
    ExpressionMethods, IntoSql, PgConnection, QueryDsl, QueryResult, RunQueryDsl, SqliteConnection,
    sql_types::{Array, BigInt, Binary, Integer, Nullable, Text},
};
use domain::change::NewChange;

use super::Around;
use crate::{
    conn::AnyConnection,
    kept::Kept,
    rows::Key,
    schema::{change, clock},
};

/// Draws a number for each change, writes them down, and moves the clock to `at`, but never back. Returns
/// the moment at which counts were settled before, and the one at which they are to be settled now.
///
/// The clock's row is locked from here to the end of the transaction. Whoever else writes waits for it,
/// and so on PostgreSQL all of this is one round trip.
pub(crate) fn append_to_log(
    conn: &mut AnyConnection,
    changes: &[NewChange],
    at: i64,
) -> QueryResult<(i64, i64)> {
    match conn {
        AnyConnection::Sqlite(conn) => in_sqlite(conn, changes, at),
        AnyConnection::Postgres(conn) => in_postgres(conn, changes, at),
    }
}

fn in_sqlite(conn: &mut SqliteConnection, changes: &[NewChange], at: i64) -> QueryResult<(i64, i64)> {
    let number = changes.len() as i64;
    let (last, settled): (i64, i64) = Kept(
        diesel::update(clock::table.filter(clock::id.eq(1)))
            .set(clock::seq.eq(clock::seq + number))
            .returning((clock::seq, clock::settled)),
    )
    .get_result(conn)?;
    let now = at.max(settled);
    Kept(diesel::update(clock::table.filter(clock::id.eq(1))).set(clock::settled.eq(now))).run(conn)?;
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
    Ok((settled, now))
}

fn in_postgres(conn: &mut PgConnection, changes: &[NewChange], at: i64) -> QueryResult<(i64, i64)> {
    let column = |of: fn(&NewChange) -> String| changes.iter().map(of).collect::<Vec<_>>();
    let values = (
        at.into_sql::<BigInt>(),
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
    let append = Around::<_, (BigInt, BigInt)>::with_rows(
        "WITH given (at, entities, ids, actions, revisions, actors, fields) AS (SELECT ",
        values,
        "), was AS (SELECT settled FROM clock WHERE id = 1 FOR UPDATE), \
         drawn AS (UPDATE clock \
         SET seq = clock.seq + cardinality(given.ids), settled = GREATEST(was.settled, given.at) \
         FROM given, was WHERE clock.id = 1 \
         RETURNING clock.seq - cardinality(given.ids) AS seq, was.settled AS before, clock.settled AS now), \
         appended AS (INSERT INTO change (seq, at, entity, id, action, revision, actor, fields) \
         SELECT drawn.seq + new.n, drawn.now, new.entity, new.id, new.action, new.revision, new.actor, new.fields \
         FROM drawn, given, unnest(given.entities, given.ids, given.actions, given.revisions, given.actors, given.fields) \
         WITH ORDINALITY AS new (entity, id, action, revision, actor, fields, n)) \
         SELECT before, now FROM drawn",
    );
    append.get_result(conn)
}
