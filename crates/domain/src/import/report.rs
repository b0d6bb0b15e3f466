//! The outcome of importing an item.

use crate::error::{Error, Place};

/// The outcome of importing an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A new thing was created.
    Created,
    /// An existing thing was updated.
    Updated,
    /// Nothing changed at the source since the last import.
    Unchanged,
    /// It was edited here since the last import, or deleted here, so it was left unchanged.
    LeftAlone,
    /// It was not imported, for this reason.
    Skipped(String),
}

/// The outcome of importing an item, with notes for editors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The outcome.
    pub outcome: Outcome,
    /// What was changed or ignored during the import.
    pub notes: Vec<String>,
}

pub(super) fn skipped(reason: impl Into<String>) -> Report {
    Report { outcome: Outcome::Skipped(reason.into()), notes: Vec::new() }
}

/// Formats all violations of an item on one line.
pub(super) fn reasons(error: &Error) -> String {
    let reasons: Vec<_> = error
        .all_violations()
        .iter()
        .map(|violation| match &violation.place {
            Place::Pointer(pointer) => format!("{}: {}", pointer.trim_start_matches('/'), violation.detail),
            Place::Parameter(name) => format!("{name}: {}", violation.detail),
        })
        .collect();
    if reasons.is_empty() { error.to_string() } else { reasons.join("; ") }
}
