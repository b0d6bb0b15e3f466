//! What watches the clock, so that the log says when articles come and go.
//!
//! Readers do not wait for it: what they see is decided by the time of their request.

use std::time::Duration;

use domain::{article::schedule, time::Time};

use crate::app::{App, Length, Origin};

/// It looks again so often, because other servers, and commands, schedule articles too.
const AGAIN: Duration = Duration::from_secs(1);

/// What could not be recorded is looked at again so soon.
const SOON: Duration = Duration::from_millis(50);

/// After a failure it waits so long.
const PAUSE: Duration = Duration::from_secs(5);

/// Records what comes and goes, for ever.
pub(crate) async fn watch(app: App) {
    loop {
        let pause = match step(&app).await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::warn!(%error, "what came or went could not be recorded; trying again");
                PAUSE
            }
        };
        tokio::time::sleep(pause).await;
    }
}

/// Records what is due, and says how long to wait.
async fn step(app: &App) -> domain::Result<Duration> {
    let asking = app.asking(None, Origin::default());
    let next = app.read(&asking, Length::Short, |_, repos| schedule::next_due(repos)).await?;
    match next {
        Some(next) if next <= asking.now() => {
            match app.write(&asking, schedule::record_due).await? {
                // Somebody is changing it at this moment, or another server records it.
                0 => Ok(SOON),
                _ => Ok(Duration::ZERO),
            }
        }
        next => Ok(next.map_or(AGAIN, |next| until(next, asking.now())).min(AGAIN)),
    }
}

fn until(next: Time, now: Time) -> Duration {
    Duration::from_micros(next.micros().saturating_sub(now.micros()).unsigned_abs())
}
