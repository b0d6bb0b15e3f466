//! How many files the process may open: each connection is one.

/// What the program opens besides connections: the database, its log, listeners, threads.
const RESERVED: u64 = 200;

/// No more connections than this by default, whatever the system allows.
const MOST: u64 = 50_000;

/// Raises the limit of open files as far as the process may, and returns it. The limit that processes
/// start with is often 1,024, for the sake of programs that cannot handle more.
#[cfg(target_os = "linux")]
fn raised() -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let limits = getrlimit(Resource::Nofile);
    let all = limits.maximum.unwrap_or(1 << 20);
    match setrlimit(Resource::Nofile, Rlimit { current: Some(all), maximum: limits.maximum }) {
        Ok(()) => all,
        Err(error) => {
            tracing::warn!(%error, "the limit of open files stays as it is");
            limits.current.unwrap_or(all)
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn raised() -> u64 {
    1_024
}

/// Raises the limit of open files, and returns how many connections of clients that allows. If `wanted` is
/// more than that, it says so.
pub(crate) fn room_for_connections(wanted: Option<u32>, database: u32) -> usize {
    let files = raised();
    let room = files.saturating_sub(RESERVED + u64::from(database) * 3).max(10);
    let most = match wanted.map(u64::from) {
        Some(wanted) if wanted > room => {
            tracing::warn!(
                files,
                room,
                "the limit of open files allows fewer connections than were asked for"
            );
            room
        }
        Some(wanted) => wanted,
        None => room.min(MOST),
    };
    usize::try_from(most).unwrap_or(usize::MAX)
}
