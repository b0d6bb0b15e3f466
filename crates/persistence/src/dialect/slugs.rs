//! Inserts and updates the slugs of articles.

use diesel::{
    IntoSql, QueryResult, RunQueryDsl,
    dsl::AsExprOf,
    sql_types::{Array, BigInt, Binary, Bool, Nullable, Text},
};
use serde_json::json;

use super::{
    Around, json_array,
    write_batch::{WriteBatch, one_statement, run_in_turn, wrong_database},
};
use crate::{conn::AnyConnection, rows::Key};

/// A row of `article_slug` to write for one article.
#[derive(Clone, Copy)]
pub(crate) struct OwnSlug<'s> {
    pub(crate) slug: &'s str,
    /// Whether the article has this slug now.
    pub(crate) present: bool,
    /// When the slug becomes or became known to readers, in microseconds.
    pub(crate) known_at: Option<i64>,
}

/// Inserts or updates slugs of an article. Returns the `present` column of each row that was written.
///
/// A present slug replaces a slug that another article had earlier. It changes no other row of another
/// article.
fn upsert<E>(article: Key, each: E) -> Around<(AsExprOf<Key, Binary>, E), Bool> {
    Around::with_rows(
        "INSERT INTO article_slug (article, slug, present, known_at) SELECT ",
        (article.into_sql::<Binary>(), each),
        " WHERE TRUE ON CONFLICT (slug) DO UPDATE SET \
         article = excluded.article, present = excluded.present, known_at = excluded.known_at \
         WHERE article_slug.article = excluded.article \
         OR (article_slug.present = FALSE AND excluded.present = TRUE) RETURNING present",
    )
}

/// Runs `writes` and saves the slugs of an article. Returns how many present slugs it saved.
///
/// A present slug that is not saved belongs to another article.
pub(crate) fn write_with_slugs(
    conn: &mut AnyConnection,
    writes: WriteBatch<'_>,
    article: Key,
    slugs: &[OwnSlug<'_>],
) -> QueryResult<usize> {
    let given: Vec<bool> = match (writes, conn) {
        (WriteBatch::Sqlite(writes), AnyConnection::Sqlite(conn)) => {
            run_in_turn(writes, conn)?;
            let slugs = json_array(slugs, |own| json!([own.slug, own.present, own.known_at]));
            let each = Around::new(
                "own.value ->> 0, own.value ->> 1, own.value ->> 2 FROM json_each(",
                slugs.into_sql::<Text>(),
                ") AS own",
            );
            upsert(article, each).load(conn)?
        }
        (WriteBatch::Postgres(writes), AnyConnection::Postgres(conn)) => {
            let known_at = slugs.iter().map(|own| own.known_at).collect::<Vec<_>>();
            let each = Around::new(
                "own.slug, own.present, own.known_at FROM unnest(",
                (
                    slugs.iter().map(|own| own.slug).collect::<Vec<_>>().into_sql::<Array<Text>>(),
                    slugs.iter().map(|own| own.present).collect::<Vec<_>>().into_sql::<Array<Bool>>(),
                    known_at.into_sql::<Array<Nullable<BigInt>>>(),
                ),
                ") AS own (slug, present, known_at)",
            );
            one_statement(writes, upsert(article, each)).load(conn)?
        }
        _ => return Err(wrong_database()),
    };
    Ok(given.into_iter().filter(|is_present| *is_present).count())
}
