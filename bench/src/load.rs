//! Puts load on a server with `wrk`.

use std::{fs, io::Write as _, path::Path, process::Command};

use anyhow::{Context as _, bail};

/// The results of a load test.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub(crate) per_second: f64,
    pub(crate) p50_millis: f64,
    pub(crate) p99_millis: f64,
}

/// Writes requests to a file for `load.lua`, one per line.
pub(crate) fn write(path: &Path, requests: &[String]) -> anyhow::Result<()> {
    let mut file = fs::File::create(path)?;
    for request in requests {
        writeln!(file, "{request}")?;
    }
    Ok(())
}

/// A server is warm when a round is less than this factor faster than the round before.
const GAIN: f64 = 1.1;

/// Maximum number of warm-up rounds.
const ROUNDS: u32 = 30;

/// Sends the requests in rounds of four seconds until the responses get no faster.
///
/// Then the rows they read are in the memory of the server or of the operating system. Returns the number of
/// rounds.
pub(crate) fn warm(address: &str, script: &Path, requests: &Path) -> anyhow::Result<u32> {
    let mut before = 0.0;
    for round in 1..=ROUNDS {
        let now = run(address, script, requests, 4)?.per_second;
        if now < before * GAIN {
            return Ok(round);
        }
        before = now;
    }
    Ok(ROUNDS)
}

/// Sends the requests over 32 connections for some seconds.
///
/// Returns an error if any request fails, so that a server that fails quickly does not look fast.
pub(crate) fn run(address: &str, script: &Path, requests: &Path, seconds: u32) -> anyhow::Result<Found> {
    let output = Command::new("wrk")
        .args(["--threads", "2", "--connections", "32", "--timeout", "20s", "--duration"])
        .arg(format!("{seconds}s"))
        .arg("--script")
        .arg(script)
        .arg(format!("http://{address}"))
        .arg("--")
        .arg(requests)
        .output()
        .context("cannot run wrk (Debian package `wrk`)")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let result = text
        .lines()
        .find_map(|line| line.strip_prefix("RESULT "))
        .with_context(|| format!("wrk failed: {text}{}", String::from_utf8_lossy(&output.stderr)))?;
    let figures: Vec<f64> = result.split(' ').filter_map(|word| word.parse().ok()).collect();
    let [requests, micros, p50, p99, errors] = figures.as_slice() else {
        bail!("cannot read the result of wrk: {result}");
    };
    if *errors > 0.0 {
        bail!("{errors} of {requests} requests failed");
    }
    Ok(Found { per_second: requests / (micros / 1e6), p50_millis: p50 / 1e3, p99_millis: p99 / 1e3 })
}
