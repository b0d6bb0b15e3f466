//! Writes the results as Markdown.

use std::{fmt, fs, process::Command, thread::available_parallelism};

use crate::{load::Found, storm::Storm, workload::Shape, writing::Writing};

/// The measurement of one workload, and the limits that it is compared to.
pub(crate) struct Line {
    pub(crate) database: &'static str,
    pub(crate) name: &'static str,
    pub(crate) flat: bool,
    pub(crate) shape: Shape,
    pub(crate) found: Found,
    /// Requests per second of a bare handler with as many bytes.
    pub(crate) bare: Option<f64>,
    /// Requests per second of the same statements alone.
    pub(crate) database_alone: Option<f64>,
}

/// The measurements of a database with some number of articles.
pub(crate) struct Scale {
    pub(crate) database: &'static str,
    pub(crate) articles: usize,
    /// Articles per second of the first import.
    pub(crate) import: f64,
    /// Articles per second of a second import of the same file.
    pub(crate) again: f64,
    /// Memory before the first request, in MB.
    pub(crate) idle: f64,
    /// Peak memory, in MB.
    pub(crate) peak: f64,
    pub(crate) rates: Vec<(&'static str, f64, bool)>,
}

/// All results.
pub(crate) struct Report {
    articles: usize,
    pub(crate) lines: Vec<Line>,
    pub(crate) scales: Vec<Scale>,
    pub(crate) storm: Option<Storm>,
    pub(crate) writing: Vec<Writing>,
}

impl Report {
    pub(crate) fn new(articles: usize) -> Self {
        Self { articles, lines: Vec::new(), scales: Vec::new(), storm: None, writing: Vec::new() }
    }

    pub(crate) fn add(&mut self, lines: Vec<Line>, scale: Scale) {
        self.lines.extend(lines);
        self.scales.push(scale);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "# Results\n")?;
        writeln!(f, "Written by `make bench` on {}, on {}.\n", today(), machine())?;
        writeln!(
            f,
            "{} articles of 4 KB with 500 tags; 32 connections of wrk on the same machine; responses are not cached, rows are cached until the next write. \
             *Ratio*: compared to a bare actix-web handler that returns as many constant bytes, measured in the same run. \
             *Of the database*: compared to `pgbench` with the statements of the same requests.\n",
            self.articles
        )?;
        writeln!(
            f,
            "| database | request | bytes | statements | requests/s | p50 ms | p99 ms | bare | ratio | of the database |"
        )?;
        writeln!(f, "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|")?;
        for line in &self.lines {
            let share =
                |of: Option<f64>| of.map_or(String::new(), |of| format!("{:.3}", line.found.per_second / of));
            writeln!(
                f,
                "| {} | {} | {} | {} | {:.0} | {:.2} | {:.2} | {} | {} | {} |",
                line.database,
                line.name,
                line.shape.bytes,
                line.shape.statements,
                line.found.per_second,
                line.found.p50_millis,
                line.found.p99_millis,
                line.bare.map_or(String::new(), |bare| format!("{bare:.0}")),
                share(line.bare),
                share(line.database_alone),
            )?;
        }
        writeln!(f, "\n## Size\n")?;
        writeln!(
            f,
            "| database | articles | import, articles/s | second import, articles/s | memory idle, MB | peak, MB |"
        )?;
        writeln!(f, "|---|--:|--:|--:|--:|--:|")?;
        for scale in &self.scales {
            writeln!(
                f,
                "| {} | {} | {:.0} | {:.0} | {:.0} | {:.0} |",
                scale.database, scale.articles, scale.import, scale.again, scale.idle, scale.peak
            )?;
        }
        writeln!(f, "\n*Second import*: imports the same file again, which changes nothing.")?;
        let mut sqlite: Vec<&Scale> = self.scales.iter().filter(|scale| scale.database == "SQLite").collect();
        sqlite.sort_by_key(|scale| scale.articles);
        if sqlite.len() > 1 {
            growth(f, &sqlite)?;
        }
        if !self.writing.is_empty() {
            writeln!(f, "\n## Saving and publishing\n")?;
            writeln!(
                f,
                "Articles of 4 KB, saved and then published over REST by four concurrent clients. *Bare*: transactions that write the same rows into the \
                 same database with SQLite's shell or `pgbench`.\n\n| database | articles/s | bare | ratio |\n|---|--:|--:|--:|"
            )?;
            for Writing { database, per_second, bare } in &self.writing {
                writeln!(f, "| {database} | {per_second:.0} | {bare:.0} | {:.2} |", per_second / bare)?;
            }
        }
        if let Some(storm) = &self.storm {
            writeln!(f, "\n## Reads during many sign-ins\n")?;
            writeln!(
                f,
                "One article over REST, {} reads a second, on SQLite: p99 {:.2} ms. With {:.0} sign-in attempts a second, \
                 each of which computes a password hash: p99 {:.2} ms, {:.1} times as much.",
                Storm::RATE,
                storm.quiet_p99_millis,
                storm.attempts,
                storm.stormy_p99_millis,
                storm.stormy_p99_millis / storm.quiet_p99_millis,
            )?;
        }
        Ok(())
    }
}

fn growth(f: &mut fmt::Formatter<'_>, scales: &[&Scale]) -> fmt::Result {
    writeln!(f, "\n## Growth on SQLite, requests per second\n")?;
    write!(f, "| request | flat |")?;
    scales.iter().try_for_each(|scale| write!(f, " {} articles |", scale.articles))?;
    write!(f, "\n|---|---|")?;
    scales.iter().try_for_each(|_| write!(f, "--:|"))?;
    writeln!(f)?;
    for (n, (name, _, flat)) in scales[0].rates.iter().enumerate() {
        write!(f, "| {name} | {} |", if *flat { "yes" } else { "" })?;
        scales.iter().try_for_each(|scale| write!(f, " {:.0} |", scale.rates[n].1))?;
        writeln!(f)?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a report says when it was made")]
fn today() -> String {
    jiff::Timestamp::now().to_string().split('T').next().unwrap_or_default().to_owned()
}

fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map(|(_, name)| name);
    let kernel = Command::new("uname").arg("-sr").output().map(|output| output.stdout).unwrap_or_default();
    format!(
        "{} cores of {}, {}",
        available_parallelism().map_or(0, usize::from),
        model.unwrap_or("an unknown processor"),
        String::from_utf8_lossy(&kernel).trim()
    )
}
