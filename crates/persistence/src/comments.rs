//! The [`Comments`] port: comments, their order in threads, and which of them readers see.
//!
//! The column `thread` orders the comments of an article. It holds the time and id of each comment from the
//! first of the thread down to the comment itself, so replies sort below their parent. If a reply arrives
//! before its parent, it starts a thread of its own. It moves below its parent when the parent arrives.

use std::collections::HashMap;

use diesel::{
    ExpressionMethods, HasQuery, IntoSql, OptionalExtension, QueryDsl, RunQueryDsl, sql_types::Integer,
    upsert::excluded,
};
use domain::{
    article::ArticleId,
    comment::{Comment, CommentId, MAX_DEPTH, Shown, Status, Words},
    error::Result,
    page::{Direction, Position, SortValue, Window},
    store::Comments,
};

use crate::{
    conn::on_each,
    dialect::{UnionAll, any_of},
    error::{damaged, unexpected},
    rows::{self, Key, from_json, to_json, unsigned},
    schema::{comment, comment_tally},
    session::{Session, distinct},
};

/// Length of one comment's part of `thread`, in characters.
const STEP: usize = 48;

/// Returns a comment's part of `thread`. It has a fixed length, so the text sorts by time, then by id.
fn step(comment: &Comment) -> String {
    let moment = (comment.created_at.micros() as u64) ^ (1 << 63);
    let id: String = comment.id.bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{moment:016x}{id}")
}

/// Returns the thread of a reply to `parent`. At the maximum depth, a reply becomes a sibling of its parent.
fn below(parent: &str, step: &str) -> String {
    let deepest = parent.len().min(STEP * MAX_DEPTH as usize);
    format!("{}{step}", &parent[..deepest])
}

/// The columns of a comment besides its text.
#[derive(PartialEq, HasQuery)]
#[diesel(table_name = comment)]
struct CommentState {
    article: Key,
    parent: Option<Key>,
    thread: String,
    approved: bool,
    shown: bool,
    reply_count: i32,
}

/// A reply to a comment.
#[derive(HasQuery)]
#[diesel(table_name = comment)]
struct Reply {
    id: Key,
    article: Key,
    shown: bool,
    thread: String,
}

/// What readers see of a comment.
#[derive(HasQuery)]
#[diesel(table_name = comment)]
struct ShownRow {
    thread: String,
    reply_count: i32,
    html: String,
    text: String,
    document: String,
}

impl ShownRow {
    fn read(self) -> Result<Shown> {
        let sent: Comment = from_json("comment.document", &self.document)?;
        let steps =
            u32::try_from(self.thread.len() / STEP).ok().filter(|_| self.thread.len().is_multiple_of(STEP));
        let depth = steps.and_then(|steps| steps.checked_sub(1));
        let depth = depth.ok_or_else(|| damaged("comment.thread", "has no whole number of steps"))?;
        let words = Words { html: self.html, text: self.text };
        Ok(Shown {
            id: sent.id,
            article: sent.article,
            // The parent of a comment at the top of a thread may be missing or on another article.
            parent: sent.parent.filter(|_| depth > 0),
            depth,
            said: (sent.status == Status::Approved).then_some((sent.author_name, words)),
            created_at: sent.created_at,
            edited_at: sent.edited_at.filter(|_| sent.status == Status::Approved),
            reply_count: unsigned("comment.reply_count", self.reply_count)?,
        })
    }
}

