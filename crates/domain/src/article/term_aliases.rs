//! Resolves a document's tags, sections and authors, following merges.
//!
//! Documents are immutable and keep the ids of terms that were merged or deleted later, so they are
//! resolved when they are read.

use std::collections::{HashMap, HashSet};

use super::Document;
use crate::{error::Result, id::Id, store::Repos, term::TermId};

/// Replaces merged terms in documents by the terms they were merged into, and removes deleted terms.
pub(crate) fn settle(repos: &mut dyn Repos, documents: &mut [&mut Document]) -> Result<()> {
    let ids: Vec<TermId> = documents.iter().flat_map(|document| document.terms()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let mut there = present_among(repos, &ids)?;
    let missing: Vec<TermId> = ids.into_iter().filter(|id| !there.contains(id)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let aliases: HashMap<TermId, TermId> = repos.merged_terms(&missing)?.into_iter().collect();
    let others: Vec<TermId> = aliases.values().copied().collect();
    if !others.is_empty() {
        there.extend(present_among(repos, &others)?);
    }
    let present = |id: TermId| Some(aliases.get(&id).copied().unwrap_or(id)).filter(|id| there.contains(id));
    for document in documents {
        document.tags = settled(&document.tags, present);
        document.authors = settled(&document.authors, present);
        document.section = document.section.and_then(|id| settled(&[id], present).pop());
    }
    Ok(())
}

fn settled<T>(ids: &[Id<T>], present: impl Fn(TermId) -> Option<TermId>) -> Vec<Id<T>> {
    let mut kept: Vec<Id<T>> = Vec::with_capacity(ids.len());
    for id in ids.iter().filter_map(|id| present(TermId::from(*id))).map(|id| Id::from_bytes(id.0)) {
        if !kept.iter().any(|one| one.bytes() == id.bytes()) {
            kept.push(id);
        }
    }
    kept
}

fn present_among(repos: &mut dyn Repos, ids: &[TermId]) -> Result<HashSet<TermId>> {
    Ok(repos.term_parents(ids)?.into_iter().map(|(id, _)| id).collect())
}
