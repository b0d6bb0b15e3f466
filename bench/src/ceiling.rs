//! The upper limit for PostgreSQL: `pgbench` replays the statements of real requests.

use std::{
    fs::File,
    io::{Read as _, Seek as _, SeekFrom},
    path::Path,
    process::Command,
    time::Duration,
};

use anyhow::Context as _;

use crate::workload;

/// Number of requests of a workload whose statements are replayed.
const REQUESTS: usize = 40;

/// Maximum number of requests that warm up the server first.
const WARMING: usize = 2_000;

/// The end of PostgreSQL's log, from the time it was opened.
pub(crate) struct Log {
    file: File,
    /// Marks the lines of the database under test. Other lines are skipped.
    database: String,
}

impl Log {
    /// Opens the log at `path`. Default: the log of the oldest PostgreSQL server on this machine.
    pub(crate) fn open(path: Option<&Path>, database: &str) -> anyhow::Result<Self> {
        let path = match path {
            Some(path) => path.to_owned(),
            None => {
                let found = Command::new("pgrep").args(["-o", "-x", "postgres"]).output()?;
                let id = String::from_utf8_lossy(&found.stdout).trim().to_owned();
                std::fs::read_link(format!("/proc/{id}/fd/2"))?
            }
        };
        let mut file = File::open(&path).with_context(|| {
            format!("cannot open PostgreSQL's log {}; set it with --postgres-log", path.display())
        })?;
        file.seek(SeekFrom::End(0))?;
        Ok(Self { file, database: format!("@{database} ") })
    }

    /// Returns the lines logged for the database since the last call, without their prefixes.
    fn news(&mut self) -> anyhow::Result<Vec<String>> {
        let mut text = String::new();
        self.file.read_to_string(&mut text)?;
        let lines = text.lines().filter_map(|line| line.split_once(&self.database));
        Ok(lines.map(|(_, said)| said.to_owned()).collect())
    }
}

/// Sends requests one by one and writes the statements of each request as a script for `pgbench`.
///
/// PostgreSQL must log all statements of the server.
pub(crate) fn scripts(
    log: &mut Log,
    address: &str,
    workload: &workload::Workload,
    folder: &Path,
) -> anyhow::Result<Vec<std::path::PathBuf>> {
    let mut scripts = Vec::new();
    // Fill the server's row cache, as it is under load.
    for line in workload.requests.iter().take(WARMING) {
        workload::send(address, line)?;
    }
    for (n, line) in workload.requests.iter().rev().take(REQUESTS).enumerate() {
        log.news()?;
        workload::send(address, line)?;
        // PostgreSQL may write its log after the response.
        std::thread::sleep(Duration::from_millis(30));
        let path = folder.join(format!("request-{n}.sql"));
        std::fs::write(&path, statements(&log.news()?).join("\n"))?;
        scripts.push(path);
    }
    Ok(scripts)
}

/// Returns how many requests a second `pgbench` reaches with these scripts.
pub(crate) fn per_second(url: &str, scripts: &[std::path::PathBuf], seconds: u32) -> anyhow::Result<f64> {
    let mut command = Command::new("pgbench");
    command.args(["--no-vacuum", "--protocol", "prepared", "--client", "8", "--jobs", "2", "--time"]);
    command.arg(seconds.to_string());
    for script in scripts {
        command.arg("--file").arg(script);
    }
    let output = command.arg(url).output().context("cannot run pgbench")?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok())
        .with_context(|| format!("pgbench failed: {text}{}", String::from_utf8_lossy(&output.stderr)))
}

/// Reads statements from lines of PostgreSQL's log and inserts the values of their parameters.
fn statements(said: &[String]) -> Vec<String> {
    let mut statements: Vec<String> = Vec::new();
    for line in said {
        if let Some(rest) = line.strip_prefix("LOG:  ") {
            let text = match rest.strip_prefix("execute ") {
                Some(named) => named.split_once(": ").map(|(_, text)| text),
                None => rest.strip_prefix("statement: "),
            };
            statements.extend(text.map(|text| format!("{};", text.trim_end_matches(';'))));
        } else if let Some(values) = line.strip_prefix("DETAIL:  parameters: ")
            && let Some(statement) = statements.last_mut()
        {
            *statement = with_values(statement, values);
        }
    }
    statements
}

/// Replaces the placeholders of a statement with values given as `$1 = 'a', $2 = 'b'`.
fn with_values(statement: &str, values: &str) -> String {
    let mut known = Vec::new();
    let mut rest = values;
    while let Some((_, after)) = rest.split_once(" = ") {
        let end = match after.strip_prefix('\'') {
            None => after.find(", $").unwrap_or(after.len()),
            // A quote inside is doubled.
            Some(text) => {
                let mut at = 0;
                while let Some(quote) = text[at..].find('\'') {
                    at += quote + 1;
                    if text[at..].starts_with('\'') {
                        at += 1;
                    } else {
                        break;
                    }
                }
                at + 1
            }
        };
        known.push(&after[..end]);
        rest = after[end..].trim_start_matches(", ");
    }
    let mut text = statement.to_owned();
    for (n, value) in known.iter().enumerate().rev() {
        text = text.replace(&format!("${}", n + 1), value);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_get_their_values() {
        let said = [
            "LOG:  statement: BEGIN".to_owned(),
            "LOG:  execute s1: SELECT a FROM b WHERE c = $1 AND d < $2 LIMIT $3".to_owned(),
            "DETAIL:  parameters: $1 = 'it''s, $2 = 1', $2 = '5', $3 = NULL".to_owned(),
        ];
        assert_eq!(
            statements(&said),
            ["BEGIN;", "SELECT a FROM b WHERE c = 'it''s, $2 = 1' AND d < '5' LIMIT NULL;"]
        );
    }
}
