//! Takes a file in, and says what became of it.

use std::{
    fs::File,
    io::{BufRead, BufReader, IsTerminal, Write},
    path::Path,
};

use domain::{import::Importer, store::Store};
use interchange::{
    import::{self, Remark, Summary},
    jsonl::Lines,
};

use super::{explain, migrate};
use crate::{
    config::{ImportFormat, ReportFormat, Settings},
    world,
};

pub(crate) fn run(
    settings: &Settings,
    format: ImportFormat,
    file: &Path,
    dry_run: bool,
    source: Option<String>,
    report: ReportFormat,
) -> Result<(), String> {
    let ImportFormat::Jsonl = format;
    let name =
        file.file_stem().map_or_else(|| "import".to_owned(), |name| name.to_string_lossy().into_owned());
    let input: Box<dyn BufRead> = match file.to_str() {
        Some("-") => Box::new(BufReader::new(std::io::stdin())),
        _ => {
            let opened = File::open(file).map_err(|error| format!("{}: {error}", file.display()))?;
            Box::new(BufReader::with_capacity(1 << 20, opened))
        }
    };
    let database = migrate::open(settings, false, 2)?;
    let store: &dyn Store = &database;
    let mut importer = importer(&source.unwrap_or(name))?;
    let mut progress = Progress::new();
    let mut tell = |read| progress.tell(read);
    let lines = Lines::new(input);
    let summary = match dry_run {
        true => import::rehearse(store, &world::cx, &mut importer, lines, &mut tell),
        false => import::run(store, &world::cx, &mut importer, lines, &mut tell),
    };
    progress.end();
    let summary = summary.map_err(|error| explain(&error))?;
    print(&summary, report).map_err(|error| error.to_string())?;
    match &summary.broken {
        None => Ok(()),
        Some(broken) => Err(format!(
            "{}: line {} {}; what stood before it is in",
            file.display(),
            broken.line,
            broken.reason
        )),
    }
}

/// An importer for a source.
pub(super) fn importer(source: &str) -> Result<Importer, String> {
    let language = "en".parse().map_err(|error| format!("{error}"))?;
    Ok(Importer::new(source, language))
}

fn print(summary: &Summary, report: ReportFormat) -> std::io::Result<()> {
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
        "{:<10}{:>9}{:>9}{:>9}{:>11}{:>12}{:>9}",
        "", "read", "created", "updated", "unchanged", "left alone", "skipped"
    )?;
    for (name, counts) in &summary.counts {
        writeln!(
            out,
            "{name:<10}{:>9}{:>9}{:>9}{:>11}{:>12}{:>9}",
            counts.read, counts.created, counts.updated, counts.unchanged, counts.left_alone, counts.skipped
        )?;
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
    for remark in remarks.iter().take(SHOWN) {
        let id = remark.id.as_deref().map(|id| format!(" ({id})")).unwrap_or_default();
        writeln!(out, "  line {}{id}: {}", remark.line, remark.reason)?;
    }
    if remarks.len() > SHOWN {
        writeln!(out, "  and {} more; --report json lists them", remarks.len() - SHOWN)?;
    }
    Ok(())
}

/// Shows on a terminal how far a command is.
pub(super) struct Progress {
    shows: bool,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self { shows: std::io::stderr().is_terminal() }
    }

    pub(super) fn tell(&mut self, done: u64) {
        if self.shows {
            let _ = write!(std::io::stderr(), "\r{done} lines");
        }
    }

    pub(super) fn end(&mut self) {
        if self.shows {
            let _ = writeln!(std::io::stderr());
        }
    }
}
