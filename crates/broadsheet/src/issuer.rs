//! Fetches the keys of an OpenID Connect issuer, beside the server and never on its threads.

use std::{
    fs,
    sync::{Arc, mpsc::RecvTimeoutError},
    thread,
    time::Duration,
};

use api::session::issuer::{Issuer, IssuerKeys};

use crate::config::IssuerSettings;

/// Keys are fetched so often, and sooner when a token names one that is not known.
const EVERY: Duration = Duration::from_mins(10);
/// But not sooner than this, whatever tokens name.
const PAUSE: Duration = Duration::from_secs(30);
/// The issuer has so long to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// A set of keys has at most so many bytes.
const MOST: u64 = 1 << 20;

/// Begins to fetch keys; the first have been tried for when this returns. Without them the server
/// serves nevertheless, because readers need no issuer.
pub(crate) fn watched(settings: &IssuerSettings) -> Issuer {
    let (keys, wanted) = IssuerKeys::new();
    let place = settings.keys.clone();
    renew(&keys, &place);
    let fetched = Arc::clone(&keys);
    thread::spawn(move || {
        loop {
            thread::sleep(PAUSE);
            match wanted.recv_timeout(EVERY) {
                Ok(()) | Err(RecvTimeoutError::Timeout) => renew(&fetched, &place),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    });
    Issuer { name: settings.name.clone(), audience: settings.audience.clone(), keys }
}

/// What was known stays where nothing better is found.
fn renew(keys: &IssuerKeys, place: &str) {
    let outcome = fetch(place).and_then(|text| keys.replace(&text).map_err(|error| error.to_string()));
    match outcome {
        Ok(count) => tracing::info!(count, place, "the issuer's keys are known"),
        Err(reason) => tracing::warn!(reason, place, "the issuer's keys could not be had"),
    }
}

/// Reads a file, or asks an address.
fn fetch(place: &str) -> Result<String, String> {
    if !place.starts_with("http://") && !place.starts_with("https://") {
        return fs::read_to_string(place).map_err(|error| error.to_string());
    }
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        // The keys are trusted for where they come from.
        .max_redirects(0)
        .build()
        .into();
    let mut answer = agent.get(place).call().map_err(|error| error.to_string())?;
    answer.body_mut().with_config().limit(MOST).read_to_string().map_err(|error| error.to_string())
}
