//! The change log: every change of content, settings and accounts appends to it.
//!
//! Sessions are not logged (see [`crate::session`]). Clients follow the log to learn what changed.
//! It is also the audit trail: it holds ids, actions, revision numbers and field names, but never
//! the values that were written. The only personal data in it are account ids.

mod reading;
mod types;

pub(crate) use self::types::changed_fields;
pub use self::{
    reading::list,
    types::{Action, Change, ChangeFilter, NewChange, Thing},
};
