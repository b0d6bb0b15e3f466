//! The [`Stories`] port: articles in any workflow status, and their revisions.
//!
//! A row of `story` is an article as writers see it; [`crate::articles`] reads what readers see.
//! [`crate::saving`] writes both. [`crate::desk`] has the queries of the desk.

use std::collections::BTreeMap;

use diesel::{
    BoolExpressionMethods, ExpressionMethods, HasQuery, JoinOnDsl, NullableExpressionMethods,
    OptionalExtension, PgConnection, QueryDsl, RunQueryDsl, SelectableHelper, query_dsl::LoadQuery,
};
use domain::{
    account::AccountId,
    article::{Article, ArticleId, Published, Request, Revision, schedule::Edge},
    error::Result,
    page::{Direction, Position, SortValue, Window},
    secret::Digest,
    slug::Slug,
    store::Stories,
    time::Time,
};

use crate::{
    conn::{AnyConnection, insert_all, on_each},
    dialect::{self, LockedStories, any_of, any_word_of},
    error::{damaged, unexpected},
    rows::{self, Key, bytes, from_json, from_word, unsigned},
    schema::{article, article_request, article_slug, revision, story, window_edge},
    session::{Session, distinct, grouped},
};

#[diesel::dsl::auto_type]
fn with_newest_revision() -> _ {
    let is_newest = revision::article.eq(story::id).and(revision::number.eq(story::revision));
    story::table
        .inner_join(revision::table.on(is_newest))
        .left_join(article::table.on(article::id.eq(story::id)))
}

/// A row of `story` joined with its newest revision and the published slug.
#[derive(HasQuery)]
#[diesel(table_name = story)]
#[diesel(base_query = with_newest_revision())]
struct StoryRow {
    id: Key,
    revision: i32,
    published_revision: Option<i32>,
    first_published_at: Option<i64>,
    #[diesel(select_expression = revision::at)]
    modified_at: i64,
    created_by: Option<Key>,
    #[diesel(select_expression = revision::document)]
    document: String,
    #[diesel(select_expression = revision::author)]
    saved_by: Option<Key>,
    #[diesel(select_expression = revision::note)]
    note: Option<String>,
    #[diesel(select_expression = article::slug.nullable())]
    seen_as: Option<String>,
}

impl StoryRow {
    fn read(self, known_slugs: BTreeMap<Slug, Time>) -> Result<Article> {
        let account = |key: Key| AccountId::from_bytes(key.0);
        let published = match (self.published_revision, self.seen_as) {
            (None, None) => None,
            (Some(revision), Some(slug)) => Some(Published {
                revision: unsigned("story.published_revision", revision)?,
                slug: from_word("article.slug", &slug)?,
            }),
            _ => return Err(damaged("story.published_revision", "does not fit the row of `article`")),
        };
        Ok(Article {
            id: ArticleId::from_bytes(self.id.0),
            revision: unsigned("story.revision", self.revision)?,
            document: from_json("revision.document", &self.document)?,
            published,
            first_published_at: self.first_published_at.map(Time::from_micros),
            modified_at: Time::from_micros(self.modified_at),
            known_slugs,
            created_by: self.created_by.map(account),
            saved_by: self.saved_by.map(account),
            note: self.note,
        })
    }
}

/// A row of `revision`.
#[derive(HasQuery)]
#[diesel(table_name = revision)]
struct RevisionRow {
    article: Key,
    number: i32,
    at: i64,
    document: String,
    author: Option<Key>,
    note: Option<String>,
}

impl RevisionRow {
    fn read(self) -> Result<Revision> {
        Ok(Revision {
            article: ArticleId::from_bytes(self.article.0),
            number: unsigned("revision.number", self.number)?,
            at: Time::from_micros(self.at),
            author: self.author.map(|key| AccountId::from_bytes(key.0)),
            note: self.note,
            document: from_json("revision.document", &self.document)?,
        })
    }
}

/// Loads articles and locks them until the transaction ends.
fn locked<Q>(stories: Q, conn: &mut PgConnection) -> Result<Vec<StoryRow>>
where
    LockedStories<Q>: for<'q> LoadQuery<'q, PgConnection, StoryRow>,
{
    LockedStories(stories).load(conn).map_err(unexpected("lock articles"))
}

