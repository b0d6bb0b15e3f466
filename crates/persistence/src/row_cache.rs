//! [`RowCache`]: a cache of rows, valid for one position in the change log.
//!
//! Most responses contain the same few terms and articles. A reading transaction reads its position in the
//! change log, and uses only cached rows that were read at this position. Every write, from any process,
//! moves the position, so cached rows are never older or newer than the other rows of a response.
//!
//! The cache holds neither responses nor anything that depends on the time of the request.

use std::{
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use domain::{
    article::{ArticleId, Card},
    body::Body,
    term::{Role, Term, TermId},
};
use foldhash::fast::RandomState;
use quick_cache::{
    Equivalent, UnitWeighter,
    sync::{Cache, DefaultLifecycle},
};

use crate::rows::{ByKey, Key};

/// The row cache that all reading transactions of a database share.
#[derive(Debug)]
pub(crate) struct RowCache {
    /// The latest position at which a row was cached. Only rows of this position are used.
    at: Mutex<Position>,
    terms: Shelf<Key, Arc<StoredTerm>>,
    cards: Shelf<Key, Arc<StoredCard>>,
    filings: Shelf<Key, Arc<Filing>>,
    bodies: Shelf<Key, Arc<Body>>,
    versions: Shelf<Key, Arc<Versions>>,
    slugs: Shelf<String, Key>,
}

impl Default for RowCache {
    fn default() -> Self {
        Self {
            at: Mutex::default(),
            terms: Shelf::of(10_000),
            cards: Shelf::of(6_000),
            filings: Shelf::of(90_000),
            bodies: Shelf::of(2_000),
            versions: Shelf::of(10_000),
            slugs: Shelf::of(20_000),
        }
    }
}

/// A cache for one type, which holds about as many values as it is made for.
///
/// Each value has the position at which it was read. A value of an earlier position stays until its row is
/// read again or its place is needed, so nothing has to be removed when the position moves.
#[derive(Debug)]
pub(crate) struct Shelf<K, V>(Cached<K, (Position, V)>);

type Cached<K, V> = Cache<K, V, UnitWeighter, RandomState, DefaultLifecycle<K, V>>;

impl<K: Eq + Hash, V: Clone> Shelf<K, V> {
    fn of(most: usize) -> Self {
        Self(Cache::with(
            most,
            most as u64,
            UnitWeighter,
            RandomState::default(),
            DefaultLifecycle::default(),
        ))
    }

    fn get<Q: Hash + Equivalent<K> + ?Sized>(&self, at: Position, key: &Q) -> Option<V> {
        self.0.get(key).filter(|(read_at, _)| *read_at == at).map(|(_, value)| value)
    }

    fn put(&self, at: Position, values: impl IntoIterator<Item = (K, V)>) {
        values.into_iter().for_each(|(key, value)| self.0.insert(key, (at, value)));
    }
}

/// A position in the change log, and the time for which the stored counts are exact there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Position {
    pub(crate) seq: i64,
    pub(crate) settled: i64,
}

/// A term with its stored count, which does not include later publications and expiries.
#[derive(Debug)]
pub(crate) struct StoredTerm {
    pub(crate) term: Term,
    pub(crate) count: i64,
}

/// A card without terms, the ids of its terms in order, and when the article expires.
#[derive(Debug)]
pub(crate) struct StoredCard {
    pub(crate) card: Card,
    pub(crate) filed: Vec<(Role, TermId)>,
    pub(crate) expires_at: i64,
}

/// When an article was published, and the terms that relate it to other articles.
#[derive(Debug)]
pub(crate) struct Filing {
    pub(crate) published_at: i64,
    pub(crate) terms: Arc<[(Role, TermId)]>,
}

/// The language versions of an article, including scheduled and expired ones.
#[derive(Debug)]
pub(crate) struct Versions(pub(crate) Vec<Version>);

/// One language version of an article, and when readers see it.
#[derive(Debug, Clone)]
pub(crate) struct Version {
    pub(crate) id: ArticleId,
    pub(crate) published_at: i64,
    pub(crate) expires_at: i64,
}

