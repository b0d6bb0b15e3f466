//! Cursor pagination: page requests, cursors and pages.
//!
//! A cursor names a position in the sort order of a list, not a page number, so that items added or removed
//! in the meantime neither repeat nor hide others. Both APIs make their responses from [`Page`]: REST its
//! links, GraphQL its Relay connections.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use xxhash_rust::xxh3::xxh3_64;

use crate::error::{Error, Result};

/// The maximum number of items of a page. From 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Limit(u32);

impl Limit {
    /// The greatest limit.
    pub const MAX: u32 = 100;
    /// The largest limit.
    pub const GREATEST: Self = Self(Self::MAX);
    /// The limit of requests that do not set one.
    pub const DEFAULT: Self = Self(20);

    /// Returns a limit from 1 to 100, or `limit.out_of_range` for the parameter `name`.
    pub fn new(limit: i64, name: &'static str) -> Result<Self> {
        match u32::try_from(limit) {
            Ok(limit @ 1..=Self::MAX) => Ok(Self(limit)),
            _ => Err(Error::parameter(name, "limit.out_of_range", "must be from 1 to 100")),
        }
    }

    /// The limit as a number.
    pub fn get(self) -> u32 {
        self.0
    }
}

/// The direction in which a page is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The first items after the cursor.
    Forward,
    /// The last items before the cursor, in the same sort order.
    Backward,
}

/// Whether to count all items of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Count {
    /// Do not count.
    #[default]
    None,
    /// Count all items, which can be slow for long lists.
    Exact,
    /// Count up to [`Count::ESTIMATE_LIMIT`] items. A longer list has "at least" that many.
    Estimate,
}

impl Count {
    /// The greatest number that an estimate counts exactly.
    pub const ESTIMATE_LIMIT: u64 = 10_000;
}

/// A request for one page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PageRequest {
    /// The maximum number of items.
    pub limit: Limit,
    /// The direction in which to read.
    pub direction: Direction,
    /// Only items after this cursor.
    pub after: Option<String>,
    /// Only items before this cursor.
    pub before: Option<String>,
    /// Whether to count the list.
    pub count: Count,
}

impl PageRequest {
    /// Requests the first page.
    pub fn first(limit: Limit) -> Self {
        Self { limit, direction: Direction::Forward, after: None, before: None, count: Count::None }
    }

    /// Reads the cursors, which must belong to `list`.
    pub fn open(&self, list: Fingerprint) -> Result<Window> {
        let read = |cursor: &Option<String>, name| {
            cursor.as_deref().map(|cursor| Position::read(cursor, list, name)).transpose()
        };
        Ok(Window {
            limit: self.limit,
            direction: self.direction,
            after: read(&self.after, "after")?,
            before: read(&self.before, "before")?,
            list,
        })
    }
}

/// Identifies a list by its kind, filter and sort order.
///
/// Cursors contain it, so that a cursor of another list is an error instead of giving wrong items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(u64);

impl Fingerprint {
    /// Returns the fingerprint of a list. `list` must contain everything that distinguishes it from others.
    pub fn of(list: &impl std::fmt::Debug) -> Self {
        Self(xxh3_64(format!("{list:?}").as_bytes()))
    }
}

/// The value by which a list is sorted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SortValue {
    /// A number, such as a time in microseconds.
    Number(i64),
    /// A text in the form of [`crate::text::sort_key`].
    Text(String),
}

/// A position in a list: the sort value, and the id that breaks ties.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The sort value.
    pub value: SortValue,
    /// The id, which orders items with the same sort value.
    pub id: [u8; 16],
}

impl Position {
    /// Returns the position as an opaque cursor of `list`.
    pub fn cursor(&self, list: Fingerprint) -> String {
        let mut bytes = Vec::with_capacity(40);
        bytes.extend(list.0.to_be_bytes());
        bytes.extend(self.id);
        match &self.value {
            SortValue::Number(number) => {
                bytes.push(b'n');
                bytes.extend(number.to_be_bytes());
            }
            SortValue::Text(text) => {
                bytes.push(b't');
                bytes.extend(text.as_bytes());
            }
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn read(cursor: &str, list: Fingerprint, name: &'static str) -> Result<Self> {
        let malformed = || Error::parameter(name, "cursor.malformed", "is not a cursor of this server");
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| malformed())?;
        let (fingerprint, rest) = bytes.split_first_chunk::<8>().ok_or_else(malformed)?;
        let (id, rest) = rest.split_first_chunk::<16>().ok_or_else(malformed)?;
        let value = match rest.split_first().ok_or_else(malformed)? {
            (b'n', number) => {
                SortValue::Number(i64::from_be_bytes(number.try_into().map_err(|_| malformed())?))
            }
            (b't', text) => match std::str::from_utf8(text) {
                Ok(text) if !text.contains('\0') => SortValue::Text(text.to_owned()),
                _ => return Err(malformed()),
            },
            _ => return Err(malformed()),
        };
        if u64::from_be_bytes(*fingerprint) != list.0 {
            return Err(Error::parameter(
                name,
                "cursor.of_another_list",
                "belongs to another list, filter or sort order; start again without a cursor",
            ));
        }
        Ok(Self { value, id: *id })
    }
}

/// A page request with its cursors read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The maximum number of items.
    pub limit: Limit,
    /// The direction in which to read.
    pub direction: Direction,
    /// Only items after this position.
    pub after: Option<Position>,
    /// Only items before this position.
    pub before: Option<Position>,
    list: Fingerprint,
}

