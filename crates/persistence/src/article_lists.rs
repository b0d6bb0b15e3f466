//! The [`ArticleLists`] port: finds the articles on a page of a list, and counts lists, with index scans.
//!
//! Every list scans the rows of one term in `article_term`. A list of all articles scans the root term. If a
//! list includes several terms, each one is scanned for one page and the pages are merged: the first n rows
//! of a union are among the first n rows of each part.
//!
//! [`crate::articles`] loads the articles themselves.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, IntoSql, QueryDsl, RunQueryDsl,
    dsl::{exists, not},
    sql_types::Integer,
};
use domain::{
    article::{Conditions, Kind, Selection, Sort},
    error::Result,
    page::{Direction, Position, SortValue, Window},
    store::ArticleLists,
    term::TermId,
    time::Time,
};

use crate::{
    conn::on_each,
    dialect::{Counted, Limited, UnionAll, any_of, any_word_of},
    error::unexpected,
    rows::{self, Key, ROOT, ROOT_ROLE, to_word},
    schema::{article_term, term},
    session::Session,
};

diesel::alias!(article_term as other_term: OtherTerm);

/// Adds all conditions of a selection to a query on `article_term`.
///
/// `$published_at` is the column, or, in lists with another sort order, an expression with the same value.
/// With a range on the bare column, SQLite would choose the index on `published_at` and sort the rows.
macro_rules! walked {
    ($query:expr, $walk:expr, $selection:expr, $now:expr, $published_at:expr) => {{
        let (term, listed): (Key, bool) = $walk;
        let now = $now.micros();
        let wanted: &Conditions = &$selection.conditions;
        let mut query = $query
            .into_boxed()
            .filter(article_term::term.eq(term))
            .filter(article_term::listed.eq(listed))
            .filter($published_at.le(now))
            .filter(article_term::expires_at.gt(now));
        for group in &$selection.all {
            query = query.filter(under!(keys(group)));
        }
        if !$selection.none.is_empty() {
            query = query.filter(not(under!(keys(&$selection.none))));
        }
        if let Some(language) = &wanted.language {
            let (from, to) = language.narrower();
            let narrower = article_term::language.ge(from).and(article_term::language.lt(to));
            query = query.filter(article_term::language.eq(language.to_string()).or(narrower));
        }
        if let Some(kinds) = &wanted.kinds {
            query = query.filter(any_word_of(article_term::kind, words(kinds)?));
        }
        if let Some(ids) = &wanted.ids {
            // One placeholder for each id tells SQLite that there are few, so it looks up each one.
            let ids: Vec<_> = ids.iter().map(|id| Key::from(*id)).collect();
            query = query.filter(article_term::article.eq_any(ids));
            // This completes the primary key, so each id needs one lookup instead of a scan.
            if term == ROOT {
                query = query.filter(article_term::role.eq(ROOT_ROLE)).filter(article_term::position.eq(0));
            }
        }
        if !wanted.exclude.is_empty() {
            let ids = wanted.exclude.iter().map(|id| Key::from(*id));
            query = query.filter(not(any_of(article_term::article, ids)));
        }
        if let Some(time) = wanted.published_after {
            query = query.filter(article_term::published_at.gt(time.micros()));
        }
        if let Some(time) = wanted.published_before {
            query = query.filter(article_term::published_at.lt(time.micros()));
        }
        if let Some(time) = wanted.modified_after {
            query = query.filter(article_term::modified_at.gt(time.micros()));
        }
        if let Some(time) = wanted.modified_before {
            query = query.filter(article_term::modified_at.lt(time.micros()));
        }
        if wanted.only_related {
            query = query.filter(article_term::show_in_related.eq(true));
        }
        query
    }};
}

