//! Terms in memory, as they were at one position of the change log.
//!
//! The same few sections, tags and authors stand on every page. A reading transaction learns its
//! position in the log, which every write moves, and takes from memory only what was read at that
//! very position: nothing here is ever newer or older than the rest of the answer, whoever wrote,
//! from whichever process.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use domain::term::Term;

use crate::rows::Key;

/// At most so many terms are remembered; then they are forgotten and learnt again.
const MOST: usize = 10_000;

/// What is remembered for all reading transactions of a database.
#[derive(Debug, Default)]
pub(crate) struct Memory(RwLock<Remembered>);

#[derive(Debug, Default)]
struct Remembered {
    at: Position,
    terms: HashMap<Key, Arc<Stored>>,
    quiet_until: Option<i64>,
}

/// A position of the change log, and the moment for which counts are stored there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Position {
    pub(crate) seq: i64,
    pub(crate) settled: i64,
}

/// A term with its stored count, which the clock alone may have outdated.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) term: Term,
    pub(crate) count: i64,
}

impl Memory {
    /// Returns those of the terms that are remembered for this position.
    pub(crate) fn terms(&self, at: Position, ids: &[Key]) -> HashMap<Key, Arc<Stored>> {
        let remembered = self.0.read().unwrap_or_else(PoisonError::into_inner);
        match remembered.at == at {
            true => ids.iter().filter_map(|id| Some((*id, remembered.terms.get(id)?.clone()))).collect(),
            false => HashMap::new(),
        }
    }

    /// Remembers terms that were read at this position, unless a later one is known.
    pub(crate) fn learn(&self, at: Position, terms: impl IntoIterator<Item = (Key, Arc<Stored>)>) {
        self.at(at, |remembered| {
            if remembered.terms.len() > MOST {
                remembered.terms.clear();
            }
            remembered.terms.extend(terms);
        });
    }

    /// Returns the first moment at which an article comes or goes by the clock alone after counts
    /// were settled, where it is remembered.
    pub(crate) fn quiet_until(&self, at: Position) -> Option<i64> {
        let remembered = self.0.read().unwrap_or_else(PoisonError::into_inner);
        remembered.quiet_until.filter(|_| remembered.at == at)
    }

    /// Remembers that moment.
    pub(crate) fn learn_quiet_until(&self, at: Position, moment: i64) {
        self.at(at, |remembered| remembered.quiet_until = Some(moment));
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
    fn what_was_read_before_a_change_is_not_remembered_after_it() {
        let memory = Memory::default();
        let (before, after) = (Position { seq: 1, settled: 5 }, Position { seq: 2, settled: 6 });
        memory.learn_quiet_until(before, 10);
        assert_eq!(memory.quiet_until(before), Some(10));
        memory.learn_quiet_until(after, 20);
        assert_eq!(memory.quiet_until(before), None, "another position");
        memory.learn_quiet_until(before, 10);
        assert_eq!(memory.quiet_until(after), Some(20), "a slow reader does not bring the past back");
    }
}
