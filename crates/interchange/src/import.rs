//! An import from a file: batches, each in a transaction of its own, and a report of what became
//! of every line.

use std::collections::BTreeMap;

use domain::{
    cx::Cx,
    error::{Error, Result},
    import::{Importer, Item, Outcome, Report},
    store::{Repos, Store},
};
use serde::Serialize;

/// Small enough that other writers wait for moments only.
const BATCH: usize = 500;

/// A batch of long items is shorter: about so many bytes are held in memory.
const BATCH_BYTES: usize = 8 * 1024 * 1024;

/// At most so many single lines are listed in a report; all are counted.
const LISTED: usize = 10_000;

/// A place at which a file is so broken that reading ends.
#[derive(Debug)]
pub struct Broken {
    /// The line's number, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: String,
}

/// One thing of a file.
#[derive(Debug)]
pub struct Entry {
    /// The line it begins on, from 1; 0 for what is said of the whole file.
    pub line: u64,
    /// What the file calls things of its kind, such as `post`.
    pub kind: String,
    /// What the file calls it.
    pub id: Option<String>,
    /// What it is here.
    pub content: Content,
    /// What was changed or dropped when it was read.
    pub notes: Vec<Note>,
}

/// What an entry is here.
#[derive(Debug)]
pub enum Content {
    /// Something to import.
    Item(Item),
    /// Something that cannot be taken, for this reason.
    Refused(String),
    /// Something that became a part of other things, such as an entry of a menu.
    Merged,
    /// Nothing but its notes.
    Nothing,
}

/// What was changed or dropped.
#[derive(Debug, Clone)]
pub struct Note {
    /// Under which name it is counted.
    pub tally: Option<String>,
    /// What to know of this one; empty for one that is only counted.
    pub text: String,
}

impl Entry {
    /// Says something of the whole file.
    pub(crate) fn remark(tally: &str, text: String) -> Self {
        let notes = vec![Note { tally: Some(tally.to_owned()), text }];
        Self { line: 0, kind: String::new(), id: None, content: Content::Nothing, notes }
    }

    /// About how many bytes it holds.
    fn weight(&self) -> usize {
        match &self.content {
            Content::Item(item) => {
                item.fields.values().map(|value| value.as_str().map_or(64, str::len)).sum()
            }
            _ => 0,
        }
    }
}

/// How many items of a type had which outcome.
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
    /// Those that became a part of other things, where the format has such.
    #[serde(skip_serializing_if = "is_zero")]
    pub merged: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Something to know about one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Remark {
    /// The line's number, from 1.
    pub line: u64,
    /// What the source calls the item.
    pub id: Option<String>,
    /// What happened, or why not.
    pub reason: String,
}

/// What became of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// By type of thing as the file names it, and `other` for lines of unknown types.
    pub counts: BTreeMap<String, Counts>,
    /// How often what was changed or dropped, where the format has such things.
    pub changes: BTreeMap<String, u64>,
    /// Lines that were skipped.
    pub skipped: Vec<Remark>,
    /// Lines whose things were edited here since the last import, and so left alone.
    pub left_alone: Vec<Remark>,
    /// What was changed or passed over on the way in.
    pub notes: Vec<Remark>,
    /// Where reading ended early; what stood before it is in, unless nothing is written.
    pub broken: Option<Remark>,
    /// Whether nothing was written, because only a rehearsal was asked for.
    pub dry_run: bool,
}

impl Summary {
    /// The sums over all types.
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

/// Imports all entries; `progress` is told how many were read, after each batch.
///
/// The time and the ids of each batch come from `cx`, which is asked anew for each.
pub fn run<'c>(
    store: &dyn Store,
    cx: &dyn Fn() -> Cx<'c>,
    importer: &mut Importer,
    entries: impl Iterator<Item = Result<Entry, Broken>> + Send,
    progress: &mut dyn FnMut(u64),
) -> Result<Summary> {
    let mut summary = Summary::default();
    go(entries, &mut summary, progress, |items| store.writing(|repos| importer.batch(&cx(), repos, items)))?;
    Ok(summary)
}

/// Does all that [`run`] does, and keeps nothing of it.
///
/// It is one transaction, so that later lines see what earlier ones would have done; on SQLite
/// other writers wait for its end.
pub fn rehearse<'c>(
    store: &dyn Store,
    cx: &dyn Fn() -> Cx<'c>,
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

/// What the reading thread hands over.
enum Piece {
    Batch(Vec<Entry>),
    Broken(Broken),
}

/// Reads and derives bodies on one thread and writes on this one, so that neither waits for the other;
/// between them stands one batch.
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

/// Puts entries into batches, up to the end or to where the file is broken.
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
            // Nobody takes any more when taking failed.
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
        // The items are long; only what the report needs stays with the entry.
        if let Content::Item(item) = &mut entry.content {
            let left = Item::new(item.item_type, serde_json::Map::new());
            items.push(std::mem::replace(item, left));
        }
    }
    let mut reports = if items.is_empty() { Vec::new() } else { take(items)? }.into_iter();
    for entry in batch.drain(..) {
        let report = match &entry.content {
            Content::Nothing | Content::Merged => None,
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
