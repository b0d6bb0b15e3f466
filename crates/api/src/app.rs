//! [`App`] runs synchronous use cases for asynchronous handlers.
//!
//! It gives each use case a transaction, a caller and a deadline, and limits how many run at once.
//! Use cases themselves are in `domain`.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicUsize, Ordering},
    },
    time::Duration,
};

use domain::{
    access::Caller,
    account::Passwords,
    api_key::{self, ApiKeyId},
    article::{ArticleFilter, Sort},
    context::{Context, Randomness},
    error::{Error, Kind, Result},
    page::{Count, PageRequest},
    secret::Digest,
    store::{Repos, Store},
    time::Time,
};
use tokio::{
    runtime::Handle,
    sync::Semaphore,
    task::LocalSet,
    time::{Instant, timeout_at},
};

use crate::{
    base::Base,
    session::{self, Throttle, Verified, issuer::Issuer},
};

/// The dependencies and settings of an [`App`].
pub struct Parts {
    /// The database.
    pub store: Arc<dyn Store>,
    /// Returns the current time.
    pub now: fn() -> Time,
    /// The source of random bytes.
    pub randomness: Arc<dyn Randomness>,
    /// Hashes passwords and compares them with hashes.
    pub passwords: Arc<dyn Passwords>,
    /// The OpenID Connect issuer whose tokens are accepted besides our own, if any.
    pub issuer: Option<Issuer>,
    /// Maximum number of use cases on the blocking pool at once; further ones wait.
    pub at_once: usize,
    /// The public base URL of this server, if the operator has set it.
    pub public_base: Option<Base>,
    /// How long a refresh token that was already used still returns the same tokens.
    pub refresh_grace: Duration,
    /// Tracking parameters that path resolution ignores; a trailing `*` matches any ending.
    pub ignored_parameters: Vec<String>,
    /// How many revisions that were never published to keep for each article; `None` keeps all.
    pub kept_revisions: Option<u32>,
}

/// The application. Cheap to clone; clones share the same state.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    parts: Parts,
    /// Limits the use cases on the blocking pool.
    turns: Arc<Semaphore>,
    /// Limits password hashing to one at a time.
    hashing: Arc<Semaphore>,
    /// Limits CPU-heavy work that runs on its own threads, see [`App::on_own_thread`].
    computing: Arc<Semaphore>,
    throttle: Throttle,
    verified: Verified,
    /// When a write last failed because the disk was full, in Unix microseconds; 0 after a successful write.
    full_at: AtomicI64,
    /// Held by the readiness probe that is running.
    probing: Arc<tokio::sync::Mutex<()>>,
}

/// How long a read can take in the worst case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// A bounded number of look-ups, whatever the database holds: a few milliseconds at most.
    Short,
    /// May scan any number of rows, or repeats short work for several items.
    Long,
}

impl Length {
    /// Returns the length of work that is short for one item and is done for this many items.
    pub fn for_each(things: usize) -> Self {
        match things {
            0 | 1 => Self::Short,
            _ => Self::Long,
        }
    }

    /// Returns the length of a read of one page of articles.
    pub fn of_list(filter: &ArticleFilter, sort: Sort, page: &PageRequest) -> Self {
        match filter.is_flat(sort) && page.count == Count::None {
            true => Self::Short,
            false => Self::Long,
        }
    }
}

/// How long a request waits for a free slot.
const PATIENCE: Duration = Duration::from_secs(5);

/// A readiness probe fails after this long.
const PROBE: Duration = Duration::from_millis(1_500);

/// How long the server reports a full disk after a write failed because of it.
const FULL_FOR: Duration = Duration::from_secs(60);

/// How long a request waits for the database in total, counted from its first use case. Longer than the
/// store waits for a database that does not answer.
const LONGEST: Duration = Duration::from_secs(20);

impl App {
    /// Creates an application.
    pub fn new(parts: Parts) -> Self {
        let turns = Arc::new(Semaphore::new(parts.at_once));
        let hashing = Arc::new(Semaphore::new(1));
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let computing = Arc::new(Semaphore::new(cores));
        Self(Arc::new(Inner {
            parts,
            turns,
            hashing,
            computing,
            throttle: Throttle::default(),
            verified: Verified::default(),
            full_at: AtomicI64::new(0),
            probing: Arc::default(),
        }))
    }

