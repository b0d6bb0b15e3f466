//! What was read, in memory, as it was at one position of the change log.
//!
//! The same few sections, tags and authors stand on every page, and the same few hundred articles in
//! every list. A reading transaction learns its position in the log, which every write moves, and
//! takes from memory only what was read at that very position: nothing here is ever newer or older
//! than the rest of the answer, whoever wrote, from whichever process. Answers are not kept, nor is
//! anything that depends on the time of the request.

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

/// What is remembered for all reading transactions of a database.
#[derive(Debug, Default)]
pub(crate) struct Memory(RwLock<Remembered>);

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

/// Things by their ids, in two generations. When the young ones are too many, the old ones are forgotten:
/// what was asked for meanwhile has been learnt anew and stays.
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

/// A position of the change log, and the moment for which counts are stored there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Position {
    pub(crate) seq: i64,
    pub(crate) settled: i64,
}

/// A term with its stored count, which the clock alone may have outdated.
#[derive(Debug)]
pub(crate) struct StoredTerm {
    pub(crate) term: Term,
    pub(crate) count: i64,
}

/// A card without its terms, what it is filed under, in order, and when it goes.
#[derive(Debug)]
pub(crate) struct StoredCard {
    pub(crate) card: Card,
    pub(crate) filed: Vec<(Role, TermId)>,
    pub(crate) expires_at: i64,
}

/// When an article was published, and what relates it to others.
#[derive(Debug)]
pub(crate) struct Filing {
    pub(crate) published_at: i64,
    pub(crate) terms: Arc<[(Role, TermId)]>,
}

/// The language versions of a story, each with when readers see it.
#[derive(Debug)]
pub(crate) struct Versions(pub(crate) Vec<Version>);

/// One language's version of a story.
#[derive(Debug, Clone)]
pub(crate) struct Version {
    pub(crate) id: ArticleId,
    pub(crate) published_at: i64,
    pub(crate) expires_at: i64,
}

/// Something of which many are remembered.
pub(crate) trait Memorable: Sized {
    /// About so many are remembered at most.
    const MOST: usize;

    fn shelf(remembered: &mut Remembered) -> &mut Shelf<Self>;
    fn known(remembered: &Remembered) -> &Shelf<Self>;
}

macro_rules! memorable {
    ($type:ty, $shelf:ident, $most:literal) => {
        impl Memorable for $type {
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

/// About so many slugs are remembered at most.
const MOST_SLUGS: usize = 20_000;

impl Memory {
    /// Returns those of the things that are remembered for this position.
    pub(crate) fn recall<T: Memorable>(&self, at: Position, ids: &[Key]) -> ByKey<Arc<T>> {
        let remembered = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if remembered.at != at {
            return ByKey::default();
        }
        let known = T::known(&remembered);
        ids.iter().filter_map(|id| Some((*id, known.get(id)?.clone()))).collect()
    }

    /// Remembers things that were read at this position, unless a later one is known.
    pub(crate) fn learn<T: Memorable>(&self, at: Position, things: impl IntoIterator<Item = (Key, Arc<T>)>) {
        self.at(at, |remembered| {
            T::shelf(remembered).put(T::MOST, things);
        });
    }

    /// Returns the article that a slug leads to, where that is remembered.
    pub(crate) fn article(&self, at: Position, slug: &str) -> Option<Key> {
        let remembered = self.0.read().unwrap_or_else(PoisonError::into_inner);
        remembered.slugs.get(slug).filter(|_| remembered.at == at).map(|id| **id)
    }

    /// Remembers which article a slug leads to.
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
        let memory = Memory::default();
        let (before, after) = (Position { seq: 1, settled: 5 }, Position { seq: 2, settled: 5 });
        let filing = |published_at| Arc::new(Filing { published_at, terms: Arc::default() });
        let (one, other) = (Key([1; 16]), Key([2; 16]));
        memory.learn(before, [(one, filing(7))]);

        assert_eq!(memory.recall::<Filing>(before, &[one, other]).len(), 1);
        assert!(memory.recall::<Filing>(after, &[one]).is_empty());

        memory.learn(after, [(other, filing(8))]);
        assert!(memory.recall::<Filing>(after, &[one]).is_empty(), "what was known before is forgotten");
        assert_eq!(memory.recall::<Filing>(after, &[one, other])[&other].published_at, 8);

        memory.learn(before, [(one, filing(7))]);
        assert!(
            memory.recall::<Filing>(before, &[one]).is_empty(),
            "a slow reader does not bring the past back"
        );
        assert_eq!(memory.recall::<Filing>(after, &[other]).len(), 1);
    }
}
