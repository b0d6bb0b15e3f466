//! The [`Desk`] port, lists of the desk: articles by the status of their newest revisions.
//!
//! The list of a status walks `story` along its index by status. Where published articles are filtered by a term,
//! it walks that term's rows of `article_term` instead, so that its cost depends neither on the size of the archive
//! nor on that of the term. Drafts are filed in `story_term`.

use std::cmp::Reverse;

use diesel::{
    BoolExpressionMethods, ExpressionMethods, NullableExpressionMethods, QueryDsl, RunQueryDsl,
    dsl::{exists, not},
};
use domain::{
    article::{DeskSelection, DeskTerms, DisplayStatus},
    error::Result,
    page::{Direction, Position, SortValue, Window},
    store::Desk,
    term::{Role, TermId},
    time::Time,
};

use crate::{
    dialect::any_of,
    error::unexpected,
    rows::{self, Key, role_number},
    schema::{article, article_term, story, story_term, window_edge},
    session::Session,
};

diesel::alias!(article_term as other_term: OtherTerm);

fn keys(terms: &[TermId]) -> Vec<Key> {
    terms.iter().map(|id| Key::from(*id)).collect()
}

/// Whether the newest revision of such articles is the one that is published or scheduled, so that `article_term`
/// says what it is filed under.
fn is_projected(display_status: DisplayStatus) -> bool {
    matches!(display_status, DisplayStatus::Scheduled | DisplayStatus::Published)
}

/// The stories of one status that match a selection.
macro_rules! stories {
    ($selection:expr, $display_status:expr, $now:expr) => {{
        let (selection, display_status): (&DeskSelection, DisplayStatus) = ($selection, $display_status);
        let scheduled = window_edge::table
            .filter(window_edge::opens.eq(true))
            .filter(window_edge::at.gt($now.micros()))
            .select(window_edge::article);
        let mut query = story::table.into_boxed();
        query = match display_status {
            DisplayStatus::Scheduled => {
                query.filter(story::status.eq("published")).filter(story::id.eq_any(scheduled))
            }
            DisplayStatus::Published => {
                query.filter(story::status.eq("published")).filter(story::id.ne_all(scheduled))
            }
            other => query.filter(story::status.eq(other.as_str())),
        };
        let under_published = |terms: &DeskTerms| {
            article_term::table
                .filter(any_of(article_term::term, keys(&terms.published)))
                .select(article_term::article)
        };
        let under_drafted = |terms: &DeskTerms| {
            story_term::table
                .filter(any_of(story_term::term, keys(&terms.drafted)))
                .select(story_term::article)
        };
        for group in &selection.all {
            query = match is_projected(display_status) {
                true => query.filter(story::id.eq_any(under_published(group))),
                false => query.filter(story::id.eq_any(under_drafted(group))),
            };
        }
        if !selection.none.published.is_empty() {
            query = match is_projected(display_status) {
                true => query.filter(not(exists(
                    under_published(&selection.none).filter(article_term::article.eq(story::id)),
                ))),
                false => query.filter(not(exists(
                    under_drafted(&selection.none).filter(story_term::article.eq(story::id)),
                ))),
            };
        }
        if let Some((account, authors)) = &selection.own {
            let created = story::created_by.assume_not_null().eq(Key::from(*account));
            let published = under_published(authors).filter(article_term::role.eq(role_number(Role::Author)));
            query = match is_projected(display_status) {
                true => query.filter(created.or(story::id.eq_any(published))),
                false => query.filter(created.or(story::id.eq_any(under_drafted(authors)))),
            };
        }
        if let (Some(is_published), false) = (selection.is_published, is_projected(display_status)) {
            let seen = exists(
                article::table
                    .filter(article::id.eq(story::id))
                    .filter(article::published_at.le($now.micros())),
            );
            query = match is_published {
                true => query.filter(seen),
                false => query.filter(not(seen)),
            };
        }
        if let (Some(has_newer_draft), false) = (selection.has_newer_draft, is_projected(display_status)) {
            // The newest revision of these is never the published one.
            query = match has_newer_draft {
                true => query.filter(story::published_revision.is_not_null()),
                false => query.filter(story::published_revision.is_null()),
            };
        }
        query
    }};
}

