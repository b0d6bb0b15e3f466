//! The differences between two revisions of an article: field by field, and block by block in the body.
//!
//! A [`Comparison`] is computed for each request and not stored.

use std::ops::Range;

use serde_json::Value;
use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use super::{
    ArticleKey, Document, Revision,
    rights::{Intent, find_for},
    term_aliases,
};
use crate::{
    body::{Block, Body},
    context::Context,
    error::Result,
    export,
    store::Repos,
};

/// The differences between two revisions of an article.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The number of the first revision, the base of the comparison.
    pub from: u32,
    /// The number of the second revision.
    pub to: u32,
    /// The fields that differ, without the body.
    pub fields: Vec<FieldChange>,
    /// The blocks of the body that differ, in the order of the body.
    pub body: Vec<BlockChange>,
}

/// A field that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    /// Its name.
    pub field: &'static str,
    /// Its value in the first revision, as JSON.
    pub before: Value,
    /// Its value in the second revision, as JSON.
    pub after: Value,
}

/// A block that was added, removed or changed.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockChange {
    /// The index of the block in the first body, from 0. `None` for an added block.
    pub before_at: Option<usize>,
    /// The index of the block in the second body, from 0. `None` for a removed block.
    pub after_at: Option<usize>,
    /// The block in the first body. `None` for an added block.
    pub before: Option<Block>,
    /// The block in the second body. `None` for a removed block.
    pub after: Option<Block>,
}

/// Compares two revisions of an article.
///
/// Returns `revision.not_found` if one of them does not exist or is no longer stored.
pub fn compare(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    from: u32,
    to: u32,
) -> Result<Comparison> {
    let article = find_for(cx, repos, key, Intent::Read)?;
    let mut one = |number| repos.revision(article.id, number)?.ok_or_else(super::revisions::no_revision);
    let (mut earlier, mut later) = (one(from)?, one(to)?);
    term_aliases::settle(repos, &mut [&mut earlier.document, &mut later.document])?;
    Ok(Comparison {
        from,
        to,
        fields: fields(&earlier.document, &later.document),
        body: blocks(&earlier, &later)?,
    })
}

fn fields(earlier: &Document, later: &Document) -> Vec<FieldChange> {
    let (before, after) = (export::document_fields(earlier), export::document_fields(later));
    let value = |fields: &serde_json::Map<String, Value>, name| fields.get(name).cloned().unwrap_or_default();
    earlier
        .changed_fields(later)
        .into_iter()
        .filter(|field| *field != "body")
        .map(|field| FieldChange { field, before: value(&before, field), after: value(&after, field) })
        .collect()
}

/// The longest changed part of a body that is diffed, in blocks. Blocks of a longer part are paired by
/// position, because the diff takes time that grows with the square of the length.
const LONGEST_RUN: usize = 2_000;

fn blocks(earlier: &Revision, later: &Revision) -> Result<Vec<BlockChange>> {
    let of = |revision: &Revision| Body::derive(&revision.document.body, revision.document.body_format);
    let (before, after) = (of(earlier)?.blocks, of(later)?.blocks);
    let mut changes = Vec::new();
    for (mut removed, mut added) in runs(&htmls(&before), &htmls(&after)) {
        // Blocks at the same position of a changed run count as one changed block.
        loop {
            let (before_at, after_at) = (removed.next(), added.next());
            if before_at.is_none() && after_at.is_none() {
                break;
            }
            changes.push(BlockChange {
                before_at,
                after_at,
                before: before_at.and_then(|at| before.get(at).cloned()),
                after: after_at.and_then(|at| after.get(at).cloned()),
            });
        }
    }
    Ok(changes)
}

fn htmls(blocks: &[Block]) -> Vec<&str> {
    blocks.iter().map(Block::html).collect()
}

/// Returns the ranges that differ: each range of `before`, and the range of `after` that replaces it.
fn runs(before: &[&str], after: &[&str]) -> Vec<(Range<usize>, Range<usize>)> {
    let head = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let tail =
        before[head..].iter().rev().zip(after[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (old, new) = (&before[head..before.len() - tail], &after[head..after.len() - tail]);
    if old.len().max(new.len()) > LONGEST_RUN {
        return vec![(head..head + old.len(), head..head + new.len())];
    }
    let operations = capture_diff_slices_deadline(Algorithm::Myers, old, new, None);
    let run = |operation| match operation {
        DiffOp::Equal { .. } => None,
        DiffOp::Delete { old_index, old_len, new_index } => {
            Some((old_index..old_index + old_len, new_index..new_index))
        }
        DiffOp::Insert { old_index, new_index, new_len } => {
            Some((old_index..old_index, new_index..new_index + new_len))
        }
        DiffOp::Replace { old_index, old_len, new_index, new_len } => {
            Some((old_index..old_index + old_len, new_index..new_index + new_len))
        }
    };
    let shifted = |range: Range<usize>| range.start + head..range.end + head;
    operations.into_iter().filter_map(run).map(|(old, new)| (shifted(old), shifted(new))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_same_at_both_ends_is_no_change() {
        assert_eq!(runs(&["a", "b", "c"], &["a", "x", "c"]), [(1..2, 1..2)]);
        assert_eq!(runs(&["a", "c"], &["a", "b", "c"]), [(1..1, 1..2)]);
        assert_eq!(runs(&["a", "a"], &["a", "a", "a"]), [(2..2, 2..3)]);
        assert_eq!(runs(&[], &[]), []);
    }

    #[test]
    fn what_is_too_long_to_compare_is_one_run() {
        let old: Vec<String> = (0..LONGEST_RUN + 1).map(|n| format!("old {n}")).collect();
        let new: Vec<String> = (0..3).map(|n| format!("new {n}")).collect();
        let texts = |all: &[String]| all.iter().map(|text| text.clone().leak() as &str).collect::<Vec<_>>();
        assert_eq!(runs(&texts(&old), &texts(&new)), [(0..LONGEST_RUN + 1, 0..3)]);
    }
}