impl Session<'_> {
    fn story_rows(&mut self, ids: &[Key]) -> Result<Vec<StoryRow>> {
        match ids {
            [id] => on_each!(self.conn, |conn| StoryRow::query().filter(story::id.eq(*id)).load(conn)),
            _ => on_each!(self.conn, |conn| StoryRow::query()
                .filter(any_of(story::id, ids.to_vec()))
                .load(conn)),
        }
        .map_err(unexpected("load articles"))
    }

    fn with_slugs(&mut self, ids: &[Key], rows: Vec<StoryRow>) -> Result<Vec<Article>> {
        macro_rules! slugs_where {
            ($condition:expr) => {
                on_each!(self.conn, |conn| article_slug::table
                    .filter($condition)
                    .filter(article_slug::known_at.is_not_null())
                    .select((
                        article_slug::article,
                        (article_slug::slug, article_slug::known_at.assume_not_null())
                    ))
                    .load(conn))
            };
        }
        let slugs: Vec<(Key, (String, i64))> = match ids {
            [id] => slugs_where!(article_slug::article.eq(*id)),
            _ => slugs_where!(any_of(article_slug::article, ids.to_vec())),
        }
        .map_err(unexpected("load slugs"))?;
        let mut slugs = grouped(slugs);
        rows.into_iter()
            .map(|row| {
                let known = slugs.remove(&row.id).unwrap_or_default().into_iter();
                row.read(
                    known
                        .map(|(slug, at)| Ok((from_word("article_slug.slug", &slug)?, Time::from_micros(at))))
                        .collect::<Result<_>>()?,
                )
            })
            .collect()
    }
}

