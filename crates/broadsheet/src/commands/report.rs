//! Reports and progress of commands.

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
        writeln!(out, "Dry run: nothing was written.")?;
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
        [("Skipped", &summary.skipped), ("Left alone", &summary.left_alone), ("Notes", &summary.notes)]
    {
        list(&mut out, title, remarks)?;
    }
    Ok(())
}

/// Maximum number of different remarks in a text report. The JSON report has all.
const SHOWN: usize = 20;

fn list(out: &mut impl Write, title: &str, remarks: &[Remark]) -> std::io::Result<()> {
    if remarks.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{title}:")?;
    // Remarks with the same reason are printed once, with their number.
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
        writeln!(out, "  and more; use --report json to list all")?;
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

/// Shows the progress of a command, if standard error is a terminal.
pub(super) struct Progress {
    shows: bool,
    what: &'static str,
}

impl Progress {
    /// Starts to count items; `what` is their plural name.
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