/// A type that [`RowCache`] caches by key.
pub(crate) trait Cacheable: Sized {
    fn shelf(row_cache: &RowCache) -> &Shelf<Key, Arc<Self>>;
}

macro_rules! cacheable {
    ($($type:ty: $shelf:ident),*) => {
        $(impl Cacheable for $type {
            fn shelf(row_cache: &RowCache) -> &Shelf<Key, Arc<Self>> {
                &row_cache.$shelf
            }
        })*
    };
}
cacheable!(StoredTerm: terms, StoredCard: cards, Filing: filings, Body: bodies, Versions: versions);

impl RowCache {
    /// Returns the cached values of these ids at this position. Omits ids that are not cached.
    pub(crate) fn recall<T: Cacheable>(&self, at: Position, ids: &[Key]) -> ByKey<Arc<T>> {
        if self.latest(at) != at {
            return ByKey::default();
        }
        let shelf = T::shelf(self);
        ids.iter().filter_map(|id| Some((*id, shelf.get(at, id)?))).collect()
    }

    /// Caches values that were read at this position. Does nothing if the cache is at a later position.
    pub(crate) fn learn<T: Cacheable>(&self, at: Position, values: impl IntoIterator<Item = (Key, Arc<T>)>) {
        if self.latest(at) == at {
            T::shelf(self).put(at, values);
        }
    }

    /// Returns the article with this slug, if it is cached.
    pub(crate) fn article(&self, at: Position, slug: &str) -> Option<Key> {
        self.slugs.get(at, slug).filter(|_| self.latest(at) == at)
    }

    /// Caches which article a slug belongs to.
    pub(crate) fn learn_slug(&self, at: Position, slug: &str, article: Key) {
        if self.latest(at) == at {
            self.slugs.put(at, [(slug.to_owned(), article)]);
        }
    }

    /// Moves the cache to this position, but never back. Returns the position of the cache.
    fn latest(&self, at: Position) -> Position {
        let mut latest = self.at.lock().unwrap_or_else(PoisonError::into_inner);
        *latest = at.max(*latest);
        *latest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Position = Position { seq: 1, settled: 5 };

    #[test]
    fn a_shelf_is_never_fuller_than_its_limit() {
        let shelf = Shelf::of(4);
        for n in 0..10_u8 {
            shelf.put(NOW, [(n, n)]);
        }
        assert!(shelf.0.len() <= 4);
        assert_eq!(shelf.get(NOW, &9), Some(9), "there is a place for the newest");
    }

    #[test]
    fn what_is_used_stays_however_many_others_come() {
        let shelf = Shelf::of(1_000);
        let used = 0..100_u32;
        shelf.put(NOW, used.clone().map(|n| (n, n)));
        for n in 1_000..100_000 {
            shelf.put(NOW, [(n, n)]);
            if n % 100 == 0 {
                assert!(used.clone().all(|n| shelf.get(NOW, &n) == Some(n)));
            }
        }
        assert!(shelf.0.len() <= 1_000);
    }

    #[test]
    fn things_are_recalled_at_their_position_alone() {
        let row_cache = RowCache::default();
        let (before, after) = (Position { seq: 1, settled: 5 }, Position { seq: 2, settled: 5 });
        let filing = |published_at| Arc::new(Filing { published_at, terms: Arc::default() });
        let (one, other) = (Key([1; 16]), Key([2; 16]));
        row_cache.learn(before, [(one, filing(7))]);

        assert_eq!(row_cache.recall::<Filing>(before, &[one, other]).len(), 1);
        assert!(row_cache.recall::<Filing>(after, &[one]).is_empty());

        row_cache.learn(after, [(other, filing(8))]);
        assert!(row_cache.recall::<Filing>(after, &[one]).is_empty(), "what was known before is forgotten");
        assert_eq!(row_cache.recall::<Filing>(after, &[one, other])[&other].published_at, 8);

        row_cache.learn(before, [(one, filing(7))]);
        assert!(
            row_cache.recall::<Filing>(before, &[one]).is_empty(),
            "a slow reader does not bring the past back"
        );
        assert_eq!(row_cache.recall::<Filing>(after, &[other]).len(), 1);
    }
}
