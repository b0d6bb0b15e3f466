//! The one bridge between asynchronous handlers and synchronous use cases.

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
    cx::{Cx, Randomness},
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

/// What a server needs from outside.
pub struct Parts {
    /// The database.
    pub store: Arc<dyn Store>,
    /// The machine's time.
    pub now: fn() -> Time,
    /// The machine's randomness.
    pub randomness: Arc<dyn Randomness>,
    /// What computes the hashes of passwords.
    pub passwords: Arc<dyn Passwords>,
    /// Whose tokens are taken besides our own.
    pub issuer: Option<Issuer>,
    /// How many use cases may run at once; more wait their turn.
    pub at_once: usize,
    /// Where clients reach this server, if the operator has named it.
    pub public_base: Option<Base>,
    /// How long a used refresh token still gives the same tokens.
    pub refresh_grace: Duration,
    /// Parameters of web addresses that only tell where a reader came from; a `*` at the end stands for anything.
    pub ignored_parameters: Vec<String>,
    /// So many revisions of an article are kept that readers never saw; `None` for all.
    pub kept_revisions: Option<u32>,
}

/// The application, cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    parts: Parts,
    turns: Arc<Semaphore>,
    /// Hashes of passwords take turns of their own, one at a time.
    hashing: Arc<Semaphore>,
    /// What computes for long, apart from the threads that serve.
    computing: Arc<Semaphore>,
    throttle: Throttle,
    verified: Verified,
    /// When a change last found no space, in microseconds; 0 if the last one succeeded.
    full_at: AtomicI64,
    probing: Arc<tokio::sync::Mutex<()>>,
}

/// How long a reading use case takes at worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// A number of look-ups that has a bound, whatever is stored: some milliseconds at most.
    Short,
    /// It may walk as much as is stored, or does many times what is short.
    Long,
}

impl Length {
    /// How long it takes to do for so many things what is short for one.
    pub fn for_each(things: usize) -> Self {
        match things {
            0 | 1 => Self::Short,
            _ => Self::Long,
        }
    }

    /// How long a page of a list of articles takes.
    pub fn of_list(filter: &ArticleFilter, sort: Sort, page: &PageRequest) -> Self {
        match filter.is_flat(sort) && page.count == Count::None {
            true => Self::Short,
            false => Self::Long,
        }
    }
}

/// A request waits so long for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// Readiness is known after this long.
const PROBE: Duration = Duration::from_millis(1_500);

/// A full disk is told for this long after a change has met it.
const FULL_FOR: Duration = Duration::from_secs(60);

/// A request waits for the database this long in all, counted from its first use case. Longer than what the
/// store waits for a database that does not answer.
const LONGEST: Duration = Duration::from_secs(20);

impl App {
    /// Makes an application of its parts.
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

    /// Where clients reach this server, if the operator has named it.
    pub fn public_base(&self) -> Option<&Base> {
        self.0.parts.public_base.as_ref()
    }

    /// How long a used refresh token still gives the same tokens.
    pub(crate) fn refresh_grace(&self) -> Duration {
        self.0.parts.refresh_grace
    }

