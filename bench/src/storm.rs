//! Reads at a fixed rate, with and without many who try to sign in at once.
//!
//! A read counts from the moment at which it was due, so that what waits behind a slow one is slow too.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use fastrand::Rng;

use crate::{Failure, workload};

/// So many reads a second, by so many readers.
const RATE: u32 = 400;
const READERS: u32 = 8;

/// So many try to sign in, each again as soon as they are refused.
const STRANGERS: usize = 16;

/// What a storm did.
pub(crate) struct Storm {
    pub(crate) quiet_p99_millis: f64,
    pub(crate) stormy_p99_millis: f64,
    /// Attempts to sign in, each with its hash computed, a second.
    pub(crate) attempts: f64,
}

impl Storm {
    pub(crate) const RATE: u32 = RATE;
}

/// Measures on a server that believes what stands in `X-Forwarded-For`, lest all strangers share one
/// address and are told to wait.
pub(crate) fn measure(address: &str, reads: &[String], seconds: u32) -> Result<Storm, Failure> {
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

/// The 99th percentile of reads that are due at fixed intervals, in milliseconds.
fn read(address: &str, reads: &[String], seconds: u32) -> Result<f64, Failure> {
    let interval = Duration::from_secs(1) / RATE;
    let took = Mutex::new(Vec::new());
    let begun = Instant::now();
    let failed = thread::scope(|scope| {
        let readers: Vec<_> = (0..READERS)
            .map(|reader| {
                let took = &took;
                scope.spawn(move || -> Result<(), String> {
                    let agent = ureq::Agent::new_with_defaults();
                    let mut mine = Vec::new();
                    for n in (reader..RATE * seconds).step_by(READERS as usize) {
                        let due = begun + interval * n;
                        thread::sleep(due.saturating_duration_since(Instant::now()));
                        let line = &reads[n as usize % reads.len()];
                        workload::send_by(&agent, address, line).map_err(|error| error.to_string())?;
                        mine.push(due.elapsed());
                    }
                    took.lock().unwrap_or_else(PoisonError::into_inner).extend(mine);
                    Ok(())
                })
            })
            .collect();
        readers.into_iter().filter_map(|reader| reader.join().ok()?.err()).next()
    });
    if let Some(reason) = failed {
        return Err(reason.into());
    }
    let mut took = took.into_inner().unwrap_or_else(PoisonError::into_inner);
    took.sort_unstable();
    let p99 = took.get(took.len() * 99 / 100).copied().unwrap_or_default();
    Ok(p99.as_secs_f64() * 1e3)
}

/// Tries to sign in, as somebody else and from elsewhere each time.
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
        // Refused after its hash was computed, not told to wait.
        if answer.is_ok_and(|answer| answer.status() == 401) {
            attempts.fetch_add(1, Ordering::Relaxed);
        }
    }
}
