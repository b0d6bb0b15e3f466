//! What PostgreSQL alone can do: the statements of real requests, replayed by `pgbench`.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

use crate::{Failure, workload};

/// So many requests of a workload are replayed, in turn.
const REQUESTS: usize = 40;

/// Runs a server whose statements PostgreSQL reports, sends requests of a workload to it one by
/// one, and writes the statements of each as a script of `pgbench`'s.
pub(crate) fn scripts(
    command: &mut Command,
    address: &str,
    workload: &workload::Workload,
    folder: &Path,
) -> Result<Vec<std::path::PathBuf>, Failure> {
    // PostgreSQL sends what it logs to the client, too, and libpq writes that to standard error.
    let child = command
        .env("PGOPTIONS", "-c log_statement=all -c client_min_messages=log")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut guard = Ended(child);
    let stderr = guard.0.stderr.take().ok_or("no standard error")?;
    let (send, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                break;
            }
        }
    });
    let ready = std::time::Instant::now();
    while ureq::get(format!("http://{address}/health/live")).call().is_err() {
        if ready.elapsed() > Duration::from_secs(30) {
            return Err("a server did not answer within 30 seconds".into());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let mut scripts = Vec::new();
    let requests =
        workload.requests.iter().take(REQUESTS).cycle().take(REQUESTS.min(workload.requests.len() * 4));
    for (n, line) in requests.enumerate() {
        // The first sighting of a term or a connection takes statements that no later request does.
        workload::send(address, line)?;
        std::thread::sleep(Duration::from_millis(30));
        while lines.try_recv().is_ok() {}
        workload::send(address, line)?;
        std::thread::sleep(Duration::from_millis(30));
        let said: Vec<String> = lines.try_iter().collect();
        let path = folder.join(format!("request-{n}.sql"));
        std::fs::write(&path, statements(&said).join("\n"))?;
        scripts.push(path);
    }
    Ok(scripts)
}

/// Returns how many of those requests a second their statements alone allow.
pub(crate) fn per_second(url: &str, scripts: &[std::path::PathBuf], seconds: u32) -> Result<f64, Failure> {
    let mut command = Command::new("pgbench");
    command.args(["--no-vacuum", "--protocol", "prepared", "--client", "8", "--jobs", "2", "--time"]);
    command.arg(seconds.to_string());
    for script in scripts {
        command.arg("--file").arg(script);
    }
    let output = command.arg(url).output().map_err(|error| format!("pgbench, of PostgreSQL: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok())
        .ok_or_else(|| format!("pgbench said: {text}{}", String::from_utf8_lossy(&output.stderr)).into())
}

/// Reads statements, with their values put in, from what PostgreSQL reports.
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

/// Puts `$1 = 'a', $2 = 'b'` in the places of a statement.
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

struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing to keep of it.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
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
