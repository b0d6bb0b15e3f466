//! Limits on client connections: how many may be open, and how long one may be idle.
//!
//! The HTTP library limits the time for the head of a connection's first request and for an idle
//! connection. It waits without a limit for the rest of a later head, for a body that no handler
//! reads, and for a client that does not read its response. [`Guarded`] limits these waits where
//! bytes arrive and leave. A body that a handler reads has its own limits, in [`sent`](crate::http::json_body).

use std::{
    cell::Cell,
    collections::HashMap,
    future::Future as _,
    io,
    net::{IpAddr, Ipv6Addr},
    pin::Pin,
    rc::Rc,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use actix_web::rt::{
    net::TcpStream,
    time::{Instant, Sleep, sleep},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connection is closed when it has waited for its client for longer than this.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Limits the number of open connections, in total and per client.
pub(crate) struct Door {
    most: usize,
    most_per_address: usize,
    /// Trusted proxies, which are exempt from the limit per client because they connect for many clients.
    proxies: Vec<IpAddr>,
    all: AtomicUsize,
    of_address: Mutex<HashMap<IpAddr, usize>>,
}

impl Door {
    pub(crate) fn new(most: usize, most_per_address: usize, proxies: Vec<IpAddr>) -> Arc<Self> {
        let (all, of_address) = (AtomicUsize::new(0), Mutex::default());
        Arc::new(Self { most, most_per_address, proxies, all, of_address })
    }

    /// Admits a connection, unless a limit is reached.
    pub(crate) fn admit(self: &Arc<Self>, address: IpAddr) -> Option<Admission> {
        if self.all.fetch_add(1, Ordering::Relaxed) >= self.most {
            self.all.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        // Dropping the admission, also on refusal below, takes the connection off the total again.
        let mut admission = Admission { door: self.clone(), counted: None };
        let address = address.to_canonical();
        // A proxy on this machine is exempt without being configured as trusted.
        if address.is_loopback() || self.proxies.contains(&address) {
            return Some(admission);
        }
        let counted = network(address);
        let mut of_address = self.of_address.lock().unwrap_or_else(PoisonError::into_inner);
        let count = of_address.entry(counted).or_default();
        if *count >= self.most_per_address {
            return None;
        }
        *count += 1;
        admission.counted = Some(counted);
        Some(admission)
    }
}

/// Returns the part of an address that identifies a client: for IPv6, the first 64 bits, because a client
/// can choose the others.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(long) => IpAddr::V6(Ipv6Addr::from_bits(long.to_bits() & !u128::from(u64::MAX))),
    }
}

/// An admitted connection. Dropping it frees its place.
pub(crate) struct Admission {
    door: Arc<Door>,
    counted: Option<IpAddr>,
}

impl Drop for Admission {
    fn drop(&mut self) {
        self.door.all.fetch_sub(1, Ordering::Relaxed);
        let Some(counted) = self.counted else { return };
        let mut of_address = self.door.of_address.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = of_address.get_mut(&counted) {
            *count -= 1;
            if *count == 0 {
                of_address.remove(&counted);
            }
        }
    }
}

/// The activity of a connection, shared by the connection and its requests.
pub(crate) struct Activity {
    /// Number of requests being answered.
    requests: Cell<u32>,
    /// When the last request ended, or bytes were last written to the client.
    quiet_since: Cell<Instant>,
}

impl Activity {
    fn new() -> Rc<Self> {
        Rc::new(Self { requests: Cell::new(0), quiet_since: Cell::new(Instant::now()) })
    }

    /// Counts a request as being answered until the returned guard is dropped.
    pub(crate) fn begin_request(self: &Rc<Self>) -> Busy {
        self.requests.set(self.requests.get() + 1);
        Busy(self.clone())
    }

    /// Until when the connection may wait for its client.
    fn deadline(&self) -> Instant {
        match self.requests.get() {
            0 => self.quiet_since.get() + LONGEST_WAIT,
            // The server is working on a request, which has its own deadlines.
            _ => Instant::now() + LONGEST_WAIT,
        }
    }
}

/// Guard that counts a request as being answered.
pub(crate) struct Busy(Rc<Activity>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.requests.set(self.0.requests.get().saturating_sub(1));
        self.0.quiet_since.set(Instant::now());
    }
}

