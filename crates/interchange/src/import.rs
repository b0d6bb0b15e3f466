//! An import from a file: batches, each in a transaction of its own, and a report of what became
//! of every line.

use std::{collections::BTreeMap, io::BufRead};

use domain::{
    cx::Cx,
    error::{Error, Result},
    import::{Importer, Item, Outcome, Report},
    store::{Repos, Store},
};
use serde::Serialize;

use crate::jsonl::{Line, Lines};

/// Small enough that other writers wait for moments only.
const BATCH: usize = 500;

/// At most so many single lines are listed in a report; all are counted.
const LISTED: usize = 10_000;

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
    /// By type of thing, and `other` for lines of unknown types.
    pub counts: BTreeMap<String, Counts>,
    /// Lines that were skipped.
    pub skipped: Vec<Remark>,
    /// Lines whose things were edited here since the last import, and so left alone.
    pub left_alone: Vec<Remark>,
    /// What was changed or passed over on the way in.
    pub notes: Vec<Remark>,
    /// Where reading ended early; what stood before it is in.
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
        }
        total
    }

    fn add(&mut self, line: &Line, report: Report) {
        let (name, id) = match &line.item {
            Ok(item) => (
                item.item_type.as_str(),
                item.fields.get("id").map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned)),
            ),
            Err(_) => ("other", None),
        };
        let counts = self.counts.entry(name.to_owned()).or_default();
        counts.read += 1;
        let remark = |reason| Remark { line: line.number, id: id.clone(), reason };
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

/// Imports all lines; `progress` is told how many were read, after each batch.
///
/// The time and the ids of each batch come from `cx`, which is asked anew for each.
pub fn run<'c>(
    store: &dyn Store,
    cx: &dyn Fn() -> Cx<'c>,
    importer: &mut Importer,
    lines: Lines<impl BufRead>,
    progress: &mut dyn FnMut(u64),
) -> Result<Summary> {
    let mut summary = Summary::default();
    go(lines, &mut summary, progress, |items| store.writing(|repos| importer.batch(&cx(), repos, items)))?;
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
    lines: Lines<impl BufRead>,
    progress: &mut dyn FnMut(u64),
) -> Result<Summary> {
    let mut summary = Summary { dry_run: true, ..Summary::default() };
    store.rehearsing(|repos: &mut dyn Repos| {
        go(lines, &mut summary, progress, |items| importer.batch(&cx(), repos, items))
    })?;
    Ok(summary)
}

fn go(
    lines: Lines<impl BufRead>,
    summary: &mut Summary,
    progress: &mut dyn FnMut(u64),
    mut take: impl FnMut(&[Item]) -> Result<Vec<Report>>,
) -> Result<()> {
    let mut batch = Vec::with_capacity(BATCH);
    let mut read = 0;
    for line in lines {
        match line {
            Ok(line) => batch.push(line),
            Err(broken) => {
                summary.broken = Some(Remark { line: broken.line, id: None, reason: broken.reason });
                break;
            }
        }
        if batch.len() == BATCH {
            read += BATCH as u64;
            flush(&mut batch, summary, &mut take)?;
            progress(read);
        }
    }
    read += batch.len() as u64;
    flush(&mut batch, summary, &mut take)?;
    progress(read);
    Ok(())
}

fn flush(
    batch: &mut Vec<Line>,
    summary: &mut Summary,
    take: &mut impl FnMut(&[Item]) -> Result<Vec<Report>>,
) -> Result<()> {
    let items: Vec<Item> = batch
        .iter_mut()
        .filter_map(|line| {
            // The fields are long; only what the report needs stays with the line.
            let item = line.item.as_mut().ok()?;
            let taken = Item { item_type: item.item_type, fields: std::mem::take(&mut item.fields) };
            item.fields.extend(taken.fields.get_key_value("id").map(|(name, id)| (name.clone(), id.clone())));
            Some(taken)
        })
        .collect();
    let mut reports = if items.is_empty() { Vec::new() } else { take(&items)? }.into_iter();
    for line in batch.drain(..) {
        let report = match &line.item {
            Ok(_) => reports.next().ok_or_else(|| {
                Error::new(
                    domain::error::Kind::Internal,
                    "server.fault",
                    "an item came back without a report",
                )
            })?,
            Err(reason) => Report { outcome: Outcome::Skipped(reason.clone()), notes: Vec::new() },
        };
        summary.add(&line, report);
    }
    Ok(())
}
