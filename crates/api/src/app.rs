//! [`App`] runs synchronous use cases for asynchronous handlers.
//!
//! It gives each use case a transaction, a caller and a deadline, and limits how many run at once.
//! Use cases themselves are in `domain`.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use domain::{
    account::Passwords,
    article::{ArticleFilter, Sort},
    context::{Context, Randomness},
    error::{Error, Kind, Result},
    page::{Count, PageRequest},
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
    context::{LONGEST, Origin, RequestContext},
    http::base::Base,
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
        let Some(id) = context.take_used_key() else { return };
        let (inner, now) = (self.0.clone(), context.now());
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
        context.limit(until);
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
        RequestContext::new((self.0.parts.now)(), bearer, origin)
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
        let now = context.now();
        let kept_revisions = self.parts.kept_revisions;
        let authenticate = |repos: &mut dyn Repos, token: &str| {
            session::caller(repos, &self.verified, self.parts.issuer.as_ref(), token, now)
        };
        let outcome = context.caller(repos, authenticate).and_then(|caller| {
            let (randomness, emails_sign_in) = (&*self.parts.randomness, self.parts.issuer.is_some());
            let ignored_parameters = &self.parts.ignored_parameters;
            let cx = Context { now, caller, randomness, ignored_parameters, kept_revisions, emails_sign_in };
            work(&cx, repos)
        });
        context.add_statements(repos.statements());
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
