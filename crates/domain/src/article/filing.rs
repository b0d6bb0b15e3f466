//! What documents are filed under, as it is by now.

use std::collections::HashMap;

use super::Document;
use crate::{
    cx::Cx,
    error::Result,
    id::Id,
    store::Repos,
    term::{Term, TermId},
};

/// Puts into documents the terms that took the places of others since they were written, and leaves out
/// those that are no more. Returns the terms that they name.
pub(crate) fn settle(
    cx: &Cx<'_>,
    repos: &mut dyn Repos,
    documents: &mut [&mut Document],
) -> Result<HashMap<TermId, Term>> {
    let ids: Vec<TermId> = documents.iter().flat_map(|document| named(document)).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut there = by_id(repos.terms(&ids, cx.now)?);
    let missing: Vec<TermId> = ids.into_iter().filter(|id| !there.contains_key(id)).collect();
    if missing.is_empty() {
        return Ok(there);
    }
    let aliases: HashMap<TermId, TermId> = repos.merged_terms(&missing)?.into_iter().collect();
    let others: Vec<TermId> = aliases.values().copied().collect();
    if !others.is_empty() {
        there.extend(by_id(repos.terms(&others, cx.now)?));
    }
    let present =
        |id: TermId| Some(aliases.get(&id).copied().unwrap_or(id)).filter(|id| there.contains_key(id));
    for document in documents {
        document.tags = settled(&document.tags, present);
        document.authors = settled(&document.authors, present);
        document.section = document.section.and_then(|id| settled(&[id], present).pop());
    }
    Ok(there)
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

fn named(document: &Document) -> impl Iterator<Item = TermId> {
    let tags = document.tags.iter().map(|id| TermId::from(*id));
    let authors = document.authors.iter().map(|id| TermId::from(*id));
    tags.chain(authors).chain(document.section.iter().map(|id| TermId::from(*id)))
}

fn by_id(terms: Vec<Term>) -> HashMap<TermId, Term> {
    terms.into_iter().map(|term| (term.id, term)).collect()
}