    /// Runs a reading use case, and counts its statements on `asking`.
    ///
    /// What is short stays on the thread that serves the request where the database is in this
    /// process: the way to another thread and back would take longer than the read.
    pub async fn read<R: Send + 'static>(
        &self,
        asking: &Asking,
        length: Length,
        work: impl FnOnce(&Cx<'_>, &mut dyn Repos) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        let outcome = if length == Length::Short && self.0.parts.store.is_embedded() {
            self.0.read(asking, work)
        } else {
            let (inner, until, asking) = (self.0.clone(), asking.until(), asking.clone());
            blocking(&self.0.turns, until, move || inner.read(&asking, work)).await
        };
        self.note_use(asking).await;
        outcome
    }

    /// Notes that an API key was used, where that is due. An answer is none the worse if it fails.
    async fn note_use(&self, asking: &Asking) {
        let Some(id) = asking.used_key() else { return };
        let (inner, now) = (self.0.clone(), asking.0.now);
        let noted = blocking(&self.0.turns, asking.until(), move || {
            (&*inner.parts.store as &dyn Store).writing(|repos| repos.note_use(id, now))
        });
        if let Err(error) = noted.await {
            tracing::warn!(%error, "the use of a key could not be noted");
        }
    }

    /// Runs a writing use case in one transaction, and counts its statements on `asking`.
    pub async fn write<R: Send + 'static>(
        &self,
        asking: &Asking,
        work: impl FnOnce(&Cx<'_>, &mut dyn Repos) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        let outcome = {
            let (inner, until, asking) = (self.0.clone(), asking.until(), asking.clone());
            blocking(&self.0.turns, until, move || inner.write(&asking, work)).await
        };
        match &outcome {
            Ok(_) => self.0.full_at.store(0, Ordering::Relaxed),
            Err(error) if error.kind() == Kind::StorageFull => {
                self.0.full_at.store(asking.now().micros(), Ordering::Relaxed);
            }
            Err(_) => {}
        }
        self.note_use(asking).await;
        outcome
    }

    /// Runs what computes for long on a thread of its own, so that the threads that serve go on serving. At
    /// most as many run at once as the machine has cores; others wait their turn.
    pub(crate) async fn apart<R, W>(&self, work: impl FnOnce() -> W + Send + 'static) -> Result<R>
    where
        R: Send + 'static,
        W: Future<Output = R> + 'static,
    {
        let handle = Handle::current();
        // Its use cases have deadlines of their own.
        let until = Instant::now() + LONGEST + PATIENCE;
        let work = move || {
            // As a task among those that it spawns, so that they take turns.
            let tasks = LocalSet::new();
            let computed = tasks.run_until(async { tokio::task::spawn_local(work()).await });
            handle.block_on(computed).map_err(|panicked| Error::internal("compute an answer", panicked))
        };
        blocking(&self.0.computing, until, work).await
    }

    /// Whether a change found no space a moment ago, and none succeeded since.
    pub(crate) fn is_full(&self) -> bool {
        let at = self.0.full_at.load(Ordering::Relaxed);
        at != 0 && (self.0.parts.now)() < Time::from_micros(at).after(FULL_FOR)
    }

    /// Reads one row, unless the last such look is not back yet: probes must not take all turns of a database
    /// that does not answer. Fails after [`PROBE`].
    pub(crate) async fn probe(&self) -> Result<()> {
        let silent = || {
            Error::new(Kind::Unavailable, "database.unavailable", "the database did not answer within 1.5 s")
        };
        let until = Instant::now() + PROBE;
        let alone = timeout_at(until, self.0.probing.clone().lock_owned()).await.map_err(|_| silent())?;
        let asking = self.asking(None, Origin::default());
        let _ = asking.0.until.set(until);
        self.read(&asking, Length::Long, move |_, repos| {
            let _alone = alone;
            repos.article_ids(None, 1).map(drop)
        })
        .await
    }

    /// Computes hashes of passwords, when it is their turn.
    pub(crate) async fn compute<R: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Passwords) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        let inner = self.0.clone();
        blocking(&self.0.hashing, Instant::now() + LONGEST, move || work(&*inner.parts.passwords)).await
    }

    /// What bounds attempts to sign in.
    pub(crate) fn throttle(&self) -> &Throttle {
        &self.0.throttle
    }

    /// Begins a request: one moment, one caller, one count of statements. `bearer` is an access token
    /// that nobody has looked at yet.
    pub fn asking(&self, bearer: Option<String>, origin: Origin) -> Asking {
        Asking(Arc::new(Request {
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
    fn read<R>(&self, asking: &Asking, work: impl FnOnce(&Cx<'_>, &mut dyn Repos) -> Result<R>) -> Result<R> {
        (&*self.parts.store as &dyn Store).reading(|repos| self.run(asking, repos, work))
    }

    fn write<R>(
        &self,
        asking: &Asking,
        work: impl FnOnce(&Cx<'_>, &mut dyn Repos) -> Result<R>,
    ) -> Result<R> {
        (&*self.parts.store as &dyn Store).writing(|repos| self.run(asking, repos, work))
    }

    /// Finds out who asks, in the same transaction that answers, and runs the work.
    fn run<R>(
        &self,
        asking: &Asking,
        repos: &mut dyn Repos,
        work: impl FnOnce(&Cx<'_>, &mut dyn Repos) -> Result<R>,
    ) -> Result<R> {
        let now = asking.0.now;
        let kept_revisions = self.parts.kept_revisions;
        let outcome = asking.caller(repos, self).and_then(|caller| {
            let (randomness, emails_sign_in) = (&*self.parts.randomness, self.parts.issuer.is_some());
            let ignored_parameters = &self.parts.ignored_parameters;
            let cx = Cx { now, caller, randomness, ignored_parameters, kept_revisions, emails_sign_in };
            work(&cx, repos)
        });
        asking.0.statements.fetch_add(repos.statements(), Ordering::Relaxed);
        outcome
    }
}

/// Waits for a turn and runs the work on the blocking pool, until a moment. The turn lasts as long as the
/// work, also when the client has gone or got an error meanwhile.
#[expect(clippy::disallowed_methods, reason = "the one place that hops to the blocking pool")]
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
    // The span names the request in the log.
    let span = tracing::Span::current();
    let running = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        span.in_scope(work)
    });
    match timeout_at(until, running).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(panicked)) => Err(Error::internal("run a use case to its end", panicked)),
        Err(late) => {
            let detail = "the database did not answer in time; a change may still be made, so look before \
                          you send it again";
            Err(Error::new(Kind::Unavailable, "database.unavailable", detail).because(late))
        }
    }
}

/// Where a request came from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The client's address.
    pub address: Option<String>,
    /// What the client calls itself.
    pub agent: String,
    /// Where it reaches this server.
    pub base: Base,
}

