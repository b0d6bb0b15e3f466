//! Revisions of tags, sections, authors, collections and the site, and the check that nobody
//! overwrites a change they have not seen.
//!
//! A revision is a number that each change raises by one, including changes of what readers do not
//! see. Only the number is stored; articles keep every revision as a whole, see [`crate::article`].

use crate::{
    change::Thing,
    error::{Error, Kind, Present, Result},
    store::Repos,
};

/// The revision of something that has just been created.
pub const FIRST: u32 = 1;

/// The greatest revision that an import may bring: beyond it, databases could not count on.
pub const MAX: u32 = 1_000_000_000;

/// Which revision of a thing the caller read before changing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpectedRevision {
    /// The caller does not say.
    Unknown,
    /// This one.
    Exactly(u32),
    /// One that no stored revision can equal, such as a weak entity tag.
    Unmatched,
}

impl From<Option<u32>> for ExpectedRevision {
    fn from(revision: Option<u32>) -> Self {
        revision.map_or(Self::Unknown, Self::Exactly)
    }
}

/// At most this many changes are read to say which fields changed.
const MAX_CHANGES: u32 = 200;

impl ExpectedRevision {
    /// Fails unless the caller has seen `current`, the thing's stored revision.
    ///
    /// Call it in the writing transaction, after the thing was read under its lock.
    pub(crate) fn check(self, repos: &mut dyn Repos, thing: &Thing, current: u32) -> Result<()> {
        let seen = match self {
            Self::Exactly(seen) if seen == current => return Ok(()),
            Self::Exactly(seen) => Some(seen).filter(|seen| *seen < current),
            Self::Unmatched => None,
            Self::Unknown => return Err(missing("thing.revision_missing")),
        };
        let fields = match seen {
            Some(seen) => changed_fields(repos, thing, seen, current)?,
            None => None,
        };
        let detail = format!("the current revision is {current}; read it and try again");
        Err(Error::stale("thing.changed_meanwhile", detail, Present { revision: current, fields }))
    }
}

/// The error for a change that does not name the revision it is based on.
pub(crate) fn missing(code: &'static str) -> Error {
    let detail =
        "name the revision that you have read: If-Match with its ETag in REST, expectedRevision in GraphQL";
    Error::new(Kind::Unconditional, code, detail)
}

/// The fields that changed after revision `seen`; `None` if the log does not have every change since.
fn changed_fields(
    repos: &mut dyn Repos,
    thing: &Thing,
    seen: u32,
    current: u32,
) -> Result<Option<Vec<String>>> {
    let changes = repos.changes_after_revision(thing, seen, MAX_CHANGES)?;
    let is_complete = (seen + 1..=current).all(|revision| {
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
