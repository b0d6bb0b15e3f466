//! Fills in what a migration adds and only the program can derive, in the migration's transaction.

use diesel::{ExpressionMethods, JoinOnDsl, QueryDsl, QueryResult, RunQueryDsl, result::Error};
use domain::article::Document;

use crate::{
    conn::{AnyConnection, insert_all},
    rows::{Key, from_json},
    schema::{revision, story, story_term},
    session::distinct,
};

/// Fills in after a migration.
pub(crate) fn after(version: i32, conn: &mut AnyConnection) -> QueryResult<()> {
    match version {
        42 => file_drafts(conn),
        _ => Ok(()),
    }
}

/// Files drafts under the terms that their documents name.
fn file_drafts(conn: &mut AnyConnection) -> QueryResult<()> {
    const BATCH: usize = 500;
    let mut last = Key([0; 16]);
    loop {
        let drafts: Vec<(Key, String)> = story::table
            .inner_join(revision::table.on(revision::article.eq(story::id)))
            .filter(revision::number.eq(story::revision))
            .filter(story::status.ne("published"))
            .filter(story::id.gt(last))
            .order(story::id)
            .limit(BATCH as i64)
            .select((story::id, revision::document))
            .load(conn)?;
        for (article, document) in &drafts {
            let document: Document = from_json("revision.document", document)
                .map_err(|error| Error::DeserializationError(Box::new(error)))?;
            let rows: Vec<_> = distinct(document.terms().map(Key::from))
                .into_iter()
                .map(|term| (story_term::article.eq(*article), story_term::term.eq(term)))
                .collect();
            if !rows.is_empty() {
                insert_all!(conn, story_term::table, &rows)?;
            }
        }
        match drafts.last() {
            Some((article, _)) if drafts.len() == BATCH => last = *article,
            _ => return Ok(()),
        }
    }
}