/// Applies a window to a query ordered by `$at` and `$id`, the last modified first.
macro_rules! window {
    ($query:expr, $at:expr, $id:expr, $window:expr) => {{
        let mut query = $query.limit($window.rows());
        // The first comparison bounds the walk along the index, the second separates equal values.
        if let Some(Position { value: SortValue::Number(at), id }) = &$window.after {
            query = query.filter($at.le(*at)).filter($at.lt(*at).or($id.lt(Key(*id))));
        }
        if let Some(Position { value: SortValue::Number(at), id }) = &$window.before {
            query = query.filter($at.ge(*at)).filter($at.gt(*at).or($id.gt(Key(*id))));
        }
        match $window.direction {
            Direction::Forward => query.order(($at.desc(), $id.desc())),
            Direction::Backward => query.order(($at.asc(), $id.asc())),
        }
    }};
}

impl Desk for Session<'_> {
    /// Walks an index for each status, and merges the pages.
    fn desk_positions(
        &mut self,
        selection: &DeskSelection,
        window: &Window,
        now: Time,
    ) -> Result<Vec<Position>> {
        let mut places: Vec<(i64, Key)> = Vec::new();
        for display_status in &selection.statuses {
            match selection.all.split_first() {
                Some((walk, others)) if *display_status == DisplayStatus::Published => {
                    for term in &walk.published {
                        places.extend(self.walk_published(selection, (*term, others), window, now)?);
                    }
                }
                _ => {
                    let query =
                        stories!(selection, *display_status, now).select((story::modified_at, story::id));
                    let found: Vec<(i64, Key)> = window!(query, story::modified_at, story::id, window)
                        .load(self.conn)
                        .map_err(unexpected("list the desk"))?;
                    places.extend(found);
                }
            }
        }
        match window.direction {
            Direction::Forward => places.sort_unstable_by_key(|place| Reverse(*place)),
            Direction::Backward => places.sort_unstable(),
        }
        places.dedup();
        places.truncate(usize::try_from(window.rows()).unwrap_or(usize::MAX));
        let position = |(at, id): (i64, Key)| Position { value: SortValue::Number(at), id: id.0 };
        Ok(places.into_iter().map(position).collect())
    }

    fn desk_count(&mut self, selection: &DeskSelection, now: Time) -> Result<u64> {
        let mut count = 0;
        for display_status in &selection.statuses {
            let found: i64 = stories!(selection, *display_status, now)
                .count()
                .get_result(self.conn)
                .map_err(unexpected("count the desk"))?;
            count += rows::count(found);
        }
        Ok(count)
    }
}

impl Session<'_> {
    /// Walks the published articles under a term whose newest revision is the published one.
    fn walk_published(
        &mut self,
        selection: &DeskSelection,
        (walk, others): (TermId, &[DeskTerms]),
        window: &Window,
        now: Time,
    ) -> Result<Vec<(i64, Key)>> {
        let under = |terms: &DeskTerms| {
            other_term
                .filter(other_term.field(article_term::article).eq(article_term::article))
                .filter(any_of(other_term.field(article_term::term), keys(&terms.published)))
        };
        let mut places = Vec::new();
        for listed in [true, false] {
            let newest = story::table
                .filter(story::id.eq(article_term::article))
                .filter(story::status.eq("published"));
            let mut query = article_term::table
                .filter(article_term::term.eq(Key::from(walk)))
                .filter(article_term::listed.eq(listed))
                // An expression, so that SQLite does not take the index that is ordered by this column.
                .filter((article_term::published_at + 0).le(now.micros()))
                .into_boxed();
            for group in others {
                query = query.filter(exists(under(group)));
            }
            if !selection.none.published.is_empty() {
                query = query.filter(not(exists(under(&selection.none))));
            }
            query = match &selection.own {
                None => query.filter(exists(newest)),
                Some((account, authors)) => {
                    let created = newest.filter(story::created_by.assume_not_null().eq(Key::from(*account)));
                    let author = other_term.field(article_term::role).eq(role_number(Role::Author));
                    let own = exists(created).or(exists(under(authors).filter(author)));
                    query.filter(exists(newest)).filter(own)
                }
            };
            let query = query.select((article_term::modified_at, article_term::article));
            let found: Vec<(i64, Key)> =
                window!(query, article_term::modified_at, article_term::article, window)
                    .load(self.conn)
                    .map_err(unexpected("list the desk"))?;
            places.extend(found);
        }
        Ok(places)
    }
}
