//! Alias paths of articles and media: the case of their letters, and insertions with one statement for any number.

use diesel::{
    IntoSql,
    sql_types::{Array, Binary, Text},
};
use serde_json::json;

use super::{Around, WriteBatch, json_array};
use crate::rows::Key;

diesel::define_sql_function! {
    /// Returns a text with its ASCII letters in lower case.
    ///
    /// Other letters do not change: SQLite's `lower` only knows ASCII, and paths have the collation "C" on
    /// PostgreSQL.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// Gives paths to an article. A path of another article stays there, unless that article is destroyed.
pub(crate) fn claim_paths(writes: &mut WriteBatch<'_>, article: Key, paths: Vec<String>) {
    let before = "INSERT INTO article_path (article, path) SELECT ";
    let after = " WHERE TRUE ON CONFLICT (path) DO UPDATE SET article = excluded.article \
                 WHERE article_path.article IN (SELECT purged.article FROM purged)";
    insert(writes, before, (article, paths), after);
}

/// Leaves paths to a destroyed article. A path that leads elsewhere by now stays there.
pub(crate) fn leave_paths(writes: &mut WriteBatch<'_>, article: Key, paths: Vec<String>) {
    let before = "INSERT INTO article_path (article, path) SELECT ";
    insert(writes, before, (article, paths), " WHERE TRUE ON CONFLICT (path) DO NOTHING");
}

/// Gives paths to a media item. A path of another one stays there.
pub(crate) fn claim_media_paths(writes: &mut WriteBatch<'_>, media: Key, paths: Vec<String>) {
    let before = "INSERT INTO media_path (media, path) SELECT ";
    insert(writes, before, (media, paths), " WHERE TRUE ON CONFLICT (path) DO NOTHING");
}

/// Adds nothing if there are no paths. No path may be given twice.
fn insert(
    writes: &mut WriteBatch<'_>,
    before: &'static str,
    (owner, paths): (Key, Vec<String>),
    after: &'static str,
) {
    let owner = owner.into_sql::<Binary>();
    match writes {
        _ if paths.is_empty() => {}
        WriteBatch::Sqlite(writes) => {
            let paths = json_array(&paths, |path| json!(path)).into_sql::<Text>();
            let each = Around::new("given.value FROM json_each(", paths, ") AS given");
            writes.push(Box::new(Around::new(before, (owner, each), after)));
        }
        WriteBatch::Postgres(writes) => {
            let paths = paths.into_sql::<Array<Text>>();
            let each = Around::new("given.path FROM unnest(", paths, ") AS given (path)");
            writes.push(Box::new(Around::new(before, (owner, each), after)));
        }
    }
}
