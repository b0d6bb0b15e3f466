//! Ends the wait for a PostgreSQL server that does not answer.
//!
//! libpq waits for a response without a limit. The server enforces `statement_timeout`, and
//! `tcp_user_timeout` only covers bytes that the other host has not acknowledged. Neither ends the wait for
//! a server that stays connected and sends nothing. So this module duplicates each connection's socket when
//! the connection opens, and [`Watch`] shuts the socket down when a statement takes too long. libpq then
//! reads the end of the stream and returns an error.

use std::{
    collections::HashSet,
    net::{Shutdown, TcpStream},
    os::{fd::OwnedFd, unix::net::UnixStream},
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// How often the watch checks its connections.
const TICK: Duration = Duration::from_millis(250);

/// Time limit for a statement that a working server answers at once, such as `BEGIN`.
const BRIEF: Duration = Duration::from_secs(3);

/// A second handle of a connection's socket.
pub(crate) struct GuardedSocket {
    socket: OwnedFd,
    began: Instant,
    /// When the running statement started, in milliseconds after `began`, plus one. 0 if none is running.
    since: AtomicU64,
    /// Whether a working server answers the running statement at once.
    brief: AtomicBool,
}

impl GuardedSocket {
    /// Sets whether a working server answers the following statements at once.
    pub(crate) fn expect_brief(&self, brief: bool) {
        self.brief.store(brief, Ordering::Relaxed);
    }

    pub(crate) fn statement_begins(&self) {
        let millis = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX - 1);
        self.since.store(millis + 1, Ordering::Relaxed);
    }

    pub(crate) fn statement_ends(&self) {
        self.since.store(0, Ordering::Relaxed);
    }

    fn waits_for(&self) -> Duration {
        match self.since.load(Ordering::Relaxed) {
            0 => Duration::ZERO,
            since => self.began.elapsed().saturating_sub(Duration::from_millis(since - 1)),
        }
    }

    fn cut(&self) {
        let Ok(socket) = self.socket.try_clone() else { return };
        // `shutdown` works the same on TCP and Unix sockets.
        if let Err(error) = UnixStream::from(socket).shutdown(Shutdown::Both) {
            tracing::debug!(%error, "the connection to the database was already closed");
        }
    }
}

/// Shuts down the sockets of connections on which a statement exceeds the time limit.
pub(crate) struct Watch {
    lines: Mutex<Vec<Weak<GuardedSocket>>>,
}

impl Watch {
    /// Starts the watch on a thread, which ends when the watch is dropped.
    pub(crate) fn start(limit: Duration) -> Arc<Self> {
        let watch = Arc::new(Self { lines: Mutex::default() });
        let seen = Arc::downgrade(&watch);
        let started = std::thread::Builder::new().name("database-watch".to_owned()).spawn(move || {
            while let Some(watch) = seen.upgrade() {
                watch.look(limit);
                drop(watch);
                std::thread::sleep(TICK);
            }
        });
        if let Err(error) = started {
            tracing::warn!(%error, "cannot start the thread that watches connections to the database");
        }
        watch
    }

    fn look(&self, limit: Duration) {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).retain(|line| {
            let Some(line) = line.upgrade() else { return false };
            let limit = if line.brief.load(Ordering::Relaxed) { BRIEF.min(limit) } else { limit };
            if line.waits_for() > limit {
                tracing::warn!("the database does not answer; the connection to it is closed");
                line.cut();
                line.statement_ends();
            }
            true
        });
    }

    fn add(&self, line: &Arc<GuardedSocket>) {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(line));
    }
}

