//! Processing of a GraphQL request: checks, cost, execution, and the bytes of the response.
//!
//! HTTP is in `endpoint.rs`. The limits are in `limits.rs`; the cache of checked documents is in `document_cache.rs`.

use std::{
    io::{self, Write},
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use actix_web::web::Bytes;
use async_graphql::{
    EmptySubscription, Request, Response, ServerError, ValidationMode, Value,
    parser::types::ExecutableDocument,
};
use domain::error::Result;
use lru::LruCache;
use serde::Serialize;

use super::{
    answer_size::{MAX_ANSWER_BYTES, TOO_LARGE, too_large_text},
    document_cache::{DocumentCache, Figures, Passed},
    field_order::{self, FieldOrder},
    hints::Hints,
    introspection::{self, Introspection, MAX_INTROSPECTION, Size},
    limits::{self, refusal},
    omitted,
    operation::chosen,
    schema::{Mutation, Query},
};
use crate::app::App;

type Executor = async_graphql::Schema<Query, Mutation, EmptySubscription>;

/// Requests that cost more run on their own thread, because they take milliseconds of CPU time.
const HEAVY: usize = 2_000;

/// The schema, once with extensions for checking requests and once without for executing them.
///
/// The library calls an extension for each resolved field, which takes as long as the rest of the
/// execution. So extensions only run during the checks.
#[derive(Clone)]
pub struct Schema {
    checking: Executor,
    executing: Executor,
    document_cache: Arc<DocumentCache>,
    hints: Hints,
    introspection: Arc<Introspection>,
    prepared: Arc<Prepared>,
}

/// Builds the GraphQL schema.
pub fn build() -> Schema {
    let schema = || {
        Executor::build(Query::default(), Mutation::default(), EmptySubscription)
            .limit_recursive_depth(64)
            .limit_directives(20)
    };
    let executing = schema().validation_mode(ValidationMode::Fast).finish();
    let introspection = Introspection::learn(async |query| executing.execute(query).await);
    Schema {
        checking: schema().extension(limits::Limits).finish(),
        hints: Hints::of(&executing.sdl()),
        executing,
        document_cache: Arc::default(),
        introspection: Arc::new(introspection),
        prepared: Arc::default(),
    }
}

/// A serialized response.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The response as JSON. It has `data` only if something was executed.
    pub bytes: Bytes,
    /// Whether the request was executed. `false` for an invalid request.
    pub executed: bool,
}

impl Schema {
    /// Checks a request against all rules and limits, and executes it if it passes.
    ///
    /// Returns the error `server.busy` if too many costly requests are running.
    pub async fn answer(&self, app: &App, request: Request) -> Result<Answer> {
        if let Some(answer) = self.prepared.get(&request) {
            return Ok(answer);
        }
        let passed = match self.document_cache.get(&request) {
            Some(passed) => passed,
            None => match self.check(&request).await {
                Ok(passed) => passed,
                Err(mut refused) => {
                    self.hints.add(&mut refused.errors);
                    return Ok(written(&refused, false));
                }
            },
        };
        let kept = passed.is_introspection.then(|| Prepared::key(&request));
        let answer = match limits::cost_of(&passed.figures) > HEAVY {
            false => self.run(request, passed).await,
            true => {
                let schema = self.clone();
                app.on_own_thread(move || async move { schema.run(request, passed).await }).await?
            }
        };
        if let Some(key) = kept {
            self.prepared.keep(key, &answer);
        }
        Ok(answer)
    }

    /// Returns the schema in the schema definition language (SDL).
    pub fn sdl(&self) -> String {
        self.executing.sdl()
    }

    /// Checks a request. Returns its document, or a response with the errors.
    async fn check(&self, request: &Request) -> Result<Passed, Response> {
        let checked = limits::Checked::default();
        let mut requested = Request::new(request.query.clone()).variables(request.variables.clone());
        requested.operation_name.clone_from(&request.operation_name);
        let mut response = self.checking.execute(requested.data(checked.clone())).await;
        let Some(document) = checked.take() else { return Err(response) };
        let name = request.operation_name.as_deref();
        let size = self.introspection.measure(&document, name, &request.variables);
        if size == Size::default() {
            return Ok(self.document_cache.add(request, document, response.extensions));
        }
        limits::add_introspection(&mut response.extensions, size.fields);
        if let Some(error) = too_large(size) {
            response.errors.push(error);
            return Err(response);
        }
        Ok(Passed {
            is_introspection: chosen(&document, name)
                .is_some_and(|operation| introspection::is_alone(&document, operation)),
            field_order: Arc::new(FieldOrder::of(&document, name)),
            document: Arc::new(document),
            figures: response.extensions,
        })
    }

