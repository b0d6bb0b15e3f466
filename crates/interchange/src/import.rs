//! Imports the entries of a file in batches and reports the outcome of every line.
//!
//! Each batch is one transaction. The entries come from [`jsonl`](crate::jsonl) or
//! [`wxr`](crate::wxr); [`domain::import`] decides what each item creates or changes.

use std::collections::BTreeMap;

use domain::{
    context::Context,
    error::{Error, Result},
    import::{Importer, Item, Outcome, Report},
    store::{Repos, Store},
};
use serde::Serialize;

/// Maximum entries of a batch. Other writers wait until a batch is committed, so batches are small.
const BATCH: usize = 500;

/// Approximate maximum bytes of a batch, which bounds the memory that long items take.
const BATCH_BYTES: usize = 8 * 1024 * 1024;

/// Maximum entries of each list in a report. The counts include all lines.
const LISTED: usize = 10_000;

/// An error in a file that ends the reading of it.
#[derive(Debug)]
pub struct Broken {
    /// The line's number, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: String,
}

/// One entry of a file, such as a line of JSONL or an element of a WordPress export.
#[derive(Debug)]
pub struct Entry {
    /// The line on which it begins, from 1; 0 for a note about the whole file.
    pub line: u64,
    /// The file's name for the type, such as `post`.
    pub kind: String,
    /// The id in the file.
    pub id: Option<String>,
    /// What to do with the entry.
    pub content: Content,
    /// What the reader changed or dropped.
    pub notes: Vec<Note>,
}

/// What to do with an entry.
#[derive(Debug)]
pub enum Content {
    /// Import this item.
    Item(Item),
    /// Skip the entry for this reason.
    Refused(String),
    /// Only count the entry: it became part of other items, as an entry of a menu does.
    Merged,
    /// Only count the entry as unchanged: it is not imported a second time.
    Known,
    /// Only report the entry's notes.
    Nothing,
}

/// Something that the reader changed or dropped.
#[derive(Debug, Clone)]
pub struct Note {
    /// The name under which it is counted in [`Summary::changes`].
    pub tally: Option<String>,
    /// The text for the report; empty if it is only counted.
    pub text: String,
}

impl Entry {
    /// Returns an entry that holds one note about the whole file.
    pub(crate) fn remark(tally: Option<&str>, text: String) -> Self {
        let notes = vec![Note { tally: tally.map(str::to_owned), text }];
        Self { line: 0, kind: String::new(), id: None, content: Content::Nothing, notes }
    }

    /// Returns the approximate size of the entry in bytes.
    fn weight(&self) -> usize {
        match &self.content {
            Content::Item(item) => {
                item.fields.values().map(|value| value.as_str().map_or(64, str::len)).sum()
            }
            _ => 0,
        }
    }
}

/// The number of entries of one type, by outcome.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names say it")]
pub struct Counts {
    pub read: u64,
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub left_alone: u64,
    pub skipped: u64,
    /// Entries that became part of other items. Omitted if zero: JSONL has none.
    #[serde(skip_serializing_if = "is_zero")]
    pub merged: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// A remark of the report about one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Remark {
    /// The line's number, from 1.
    pub line: u64,
    /// The id of the item in the file.
    pub id: Option<String>,
    /// What happened, or why the line was skipped.
    pub reason: String,
}

/// The report of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Counts by type, under the file's names for the types. Lines of unknown types count as `other`.
    pub counts: BTreeMap<String, Counts>,
    /// How often each kind of change or loss occurred while the file was read.
    pub changes: BTreeMap<String, u64>,
    /// Lines that were skipped.
    pub skipped: Vec<Remark>,
    /// Lines that were not imported because the item was edited here since the last import.
    pub left_alone: Vec<Remark>,
    /// What was changed or dropped in imported lines.
    pub notes: Vec<Remark>,
    /// The error that ended reading early. Everything before this line is imported, except in a dry run.
    pub broken: Option<Remark>,
    /// Whether this was a dry run, which writes nothing.
    pub dry_run: bool,
}

impl Summary {
    /// Returns the sums over all types.
    pub fn total(&self) -> Counts {
        let mut total = Counts::default();
        for counts in self.counts.values() {
            total.read += counts.read;
            total.created += counts.created;
            total.updated += counts.updated;
            total.unchanged += counts.unchanged;
            total.left_alone += counts.left_alone;
            total.skipped += counts.skipped;
            total.merged += counts.merged;
        }
        total
    }

    fn add(&mut self, entry: Entry, report: Option<Report>) {
        let is_merged = matches!(entry.content, Content::Merged);
        let Entry { line, kind, id, notes, .. } = entry;
        let remark = |reason| Remark { line, id: id.clone(), reason };
        for note in notes {
            if let Some(tally) = note.tally {
                *self.changes.entry(tally).or_default() += 1;
            }
            if !note.text.is_empty() {
                push(&mut self.notes, remark(note.text));
            }
        }
        if is_merged {
            let counts = self.counts.entry(kind).or_default();
            counts.read += 1;
            counts.merged += 1;
            return;
        }
        let Some(report) = report else { return };
        let counts = self.counts.entry(kind).or_default();
        counts.read += 1;
        match report.outcome {
            Outcome::Created => counts.created += 1,
            Outcome::Updated => counts.updated += 1,
            Outcome::Unchanged => counts.unchanged += 1,
            Outcome::LeftAlone => {
                counts.left_alone += 1;
                push(&mut self.left_alone, remark("it was edited here since the last import".to_owned()));
            }
            Outcome::Skipped(reason) => {
                counts.skipped += 1;
                push(&mut self.skipped, remark(reason));
            }
        }
        for note in report.notes {
            push(&mut self.notes, remark(note));
        }
    }
}

