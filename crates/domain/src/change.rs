//! The change log: every write appends to it, and everything that follows a write reads it.
//!
//! It is the audit trail too. It holds ids and names of fields, never what was written, and nothing
//! about people but the ids of their accounts.

use std::{fmt, str::FromStr};

use type_safe_id::{DynamicType, TypeSafeId};
use uuid::Uuid;

use crate::{
    access::Permission,
    account::AccountId,
    cx::Cx,
    error::{Error, Result},
    page::{Count, Fingerprint, Page, PageRequest, Position, SortValue, Total},
    store::Repos,
    time::Time,
};

/// What happened to a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It exists now.
    Created,
    /// It is different now.
    Updated,
    /// A writer handed it in to an editor.
    Submitted,
    /// An editor gave it back to its writer.
    Returned,
    /// Readers will see it at the time that it names.
    Scheduled,
    /// Readers see it, or see it changed.
    Published,
    /// Its time is over: readers see it no longer.
    Expired,
    /// It was taken away from readers.
    Unpublished,
    /// It was put away for good.
    Archived,
    /// It was thrown away, and can be had back.
    Trashed,
    /// It was had back.
    Restored,
    /// Another one took its place.
    Merged,
    /// It is no more.
    Deleted,
}

impl Action {
    /// The word that is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Submitted => "submitted",
            Self::Returned => "returned",
            Self::Scheduled => "scheduled",
            Self::Published => "published",
            Self::Expired => "expired",
            Self::Unpublished => "unpublished",
            Self::Archived => "archived",
            Self::Trashed => "trashed",
            Self::Restored => "restored",
            Self::Merged => "merged",
            Self::Deleted => "deleted",
        }
    }
}

/// Any thing that changes: its type, as in its id, and the id's bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Thing {
    /// The type's prefix: `article`, `user`. The site, of which there is one, is `site`.
    pub entity: String,
    /// The id's bytes.
    pub id: [u8; 16],
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match DynamicType::new(&self.entity) {
            Ok(entity) => TypeSafeId::from_type_and_uuid(entity, Uuid::from_bytes(self.id)).fmt(f),
            Err(_) => f.write_str(&self.entity),
        }
    }
}

impl FromStr for Thing {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.parse::<TypeSafeId<DynamicType>>() {
            Ok(id) => Ok(Self { entity: id.type_prefix().to_owned(), id: id.uuid().into_bytes() }),
            Err(_) => Err(Error::parameter(
                "thing",
                "id.malformed",
                "an id is a type, \"_\" and 26 characters of base32",
            )),
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
    /// Whose doing it was; `None` for a command on the machine.
    pub actor: Option<AccountId>,
    /// The fields that are other than before, where that is known.
    pub fields: Vec<&'static str>,
}

impl NewChange {
    /// Something happened to a thing, now and by the caller.
    pub fn of(cx: &Cx<'_>, entity: &'static str, id: [u8; 16], action: Action) -> Self {
        Self {
            at: cx.now,
            entity,
            id,
            action,
            revision: None,
            actor: cx.caller.account(),
            fields: Vec::new(),
        }
    }

    /// The thing has this revision now.
    #[must_use]
    pub fn at_revision(self, revision: u32) -> Self {
        Self { revision: Some(revision), ..self }
    }

    /// These of its fields are other than before.
    #[must_use]
    pub fn of_fields(self, fields: Vec<&'static str>) -> Self {
        Self { fields, ..self }
    }
}

/// The names of those fields that are other than before.
pub(crate) fn moved<const N: usize>(fields: [(&'static str, bool); N]) -> Vec<&'static str> {
    fields.into_iter().filter_map(|(name, moved)| moved.then_some(name)).collect()
}

/// A recorded change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its place in the log. Numbers have no gaps that fill later: whoever has read up to `seq`
    /// never misses a change that is committed afterwards with a smaller number.
    pub seq: i64,
    /// When it was recorded.
    pub at: Time,
    /// What changed.
    pub thing: Thing,
    /// What happened.
    pub action: String,
    /// The thing's revision afterwards.
    pub revision: Option<u32>,
    /// Whose doing it was; `None` for a command on the machine.
    pub actor: Option<AccountId>,
    /// The fields that are other than before, where that is known.
    pub fields: Vec<String>,
}

impl Change {
    /// Its place in a list.
    fn position(&self) -> Position {
        Position { value: SortValue::Number(self.seq), id: self.thing.id }
    }
}

/// Which changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeFilter {
    /// Only what happened to this.
    pub thing: Option<Thing>,
    /// Only what this account did.
    pub actor: Option<AccountId>,
}

/// Lists changes, the latest first.
pub fn list(
    cx: &Cx<'_>,
    repos: &mut dyn Repos,
    filter: &ChangeFilter,
    page: &PageRequest,
) -> Result<Page<Change>> {
    cx.require(Permission::ReadChanges)?;
    let window = page.open(Fingerprint::of(&("changes", filter)))?;
    let mut found = window.fetch(Change::position, |window| repos.change_page(filter, window))?;
    found.total = match page.count {
        Count::None => None,
        Count::Exact | Count::Estimate => Some(Total::Exact(repos.change_count(filter)?)),
    };
    Ok(found)
}