/// Opens a connection and finds its socket.
///
/// The line is `None` if the socket cannot be found or duplicated: outside Linux, before Linux 5.6, or where
/// `pidfd_getfd` is forbidden, as in some containers.
pub(crate) fn with_socket<C, E>(
    watch: &Watch,
    url: &str,
    connect: impl FnOnce() -> Result<C, E>,
) -> Result<(C, Option<Arc<GuardedSocket>>), E> {
    /// Only one connection opens at a time, because otherwise it is unclear which socket belongs to which.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let before = sockets();
    let conn = connect()?;
    let ports = ports(url);
    let mut new = sockets().into_iter().filter(|socket| !before.contains(socket));
    let mut found =
        new.by_ref().filter_map(|socket| duplicate(socket.descriptor)).filter(|fd| leads_to(fd, &ports));
    let line = match (found.next(), found.next()) {
        (Some(socket), None) => {
            let (since, brief) = (AtomicU64::new(0), AtomicBool::new(false));
            Some(Arc::new(GuardedSocket { socket, began: Instant::now(), since, brief }))
        }
        _ => None,
    };
    match &line {
        Some(line) => watch.add(line),
        None => tracing::debug!("cannot find the socket of a connection to the database"),
    }
    Ok((conn, line))
}

#[derive(PartialEq, Eq, Hash)]
struct Descriptor {
    descriptor: i32,
    /// The kernel's name of the socket, such as `socket:[1234]`. Descriptor numbers are reused.
    name: std::path::PathBuf,
}

/// Returns the sockets of this process.
fn sockets() -> HashSet<Descriptor> {
    let Ok(entries) = std::fs::read_dir("/proc/self/fd") else { return HashSet::new() };
    entries
        .flatten()
        .filter_map(|entry| {
            let name = std::fs::read_link(entry.path()).ok()?;
            let descriptor = entry.file_name().to_str()?.parse().ok()?;
            name.to_str()?.starts_with("socket:").then_some(Descriptor { descriptor, name })
        })
        .collect()
}

/// Duplicates a descriptor of this process.
#[cfg(target_os = "linux")]
fn duplicate(descriptor: i32) -> Option<OwnedFd> {
    use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};

    let process = pidfd_open(getpid(), PidfdFlags::empty()).ok()?;
    pidfd_getfd(process, descriptor, PidfdGetfdFlags::empty()).ok()
}

#[cfg(not(target_os = "linux"))]
fn duplicate(_: i32) -> Option<OwnedFd> {
    None
}

/// Returns whether a TCP or Unix socket is connected to PostgreSQL at one of these ports.
fn leads_to(socket: &OwnedFd, ports: &HashSet<u16>) -> bool {
    let Ok(copy) = socket.try_clone() else { return false };
    if let Ok(peer) = TcpStream::from(copy).peer_addr() {
        return ports.contains(&peer.port());
    }
    let Ok(copy) = socket.try_clone() else { return false };
    let Ok(peer) = UnixStream::from(copy).peer_addr() else { return false };
    let port = peer
        .as_pathname()
        .and_then(|path| path.file_name()?.to_str()?.strip_prefix(".s.PGSQL.")?.parse::<u16>().ok());
    port.is_some_and(|port| ports.contains(&port))
}

/// Returns the ports of all hosts in a connection URL, and the default port.
#[expect(clippy::disallowed_methods, reason = "libpq reads PGPORT too")]
fn ports(url: &str) -> HashSet<u16> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
    let hosts = address.split('/').next().unwrap_or_default();
    let hosts = hosts.rsplit_once('@').map_or(hosts, |(_, hosts)| hosts);
    let of_hosts = hosts.split(',').filter_map(|host| host.rsplit_once(':')?.1.parse().ok());
    let of_query = query
        .split('&')
        .filter_map(|pair| pair.strip_prefix("port="))
        .flat_map(|ports| ports.split(','))
        .filter_map(|port| port.parse().ok());
    let default = std::env::var("PGPORT").ok().and_then(|port| port.parse().ok()).unwrap_or(5432);
    of_hosts.chain(of_query).chain([default]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ports_of_all_hosts_are_known() {
        for (url, expected) in [
            ("postgres://u:p@h:6543/db", vec![6543]),
            ("postgres://u@h1:1,h2:2,h3/db?sslmode=require", vec![1, 2, 5432]),
            ("postgres://u@[::1]:77/db", vec![77]),
            ("postgres:///db?host=/run/postgresql&port=5433", vec![5433]),
        ] {
            let known = ports(url);
            assert!(expected.iter().all(|port| known.contains(port)), "{url}: {known:?}");
        }
    }
}
