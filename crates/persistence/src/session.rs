//! [`Session`]: one transaction, which implements the storage ports of [`domain::store`].
//!
//! This module holds what all ports share: the clock and the cache of rows. Each port is implemented in the
//! module of its concept.

use std::sync::{Arc, atomic::AtomicU32};

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use domain::{error::Result, time::Time};

use crate::{
    conn::{AnyConnection, on_each},
    error::unexpected,
    row_cache::{Cacheable, Position, RowCache},
    rows::{self, ByKey, Key},
    schema::clock,
    unit_of_work::{Edges, UnitOfWork},
};

/// The storage ports (`Repos`) within one transaction.
pub(crate) struct Session<'c> {
    pub(crate) conn: &'c mut AnyConnection,
    pub(crate) unit_of_work: UnitOfWork,
    edges: Option<(Time, Edges)>,
    pub(crate) statements: Arc<AtomicU32>,
    /// The row cache that reading transactions share. `None` in a writing transaction, which may see rows
    /// that are not committed.
    row_cache: Option<&'c RowCache>,
    position: Option<(Position, i64)>,
    /// Parents of terms that this transaction read since it took the lock on terms.
    pub(crate) parents: Option<ByKey<Option<Key>>>,
}

impl<'c> Session<'c> {
    pub(crate) fn new(
        conn: &'c mut AnyConnection,
        statements: Arc<AtomicU32>,
        row_cache: Option<&'c RowCache>,
    ) -> Self {
        Self {
            conn,
            unit_of_work: UnitOfWork::default(),
            edges: None,
            statements,
            row_cache,
            position: None,
            parents: None,
        }
    }

    /// Returns this transaction's position in the change log, and the time until which no article is
    /// published or expires, in microseconds.
    fn clock(&mut self) -> Result<(Position, i64)> {
        if let Some(known) = self.position {
            return Ok(known);
        }
        let (seq, settled, quiet_until) = on_each!(self.conn, |conn| clock::table
            .filter(clock::id.eq(1))
            .select((clock::seq, clock::settled, clock::quiet_until))
            .first(conn))
        .map_err(unexpected("read the clock"))?;
        Ok(*self.position.insert((Position { seq, settled }, quiet_until)))
    }

    /// Returns the row cache and this transaction's position in the change log. `None` in a writing
    /// transaction.
    pub(crate) fn row_cache(&mut self) -> Result<Option<(&'c RowCache, Position)>> {
        let Some(row_cache) = self.row_cache else { return Ok(None) };
        let (position, _) = self.clock()?;
        Ok(Some((row_cache, position)))
    }

    /// Returns items from the row cache. Loads and caches those that are missing.
    pub(crate) fn remembered<T: Cacheable>(
        &mut self,
        ids: &[Key],
        load: impl FnOnce(&mut Self, Vec<Key>) -> Result<Vec<(Key, Arc<T>)>>,
    ) -> Result<ByKey<Arc<T>>> {
        let row_cache = self.row_cache()?;
        let mut known = row_cache.map(|(row_cache, at)| row_cache.recall(at, ids)).unwrap_or_default();
        let unknown: Vec<Key> = ids.iter().filter(|id| !known.contains_key(id)).copied().collect();
        if unknown.is_empty() {
            return Ok(known);
        }
        let loaded = load(self, unknown)?;
        known.extend(loaded.iter().cloned());
        if let Some((row_cache, at)) = row_cache {
            row_cache.learn(at, loaded);
        }
        Ok(known)
    }

    /// Returns how publications and expiries have changed the counts since they were last stored.
    pub(crate) fn edges(&mut self, now: Time) -> Result<&Edges> {
        let fresh = match self.edges.take() {
            Some((at, edges)) if at == now => edges,
            _ if self.row_cache.is_some() && now.micros() < self.clock()?.1 => Edges::default(),
            _ => Edges::since_settled(self.conn, now)?,
        };
        Ok(&self.edges.insert((now, fresh)).1)
    }

    /// Returns the count that readers see at `now` for a term with this stored count.
    pub(crate) fn visible_count(&mut self, term: Key, stored: i64, now: Time) -> Result<u64> {
        let delta = self.edges(now)?.of(term);
        Ok(rows::count(stored + delta))
    }
}

/// Sorts items and removes duplicates.
pub(crate) fn distinct<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut items: Vec<_> = items.into_iter().collect();
    items.sort_unstable();
    items.dedup();
    items
}

/// Groups rows by key and keeps their order.
pub(crate) fn grouped<T>(rows: impl IntoIterator<Item = (Key, T)>) -> ByKey<Vec<T>> {
    let mut groups: ByKey<Vec<T>> = ByKey::default();
    for (key, row) in rows {
        groups.entry(key).or_default().push(row);
    }
    groups
}