/// A client connection that closes when its client keeps it waiting for too long.
pub(crate) struct Guarded {
    stream: TcpStream,
    activity: Rc<Activity>,
    timer: Pin<Box<Sleep>>,
    _admission: Admission,
}

impl Guarded {
    pub(crate) fn new(stream: TcpStream, admission: Admission) -> Self {
        let (activity, timer) = (Activity::new(), Box::pin(sleep(LONGEST_WAIT)));
        Self { stream, activity, timer, _admission: admission }
    }

    pub(crate) fn activity(&self) -> &Rc<Activity> {
        &self.activity
    }

    /// Fails if the client has kept the connection waiting for too long. Otherwise wakes the task at the
    /// deadline.
    fn poll_wait(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        while self.timer.as_mut().poll(context).is_ready() {
            let deadline = self.activity.deadline();
            if deadline <= Instant::now() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            self.timer.as_mut().reset(deadline);
        }
        Ok(())
    }

    /// Resets the deadline if a write made progress, and checks the deadline if it did not.
    fn written(
        &mut self,
        context: &mut Context<'_>,
        outcome: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match outcome {
            Poll::Ready(Ok(_)) => self.activity.quiet_since.set(Instant::now()),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => self.poll_wait(context)?,
        }
        outcome
    }
}

impl AsyncRead for Guarded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.stream).poll_read(context, buffer);
        // Checked even if bytes arrived: a client that sends one byte now and then must not stay forever.
        self.poll_wait(context)?;
        outcome
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(context, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.written(context, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// The response to a connection that is not admitted.
pub(crate) const REFUSAL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\n\
    Content-Length: 190\r\nConnection: close\r\nRetry-After: 10\r\nCache-Control: no-store\r\n\r\n\
    {\"type\":\"/problems/server.busy\",\"title\":\"The server is busy\",\"status\":503,\"code\":\"server.busy\",\
    \"detail\":\"too many connections; use fewer, or try again shortly\",\"instance\":\"\",\"requestId\":\"-\"}";

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn one_address_takes_only_its_share_and_a_proxy_more() {
        let door = Door::new(6, 2, vec![address("10.0.0.1")]);
        let one = door.admit(address("192.0.2.1")).expect("room");
        let _two = door.admit(address("192.0.2.1")).expect("room");
        assert!(door.admit(address("192.0.2.1")).is_none(), "its share");
        assert!(door.admit(address("::ffff:192.0.2.1")).is_none(), "the same in the form of IPv6");
        drop(one);
        let _one = door.admit(address("192.0.2.1")).expect("room again");
        let _long =
            [door.admit(address("2001:db8::1")), door.admit(address("2001:db8::2"))].map(Option::unwrap);
        assert!(door.admit(address("2001:db8::3")).is_none(), "one network of IPv6 is one client");
        let _proxy = [door.admit(address("10.0.0.1")), door.admit(address("127.0.0.1"))].map(Option::unwrap);
        assert!(door.admit(address("192.0.2.9")).is_none(), "all are there that there may be");
        assert!(door.admit(address("10.0.0.1")).is_none(), "also for a proxy");
        assert_eq!(door.all.load(Ordering::Relaxed), 6, "who is refused is not counted");
    }

    #[test]
    fn a_refusal_is_as_long_as_it_says() {
        let text = std::str::from_utf8(REFUSAL).expect("UTF-8");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())), "{}", body.len());
        assert!(serde_json::from_str::<serde_json::Value>(body).is_ok());
    }
}
