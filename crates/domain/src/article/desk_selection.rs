//! The filter of a list of the desk, with its names resolved: what the store reads.

use super::DisplayStatus;
use crate::{account::AccountId, term::TermId};

/// A filter with its names resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskSelection {
    /// The statuses of the newest revisions.
    pub statuses: Vec<DisplayStatus>,
    /// Only articles that this account created, or that have one of these authors.
    pub own: Option<(AccountId, DeskTerms)>,
    /// Whether the time of a published revision has come.
    pub is_published: Option<bool>,
    /// Whether the newest revision is newer than the published or scheduled one.
    pub has_newer_draft: Option<bool>,
    /// Of each of these groups, at least one term.
    pub all: Vec<DeskTerms>,
    /// None of these terms.
    pub none: DeskTerms,
}

/// Terms that articles are filed under.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeskTerms {
    /// As published articles are filed: under the terms that exist now, and under every section above their own.
    pub published: Vec<TermId>,
    /// As the documents of drafts name them: also terms that were merged into these, and the sections below.
    pub drafted: Vec<TermId>,
}
