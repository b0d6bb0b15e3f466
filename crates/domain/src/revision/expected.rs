//! The revision that a caller has read, and the check that nobody else changed the thing since.

use crate::{
    change::Thing,
    error::{Error, Kind, Present, Result},
    store::Repos,
};

/// The revision that the caller read before changing a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpectedRevision {
    /// The caller did not send one.
    Unknown,
    /// Exactly this revision.
    Exactly(u32),
    /// A value that can match no stored revision, such as a weak entity tag.
    Unmatched,
}

impl From<Option<u32>> for ExpectedRevision {
    fn from(revision: Option<u32>) -> Self {
        revision.map_or(Self::Unknown, Self::Exactly)
    }
}

/// The maximum number of log entries that are read to list the changed fields.
const MAX_CHANGES: u32 = 200;

impl ExpectedRevision {
    /// Returns an error unless it matches `current`, the stored revision.
    ///
    /// Call it in the writing transaction, after reading the thing under its lock. Fails with
    /// `thing.changed_meanwhile` on a mismatch, and with `thing.revision_missing` if the caller
    /// sent none.
    pub(crate) fn check(self, repos: &mut dyn Repos, thing: &Thing, current: u32) -> Result<()> {
        let expected = match self {
            Self::Exactly(expected) if expected == current => return Ok(()),
            Self::Exactly(expected) => Some(expected).filter(|expected| *expected < current),
            Self::Unmatched => None,
            Self::Unknown => return Err(missing("thing.revision_missing")),
        };
        let fields = match expected {
            Some(expected) => changed_fields(repos, thing, expected, current)?,
            None => None,
        };
        let detail = format!("the current revision is {current}; read it and try again");
        Err(Error::stale("thing.changed_meanwhile", detail, Present { revision: current, fields }))
    }
}

/// Returns the error for a change that does not name the revision it is based on.
pub(crate) fn missing(code: &'static str) -> Error {
    let detail =
        "send the revision that you have read: If-Match with its ETag in REST, expectedRevision in GraphQL";
    Error::new(Kind::Unconditional, code, detail)
}

/// Returns the fields that changed after revision `expected`; `None` if the log does not have every
/// change since then.
fn changed_fields(
    repos: &mut dyn Repos,
    thing: &Thing,
    expected: u32,
    current: u32,
) -> Result<Option<Vec<String>>> {
    let changes = repos.changes_after_revision(thing, expected, MAX_CHANGES)?;
    let is_complete = (expected + 1..=current).all(|revision| {
        changes.iter().any(|change| change.revision == Some(revision) && !change.fields.is_empty())
    });
    if !is_complete {
        return Ok(None);
    }
    let mut fields: Vec<String> = changes.into_iter().flat_map(|change| change.fields).collect();
    fields.sort_unstable();
    fields.dedup();
    Ok(Some(fields))
}