    /// The public base URL of this server, if the operator has set it.
    pub fn public_base(&self) -> Option<&Base> {
        self.0.parts.public_base.as_ref()
    }

    /// How long a refresh token that was already used still returns the same tokens.
    pub(crate) fn refresh_grace(&self) -> Duration {
        self.0.parts.refresh_grace
    }

    /// Runs a read use case in one transaction, and adds its statements to the count of `context`.
    ///
    /// A short read of an embedded database (SQLite) runs on the thread that serves the request, because
    /// switching threads would take longer than the read.
    pub async fn read<R: Send + 'static>(
        &self,
        context: &RequestContext,
        length: Length,
        work: impl FnOnce(&Context<'_>, &mut dyn Repos) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        let outcome = if length == Length::Short && self.0.parts.store.is_embedded() {
            self.0.read(context, work)
        } else {
            let (inner, until, context) = (self.0.clone(), context.until(), context.clone());
            blocking(&self.0.turns, until, move || inner.read(&context, work)).await
        };
        self.note_use(context).await;
        outcome
    }

    /// Records the use of an API key, if that is due. A failure is logged and does not fail the request.
    async fn note_use(&self, context: &RequestContext) {
        let Some(id) = context.used_key() else { return };
        let (inner, now) = (self.0.clone(), context.0.now);
        let noted = blocking(&self.0.turns, context.until(), move || {
            (&*inner.parts.store as &dyn Store).writing(|repos| repos.note_use(id, now))
        });
        if let Err(error) = noted.await {
            tracing::warn!(%error, "could not record the use of an API key");
        }
    }

    /// Runs a write use case in one transaction, and adds its statements to the count of `context`.
    pub async fn write<R: Send + 'static>(
        &self,
        context: &RequestContext,
        work: impl FnOnce(&Context<'_>, &mut dyn Repos) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        let outcome = {
            let (inner, until, context) = (self.0.clone(), context.until(), context.clone());
            blocking(&self.0.turns, until, move || inner.write(&context, work)).await
        };
        match &outcome {
            Ok(_) => self.0.full_at.store(0, Ordering::Relaxed),
            Err(error) if error.kind() == Kind::StorageFull => {
                self.0.full_at.store(context.now().micros(), Ordering::Relaxed);
            }
            Err(_) => {}
        }
        self.note_use(context).await;
        outcome
    }

    /// Runs CPU-heavy work on a thread of its own, so that it does not block the threads that serve requests.
    /// At most one runs for each CPU core; others wait.
    pub(crate) async fn on_own_thread<R, W>(&self, work: impl FnOnce() -> W + Send + 'static) -> Result<R>
    where
        R: Send + 'static,
        W: Future<Output = R> + 'static,
    {
        let handle = Handle::current();
        // The use cases inside `work` have their own deadlines.
        let until = Instant::now() + LONGEST + PATIENCE;
        let work = move || {
            // `work` becomes a task in the same set as the tasks that it spawns, so that they take turns.
            let tasks = LocalSet::new();
            let computed = tasks.run_until(async { tokio::task::spawn_local(work()).await });
            handle.block_on(computed).map_err(|panicked| Error::internal("compute an answer", panicked))
        };
        blocking(&self.0.computing, until, work).await
    }

    /// Whether a write failed within the last minute because the disk was full, and none has succeeded since.
    pub(crate) fn is_full(&self) -> bool {
        let at = self.0.full_at.load(Ordering::Relaxed);
        at != 0 && (self.0.parts.now)() < Time::from_micros(at).after(FULL_FOR)
    }

    /// Reads one row. Fails after [`PROBE`].
    ///
    /// Only one probe reads at a time, so that probes cannot occupy all slots when the database does not
    /// answer.
    pub(crate) async fn probe(&self) -> Result<()> {
        let silent = || {
            Error::new(Kind::Unavailable, "database.unavailable", "the database did not answer within 1.5 s")
        };
        let until = Instant::now() + PROBE;
        let alone = timeout_at(until, self.0.probing.clone().lock_owned()).await.map_err(|_| silent())?;
        let context = self.context(None, Origin::default());
        let _ = context.0.until.set(until);
        self.read(&context, Length::Long, move |_, repos| {
            let _alone = alone;
            repos.article_ids(None, 1).map(drop)
        })
        .await
    }

    /// Hashes or compares passwords. Calls run one at a time.
    pub(crate) async fn compute<R: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Passwords) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        let inner = self.0.clone();
        blocking(&self.0.hashing, Instant::now() + LONGEST, move || work(&*inner.parts.passwords)).await
    }

    /// The rate limits for sign-in attempts.
    pub(crate) fn throttle(&self) -> &Throttle {
        &self.0.throttle
    }

    /// Starts a request, with one time, one caller and one count of statements. `bearer` is an access token
    /// or API key that has not been checked yet.
    pub fn context(&self, bearer: Option<String>, origin: Origin) -> RequestContext {
        RequestContext(Arc::new(Request {
            now: (self.0.parts.now)(),
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
}

impl Inner {
    fn read<R>(
        &self,
        context: &RequestContext,
        work: impl FnOnce(&Context<'_>, &mut dyn Repos) -> Result<R>,
    ) -> Result<R> {
        (&*self.parts.store as &dyn Store).reading(|repos| self.run(context, repos, work))
    }

    fn write<R>(
        &self,
        context: &RequestContext,
        work: impl FnOnce(&Context<'_>, &mut dyn Repos) -> Result<R>,
    ) -> Result<R> {
        (&*self.parts.store as &dyn Store).writing(|repos| self.run(context, repos, work))
    }

    /// Authenticates the caller in the transaction that answers the request, then runs `work`.
    fn run<R>(
        &self,
        context: &RequestContext,
        repos: &mut dyn Repos,
        work: impl FnOnce(&Context<'_>, &mut dyn Repos) -> Result<R>,
    ) -> Result<R> {
        let now = context.0.now;
        let kept_revisions = self.parts.kept_revisions;
        let outcome = context.caller(repos, self).and_then(|caller| {
            let (randomness, emails_sign_in) = (&*self.parts.randomness, self.parts.issuer.is_some());
            let ignored_parameters = &self.parts.ignored_parameters;
            let cx = Context { now, caller, randomness, ignored_parameters, kept_revisions, emails_sign_in };
            work(&cx, repos)
        });
        context.0.statements.fetch_add(repos.statements(), Ordering::Relaxed);
        outcome
    }
}

/// Waits for a slot and runs `work` on the blocking pool. Returns an error at `until`.
///
/// The slot stays taken until `work` ends, even if the client has disconnected or received an error.
#[expect(clippy::disallowed_methods, reason = "the only place that uses the blocking pool")]
async fn blocking<R: Send + 'static>(
    turns: &Arc<Semaphore>,
    until: Instant,
    work: impl FnOnce() -> Result<R> + Send + 'static,
) -> Result<R> {
    let patience = until.min(Instant::now() + PATIENCE);
    let Ok(Ok(turn)) = timeout_at(patience, turns.clone().acquire_owned()).await else {
        let detail = "too many requests at once; try again shortly";
        return Err(Error::new(Kind::Unavailable, "server.busy", detail));
    };
    // The span adds the request id to log lines.
    let span = tracing::Span::current();
    let running = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        span.in_scope(work)
    });
    match timeout_at(until, running).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(panicked)) => Err(Error::internal("run a use case", panicked)),
        Err(late) => {
            let detail = "the database did not answer in time; a change may still be made, so check before \
                          you send it again";
            Err(Error::new(Kind::Unavailable, "database.unavailable", detail).because(late))
        }
    }
}

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
        Self(Arc::new(Request {
            now: self.0.now,
            bearer: None,
            caller: OnceLock::new(),
            used_key: Mutex::default(),
            origin: self.0.origin.clone(),
            statements: AtomicU32::new(0),
            loaded: AtomicUsize::new(0),
            until: OnceLock::new(),
            private: AtomicBool::new(false),
        }))
    }

    fn until(&self) -> Instant {
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

    fn caller(&self, repos: &mut dyn Repos, app: &Inner) -> Result<Caller> {
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
            false => session::caller(repos, &app.verified, app.parts.issuer.as_ref(), token, self.0.now)?,
        };
        Ok(*self.0.caller.get_or_init(|| caller))
    }

    fn used_key(&self) -> Option<ApiKeyId> {
        self.0.bearer.as_ref()?;
        self.0.used_key.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Number of SQL statements that the request has run so far.
    pub fn statements(&self) -> u32 {
        self.0.statements.load(Ordering::Relaxed)
    }
}