/// Adds cursors, sort order and limit to a query sorted by `$column`, descending if `$falling`.
macro_rules! window {
    ($query:expr, $column:expr, $falling:expr, $window:expr, $value:ident) => {{
        let mut query = $query;
        // The first comparison limits the index scan, the second one breaks ties by id.
        if let Some(Position { value: SortValue::$value(value), id }) = &$window.after {
            let (value, id) = (value.clone(), Key(*id));
            query = match $falling {
                true => query.filter(
                    $column.le(value.clone()).and($column.lt(value).or(article_term::article.lt(id))),
                ),
                false => query.filter(
                    $column.ge(value.clone()).and($column.gt(value).or(article_term::article.gt(id))),
                ),
            };
        }
        if let Some(Position { value: SortValue::$value(value), id }) = &$window.before {
            let (value, id) = (value.clone(), Key(*id));
            query = match $falling {
                true => query.filter(
                    $column.ge(value.clone()).and($column.gt(value).or(article_term::article.gt(id))),
                ),
                false => query.filter(
                    $column.le(value.clone()).and($column.lt(value).or(article_term::article.lt(id))),
                ),
            };
        }
        match $falling == ($window.direction == Direction::Forward) {
            true => query.order(($column.desc(), article_term::article.desc())),
            false => query.order(($column.asc(), article_term::article.asc())),
        }
        .limit($window.rows())
    }};
}

/// The condition that the scanned article has at least one of these terms.
macro_rules! under {
    ($terms:expr) => {
        exists(
            other_term
                .filter(other_term.field(article_term::article).eq(article_term::article))
                .filter(any_of(other_term.field(article_term::term), $terms)),
        )
    };
}

fn keys(terms: &[TermId]) -> Vec<Key> {
    terms.iter().map(|term| Key::from(*term)).collect()
}

fn words(kinds: &[Kind]) -> Result<Vec<String>> {
    kinds.iter().map(to_word).collect()
}

/// Returns the index scans that a selection needs, as pairs of a term and a value of `listed`.
///
/// Kinds that lists exclude by default have rows with `listed = false`.
fn walks(selection: &Selection) -> Vec<(Key, bool)> {
    let terms = selection.walk.as_deref().map_or_else(|| vec![ROOT], keys);
    let listed: &[bool] = match &selection.conditions.kinds {
        None => &[true],
        Some(kinds) if kinds.iter().all(|kind| kind.is_listed()) => &[true],
        Some(kinds) if !kinds.iter().any(|kind| kind.is_listed()) => &[false],
        Some(_) => &[true, false],
    };
    terms.iter().flat_map(|term| listed.iter().map(|listed| (*term, *listed))).collect()
}

impl ArticleLists for Session<'_> {
    fn article_positions(
        &mut self,
        selections: &[Selection],
        sort: Sort,
        window: &Window,
        now: Time,
    ) -> Result<Vec<Vec<Position>>> {
        let mut parts = Vec::new();
        for (n, selection) in selections.iter().enumerate() {
            parts.extend(walks(selection).into_iter().map(|walk| (n, selection, walk)));
        }
        let found = match sort {
            Sort::PublishedAtDesc | Sort::PublishedAtAsc | Sort::ModifiedAtDesc | Sort::ModifiedAtAsc => {
                self.by_time(&parts, sort, window, now)?
            }
            Sort::HeadlineAsc => self.by_headline(&parts, window, now)?,
        };
        let mut lists = vec![Vec::new(); selections.len()];
        for (n, position) in found {
            lists[n].push(position);
        }
        for list in &mut lists {
            list.sort_unstable();
            list.dedup();
            if sort.is_falling() == (window.direction == Direction::Forward) {
                list.reverse();
            }
            list.truncate(usize::try_from(window.rows()).unwrap_or(usize::MAX));
        }
        Ok(lists)
    }

    fn article_count(&mut self, selection: &Selection, cap: Option<u64>, now: Time) -> Result<u64> {
        if let (true, [(walk, true)]) = (is_whole(selection), walks(selection).as_slice()) {
            let stored: i64 = on_each!(self.conn, |conn| term::table
                .filter(term::id.eq(*walk))
                .select(term::article_count)
                .first(conn))
            .map_err(unexpected("count articles"))?;
            return self.visible_count(*walk, stored, now);
        }
        let walks = walks(selection);
        let queries = walks
            .iter()
            .map(|walk| {
                Ok(walked!(
                    article_term::table.select(article_term::article),
                    *walk,
                    selection,
                    now,
                    article_term::published_at
                ))
            })
            .collect::<Result<Vec<_>>>()?;
        let limit = cap.map(|cap| i64::try_from(cap).unwrap_or(i64::MAX));
        // An article with several of the terms counts once.
        let doubled = queries.len() > 1;
        let count: i64 = Counted(Limited { query: UnionAll::of(queries), doubled, limit })
            .get_result(self.conn)
            .map_err(unexpected("count articles"))?;
        Ok(rows::count(count))
    }
}

