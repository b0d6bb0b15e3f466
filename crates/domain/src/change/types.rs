//! Changes: as they are recorded, and as entries of the log.

use std::{fmt, str::FromStr};

use type_safe_id::{DynamicType, TypeSafeId};
use uuid::Uuid;

use crate::{
    account::AccountId,
    context::Context,
    error::{Error, Result},
    page::{Position, SortValue},
    time::Time,
};

/// What happened to a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The thing was created.
    Created,
    /// The thing was changed.
    Updated,
    /// A writer submitted the article to an editor.
    Submitted,
    /// An editor returned the article to its writer.
    Returned,
    /// The article was scheduled for publication at a later time.
    Scheduled,
    /// The article was published, or a newer revision of it was.
    Published,
    /// The article's publication window ended.
    Expired,
    /// The article was unpublished.
    Unpublished,
    /// The article was archived.
    Archived,
    /// The article was moved to the trash. It can be restored.
    Trashed,
    /// The article was restored from the trash or the archive.
    Restored,
    /// The tag was merged into another one.
    Merged,
    /// The thing was deleted.
    Deleted,
}

impl Action {
    /// Returns the name under which the action is stored and shown.
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

/// A reference to any thing that can change: its type prefix and its id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Thing {
    /// The type prefix of the id, such as `article` or `user`. For the site: `site`.
    pub entity: String,
    /// The 16 bytes of the id. All zero for the site.
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

/// A change to append to the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChange {
    /// When it happened.
    pub at: Time,
    /// The type prefix of the thing's id, such as `article` or `tag`.
    pub entity: &'static str,
    /// The 16 bytes of the thing's id.
    pub id: [u8; 16],
    /// What happened.
    pub action: Action,
    /// The thing's revision after the change; `None` for things without revisions.
    pub revision: Option<u32>,
    /// The account that made the change; `None` for operator commands and the scheduler.
    pub actor: Option<AccountId>,
    /// The names of the changed fields; empty if they are not known.
    pub fields: Vec<&'static str>,
}

impl NewChange {
    /// Returns a change of a thing, made now by the caller, with no revision and no fields.
    pub fn of(cx: &Context<'_>, entity: &'static str, id: [u8; 16], action: Action) -> Self {
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

    /// Sets the thing's revision after the change.
    #[must_use]
    pub fn at_revision(self, revision: u32) -> Self {
        Self { revision: Some(revision), ..self }
    }

    /// Sets the names of the changed fields.
    #[must_use]
    pub fn of_fields(self, fields: Vec<&'static str>) -> Self {
        Self { fields, ..self }
    }
}

/// Returns the names of the fields that are paired with `true`.
pub(crate) fn changed_fields<const N: usize>(fields: [(&'static str, bool); N]) -> Vec<&'static str> {
    fields.into_iter().filter_map(|(name, changed_fields)| changed_fields.then_some(name)).collect()
}

/// An entry of the change log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The sequence number. Changes commit in the order of their numbers, so a client that has read
    /// up to `seq` never misses a change with a smaller number.
    pub seq: i64,
    /// When it happened.
    pub at: Time,
    /// The thing that changed.
    pub thing: Thing,
    /// What happened: the name of an [`Action`].
    pub action: String,
    /// The thing's revision after the change; `None` for things without revisions.
    pub revision: Option<u32>,
    /// The account that made the change; `None` for operator commands and the scheduler.
    pub actor: Option<AccountId>,
    /// The names of the changed fields; empty if they are not known.
    pub fields: Vec<String>,
}

impl Change {
    /// Returns the position of the change in a list.
    pub(super) fn position(&self) -> Position {
        Position { value: SortValue::Number(self.seq), id: self.thing.id }
    }
}

/// Conditions on a list of changes. All that are set must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeFilter {
    /// Only changes of this thing.
    pub thing: Option<Thing>,
    /// Only changes that this account made.
    pub actor: Option<AccountId>,
}
