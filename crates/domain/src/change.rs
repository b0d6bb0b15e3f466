//! The change log: every write appends to it, and everything that follows a write reads it.

use crate::time::Time;

/// What happened to a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It exists now.
    Created,
    /// It is different now.
    Updated,
    /// Readers see it, or see it changed.
    Published,
}

impl Action {
    /// The word that is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Published => "published",
        }
    }
}

/// A change that is about to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChange {
    /// When it happened.
    pub at: Time,
    /// The type of the thing, as in its ids: `article`, `tag`.
    pub entity: &'static str,
    /// The thing.
    pub id: [u8; 16],
    /// What happened.
    pub action: Action,
    /// The thing's revision afterwards, for things that have revisions.
    pub revision: Option<u32>,
}

/// A recorded change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its place in the log. Numbers have no gaps that fill later: whoever has read up to `seq`
    /// never misses a change that is committed afterwards with a smaller number.
    pub seq: i64,
    /// When it was recorded.
    pub at: Time,
    /// The type of the thing.
    pub entity: String,
    /// The thing.
    pub id: [u8; 16],
    /// What happened.
    pub action: String,
    /// The thing's revision afterwards.
    pub revision: Option<u32>,
}
