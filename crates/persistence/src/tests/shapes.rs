//! Each kind of query that this crate uses, run through `MultiConnection`.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, IntoSql, JoinOnDsl, NullableExpressionMethods,
    OptionalExtension, QueryDsl, RunQueryDsl, SelectableHelper,
    dsl::{count_star, exists},
    sql_types::Integer,
    upsert::excluded,
};

use super::{TestDatabase, on_both};
use crate::{
    conn::{AnyConnection, on_each},
    dialect::{Counted, Limited, UnionAll},
    rows::Key,
    schema::{article_path, article_term, clock, media, origin, term},
    store::{Begin, begin_on, finish},
    terms::{TermRow, parent_term, photograph},
};

fn key(n: u8) -> Key {
    Key([n; 16])
}

/// Returns a connection in a writing transaction, with terms 1 to 6 and three articles for each.
fn filled(test: &TestDatabase) -> AnyConnection {
    let mut conn = test.address.connect().expect("connects");
    begin_on(&mut conn, Begin::Write).expect("begins");
    for n in 1..=6_u8 {
        let name = format!("term {n}");
        diesel::insert_into(term::table)
            .values((
                term::id.eq(key(n)),
                term::role.eq(0),
                term::slug.eq(format!("term-{n}")),
                term::name.eq(&name),
                term::name_key.eq(&name),
                term::sort_key.eq(if n % 2 == 0 { "B" } else { "a" }),
                term::parent.eq((n > 1).then(|| key(n - 1))),
                term::tag_type.eq("keyword"),
                term::path.eq(""),
                term::links.eq("[]"),
            ))
            .execute(&mut conn)
            .expect("inserts");
    }
    let rows: Vec<_> = (1..=6_u8)
        .flat_map(|term| (10..13_u8).map(move |article| (term, article)))
        .map(|(term, article)| {
            (
                article_term::article.eq(key(article)),
                article_term::role.eq(0),
                article_term::position.eq(i16::from(term)),
                article_term::term.eq(key(term)),
                article_term::listed.eq(true),
                article_term::published_at.eq(i64::from(article)),
                article_term::modified_at.eq(i64::MAX),
                article_term::expires_at.eq(i64::MAX),
                article_term::language.eq("en"),
                article_term::kind.eq("article"),
                article_term::show_in_related.eq(false),
                article_term::sort_key.eq("é"),
            )
        })
        .collect();
    let inserted = on_each!(&mut conn, |c| diesel::insert_into(article_term::table).values(&rows).execute(c));
    assert_eq!(inserted, Ok(18), "a batch");
    conn
}

on_both![
    boxed_filters_with_joins_and_aliases,
    keyset_pages_in_byte_order,
    sets_groups_and_existence,
    returning_and_upsert,
    the_first_n_for_each_parent,
    counts_with_a_limit_and_without_doubles,
    nested_transactions_on_a_writing_one,
    violated_constraints_are_told_apart
];

fn boxed_filters_with_joins_and_aliases(test: &TestDatabase) {
    let mut conn = filled(test);
    let mut query = article_term::table
        .inner_join(term::table.on(term::id.eq(article_term::term)))
        .left_join(parent_term.on(term::parent.eq(parent_term.field(term::id).nullable())))
        .left_join(photograph.on(term::photo.eq(photograph.field(media::id).nullable())))
        .filter(article_term::article.eq(key(11)))
        .select(TermRow::as_select())
        .into_boxed();
    query = query.filter(term::slug.eq("term-1").or(term::slug.eq("term-3")));
    let rows: Vec<TermRow> = query.order(term::slug).load(&mut conn).expect("loads");
    assert_eq!(rows.iter().map(|row| row.slug.as_str()).collect::<Vec<_>>(), ["term-1", "term-3"]);
    assert_eq!(rows[0].parent, None);
    assert_eq!(rows[1].parent.as_ref().map(|parent| parent.1.as_str()), Some("term-2"));
}

fn keyset_pages_in_byte_order(test: &TestDatabase) {
    let mut conn = filled(test);
    let all: Vec<(String, Key)> = term::table
        .filter(term::role.eq(0))
        .order((term::sort_key, term::id))
        .select((term::sort_key, term::id))
        .load(&mut conn)
        .expect("loads");
    let order: Vec<u8> = all.iter().map(|row| row.1.0[0]).collect();
    assert_eq!(order, [2, 4, 6, 1, 3, 5], "B before a, as bytes are");
    let next: Vec<Key> = term::table
        .filter(term::role.eq(0))
        .filter(term::sort_key.ge("B").and(term::sort_key.gt("B").or(term::id.gt(key(4)))))
        .order((term::sort_key, term::id))
        .select(term::id)
        .limit(2)
        .load(&mut conn)
        .expect("loads");
    assert_eq!(next, [key(6), key(1)]);
}

fn sets_groups_and_existence(test: &TestDatabase) {
    let mut conn = filled(test);
    let some: Vec<Key> = term::table
        .filter(term::id.eq_any([key(2), key(9)]))
        .select(term::id)
        .load(&mut conn)
        .expect("loads");
    assert_eq!(some, [key(2)]);
    let none: Vec<Key> = term::table
        .filter(term::id.eq_any(Vec::<Key>::new()))
        .select(term::id)
        .load(&mut conn)
        .expect("loads");
    assert!(none.is_empty());
    let counts: Vec<(Key, i64)> = article_term::table
        .group_by(article_term::term)
        .select((article_term::term, count_star()))
        .order(article_term::term)
        .load(&mut conn)
        .expect("loads");
    assert_eq!(counts.len(), 6);
    assert!(counts.iter().all(|(_, count)| *count == 3));
    let filed = exists(article_term::table.filter(article_term::term.eq(term::id)));
    let used: i64 = term::table.filter(filed).count().get_result(&mut conn).expect("counts");
    assert_eq!(used, 6);
}

