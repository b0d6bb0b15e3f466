//! The [`Purging`] port: destroys an article and everything that belongs to it.

use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, QueryResult, RunQueryDsl};
use domain::{
    article::{ArticleId, Document},
    error::Result,
    store::Purging,
    time::Time,
};

use crate::{
    conn::on_each,
    dialect::{self, WriteBatch, any_of},
    error::unexpected,
    rows::{Key, from_json},
    schema::{
        article_request, article_slug, comment, comment_tally, purged, revision, story, story_term,
        window_edge,
    },
    session::{Session, distinct},
};

/// Number of published revisions whose alias paths are kept.
const LATELY: i64 = 50;

impl Purging for Session<'_> {
    /// If readers have known the article, its known slugs and paths stay, so that requests for them find that it
    /// is gone. Its origin always stays, so that an import does not restore it.
    fn purge_article(&mut self, id: ArticleId, known: Option<Time>) -> Result<()> {
        let id = Key::from(id);
        self.unit_of_work.wrote = true;
        let paths = self.paths_that_led_to(id)?;
        self.withdraw(id)?;
        self.delete_rows(id).map_err(unexpected("destroy an article"))?;
        on_each!(self.conn, |conn| diesel::insert_into(purged::table)
            .values((purged::article.eq(id), purged::at.eq(known.map(Time::micros))))
            .execute(conn))
        .map_err(unexpected("record that an article was destroyed"))?;
        let Some(at) = known else {
            return on_each!(self.conn, |conn| diesel::delete(
                article_slug::table.filter(article_slug::article.eq(id))
            )
            .execute(conn))
            .map(|_| ())
            .map_err(unexpected("remove slugs"));
        };
        // Slugs that are not present can be taken by another article.
        on_each!(self.conn, |conn| diesel::update(
            article_slug::table
                .filter(article_slug::article.eq(id))
                .filter(article_slug::known_at.le(at.micros()))
        )
        .set(article_slug::present.eq(false))
        .execute(conn))
        .and_then(|_| {
            on_each!(self.conn, |conn| diesel::delete(
                article_slug::table
                    .filter(article_slug::article.eq(id))
                    .filter(article_slug::known_at.is_null().or(article_slug::known_at.gt(at.micros())))
            )
            .execute(conn))
        })
        .map_err(unexpected("keep the known slugs of a destroyed article"))?;
        let mut writes = WriteBatch::on(self.conn);
        dialect::leave_paths(&mut writes, id, paths);
        writes.run(self.conn).map_err(unexpected("keep the known paths of a destroyed article"))
    }

    fn destroyed(&mut self, ids: &[ArticleId]) -> Result<Vec<ArticleId>> {
        let ids = distinct(ids.iter().map(|id| Key::from(*id)));
        let rows: Vec<Key> = on_each!(self.conn, |conn| purged::table
            .filter(any_of(purged::article, ids))
            .select(purged::article)
            .load(conn))
        .map_err(unexpected("find destroyed articles"))?;
        Ok(rows.into_iter().map(|id| ArticleId::from_bytes(id.0)).collect())
    }

    fn purged(&mut self, ids: &[ArticleId]) -> Result<Vec<ArticleId>> {
        let ids = distinct(ids.iter().map(|id| Key::from(*id)));
        let rows: Vec<Key> = on_each!(self.conn, |conn| purged::table
            .filter(any_of(purged::article, ids))
            .filter(purged::at.is_not_null())
            .select(purged::article)
            .load(conn))
        .map_err(unexpected("find destroyed articles that readers knew"))?;
        Ok(rows.into_iter().map(|id| ArticleId::from_bytes(id.0)).collect())
    }
}

impl Session<'_> {
    /// Returns the alias paths of an article's latest published revisions, even if it is not published now.
    fn paths_that_led_to(&mut self, id: Key) -> Result<Vec<String>> {
        let documents: Vec<String> = on_each!(self.conn, |conn| revision::table
            .filter(revision::article.eq(id))
            .filter(revision::published.eq(true))
            .order(revision::number.desc())
            .limit(LATELY)
            .select(revision::document)
            .load(conn))
        .map_err(unexpected("load alias paths"))?;
        let mut paths = Vec::new();
        for document in &documents {
            let document: Document = from_json("revision.document", document)?;
            paths.extend(document.alias_paths.iter().map(ToString::to_string));
        }
        Ok(distinct(paths))
    }

    fn delete_rows(&mut self, id: Key) -> QueryResult<()> {
        macro_rules! delete_from {
            ($table:ident, $owner:ident) => {
                on_each!(self.conn, |conn| diesel::delete($table::table.filter($table::$owner.eq(id)))
                    .execute(conn))
            };
        }
        delete_from!(revision, article)?;
        delete_from!(story, id)?;
        delete_from!(story_term, article)?;
        delete_from!(window_edge, article)?;
        delete_from!(article_request, article)?;
        delete_from!(comment, article)?;
        delete_from!(comment_tally, article)?;
        Ok(())
    }
}