impl Window {
    /// The same window for pages of another size.
    pub(crate) fn sized(&self, limit: Limit) -> Self {
        Self { limit, ..self.clone() }
    }

    /// The number of rows to fetch: one more than the limit, to know whether another page exists.
    pub fn rows(&self) -> i64 {
        i64::from(self.limit.get()) + 1
    }

    /// Fetches a page, and checks whether items exist before and after it.
    ///
    /// `rows` fetches the rows of a window in its direction, one more than its limit. It is called again on
    /// each side where the page starts or ends at a cursor, because the items there may have been removed.
    pub fn fetch<T>(
        &self,
        position: impl Fn(&T) -> Position,
        mut rows: impl FnMut(&Self) -> Result<Vec<T>>,
    ) -> Result<Page<T>> {
        let found = rows(self)?;
        let has_more = found.len() > self.limit.get() as usize;
        let mut ends: Vec<Position> = found.iter().take(self.limit.get() as usize).map(&position).collect();
        let mut page = self.close(found, &position);
        if self.direction == Direction::Backward {
            ends.reverse();
        }
        let beyond = Self { limit: Limit(1), after: None, before: None, ..self.clone() };
        if self.after.is_some() && !(has_more && self.direction == Direction::Backward) {
            let earlier =
                Self { direction: Direction::Backward, before: ends.first().cloned(), ..beyond.clone() };
            page.has_previous = !rows(&earlier)?.is_empty();
        }
        if self.before.is_some() && !(has_more && self.direction == Direction::Forward) {
            let later = Self { direction: Direction::Forward, after: ends.last().cloned(), ..beyond };
            page.has_next = !rows(&later)?.is_empty();
        }
        Ok(page)
    }

    /// Makes a page of rows that were fetched in the window's direction.
    ///
    /// Assumes that items exist on the other side of each cursor. [`fetch`](Self::fetch) checks that.
    pub fn close<T>(&self, mut rows: Vec<T>, position: impl Fn(&T) -> Position) -> Page<T> {
        let limit = self.limit.get() as usize;
        let more = rows.len() > limit;
        rows.truncate(limit);
        if self.direction == Direction::Backward {
            rows.reverse();
        }
        let (has_next, has_previous) = match self.direction {
            Direction::Forward => (more || self.before.is_some(), self.after.is_some()),
            Direction::Backward => (self.before.is_some(), more || self.after.is_some()),
        };
        let edges =
            rows.into_iter().map(|item| Edge { cursor: position(&item).cursor(self.list), item }).collect();
        Page { edges, has_next, has_previous, limit: self.limit, total: None, end: None, start: None }
    }
}

/// An item and its cursor.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge<T> {
    /// The cursor of the item's position in the list.
    pub cursor: String,
    /// The item.
    pub item: T,
}

/// The number of items in a whole list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Total {
    /// Exactly this many.
    Exact(u64),
    /// This many or more.
    AtLeast(u64),
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The items, in sort order.
    pub edges: Vec<Edge<T>>,
    /// Whether there are items after this page.
    pub has_next: bool,
    /// Whether there are items before this page.
    pub has_previous: bool,
    /// The requested limit.
    pub limit: Limit,
    /// The number of items in the whole list, if requested.
    pub total: Option<Total>,
    /// The cursor at which the next page begins, if it is not that of the last item.
    pub end: Option<String>,
    /// The cursor at which the previous page ends, if it is not that of the first item.
    pub start: Option<String>,
}

impl<T> Page<T> {
    /// Returns a page without items, the only one of its list.
    pub fn empty(limit: Limit, is_counted: bool) -> Self {
        let total = is_counted.then_some(Total::Exact(0));
        Self { edges: Vec::new(), has_next: false, has_previous: false, limit, total, end: None, start: None }
    }

    /// Notes where an empty page begins, on the side from which the window is filled.
    pub fn begin_at(&mut self, window: &Window, position: &Position) {
        let cursor = Some(position.cursor(window.list));
        match window.direction {
            Direction::Forward => self.start = cursor,
            Direction::Backward => self.end = cursor,
        }
    }

    /// Notes that the page was given up at a position, although more items may follow in the window's direction.
    pub fn stop_at(&mut self, window: &Window, position: &Position) {
        let cursor = Some(position.cursor(window.list));
        match window.direction {
            Direction::Forward => (self.end, self.has_next) = (cursor, true),
            Direction::Backward => (self.start, self.has_previous) = (cursor, true),
        }
    }

    /// The cursor at which the next page begins.
    pub fn end_cursor(&self) -> Option<&str> {
        self.end.as_deref().or_else(|| self.edges.last().map(|edge| edge.cursor.as_str()))
    }

    /// The cursor at which the previous page ends.
    pub fn start_cursor(&self) -> Option<&str> {
        self.start.as_deref().or_else(|| self.edges.first().map(|edge| edge.cursor.as_str()))
    }

    /// Returns the page with every item replaced. Items for which `replace` returns `None` are left out.
    pub fn filter_map<U>(self, mut replace: impl FnMut(T) -> Option<U>) -> Page<U> {
        let edges = self
            .edges
            .into_iter()
            .filter_map(|edge| Some(Edge { cursor: edge.cursor, item: replace(edge.item)? }))
            .collect();
        Page {
            edges,
            has_next: self.has_next,
            has_previous: self.has_previous,
            limit: self.limit,
            total: self.total,
            end: self.end,
            start: self.start,
        }
    }
}
