//! The desk: lists and counts of articles by the workflow status of their newest revisions.

use std::cmp::Reverse;

use diesel::{BoolExpressionMethods, ExpressionMethods, NullableExpressionMethods, QueryDsl, RunQueryDsl};
use domain::{
    article::{DeskSelection, Standing},
    error::Result,
    page::{Direction, Position, SortValue, Window},
    term::Role,
    time::Time,
};

use crate::{
    among::among,
    error::unexpected,
    rows::Key,
    schema::{article_term, story, story_author, window_edge},
    session::Session,
    terms::role_number,
};

/// A query for the articles of a selection with one workflow status.
macro_rules! standing {
    ($selection:expr, $standing:expr, $now:expr) => {{
        let scheduled = window_edge::table
            .filter(window_edge::opens.eq(true))
            .filter(window_edge::at.gt($now.micros()))
            .select(window_edge::article);
        let mut query = story::table.into_boxed();
        query = match $standing {
            Standing::Scheduled => {
                query.filter(story::status.eq("published")).filter(story::id.eq_any(scheduled))
            }
            Standing::Published => {
                query.filter(story::status.eq("published")).filter(story::id.ne_all(scheduled))
            }
            other => query.filter(story::status.eq(other.as_str())),
        };
        if let Some((account, authors)) = &$selection.own {
            let authors: Vec<Key> = authors.iter().map(|id| Key::from(*id)).collect();
            let drafts = story_author::table
                .filter(among(story_author::author, authors.clone()))
                .select(story_author::article);
            let published = article_term::table
                .filter(article_term::role.eq(role_number(Role::Author)))
                .filter(among(article_term::term, authors))
                .select(article_term::article);
            let began = story::created_by.assume_not_null().eq(Key::from(*account));
            // If the newest revision is published, its authors are in `article_term`, otherwise in
            // `story_author`.
            query = match $standing {
                Standing::Scheduled | Standing::Published => {
                    query.filter(began.or(story::id.eq_any(published)))
                }
                _ => query.filter(began.or(story::id.eq_any(drafts))),
            };
        }
        query
    }};
}

impl Session<'_> {
    /// Returns one page of the desk. Scans the index once for each workflow status, up to the page's limit.
    pub(crate) fn walk_desk(
        &mut self,
        selection: &DeskSelection,
        window: &Window,
        now: Time,
    ) -> Result<Vec<Position>> {
        let mut places: Vec<(i64, Key)> = Vec::new();
        for one in &selection.standings {
            let mut query =
                standing!(selection, *one, now).select((story::modified_at, story::id)).limit(window.rows());
            if let Some(Position { value: SortValue::Number(at), id }) = &window.after {
                query = query
                    .filter(story::modified_at.le(*at))
                    .filter(story::modified_at.lt(*at).or(story::id.lt(Key(*id))));
            }
            if let Some(Position { value: SortValue::Number(at), id }) = &window.before {
                query = query
                    .filter(story::modified_at.ge(*at))
                    .filter(story::modified_at.gt(*at).or(story::id.gt(Key(*id))));
            }
            query = match window.direction {
                Direction::Forward => query.order((story::modified_at.desc(), story::id.desc())),
                Direction::Backward => query.order((story::modified_at.asc(), story::id.asc())),
            };
            let found: Vec<(i64, Key)> = query.load(self.conn).map_err(unexpected("list the desk"))?;
            places.extend(found);
        }
        match window.direction {
            Direction::Forward => places.sort_unstable_by_key(|place| Reverse(*place)),
            Direction::Backward => places.sort_unstable(),
        }
        places.truncate(usize::try_from(window.rows()).unwrap_or(usize::MAX));
        let position = |(at, id): (i64, Key)| Position { value: SortValue::Number(at), id: id.0 };
        Ok(places.into_iter().map(position).collect())
    }

    pub(crate) fn count_desk(&mut self, selection: &DeskSelection, now: Time) -> Result<u64> {
        let mut count = 0;
        for one in &selection.standings {
            let found: i64 = standing!(selection, *one, now)
                .count()
                .get_result(self.conn)
                .map_err(unexpected("count the desk"))?;
            count += found.unsigned_abs();
        }
        Ok(count)
    }
}
