//! [`RequestContext`]: the state of one request, from its headers to its response.

use std::{
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering},
    },
    time::Duration,
};

use domain::{
    access::Caller,
    api_key::{self, ApiKeyId},
    error::Result,
    secret::Digest,
    store::Repos,
    time::Time,
};
use tokio::time::Instant;

use crate::http::base::Base;

/// How long a request waits for the database in total, counted from its first use case. Longer than the
/// store waits for a database that does not answer.
pub(crate) const LONGEST: Duration = Duration::from_secs(20);

/// The client that sent a request, and the base URL it used.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The client's IP address.
    pub address: Option<String>,
    /// The `User-Agent` header.
    pub agent: String,
    /// The base URL by which the client reaches this server.
    pub base: Base,
}

/// A request in progress. Cheap to clone; clones share the same state.
#[derive(Clone)]
pub struct RequestContext(Arc<Request>);

struct Request {
    now: Time,
    bearer: Option<String>,
    /// The caller, once the token has been checked.
    caller: OnceLock<Caller>,
    /// The API key whose use must be recorded.
    used_key: Mutex<Option<ApiKeyId>>,
    origin: Origin,
    statements: AtomicU32,
    /// Size of the article bodies loaded so far, in bytes.
    loaded: AtomicUsize,
    /// The deadline for the database. Set by the first use case, because receiving the request's body can
    /// take long.
    until: OnceLock<Instant>,
    /// Whether the response contains data that not everybody may see.
    private: AtomicBool,
}

impl RequestContext {
    /// Starts a request, with one time, one caller and one count of statements. `bearer` is an access token
    /// or API key that has not been checked yet.
    pub(crate) fn new(now: Time, bearer: Option<String>, origin: Origin) -> Self {
        Self(Arc::new(Request {
            now,
            bearer,
            caller: OnceLock::new(),
            used_key: Mutex::default(),
            origin,
            statements: AtomicU32::new(0),
            loaded: AtomicUsize::new(0),
            until: OnceLock::new(),
            private: AtomicBool::new(false),
        }))
    }

    /// Marks the response as private, so that caches do not store it.
    pub(crate) fn keep_private(&self) {
        self.0.private.store(true, Ordering::Relaxed);
    }

    /// Adds to the size of the loaded bodies, in bytes. Returns the new total.
    pub(crate) fn load(&self, bytes: usize) -> usize {
        self.0.loaded.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes)
    }

    /// Whether the response is private and must not be stored in caches.
    pub(crate) fn is_private(&self) -> bool {
        self.0.private.load(Ordering::Relaxed)
    }

    /// Returns the same request without its token. A client whose token has expired must still be able to
    /// renew its session.
    pub(crate) fn unsigned(&self) -> Self {
        Self::new(self.0.now, None, self.0.origin.clone())
    }

    /// Sets the deadline for the database, unless it is set already.
    pub(crate) fn limit(&self, until: Instant) {
        let _ = self.0.until.set(until);
    }

    /// The deadline for the database.
    pub(crate) fn until(&self) -> Instant {
        *self.0.until.get_or_init(|| Instant::now() + LONGEST)
    }

    /// The time of the request.
    pub fn now(&self) -> Time {
        self.0.now
    }

    /// The client's IP address.
    pub(crate) fn address(&self) -> Option<&str> {
        self.0.origin.address.as_deref()
    }

    /// A digest of the `User-Agent` header, which identifies the client program.
    pub(crate) fn client(&self) -> Digest {
        Digest::of(&self.0.origin.agent)
    }

    /// The base URL by which the client reaches this server.
    pub(crate) fn base(&self) -> &Base {
        &self.0.origin.base
    }

    /// Returns the caller. An API key is checked here; `authenticate` checks an access token.
    pub(crate) fn caller(
        &self,
        repos: &mut dyn Repos,
        authenticate: impl FnOnce(&mut dyn Repos, &str) -> Result<Caller>,
    ) -> Result<Caller> {
        let Some(token) = &self.0.bearer else { return Ok(Caller::Reader) };
        if let Some(caller) = self.0.caller.get() {
            return Ok(*caller);
        }
        let caller = match token.starts_with(api_key::PREFIX) {
            true => {
                let (caller, used) = api_key::bearer(repos, token, self.0.now)?;
                *self.0.used_key.lock().unwrap_or_else(PoisonError::into_inner) = used;
                caller
            }
            false => authenticate(repos, token)?,
        };
        Ok(*self.0.caller.get_or_init(|| caller))
    }

    /// Takes the API key whose use must be recorded, if any.
    pub(crate) fn take_used_key(&self) -> Option<ApiKeyId> {
        self.0.bearer.as_ref()?;
        self.0.used_key.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Adds to the number of SQL statements.
    pub(crate) fn add_statements(&self, more: u32) {
        self.0.statements.fetch_add(more, Ordering::Relaxed);
    }

    /// Number of SQL statements that the request has run so far.
    pub fn statements(&self) -> u32 {
        self.0.statements.load(Ordering::Relaxed)
    }
}
