//! Measures reads at a fixed rate, with and without many concurrent sign-in attempts.
//!
//! The latency of a read counts from the time at which it was due, so it includes waiting for earlier reads.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use fastrand::Rng;

use crate::workload;

/// Reads per second, shared by all readers.
const RATE: u32 = 400;
const READERS: u32 = 8;

/// Number of clients that try to sign in. Each one retries as soon as it is refused.
const STRANGERS: usize = 16;

/// The latency of reads, with and without sign-in attempts.
pub(crate) struct Storm {
    pub(crate) quiet_p99_millis: f64,
    pub(crate) stormy_p99_millis: f64,
    /// Sign-in attempts per second for which the server computed a password hash.
    pub(crate) attempts: f64,
}

impl Storm {
    pub(crate) const RATE: u32 = RATE;
}

/// Runs the measurement.
///
/// The server must trust `X-Forwarded-For`. Otherwise all attempts have one address, and the rate limit
/// rejects them.
pub(crate) fn measure(address: &str, reads: &[String], seconds: u32) -> anyhow::Result<Storm> {
    let quiet = read(address, reads, seconds)?;
    let (stop, attempts) = (AtomicBool::new(false), AtomicU64::new(0));
    let begun = Instant::now();
    let stormy = thread::scope(|scope| {
        for seed in 0..STRANGERS {
            let (stop, attempts) = (&stop, &attempts);
            scope.spawn(move || sign_in(address, seed as u64, stop, attempts));
        }
        let stormy = read(address, reads, seconds);
        stop.store(true, Ordering::Relaxed);
        stormy
    })?;
    Ok(Storm {
        quiet_p99_millis: quiet,
        stormy_p99_millis: stormy,
        attempts: attempts.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64(),
    })
}

/// Sends reads at fixed intervals. Returns the 99th percentile of their latency, in milliseconds.
fn read(address: &str, reads: &[String], seconds: u32) -> anyhow::Result<f64> {
    let interval = Duration::from_secs(1) / RATE;
    let took = Mutex::new(Vec::new());
    let begun = Instant::now();
    let failed = thread::scope(|scope| {
        let readers: Vec<_> = (0..READERS)
            .map(|reader| {
                let took = &took;
                scope.spawn(move || -> anyhow::Result<()> {
                    let agent = ureq::Agent::new_with_defaults();
                    let mut mine = Vec::new();
                    for n in (reader..RATE * seconds).step_by(READERS as usize) {
                        let due = begun + interval * n;
                        thread::sleep(due.saturating_duration_since(Instant::now()));
                        let line = &reads[n as usize % reads.len()];
                        workload::send_by(&agent, address, line)?;
                        mine.push(due.elapsed());
                    }
                    took.lock().unwrap_or_else(PoisonError::into_inner).extend(mine);
                    Ok(())
                })
            })
            .collect();
        readers.into_iter().filter_map(|reader| reader.join().ok()?.err()).next()
    });
    if let Some(error) = failed {
        return Err(error);
    }
    let mut took = took.into_inner().unwrap_or_else(PoisonError::into_inner);
    took.sort_unstable();
    let p99 = took.get(took.len() * 99 / 100).copied().unwrap_or_default();
    Ok(p99.as_secs_f64() * 1e3)
}

/// Tries to sign in until `stop` is set, each time with another email address and client address.
fn sign_in(address: &str, seed: u64, stop: &AtomicBool, attempts: &AtomicU64) {
    let mut random = Rng::with_seed(seed);
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    while !stop.load(Ordering::Relaxed) {
        let [a, b, c]: [u8; 3] = std::array::from_fn(|_| random.u8(..));
        let body =
            serde_json::json!({ "email": format!("{a}.{b}.{c}@example.com"), "password": "a guess at one" });
        let answer = agent
            .post(format!("http://{address}/v1/auth/login"))
            .header("x-forwarded-for", format!("10.{a}.{b}.{c}"))
            .send_json(&body);
        // The server computed a hash for a 401, but not for a 429.
        if answer.is_ok_and(|answer| answer.status() == 401) {
            attempts.fetch_add(1, Ordering::Relaxed);
        }
    }
}
