//! What a command tells of its work.

use std::io::{IsTerminal, Write};

use interchange::import::{Remark, Summary};

use crate::config::ReportFormat;

pub(super) fn print(summary: &Summary, report: ReportFormat) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    if report == ReportFormat::Json {
        serde_json::to_writer_pretty(&mut out, summary)?;
        return writeln!(out);
    }
    if summary.dry_run {
        writeln!(out, "This was a rehearsal: nothing was written.")?;
    }
    writeln!(
        out,
        "{:<16}{:>9}{:>9}{:>9}{:>11}{:>12}{:>9}{:>9}",
        "", "read", "created", "updated", "unchanged", "left alone", "skipped", "merged"
    )?;
    for (name, counts) in &summary.counts {
        writeln!(
            out,
            "{name:<16}{:>9}{:>9}{:>9}{:>11}{:>12}{:>9}{:>9}",
            counts.read,
            counts.created,
            counts.updated,
            counts.unchanged,
            counts.left_alone,
            counts.skipped,
            counts.merged
        )?;
    }
    if !summary.changes.is_empty() {
        writeln!(out, "\nChanged or left out, and how often:")?;
        for (change, times) in &summary.changes {
            writeln!(out, "  {change:<32}{times:>7}")?;
        }
    }
    for (title, remarks) in
        [("Skipped", &summary.skipped), ("Left alone", &summary.left_alone), ("To know", &summary.notes)]
    {
        list(&mut out, title, remarks)?;
    }
    Ok(())
}

/// A person reads some; the JSON report has them all.
const SHOWN: usize = 20;

fn list(out: &mut impl Write, title: &str, remarks: &[Remark]) -> std::io::Result<()> {
    if remarks.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{title}:")?;
    // What is said of many is said once.
    let mut groups: Vec<(&str, Vec<&Remark>)> = Vec::new();
    for remark in remarks {
        match groups.iter().position(|(reason, _)| *reason == remark.reason) {
            Some(at) => groups[at].1.push(remark),
            None if groups.len() <= 1_000 => groups.push((&remark.reason, vec![remark])),
            None => {}
        }
    }
    for (reason, group) in groups.iter().take(SHOWN) {
        let first = group.iter().map(|remark| place(remark)).next().unwrap_or_default();
        match group.len() {
            1 => writeln!(out, "  {first}{reason}")?,
            n => writeln!(out, "  {n} times, first {first}{reason}")?,
        }
    }
    if groups.len() > SHOWN {
        writeln!(out, "  and more; --report json lists all of them")?;
    }
    Ok(())
}

fn place(remark: &Remark) -> String {
    let id = remark.id.as_deref().map(|id| format!(" ({id})")).unwrap_or_default();
    match remark.line {
        0 => String::new(),
        line => format!("line {line}{id}: "),
    }
}

/// Shows on a terminal how far a command is.
pub(super) struct Progress {
    shows: bool,
    what: &'static str,
}

impl Progress {
    /// Begins to count these.
    pub(super) fn new(what: &'static str) -> Self {
        Self { shows: std::io::stderr().is_terminal(), what }
    }

    pub(super) fn tell(&mut self, done: u64) {
        if self.shows {
            let _ = write!(std::io::stderr(), "\r{done} {}", self.what);
        }
    }

    pub(super) fn end(&mut self) {
        if self.shows {
            let _ = writeln!(std::io::stderr());
        }
    }
}
