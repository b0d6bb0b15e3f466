//! Destroying an article with all that hangs on it.

use diesel::{ExpressionMethods, QueryDsl, QueryResult, RunQueryDsl};
use domain::{error::Result, time::Time};

use crate::{
    conn::{insert_all, on_each},
    error::unexpected,
    rows::Key,
    schema::{
        article_path, article_request, article_slug, comment, comment_tally, purged, revision, story,
        story_author, window_edge,
    },
    session::Session,
};

impl Session<'_> {
    /// Destroys an article. Where readers have known it, the slugs and paths that they knew stay, to say
    /// that it is gone. Where it came from stays too, so that an import does not bring it back.
    pub(crate) fn purge(&mut self, id: Key, known: Option<Time>) -> Result<()> {
        self.ledger.wrote = true;
        let paths: Vec<String> = on_each!(self.conn, |conn| article_path::table
            .filter(article_path::article.eq(id))
            .select(article_path::path)
            .load(conn))
        .map_err(unexpected("load alias paths"))?;
        self.withdraw(id)?;
        self.delete_rows(id).map_err(unexpected("destroy an article"))?;
        let Some(at) = known else {
            return on_each!(self.conn, |conn| diesel::delete(
                article_slug::table.filter(article_slug::article.eq(id))
            )
            .execute(conn))
            .map(|_| ())
            .map_err(unexpected("forget slugs"));
        };
        // Another article may take them.
        on_each!(self.conn, |conn| diesel::update(
            article_slug::table.filter(article_slug::article.eq(id)).filter(article_slug::public.eq(true))
        )
        .set(article_slug::present.eq(false))
        .execute(conn))
        .and_then(|_| {
            on_each!(self.conn, |conn| diesel::delete(
                article_slug::table
                    .filter(article_slug::article.eq(id))
                    .filter(article_slug::public.eq(false))
            )
            .execute(conn))
        })
        .and_then(|_| {
            on_each!(self.conn, |conn| diesel::insert_into(purged::table)
                .values((purged::article.eq(id), purged::at.eq(at.micros())))
                .execute(conn))
        })
        .map_err(unexpected("remember what is gone"))?;
        let rows: Vec<_> = paths
            .iter()
            .map(|path| (article_path::path.eq(path.as_str()), article_path::article.eq(id)))
            .collect();
        match rows.is_empty() {
            true => Ok(()),
            false => insert_all!(&mut *self.conn, article_path::table, &rows)
                .map_err(unexpected("remember what is gone")),
        }
    }

    fn delete_rows(&mut self, id: Key) -> QueryResult<()> {
        macro_rules! delete_from {
            ($($table:ident by $column:ident),*) => {
                $(on_each!(self.conn, |conn| diesel::delete($table::table.filter($table::$column.eq(id)))
                    .execute(conn))?;)*
            };
        }
        delete_from!(
            revision by article, story by id, story_author by article, window_edge by article,
            article_request by article, comment by article, comment_tally by article
        );
        Ok(())
    }
}