impl Session<'_> {
    fn by_time(
        &mut self,
        parts: &[(usize, &Selection, (Key, bool))],
        sort: Sort,
        window: &Window,
        now: Time,
    ) -> Result<Vec<(usize, Position)>> {
        let falling = sort.is_falling();
        let plain = parts.iter().all(|(_, selection, _)| has_few_texts(selection));
        let rows: Vec<(i32, i64, Key)> = on_each!(self.conn, |conn| {
            let queries = parts
                .iter()
                .map(|(n, selection, walk)| {
                    let n = i32::try_from(*n).unwrap_or(i32::MAX);
                    Ok(match sort {
                        Sort::ModifiedAtDesc | Sort::ModifiedAtAsc => {
                            let columns =
                                (n.into_sql::<Integer>(), article_term::modified_at, article_term::article);
                            let query = walked!(
                                article_term::table.select(columns),
                                *walk,
                                selection,
                                now,
                                (article_term::published_at + 0)
                            );
                            window!(query, article_term::modified_at, falling, window, Number)
                        }
                        _ => {
                            let columns =
                                (n.into_sql::<Integer>(), article_term::published_at, article_term::article);
                            let query = walked!(
                                article_term::table.select(columns),
                                *walk,
                                selection,
                                now,
                                article_term::published_at
                            );
                            window!(query, article_term::published_at, falling, window, Number)
                        }
                    })
                })
                .collect::<Result<Vec<_>>>()?;
            match plain {
                true => UnionAll::prepared(queries),
                false => UnionAll::of(queries),
            }
            .load(conn)
        })
        .map_err(unexpected("list articles"))?;
        Ok(rows
            .into_iter()
            .map(|(n, time, id)| {
                (n.unsigned_abs() as usize, Position { value: SortValue::Number(time), id: id.0 })
            })
            .collect())
    }

    fn by_headline(
        &mut self,
        parts: &[(usize, &Selection, (Key, bool))],
        window: &Window,
        now: Time,
    ) -> Result<Vec<(usize, Position)>> {
        let rows: Vec<(i32, String, Key)> = on_each!(self.conn, |conn| {
            let queries = parts
                .iter()
                .map(|(n, selection, walk)| {
                    let n = i32::try_from(*n).unwrap_or(i32::MAX);
                    let columns = (n.into_sql::<Integer>(), article_term::sort_key, article_term::article);
                    let query = walked!(
                        article_term::table.select(columns),
                        *walk,
                        selection,
                        now,
                        (article_term::published_at + 0)
                    );
                    Ok(window!(query, article_term::sort_key, false, window, Text))
                })
                .collect::<Result<Vec<_>>>()?;
            UnionAll::of(queries).load(conn)
        })
        .map_err(unexpected("list articles"))?;
        Ok(rows
            .into_iter()
            .map(|(n, key, id)| {
                (n.unsigned_abs() as usize, Position { value: SortValue::Text(key), id: id.0 })
            })
            .collect())
    }
}

/// Returns whether a selection has no conditions besides its terms, so that the stored count applies.
fn is_whole(selection: &Selection) -> bool {
    selection.all.is_empty() && selection.none.is_empty() && selection.conditions == Conditions::default()
}

/// Returns whether the query of a selection has one of few SQL texts, so that it may stay prepared.
///
/// This is true without conditions, and for the selections that complete a list of related articles, which
/// differ only in bound values. Clients cannot create other texts of these.
fn has_few_texts(selection: &Selection) -> bool {
    let Conditions { language, exclude, only_related, .. } = &selection.conditions;
    is_whole(selection)
        || *only_related
            && selection.all.is_empty()
            && selection.none.is_empty()
            && selection.conditions
                == Conditions {
                    language: language.clone(),
                    exclude: exclude.clone(),
                    only_related: true,
                    ..Conditions::default()
                }
}
