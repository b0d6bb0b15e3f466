//! Inserts and updates the slugs of articles.

use diesel::{
    IntoSql, QueryResult, RunQueryDsl,
    sql_types::{Array, BigInt, Binary, Bool, Nullable, Text},
};

use super::Around;
use crate::{
    conn::AnyConnection,
    rows::Key,
    write_batch::{WriteBatch, one_statement, run_in_turn, wrong_database},
};

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
macro_rules! upsert {
    ($before:literal, $values:expr, $after:literal) => {
        Around::<_, Bool>::with_rows(
            concat!("INSERT INTO article_slug (slug, article, present, known_at) ", $before),
            $values,
            concat!(
                $after,
                " ON CONFLICT (slug) DO UPDATE SET \
                 article = excluded.article, present = excluded.present, known_at = excluded.known_at \
                 WHERE article_slug.article = excluded.article \
                 OR (article_slug.present = FALSE AND excluded.present = TRUE) RETURNING present"
            ),
        )
    };
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
            let mut given = Vec::with_capacity(slugs.len());
            for own in slugs {
                let values = (
                    own.slug.into_sql::<Text>(),
                    article.into_sql::<Binary>(),
                    own.present.into_sql::<Bool>(),
                    own.known_at.into_sql::<Nullable<BigInt>>(),
                );
                given.extend(upsert!("VALUES (", values, ")").load::<bool>(conn)?);
            }
            given
        }
        (WriteBatch::Postgres(writes), AnyConnection::Postgres(conn)) => {
            // As arrays, so that the SQL text does not depend on the number of slugs.
            let values = (
                article.into_sql::<Binary>(),
                slugs.iter().map(|own| own.slug).collect::<Vec<_>>().into_sql::<Array<Text>>(),
                slugs.iter().map(|own| own.present).collect::<Vec<_>>().into_sql::<Array<Bool>>(),
                slugs
                    .iter()
                    .map(|own| own.known_at)
                    .collect::<Vec<_>>()
                    .into_sql::<Array<Nullable<BigInt>>>(),
            );
            let all = upsert!(
                "SELECT own.slug, given.article, own.present, own.known_at FROM (SELECT ",
                values,
                ") AS given (article, slugs, present, known_at), \
                 unnest(given.slugs, given.present, given.known_at) AS own (slug, present, known_at)"
            );
            one_statement(writes, all).load(conn)?
        }
        _ => return Err(wrong_database()),
    };
    Ok(given.into_iter().filter(|is_present| *is_present).count())
}