fn returning_and_upsert(test: &TestDatabase) {
    let mut conn = filled(test);
    let drawn: (i64, i64) = diesel::update(clock::table.filter(clock::id.eq(1)))
        .set(clock::seq.eq(clock::seq + 5))
        .returning((clock::seq, clock::settled))
        .get_result(&mut conn)
        .expect("updates");
    assert_eq!(drawn, (5, 0));
    for (digest, revision) in [(1, None), (i64::MIN, Some(2))] {
        let changed = on_each!(&mut conn, |c| diesel::insert_into(origin::table)
            .values((
                origin::source.eq("s"),
                origin::entity.eq("tag"),
                origin::id.eq("é'\"\\"),
                origin::target.eq(key(1)),
                origin::digest.eq(digest),
                origin::revision.eq(revision),
            ))
            .on_conflict((origin::source, origin::entity, origin::id))
            .do_update()
            .set((
                origin::digest.eq(excluded(origin::digest)),
                origin::revision.eq(excluded(origin::revision))
            ))
            .execute(c));
        assert_eq!(changed, Ok(1));
    }
    let kept: (String, i64, Option<i32>) =
        origin::table.select((origin::id, origin::digest, origin::revision)).first(&mut conn).expect("loads");
    assert_eq!(kept, ("é'\"\\".to_owned(), i64::MIN, Some(2)));
}

fn the_first_n_for_each_parent(test: &TestDatabase) {
    let mut conn = filled(test);
    let queries: Vec<_> = (1..=6_u8)
        .cycle()
        .take(900)
        .enumerate()
        .map(|(n, term)| {
            article_term::table
                .select((
                    i32::try_from(n).expect("small").into_sql::<Integer>(),
                    article_term::published_at,
                    article_term::article,
                ))
                .into_boxed()
                .filter(article_term::term.eq(key(term)))
                .filter(article_term::listed.eq(true))
                .order((article_term::published_at.desc(), article_term::article.desc()))
                .limit(2)
        })
        .collect();
    let rows: Vec<(i32, i64, Key)> = UnionAll::of(queries).load(&mut conn).expect("loads");
    assert_eq!(rows.len(), 1_800, "more parts than SQLite takes in one compound");
    for n in 0..900 {
        let times: Vec<i64> = rows.iter().filter(|row| row.0 == n).map(|row| row.1).collect();
        assert_eq!(times.len(), 2);
        assert!(times.contains(&12) && times.contains(&11));
    }
}

fn counts_with_a_limit_and_without_doubles(test: &TestDatabase) {
    let mut conn = filled(test);
    let query = || {
        (1..=6_u8)
            .map(|term| {
                article_term::table
                    .select(article_term::article)
                    .into_boxed()
                    .filter(article_term::term.eq(key(term)))
            })
            .collect::<Vec<_>>()
    };
    let mut count = |doubled, limit| -> i64 {
        Counted(Limited { query: UnionAll::of(query()), doubled, limit })
            .get_result(&mut conn)
            .expect("counts")
    };
    assert_eq!(
        (count(false, None), count(false, Some(5)), count(true, None), count(true, Some(2))),
        (18, 5, 3, 2)
    );
}

fn nested_transactions_on_a_writing_one(test: &TestDatabase) {
    use diesel::connection::TransactionManager;

    type Manager = <AnyConnection as diesel::Connection>::TransactionManager;
    let mut conn = filled(test);
    #[expect(clippy::disallowed_methods, reason = "the shape under test")]
    {
        Manager::begin_transaction(&mut conn).expect("a savepoint");
        diesel::delete(article_term::table).execute(&mut conn).expect("deletes");
        Manager::rollback_transaction(&mut conn).expect("back to the savepoint");
    }
    let left: i64 = article_term::table.count().get_result(&mut conn).expect("counts");
    assert_eq!(left, 18);
    finish(&mut conn, false).expect("rolls back");
    let left: i64 = article_term::table.count().get_result(&mut conn).expect("counts");
    assert_eq!(left, 0);
}

fn violated_constraints_are_told_apart(test: &TestDatabase) {
    let mut conn = filled(test);
    let insert = |conn: &mut AnyConnection| {
        diesel::insert_into(article_path::table)
            .values((article_path::path.eq("/p"), article_path::article.eq(key(1))))
            .execute(conn)
    };
    insert(&mut conn).expect("inserts");
    let error = insert(&mut conn).expect_err("a double");
    assert!(matches!(
        error,
        diesel::result::Error::DatabaseError(diesel::result::DatabaseErrorKind::UniqueViolation, _)
    ));
    let absent: Option<Key> = match &conn {
        // PostgreSQL ends the transaction with the first error.
        AnyConnection::Postgres(_) => None,
        AnyConnection::Sqlite(_) => article_path::table
            .filter(article_path::path.eq("/q"))
            .select(article_path::article)
            .first(&mut conn)
            .optional()
            .expect("looks"),
    };
    assert_eq!(absent, None);
}