impl Session<'_> {
    fn state(&mut self, id: Key) -> Result<Option<CommentState>> {
        on_each!(self.conn, |conn| CommentState::query().filter(comment::id.eq(id)).first(conn))
            .optional()
            .map_err(unexpected("load a comment"))
    }

    /// Returns whether `id` is `above`, or a direct or indirect reply to it, within an article.
    fn is_below(&mut self, id: Key, above: Key, article: Key) -> Result<bool> {
        let mut next = Some(id);
        while let Some(id) = next {
            if id == above {
                return Ok(true);
            }
            next = comment::table
                .filter(comment::id.eq(id))
                .filter(comment::article.eq(article))
                .select(comment::parent)
                .first::<Option<Key>>(self.conn)
                .optional()
                .map_err(unexpected("load a comment"))?
                .flatten();
        }
        Ok(false)
    }

    /// Loads the stored replies to a comment.
    fn replies(&mut self, id: Key) -> Result<Vec<Reply>> {
        on_each!(self.conn, |conn| Reply::query().filter(comment::parent.eq(id)).load(conn))
            .map_err(unexpected("load replies"))
    }

    /// Updates the threads of all direct and indirect replies to a comment that has moved.
    fn thread_again(&mut self, id: Key, article: Key, thread: &str) -> Result<()> {
        let mut open = vec![(id, thread.to_owned())];
        while let Some((id, thread)) = open.pop() {
            for reply in self.replies(id)?.into_iter().filter(|reply| reply.article == article) {
                let old = &reply.thread;
                let new = below(&thread, &old[old.len().saturating_sub(STEP)..]);
                if new != *old {
                    on_each!(self.conn, |conn| diesel::update(
                        comment::table.filter(comment::id.eq(reply.id))
                    )
                    .set(comment::thread.eq(&new))
                    .execute(conn))
                    .map_err(unexpected("move a reply below its parent"))?;
                    open.push((reply.id, new));
                }
            }
        }
        Ok(())
    }

    /// Adds `delta` to the count of shown replies of a comment.
    ///
    /// If this shows or hides the comment, updates its own parent too.
    fn count_reply(&mut self, article: Key, parent: Option<Key>, delta: i32) -> Result<()> {
        let mut next = parent;
        while let Some(id) = next.take() {
            let state = self.state(id)?.filter(|state| state.article == article);
            let Some(state) = state else { return Ok(()) };
            let count = (state.reply_count + delta).max(0);
            let shown = state.approved || count > 0;
            on_each!(self.conn, |conn| diesel::update(comment::table.filter(comment::id.eq(id)))
                .set((comment::reply_count.eq(count), comment::shown.eq(shown)))
                .execute(conn))
            .map_err(unexpected("count replies"))?;
            if shown != state.shown {
                next = state.parent;
            }
        }
        Ok(())
    }

    /// Returns whether a stored comment has the same text and document.
    fn says(&mut self, id: Key, saved: &Comment, words: &Words) -> Result<bool> {
        let stored: (String, String, String) = on_each!(self.conn, |conn| comment::table
            .filter(comment::id.eq(id))
            .select((comment::html, comment::text, comment::document))
            .first(conn))
        .map_err(unexpected("load a comment"))?;
        Ok(stored == (words.html.clone(), words.text.clone(), to_json(saved)?))
    }

    fn tally(&mut self, article: Key, delta: i64) -> Result<()> {
        if delta == 0 {
            return Ok(());
        }
        on_each!(self.conn, |conn| diesel::insert_into(comment_tally::table)
            .values((comment_tally::article.eq(article), comment_tally::approved.eq(delta)))
            .on_conflict(comment_tally::article)
            .do_update()
            .set(comment_tally::approved.eq(comment_tally::approved + delta))
            .execute(conn))
        .map_err(unexpected("count comments"))?;
        Ok(())
    }
}