fn push(remarks: &mut Vec<Remark>, remark: Remark) {
    if remarks.len() < LISTED {
        remarks.push(remark);
    }
}

/// Imports all entries, each batch in its own transaction.
///
/// `cx` is called for each batch and provides its time and ids. `progress` receives the number of
/// entries imported so far, after each batch.
pub fn run<'c>(
    store: &dyn Store,
    cx: &dyn Fn() -> Context<'c>,
    importer: &mut Importer,
    entries: impl Iterator<Item = Result<Entry, Broken>> + Send,
    progress: &mut dyn FnMut(u64),
) -> Result<Summary> {
    let mut summary = Summary::default();
    go(entries, &mut summary, progress, |items| store.writing(|repos| importer.batch(&cx(), repos, items)))?;
    Ok(summary)
}

/// Imports all entries as [`run`] does, then rolls everything back (`--dry-run`).
///
/// The whole file is one transaction, so later lines see the effects of earlier ones. On SQLite,
/// other writers wait for its end.
pub fn rehearse<'c>(
    store: &dyn Store,
    cx: &dyn Fn() -> Context<'c>,
    importer: &mut Importer,
    entries: impl Iterator<Item = Result<Entry, Broken>> + Send,
    progress: &mut dyn FnMut(u64),
) -> Result<Summary> {
    let mut summary = Summary { dry_run: true, ..Summary::default() };
    store.rehearsing(|repos: &mut dyn Repos| {
        go(entries, &mut summary, progress, |items| importer.batch(&cx(), repos, items))
    })?;
    Ok(summary)
}

/// What the reading thread sends to the writing thread.
enum Piece {
    Batch(Vec<Entry>),
    Broken(Broken),
}

/// Reads entries and derives bodies on a second thread, and writes on this one.
///
/// The channel holds one batch, which bounds how far reading gets ahead of writing.
fn go(
    entries: impl Iterator<Item = Result<Entry, Broken>> + Send,
    summary: &mut Summary,
    progress: &mut dyn FnMut(u64),
    mut take: impl FnMut(Vec<Item>) -> Result<Vec<Report>>,
) -> Result<()> {
    std::thread::scope(|scope| {
        let (send, receive) = std::sync::mpsc::sync_channel(1);
        scope.spawn(move || read(entries, &send));
        let mut taken = 0;
        for piece in receive {
            match piece {
                Piece::Batch(mut batch) => {
                    taken += batch.len() as u64;
                    flush(&mut batch, summary, &mut take)?;
                    progress(taken);
                }
                Piece::Broken(broken) => {
                    summary.broken = Some(Remark { line: broken.line, id: None, reason: broken.reason });
                }
            }
        }
        Ok(())
    })
}

/// Sends the entries in batches, up to the end of the file or the first error in it.
fn read(entries: impl Iterator<Item = Result<Entry, Broken>>, send: &std::sync::mpsc::SyncSender<Piece>) {
    let mut batch = Vec::with_capacity(BATCH);
    let mut bytes = 0;
    let mut end = None;
    for entry in entries {
        match entry {
            Ok(mut entry) => {
                bytes += entry.weight();
                if let Content::Item(item) = &mut entry.content {
                    item.prepare();
                }
                batch.push(entry);
            }
            Err(broken) => {
                end = Some(broken);
                break;
            }
        }
        if batch.len() == BATCH || bytes > BATCH_BYTES {
            bytes = 0;
            let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            // The receiver is gone if writing failed.
            if send.send(Piece::Batch(full)).is_err() {
                return;
            }
        }
    }
    let rest = (!batch.is_empty()).then_some(Piece::Batch(batch));
    for piece in rest.into_iter().chain(end.map(Piece::Broken)) {
        if send.send(piece).is_err() {
            return;
        }
    }
}

fn flush(
    batch: &mut Vec<Entry>,
    summary: &mut Summary,
    take: &mut impl FnMut(Vec<Item>) -> Result<Vec<Report>>,
) -> Result<()> {
    let mut items = Vec::with_capacity(batch.len());
    for entry in batch.iter_mut() {
        // The importer takes the item by value; the entry keeps only what the report needs.
        if let Content::Item(item) = &mut entry.content {
            let left = Item::new(item.item_type, serde_json::Map::new());
            items.push(std::mem::replace(item, left));
        }
    }
    let mut reports = if items.is_empty() { Vec::new() } else { take(items)? }.into_iter();
    for entry in batch.drain(..) {
        let report = match &entry.content {
            Content::Nothing | Content::Merged => None,
            Content::Known => Some(Report { outcome: Outcome::Unchanged, notes: Vec::new() }),
            Content::Refused(reason) => {
                Some(Report { outcome: Outcome::Skipped(reason.clone()), notes: Vec::new() })
            }
            Content::Item(_) => Some(reports.next().ok_or_else(|| {
                Error::new(
                    domain::error::Kind::Internal,
                    "server.fault",
                    "an item came back without a report",
                )
            })?),
        };
        summary.add(entry, report);
    }
    Ok(())
}
