//! Fetches the keys of an OpenID Connect issuer, on a background thread.
//!
//! Tokens of the issuer are checked in `api::session::issuer`.

use std::{
    fs,
    sync::{Arc, mpsc::RecvTimeoutError},
    thread,
    time::Duration,
};

use api::session::issuer::{Issuer, IssuerKeys};

use crate::config::IssuerSettings;

/// Interval between fetches. A token with an unknown key causes an earlier fetch.
const FETCH_INTERVAL: Duration = Duration::from_mins(10);
/// Minimum time between two fetches.
const MIN_FETCH_INTERVAL: Duration = Duration::from_secs(30);
/// Timeout of one fetch.
const FETCH_TIMEOUT: Duration = Duration::from_secs(5);
/// Maximum size of a key set, in bytes.
const MAX_KEY_SET_BYTES: u64 = 1 << 20;

/// Fetches the keys once, then keeps them up to date in the background.
///
/// The server starts even if the first fetch fails, because readers need no issuer.
pub(crate) fn watch(settings: &IssuerSettings) -> Issuer {
    let (keys, wanted) = IssuerKeys::new();
    let place = settings.keys.clone();
    refresh(&keys, &place);
    let fetched = Arc::clone(&keys);
    thread::spawn(move || {
        loop {
            thread::sleep(MIN_FETCH_INTERVAL);
            match wanted.recv_timeout(FETCH_INTERVAL) {
                Ok(()) | Err(RecvTimeoutError::Timeout) => refresh(&fetched, &place),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    });
    Issuer { name: settings.name.clone(), audience: settings.audience.clone(), keys }
}

/// Fetches the keys. On failure, the old keys stay.
fn refresh(keys: &IssuerKeys, place: &str) {
    let outcome = fetch(place).and_then(|text| Ok(keys.replace(&text)?));
    match outcome {
        Ok(count) => tracing::info!(count, place, "loaded the issuer's keys"),
        Err(error) => {
            let reason = format!("{error:#}");
            tracing::warn!(reason, place, "could not load the issuer's keys");
        }
    }
}

/// Reads a file or fetches a URL.
fn fetch(place: &str) -> anyhow::Result<String> {
    if !place.starts_with("http://") && !place.starts_with("https://") {
        return Ok(fs::read_to_string(place)?);
    }
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(FETCH_TIMEOUT))
        // The keys are trusted because of their URL, so redirects are not followed.
        .max_redirects(0)
        .build()
        .into();
    let mut answer = agent.get(place).call()?;
    Ok(answer.body_mut().with_config().limit(MAX_KEY_SET_BYTES).read_to_string()?)
}
