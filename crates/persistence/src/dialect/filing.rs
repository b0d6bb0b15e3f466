//! Inserts the rows that link an article to its terms: `article_term`, and `story_term` for drafts.

use diesel::{
    IntoSql,
    sql_types::{Array, BigInt, Binary, Bool, SmallInt, Text},
};
use serde_json::json;

use super::{Around, WriteBatch, json_array};
use crate::rows::Key;

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
pub(crate) fn file<'f>(writes: &mut WriteBatch<'f>, filed: &'f Filed, terms: &[(i16, i16, Key)]) {
    macro_rules! insert {
        ($each:expr) => {
            Box::new(Around::new(
                "INSERT INTO article_term (article, listed, published_at, modified_at, expires_at, language, \
                 kind, show_in_related, sort_key, role, position, term) SELECT ",
                (
                    filed.article.into_sql::<Binary>(),
                    filed.listed.into_sql::<Bool>(),
                    filed.published_at.into_sql::<BigInt>(),
                    filed.modified_at.into_sql::<BigInt>(),
                    filed.expires_at.into_sql::<BigInt>(),
                    (&filed.language).into_sql::<Text>(),
                    (&filed.kind).into_sql::<Text>(),
                    filed.show_in_related.into_sql::<Bool>(),
                    (&filed.sort_key).into_sql::<Text>(),
                    $each,
                ),
                "",
            ))
        };
    }
    match writes {
        WriteBatch::Sqlite(writes) => {
            let terms = json_array(terms, |(role, position, term)| json!([role, position, term.hex()]));
            writes.push(insert!(Around::new(
                "filed.value ->> 0, filed.value ->> 1, unhex(filed.value ->> 2) FROM json_each(",
                terms.into_sql::<Text>(),
                ") AS filed",
            )));
        }
        WriteBatch::Postgres(writes) => {
            let column = |of: fn(&(i16, i16, Key)) -> i16| terms.iter().map(of).collect::<Vec<_>>();
            let ids: Vec<Key> = terms.iter().map(|(_, _, term)| *term).collect();
            writes.push(insert!(Around::new(
                "filed.role, filed.position, filed.term FROM unnest(",
                (
                    column(|(role, ..)| *role).into_sql::<Array<SmallInt>>(),
                    column(|(_, position, _)| *position).into_sql::<Array<SmallInt>>(),
                    ids.into_sql::<Array<Binary>>(),
                ),
                ") AS filed (role, position, term)",
            )));
        }
    }
}

/// Files a draft under terms, unless it is filed there.
pub(crate) fn file_draft(writes: &mut WriteBatch<'_>, article: Key, terms: Vec<Key>) {
    macro_rules! insert {
        ($each:expr) => {
            Box::new(Around::new(
                "INSERT INTO story_term (article, term) SELECT ",
                (article.into_sql::<Binary>(), $each),
                " WHERE TRUE ON CONFLICT DO NOTHING",
            ))
        };
    }
    match writes {
        WriteBatch::Sqlite(writes) => {
            let terms = json_array(&terms, |term| json!(term.hex())).into_sql::<Text>();
            writes.push(insert!(Around::new("unhex(given.value) FROM json_each(", terms, ") AS given")));
        }
        WriteBatch::Postgres(writes) => {
            let terms = terms.into_sql::<Array<Binary>>();
            writes.push(insert!(Around::new("given.term FROM unnest(", terms, ") AS given (term)")));
        }
    }
}