impl Stories for Session<'_> {
    fn articles(&mut self, ids: &[ArticleId]) -> Result<Vec<Article>> {
        let ids = distinct(ids.iter().map(|id| Key::from(*id)));
        let rows = self.story_rows(&ids)?;
        self.with_slugs(&ids, rows)
    }

    fn article_to_change(&mut self, id: ArticleId) -> Result<Option<Article>> {
        Ok(self.articles_to_change(&[id])?.pop())
    }

    fn published_revisions(&mut self, ids: &[ArticleId]) -> Result<Vec<Revision>> {
        let ids = distinct(ids.iter().map(|id| Key::from(*id)));
        let rows: Vec<RevisionRow> = on_each!(self.conn, |conn| story::table
            .inner_join(
                revision::table.on(revision::article
                    .eq(story::id)
                    .and(revision::number.nullable().eq(story::published_revision))),
            )
            .filter(any_of(story::id, ids))
            .select(RevisionRow::as_select())
            .load(conn))
        .map_err(unexpected("load published revisions"))?;
        rows.into_iter().map(RevisionRow::read).collect()
    }

    fn hold_slug(&mut self, slug: &Slug) -> Result<()> {
        dialect::lock_slug(self.conn, slug.as_str()).map_err(unexpected("lock a slug"))
    }

    fn hold_names(&mut self) -> Result<()> {
        dialect::lock_names(self.conn).map_err(unexpected("lock slugs and paths"))
    }

    fn slugs_taken(&mut self, slugs: &[Slug]) -> Result<Vec<(Slug, ArticleId)>> {
        let rows: Vec<(String, Key)> = on_each!(self.conn, |conn| article_slug::table
            .filter(any_word_of(article_slug::slug, slugs.iter().map(Slug::as_str)))
            .select((article_slug::slug, article_slug::article))
            .load(conn))
        .map_err(unexpected("find taken slugs"))?;
        rows.into_iter()
            .map(|(slug, id)| Ok((from_word("article_slug.slug", &slug)?, ArticleId::from_bytes(id.0))))
            .collect()
    }

    fn articles_to_change(&mut self, ids: &[ArticleId]) -> Result<Vec<Article>> {
        // SQLite needs no locks, because it has only one writer.
        let ids = distinct(ids.iter().map(|id| Key::from(*id)));
        let mut rows: Vec<StoryRow> = match (&mut *self.conn, ids.as_slice()) {
            (AnyConnection::Sqlite(_), _) => self.story_rows(&ids)?,
            (AnyConnection::Postgres(conn), [id]) => {
                locked(StoryRow::query().filter(story::id.eq(*id)), conn)?
            }
            (AnyConnection::Postgres(conn), _) => {
                locked(StoryRow::query().filter(any_of(story::id, ids.clone())).order(story::id), conn)?
            }
        };
        // If another transaction changed an article while this one waited, the article is locked but not
        // returned: its new revision is not in the snapshot of the statement. So load it again.
        let missing: Vec<Key> =
            ids.iter().filter(|id| !rows.iter().any(|row| row.id == **id)).copied().collect();
        if !missing.is_empty() && matches!(self.conn, AnyConnection::Postgres(_)) {
            rows.extend(self.story_rows(&missing)?);
        }
        self.with_slugs(&ids, rows)
    }

    fn story_by_slug(&mut self, slug: &Slug) -> Result<Option<ArticleId>> {
        let id: Option<Key> = on_each!(self.conn, |conn| article_slug::table
            .filter(article_slug::slug.eq(slug.as_str()))
            .select(article_slug::article)
            .first(conn))
        .optional()
        .map_err(unexpected("find an article by its slug"))?;
        Ok(id.map(|id| ArticleId::from_bytes(id.0)))
    }

    fn revision_page(&mut self, article: ArticleId, window: &Window) -> Result<Vec<Revision>> {
        let mut query = RevisionRow::query().filter(revision::article.eq(Key::from(article))).into_boxed();
        if let Some(Position { value: SortValue::Number(number), .. }) = &window.after {
            query = query.filter(revision::number.lt(i32::try_from(*number).unwrap_or(i32::MAX)));
        }
        if let Some(Position { value: SortValue::Number(number), .. }) = &window.before {
            query = query.filter(revision::number.gt(i32::try_from(*number).unwrap_or(i32::MAX)));
        }
        let query = match window.direction {
            Direction::Forward => query.order(revision::number.desc()),
            Direction::Backward => query.order(revision::number.asc()),
        };
        let rows: Vec<RevisionRow> =
            query.limit(window.rows()).load(self.conn).map_err(unexpected("list revisions"))?;
        rows.into_iter().map(RevisionRow::read).collect()
    }

    fn revision_count(&mut self, article: ArticleId) -> Result<u64> {
        let count: i64 = on_each!(self.conn, |conn| revision::table
            .filter(revision::article.eq(Key::from(article)))
            .count()
            .get_result(conn))
        .map_err(unexpected("count revisions"))?;
        Ok(rows::count(count))
    }

    fn revision(&mut self, article: ArticleId, number: u32) -> Result<Option<Revision>> {
        let row: Option<RevisionRow> = on_each!(self.conn, |conn| RevisionRow::query()
            .filter(revision::article.eq(Key::from(article)))
            .filter(revision::number.eq(number.cast_signed()))
            .first(conn))
        .optional()
        .map_err(unexpected("load a revision"))?;
        row.map(RevisionRow::read).transpose()
    }

    fn forget_revisions(&mut self, article: ArticleId, kept: u32) -> Result<()> {
        let first_too_many: Option<i32> = on_each!(self.conn, |conn| revision::table
            .filter(revision::article.eq(Key::from(article)))
            .filter(revision::published.eq(false))
            .order(revision::number.desc())
            .offset(i64::from(kept))
            .select(revision::number)
            .first(conn))
        .optional()
        .map_err(unexpected("find old revisions"))?;
        let Some(up_to) = first_too_many else { return Ok(()) };
        on_each!(self.conn, |conn| diesel::delete(
            revision::table
                .filter(revision::article.eq(Key::from(article)))
                .filter(revision::number.le(up_to))
                .filter(revision::published.eq(false))
        )
        .execute(conn))
        .map_err(unexpected("remove old revisions"))?;
        Ok(())
    }

    fn claim_request(&mut self, account: AccountId, key: &str, request: Request) -> Result<Option<Request>> {
        self.unit_of_work.wrote = true;
        let kept = on_each!(self.conn, |conn| diesel::insert_into(article_request::table)
            .values((
                article_request::account.eq(Key::from(account)),
                article_request::key.eq(key),
                article_request::digest.eq(request.digest.0.as_slice()),
                article_request::article.eq(Key::from(request.article)),
                article_request::at.eq(request.at.micros()),
            ))
            .on_conflict((article_request::account, article_request::key))
            .do_nothing()
            .execute(conn))
        .map_err(unexpected("save a request"))?;
        if kept > 0 {
            return Ok(None);
        }
        let (digest, article, at): (Vec<u8>, Key, i64) = on_each!(self.conn, |conn| article_request::table
            .filter(article_request::account.eq(Key::from(account)))
            .filter(article_request::key.eq(key))
            .select((article_request::digest, article_request::article, article_request::at))
            .first(conn))
        .map_err(unexpected("find a request"))?;
        let digest = Digest(bytes("article_request.digest", digest)?);
        // The insertion did nothing, so there is no change to record.
        self.unit_of_work.wrote = false;
        let article = ArticleId::from_bytes(article.0);
        Ok(Some(Request { digest, article, at: Time::from_micros(at) }))
    }

    fn forget_requests(&mut self, before: Time) -> Result<()> {
        on_each!(self.conn, |conn| diesel::delete(
            article_request::table.filter(article_request::at.lt(before.micros()))
        )
        .execute(conn))
        .map_err(unexpected("remove old requests"))?;
        Ok(())
    }

    fn save_edges(&mut self, article: ArticleId, edges: &[Edge]) -> Result<()> {
        let id = Key::from(article);
        on_each!(self.conn, |conn| diesel::delete(window_edge::table.filter(window_edge::article.eq(id)))
            .execute(conn))
        .map_err(unexpected("remove the schedule of an article"))?;
        let rows: Vec<_> = edges
            .iter()
            .map(|edge| {
                (
                    window_edge::article.eq(id),
                    window_edge::opens.eq(edge.opens),
                    window_edge::at.eq(edge.at.micros()),
                )
            })
            .collect();
        match rows.is_empty() {
            true => Ok(()),
            false => insert_all!(&mut *self.conn, window_edge::table, &rows)
                .map_err(unexpected("save the schedule of an article")),
        }
    }

    fn take_edges(&mut self, now: Time, limit: u32) -> Result<Vec<Edge>> {
        let due = window_edge::table
            .filter(window_edge::at.le(now.micros()))
            .order((window_edge::at, window_edge::article))
            .limit(i64::from(limit))
            .select((window_edge::article, window_edge::opens, window_edge::at));
        let rows: Vec<(Key, bool, i64)> = match self.conn {
            AnyConnection::Sqlite(conn) => due.load(conn),
            AnyConnection::Postgres(conn) => due.for_update().skip_locked().load(conn),
        }
        .map_err(unexpected("find due publications and expiries"))?;
        for opens in [true, false] {
            let articles: Vec<Key> = rows.iter().filter(|row| row.1 == opens).map(|row| row.0).collect();
            if articles.is_empty() {
                continue;
            }
            on_each!(self.conn, |conn| diesel::delete(
                window_edge::table
                    .filter(any_of(window_edge::article, articles))
                    .filter(window_edge::opens.eq(opens))
            )
            .execute(conn))
            .map_err(unexpected("remove due publications and expiries"))?;
        }
        let edge = |(article, opens, at): (Key, bool, i64)| Edge {
            article: ArticleId::from_bytes(article.0),
            opens,
            at: Time::from_micros(at),
        };
        Ok(rows.into_iter().map(edge).collect())
    }

    fn next_edge(&mut self) -> Result<Option<Time>> {
        let next: Option<i64> = on_each!(self.conn, |conn| window_edge::table
            .order(window_edge::at)
            .select(window_edge::at)
            .first(conn))
        .optional()
        .map_err(unexpected("find the next publication or expiry"))?;
        Ok(next.map(Time::from_micros))
    }

    fn article_ids(&mut self, after: Option<ArticleId>, limit: u32) -> Result<Vec<ArticleId>> {
        let mut query = story::table.select(story::id).order(story::id).limit(i64::from(limit)).into_boxed();
        if let Some(after) = after {
            query = query.filter(story::id.gt(Key::from(after)));
        }
        let ids: Vec<Key> = query.load(self.conn).map_err(unexpected("list article ids"))?;
        Ok(ids.into_iter().map(|id| ArticleId::from_bytes(id.0)).collect())
    }
}
