//! The one bridge between asynchronous handlers and synchronous use cases.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use domain::{
    access::Caller,
    article::{ArticleFilter, Sort},
    cx::{Cx, Randomness},
    error::{Error, Kind, Result},
    page::{Count, PageRequest},
    store::{Repos, Store},
    time::Time,
};
use tokio::sync::Semaphore;

/// What a server needs from outside.
pub struct Parts {
    /// The database.
    pub store: Arc<dyn Store>,
    /// The machine's time.
    pub now: fn() -> Time,
    /// The machine's randomness.
    pub randomness: Arc<dyn Randomness>,
    /// How many use cases may run at once; more wait their turn.
    pub at_once: usize,
    /// Where readers reach this server, without a slash at the end.
    pub public_url: Option<String>,
}

/// The application, cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    parts: Parts,
    turns: Semaphore,
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

impl App {
    /// Makes an application of its parts.
    pub fn new(parts: Parts) -> Self {
        let turns = Semaphore::new(parts.at_once);
        Self(Arc::new(Inner { parts, turns }))
    }

    /// Where readers reach this server.
    pub fn public_url(&self) -> Option<&str> {
        self.0.parts.public_url.as_deref()
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
        if length == Length::Short && self.0.parts.store.is_embedded() {
            return self.0.read(asking, work);
        }
        let Ok(Ok(_turn)) = tokio::time::timeout(PATIENCE, self.0.turns.acquire()).await else {
            return Err(Error::new(
                Kind::Unavailable,
                "server.busy",
                "too many requests at once; try again shortly",
            ));
        };
        let inner = self.0.clone();
        let asking = asking.clone();
        blocking(move || inner.read(&asking, work)).await
    }

    /// Begins a request: one moment, one caller, one count of statements.
    pub fn asking(&self) -> Asking {
        Asking(Arc::new(Request {
            now: (self.0.parts.now)(),
            caller: Caller::Reader,
            statements: AtomicU32::new(0),
        }))
    }
}

impl Inner {
    fn read<R>(&self, asking: &Asking, work: impl FnOnce(&Cx<'_>, &mut dyn Repos) -> Result<R>) -> Result<R> {
        let parts = &self.parts;
        let cx = Cx { now: asking.0.now, caller: asking.0.caller, randomness: &*parts.randomness };
        (&*parts.store as &dyn Store).reading(|repos| {
            let outcome = work(&cx, repos);
            asking.0.statements.fetch_add(repos.statements(), Ordering::Relaxed);
            outcome
        })
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that hops to the blocking pool")]
async fn blocking<R: Send + 'static>(work: impl FnOnce() -> Result<R> + Send + 'static) -> Result<R> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(panicked) => Err(Error::internal("run a use case to its end", panicked)),
    }
}

/// What is known of a request in progress.
#[derive(Clone)]
pub struct Asking(Arc<Request>);

struct Request {
    now: Time,
    caller: Caller,
    statements: AtomicU32,
}

impl Asking {
    /// How many SQL statements the request has run so far.
    pub fn statements(&self) -> u32 {
        self.0.statements.load(Ordering::Relaxed)
    }
}