/// What is known of a request in progress.
#[derive(Clone)]
pub struct Asking(Arc<Request>);

struct Request {
    now: Time,
    bearer: Option<String>,
    /// Who bears that token, once it was looked at.
    caller: OnceLock<Caller>,
    /// The API key whose use is to be noted.
    used_key: Mutex<Option<ApiKeyId>>,
    origin: Origin,
    statements: AtomicU32,
    /// How many bytes of bodies were loaded.
    loaded: AtomicUsize,
    /// When whoever asks gets an error at the latest; known from the first use case on, because the
    /// request's body may have taken long.
    until: OnceLock<Instant>,
    /// Whether the answer shows what not everybody may see.
    private: AtomicBool,
}

impl Asking {
    /// Notes that the answer shows what not everybody may see, so that nobody keeps it.
    pub(crate) fn keep_private(&self) {
        self.0.private.store(true, Ordering::Relaxed);
    }

    /// Counts bytes that go into the answer; how many there are so far.
    pub(crate) fn load(&self, bytes: usize) -> usize {
        self.0.loaded.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes)
    }

    /// Whether nobody is to keep the answer.
    pub(crate) fn is_private(&self) -> bool {
        self.0.private.load(Ordering::Relaxed)
    }

    /// The same request without its token, for what needs none: a client whose token has expired must be
    /// able to renew it.
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

    /// The moment of the request.
    pub fn now(&self) -> Time {
        self.0.now
    }

    /// Where the request came from.
    pub(crate) fn address(&self) -> Option<&str> {
        self.0.origin.address.as_deref()
    }

    /// Which program sent the request, as far as that can be told.
    pub(crate) fn client(&self) -> Digest {
        Digest::of(&self.0.origin.agent)
    }

    /// Where this client reaches this server.
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

    /// How many SQL statements the request has run so far.
    pub fn statements(&self) -> u32 {
        self.0.statements.load(Ordering::Relaxed)
    }
}
