//! The open-file limit of the process: each connection is an open file.

/// Open files reserved for everything but client connections: database, log, listeners, threads.
const RESERVED: u64 = 200;

/// Default maximum number of connections.
const DEFAULT_MAX_CONNECTIONS: u64 = 50_000;

/// Raises the soft open-file limit to the hard limit, and returns it.
///
/// The soft limit is often 1,024, because some programs cannot handle more.
#[cfg(target_os = "linux")]
fn raise_limit() -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let limits = getrlimit(Resource::Nofile);
    let all = limits.maximum.unwrap_or(1 << 20);
    match setrlimit(Resource::Nofile, Rlimit { current: Some(all), maximum: limits.maximum }) {
        Ok(()) => all,
        Err(error) => {
            tracing::warn!(%error, "could not raise the open-file limit");
            limits.current.unwrap_or(all)
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn raise_limit() -> u64 {
    1_024
}

/// Raises the open-file limit, and returns the maximum number of client connections. Logs a warning if the
/// limit allows fewer than `wanted`.
pub(crate) fn max_connections(wanted: Option<u32>, database: u32) -> usize {
    let files = raise_limit();
    let room = files.saturating_sub(RESERVED + u64::from(database) * 3).max(10);
    let most = match wanted.map(u64::from) {
        Some(wanted) if wanted > room => {
            tracing::warn!(files, room, "the open-file limit allows fewer connections than configured");
            room
        }
        Some(wanted) => wanted,
        None => room.min(DEFAULT_MAX_CONNECTIONS),
    };
    usize::try_from(most).unwrap_or(usize::MAX)
}