    /// Executes a request that passed the checks.
    async fn run(&self, mut request: Request, passed: Passed) -> Answer {
        let mut document = ExecutableDocument::clone(&passed.document);
        omitted::remove(&mut document, request.operation_name.as_deref(), &request.variables);
        request.set_parsed_query(document);
        let mut response = self.executing.execute(request).await;
        field_order::fill(&mut response);
        passed.field_order.order(&mut response.data);
        limits::add_codes(&mut response.errors, "graphql.invalid");
        response.errors.iter_mut().for_each(name_limit);
        self.hints.add(&mut response.errors);
        response.extensions.extend(passed.figures);
        written(&response, true)
    }
}

/// Returns an error if introspection of this size exceeds a limit.
fn too_large(size: Size) -> Option<ServerError> {
    if size.fields > MAX_INTROSPECTION {
        let text = format!(
            "introspection costs at most {MAX_INTROSPECTION}, one for each field of its response; this one costs {}",
            size.fields
        );
        return Some(refusal(text, "graphql.too_costly", "cost", size.fields, MAX_INTROSPECTION));
    }
    (size.bytes > MAX_ANSWER_BYTES).then(answer_too_large)
}

fn answer_too_large() -> ServerError {
    let mut error = limits::refused(too_large_text(), TOO_LARGE);
    name_limit(&mut error);
    error
}

/// Adds the limit to the error of a response that is too large.
fn name_limit(error: &mut ServerError) {
    let extensions = error.extensions.get_or_insert_default();
    if matches!(extensions.get("code"), Some(Value::String(code)) if code == TOO_LARGE) {
        extensions.set("limit", MAX_ANSWER_BYTES);
    }
}

#[derive(Serialize)]
struct Written<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'r Value>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'r [ServerError],
    extensions: &'r Figures,
}

/// Serializes a response, with `data` only if something was executed. Replaces a response that is too large
/// with an error.
fn written(response: &Response, executed: bool) -> Answer {
    let Response { data, errors, extensions, .. } = response;
    let mut extensions = extensions.clone();
    extensions.remove(limits::EXECUTED);
    let mut bytes = Bounded::default();
    let whole = Written { data: executed.then_some(data), errors, extensions: &extensions };
    let bytes = match serde_json::to_writer(&mut bytes, &whole) {
        Ok(()) => bytes.0,
        Err(_) => {
            let errors = [answer_too_large()];
            let instead =
                Written { data: executed.then_some(&Value::Null), errors: &errors, extensions: &extensions };
            serde_json::to_vec(&instead).unwrap_or_default()
        }
    };
    Answer { bytes: bytes.into(), executed }
}

/// A buffer that fails beyond [`MAX_ANSWER_BYTES`].
#[derive(Default)]
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_ANSWER_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A cache of responses to introspection queries, which do not change while the server runs.
struct Prepared(Mutex<LruCache<String, Answer>>);

/// Maximum number of cached responses, and maximum size of one, in bytes.
const MOST_PREPARED: NonZeroUsize = NonZeroUsize::new(8).expect("not zero");
const LARGEST_PREPARED: usize = 2 * 1024 * 1024;

impl Default for Prepared {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(MOST_PREPARED)))
    }
}

impl Prepared {
    fn key(request: &Request) -> String {
        let requested = (&request.operation_name, &request.query, &request.variables);
        serde_json::to_string(&requested).unwrap_or_default()
    }

    fn get(&self, request: &Request) -> Option<Answer> {
        if !request.query.contains("__") {
            return None;
        }
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&Self::key(request)).cloned()
    }

    fn keep(&self, key: String, answer: &Answer) {
        if key.len() + answer.bytes.len() <= LARGEST_PREPARED {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).put(key, answer.clone());
        }
    }
}
