//! The scheduler: records in the change log when scheduled articles become public or expire.
//!
//! Readers do not depend on it: each read compares the publication times with the time of the request.
//! The use case is in `domain::article::schedule`.

use std::time::Duration;

use domain::{article::schedule, time::Time};

use crate::{
    app::{App, Length},
    context::Origin,
};

/// Maximum time between two checks, because other servers and commands schedule articles too.
const AGAIN: Duration = Duration::from_secs(1);

/// Wait before retrying when a due change could not be recorded.
const SOON: Duration = Duration::from_millis(50);

/// Wait after an error.
const PAUSE: Duration = Duration::from_secs(5);

/// Records due publications and expiries. Never returns.
pub(crate) async fn watch(app: App) {
    loop {
        let pause = match step(&app).await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::warn!(%error, "could not record scheduled publications and expiries; trying again");
                PAUSE
            }
        };
        tokio::time::sleep(pause).await;
    }
}

/// Records the changes that are due, and returns how long to wait for the next.
async fn step(app: &App) -> domain::Result<Duration> {
    let context = app.context(None, Origin::default());
    let next = app.read(&context, Length::Short, |_, repos| schedule::next_due(repos)).await?;
    match next {
        Some(next) if next <= context.now() => {
            match app.write(&context, schedule::record_due).await? {
                // Another transaction holds the article, or another server records the change.
                0 => Ok(SOON),
                _ => Ok(Duration::ZERO),
            }
        }
        next => Ok(next.map_or(AGAIN, |next| until(next, context.now())).min(AGAIN)),
    }
}

fn until(next: Time, now: Time) -> Duration {
    Duration::from_micros(next.micros().saturating_sub(now.micros()).unsigned_abs())
}
