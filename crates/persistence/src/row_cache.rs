//! [`RowCache`]: a cache of rows, valid for one position in the change log.
//!
//! Most responses contain the same few terms and articles. A reading transaction reads its position in the
//! change log, and uses only cached rows that were read at this position. Every write, from any process,
//! moves the position, so cached rows are never older or newer than the other rows of a response.
//!
//! The cache holds neither responses nor anything that depends on the time of the request.

use std::{
    borrow::Borrow,
    collections::HashMap,
    hash::Hash,
    mem,
    sync::{Arc, PoisonError, RwLock},
};

use domain::{
    article::{ArticleId, Card},
    body::Body,
    term::{Role, Term, TermId},
};

use foldhash::fast::RandomState;

use crate::rows::{ByKey, Key};

/// The row cache that all reading transactions of a database share.
#[derive(Debug, Default)]
pub(crate) struct RowCache(RwLock<Remembered>);

#[derive(Debug, Default)]
pub(crate) struct Remembered {
    at: Position,
    terms: Shelf<StoredTerm>,
    cards: Shelf<StoredCard>,
    filings: Shelf<Filing>,
    bodies: Shelf<Body>,
    versions: Shelf<Versions>,
    slugs: Shelf<Key, String>,
}

/// A cache for one type, in two generations.
///
/// When the young generation is full, it becomes the old one, and the previous old one is dropped.
#[derive(Debug)]
pub(crate) struct Shelf<T, K = Key> {
    young: HashMap<K, Arc<T>, RandomState>,
    old: HashMap<K, Arc<T>, RandomState>,
}

impl<T, K> Default for Shelf<T, K> {
    fn default() -> Self {
        Self { young: HashMap::default(), old: HashMap::default() }
    }
}

impl<T, K: Eq + Hash> Shelf<T, K> {
    fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<&Arc<T>>
    where
        K: Borrow<Q>,
    {
        self.young.get(key).or_else(|| self.old.get(key))
    }

    fn put(&mut self, most: usize, things: impl IntoIterator<Item = (K, Arc<T>)>) {
        if self.young.len() >= most / 2 {
            self.old = mem::take(&mut self.young);
        }
        self.young.extend(things);
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
    /// Approximate maximum number of cached values.
    const MOST: usize;

    fn shelf(remembered: &mut Remembered) -> &mut Shelf<Self>;
    fn known(remembered: &Remembered) -> &Shelf<Self>;
}

macro_rules! memorable {
    ($type:ty, $shelf:ident, $most:literal) => {
        impl Cacheable for $type {
            const MOST: usize = $most;

            fn shelf(remembered: &mut Remembered) -> &mut Shelf<Self> {
                &mut remembered.$shelf
            }

            fn known(remembered: &Remembered) -> &Shelf<Self> {
                &remembered.$shelf
            }
        }
    };
}
memorable!(StoredTerm, terms, 10_000);
memorable!(StoredCard, cards, 6_000);
memorable!(Filing, filings, 90_000);
memorable!(Body, bodies, 2_000);
memorable!(Versions, versions, 10_000);

/// Approximate maximum number of cached slugs.
const MOST_SLUGS: usize = 20_000;

impl RowCache {
    /// Returns the cached values of these ids at this position. Omits ids that are not cached.
    pub(crate) fn recall<T: Cacheable>(&self, at: Position, ids: &[Key]) -> ByKey<Arc<T>> {
        let remembered = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if remembered.at != at {
            return ByKey::default();
        }
        let known = T::known(&remembered);
        ids.iter().filter_map(|id| Some((*id, known.get(id)?.clone()))).collect()
    }

    /// Caches values that were read at this position. Does nothing if the cache is at a later position.
    pub(crate) fn learn<T: Cacheable>(&self, at: Position, things: impl IntoIterator<Item = (Key, Arc<T>)>) {
        self.at(at, |remembered| {
            T::shelf(remembered).put(T::MOST, things);
        });
    }

    /// Returns the article with this slug, if it is cached.
    pub(crate) fn article(&self, at: Position, slug: &str) -> Option<Key> {
        let remembered = self.0.read().unwrap_or_else(PoisonError::into_inner);
        remembered.slugs.get(slug).filter(|_| remembered.at == at).map(|id| **id)
    }

    /// Caches which article a slug belongs to.
    pub(crate) fn learn_slug(&self, at: Position, slug: &str, article: Key) {
        self.at(at, |remembered| remembered.slugs.put(MOST_SLUGS, [(slug.to_owned(), Arc::new(article))]));
    }

    fn at(&self, at: Position, learn: impl FnOnce(&mut Remembered)) {
        let mut remembered = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if remembered.at < at {
            *remembered = Remembered { at, ..Remembered::default() };
        }
        if remembered.at == at {
            learn(&mut remembered);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_are_forgotten_first() {
        let mut shelf = Shelf::<u8>::default();
        for n in 0..10 {
            shelf.put(4, [(Key([n; 16]), Arc::new(n))]);
        }
        assert!(shelf.young.len() + shelf.old.len() <= 4);
        assert!(shelf.get(&Key([9; 16])).is_some() && shelf.get(&Key([8; 16])).is_some());
        assert!(shelf.get(&Key([0; 16])).is_none());
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