impl Comments for Session<'_> {
    fn comment_positions(&mut self, articles: &[ArticleId], window: &Window) -> Result<Vec<Vec<Position>>> {
        let queries = articles
            .iter()
            .enumerate()
            .map(|(n, article)| {
                let n = i32::try_from(n).unwrap_or(i32::MAX);
                let mut query = comment::table
                    .select((n.into_sql::<Integer>(), comment::thread, comment::id))
                    .filter(comment::article.eq(Key::from(*article)))
                    .filter(comment::shown.eq(true))
                    .into_boxed();
                // `thread` ends with the comment's id, so it needs no second sort column.
                if let Some(Position { value: SortValue::Text(thread), .. }) = &window.after {
                    query = query.filter(comment::thread.gt(thread.clone()));
                }
                if let Some(Position { value: SortValue::Text(thread), .. }) = &window.before {
                    query = query.filter(comment::thread.lt(thread.clone()));
                }
                match window.direction {
                    Direction::Forward => query.order(comment::thread.asc()),
                    Direction::Backward => query.order(comment::thread.desc()),
                }
                .limit(window.rows())
            })
            .collect::<Vec<_>>();
        let mut lists = vec![Vec::new(); articles.len()];
        if queries.is_empty() {
            return Ok(lists);
        }
        let rows: Vec<(i32, String, Key)> =
            UnionAll::of(queries).load(self.conn).map_err(unexpected("list comments"))?;
        for (n, thread, id) in rows {
            lists[n.unsigned_abs() as usize].push(Position { value: SortValue::Text(thread), id: id.0 });
        }
        // Neither database guarantees the order of rows within the parts of a `UNION ALL`.
        for list in &mut lists {
            list.sort_unstable();
            if window.direction == Direction::Backward {
                list.reverse();
            }
        }
        Ok(lists)
    }

    fn shown_comment_counts(&mut self, articles: &[ArticleId]) -> Result<HashMap<ArticleId, u64>> {
        let rows: Vec<(Key, i64)> = on_each!(self.conn, |conn| comment::table
            .filter(any_of(comment::article, distinct(articles.iter().map(|id| Key::from(*id)))))
            .filter(comment::shown.eq(true))
            .group_by(comment::article)
            .select((comment::article, diesel::dsl::count_star()))
            .load(conn))
        .map_err(unexpected("count comments"))?;
        Ok(rows.into_iter().map(|(id, count)| (ArticleId::from_bytes(id.0), rows::count(count))).collect())
    }

    fn shown_comments(&mut self, ids: &[CommentId]) -> Result<Vec<Shown>> {
        let rows: Vec<ShownRow> = on_each!(self.conn, |conn| ShownRow::query()
            .filter(any_of(comment::id, distinct(ids.iter().map(|id| Key::from(*id)))))
            .filter(comment::shown.eq(true))
            .load(conn))
        .map_err(unexpected("load comments"))?;
        rows.into_iter().map(ShownRow::read).collect()
    }

    fn comments(&mut self, ids: &[CommentId]) -> Result<Vec<Comment>> {
        let rows: Vec<String> = on_each!(self.conn, |conn| comment::table
            .filter(any_of(comment::id, distinct(ids.iter().map(|id| Key::from(*id)))))
            .select(comment::document)
            .load(conn))
        .map_err(unexpected("load comments"))?;
        rows.iter().map(|document| from_json("comment.document", document)).collect()
    }

    fn comment_ids(&mut self, after: Option<CommentId>, limit: u32) -> Result<Vec<CommentId>> {
        let mut query =
            comment::table.select(comment::id).order(comment::id).limit(i64::from(limit)).into_boxed();
        if let Some(after) = after {
            query = query.filter(comment::id.gt(Key::from(after)));
        }
        let ids: Vec<Key> = query.load(self.conn).map_err(unexpected("list comments"))?;
        Ok(ids.into_iter().map(|id| CommentId::from_bytes(id.0)).collect())
    }

    fn save_comment(&mut self, saved: &Comment, words: &Words) -> Result<bool> {
        let id = Key::from(saved.id);
        let article = Key::from(saved.article);
        let before = self.state(id)?;
        let replies = self.replies(id)?;
        let mut parent = saved.parent.map(Key::from);
        // Break cycles of replies: they would have no first comment, and loops over parents would not end.
        // These loops stay within one article, so a cycle that includes another article needs no check.
        if let Some(above) = parent
            && !replies.is_empty()
            && self.is_below(above, id, article)?
        {
            parent = None;
        }
        let above = match parent {
            Some(parent) => self.state(parent)?.filter(|above| above.article == article),
            None => None,
        };
        let own = step(saved);
        let thread = above.map_or_else(|| own.clone(), |above| below(&above.thread, &own));
        let reply_count = replies.iter().filter(|reply| reply.shown && reply.article == article).count();
        let state = CommentState {
            article,
            parent,
            approved: saved.status == Status::Approved,
            shown: saved.status == Status::Approved || reply_count > 0,
            reply_count: i32::try_from(reply_count).unwrap_or(i32::MAX),
            thread,
        };
        if before.as_ref() == Some(&state) && self.says(id, saved, words)? {
            return Ok(false);
        }
        self.unit_of_work.wrote = true;
        on_each!(self.conn, |conn| diesel::insert_into(comment::table)
            .values((
                comment::id.eq(id),
                comment::article.eq(article),
                comment::parent.eq(parent),
                comment::thread.eq(&state.thread),
                comment::approved.eq(state.approved),
                comment::shown.eq(state.shown),
                comment::reply_count.eq(state.reply_count),
                comment::html.eq(&words.html),
                comment::text.eq(&words.text),
                comment::document.eq(to_json(saved)?),
            ))
            .on_conflict(comment::id)
            .do_update()
            .set((
                comment::article.eq(excluded(comment::article)),
                comment::parent.eq(excluded(comment::parent)),
                comment::thread.eq(excluded(comment::thread)),
                comment::approved.eq(excluded(comment::approved)),
                comment::shown.eq(excluded(comment::shown)),
                comment::reply_count.eq(excluded(comment::reply_count)),
                comment::html.eq(excluded(comment::html)),
                comment::text.eq(excluded(comment::text)),
                comment::document.eq(excluded(comment::document)),
            ))
            .execute(conn))
        .map_err(unexpected("save a comment"))?;
        if !replies.is_empty() {
            self.thread_again(id, article, &state.thread)?;
        }
        match before {
            None => {
                self.count_reply(article, parent.filter(|_| state.shown), 1)?;
                self.tally(article, i64::from(state.approved))?;
            }
            Some(before) => {
                if (before.article, before.parent, before.shown) != (article, parent, state.shown) {
                    self.count_reply(before.article, before.parent.filter(|_| before.shown), -1)?;
                    self.count_reply(article, parent.filter(|_| state.shown), 1)?;
                }
                self.tally(before.article, -i64::from(before.approved))?;
                self.tally(article, i64::from(state.approved))?;
            }
        }
        Ok(true)
    }
}
