//! Inserts the rows that link an article to its terms (`article_term`) and authors (`story_author`).

use diesel::{
    ExpressionMethods, IntoSql,
    sql_types::{Array, BigInt, Binary, Bool, SmallInt, Text},
};

use super::Around;
use crate::{
    rows::Key,
    schema::{article_term, story_term},
    write_batch::WriteBatch,
};

/// The columns of an article that `article_term` copies for lists and counts.
pub(crate) struct Filed {
    pub(crate) article: Key,
    pub(crate) listed: bool,
    pub(crate) published_at: i64,
    pub(crate) modified_at: i64,
    pub(crate) expires_at: i64,
    pub(crate) language: String,
    pub(crate) kind: String,
    pub(crate) show_in_related: bool,
    pub(crate) sort_key: String,
}

/// Inserts a row of `article_term` for each term, given as role, position in the role, and id.
///
/// PostgreSQL gets the terms as arrays, so that the SQL text does not depend on their number and can stay
/// prepared.
pub(crate) fn file<'f>(writes: &mut WriteBatch<'f>, filed: &'f Filed, terms: &[(i16, i16, Key)]) {
    match writes {
        WriteBatch::Sqlite(writes) => {
            for (role, position, term) in terms {
                writes.push(Box::new(diesel::insert_into(article_term::table).values((
                    article_term::article.eq(filed.article),
                    article_term::role.eq(*role),
                    article_term::position.eq(*position),
                    article_term::term.eq(*term),
                    article_term::listed.eq(filed.listed),
                    article_term::published_at.eq(filed.published_at),
                    article_term::modified_at.eq(filed.modified_at),
                    article_term::expires_at.eq(filed.expires_at),
                    article_term::language.eq(&filed.language),
                    article_term::kind.eq(&filed.kind),
                    article_term::show_in_related.eq(filed.show_in_related),
                    article_term::sort_key.eq(&filed.sort_key),
                ))));
            }
        }
        WriteBatch::Postgres(writes) => {
            let column = |of: fn(&(i16, i16, Key)) -> i16| terms.iter().map(of).collect::<Vec<_>>();
            let ids: Vec<Key> = terms.iter().map(|(_, _, term)| *term).collect();
            let each = (
                column(|(role, ..)| *role).into_sql::<Array<SmallInt>>(),
                column(|(_, position, _)| *position).into_sql::<Array<SmallInt>>(),
                ids.into_sql::<Array<Binary>>(),
            );
            let values = (
                filed.article.into_sql::<Binary>(),
                filed.listed.into_sql::<Bool>(),
                filed.published_at.into_sql::<BigInt>(),
                filed.modified_at.into_sql::<BigInt>(),
                filed.expires_at.into_sql::<BigInt>(),
                (&filed.language).into_sql::<Text>(),
                (&filed.kind).into_sql::<Text>(),
                filed.show_in_related.into_sql::<Bool>(),
                (&filed.sort_key).into_sql::<Text>(),
                Around::new(
                    "filed.role, filed.position, filed.term FROM unnest(",
                    each,
                    ") AS filed (role, position, term)",
                ),
            );
            writes.push(Box::new(Around::new(
                "INSERT INTO article_term (article, listed, published_at, modified_at, expires_at, language, \
                 kind, show_in_related, sort_key, role, position, term) SELECT ",
                values,
                "",
            )));
        }
    }
}

/// Files a draft under terms, unless it is filed there.
pub(crate) fn file_draft(writes: &mut WriteBatch<'_>, article: Key, terms: Vec<Key>) {
    match writes {
        WriteBatch::Sqlite(writes) => {
            for term in terms {
                let row = (story_term::term.eq(term), story_term::article.eq(article));
                writes.push(Box::new(
                    diesel::insert_into(story_term::table).values(row).on_conflict_do_nothing(),
                ));
            }
        }
        WriteBatch::Postgres(writes) => writes.push(Box::new(Around::new(
            "INSERT INTO story_term (article, term) SELECT given.article, unnest(given.terms) FROM (SELECT ",
            (article.into_sql::<Binary>(), terms.into_sql::<Array<Binary>>()),
            ") AS given (article, terms) ON CONFLICT DO NOTHING",
        ))),
    }
}
