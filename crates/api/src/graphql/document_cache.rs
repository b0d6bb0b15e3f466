//! A cache of documents that passed all checks.
//!
//! Clients send the same few documents again and again with different variables, and parsing and checking
//! take a seventh of the time of a request. The values of variables declared as `String` or `ID` do not
//! influence the checks: no limit depends on them, and every string is valid. All other values are part of
//! the cache key.

use std::{
    collections::BTreeMap,
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::{
    Name, Request, Value,
    parser::types::{BaseType, ExecutableDocument, OperationType},
};
use lru::LruCache;

use super::{field_order::FieldOrder, operation::chosen};

/// Maximum number of cached documents, and of sets of variables for each.
const DOCUMENTS: NonZeroUsize = NonZeroUsize::new(64).expect("not zero");
const VALUES: NonZeroUsize = NonZeroUsize::new(32).expect("not zero");

/// Documents and variables that are larger (in bytes), or have more variables, are not cached.
const LONGEST: usize = 8 * 1024;
const LONGEST_VALUES: usize = 1_024;
const MOST_VARIABLES: usize = 32;

/// The cost of a request, as computed by the checks and reported in `extensions`.
pub(crate) type Figures = BTreeMap<String, Value>;

/// The cache of checked documents.
pub(crate) struct DocumentCache(Mutex<LruCache<Key, Document>>);

/// The operation name and the text of the document.
type Key = (Option<String>, String);

/// A document that passed every check.
#[derive(Clone)]
pub(crate) struct Passed {
    pub(crate) document: Arc<ExecutableDocument>,
    /// The order of the fields in the response.
    pub(crate) field_order: Arc<FieldOrder>,
    pub(crate) figures: Figures,
    /// Whether it contains nothing but introspection.
    pub(crate) is_introspection: bool,
}

struct Document {
    parsed: Arc<ExecutableDocument>,
    field_order: Arc<FieldOrder>,
    /// The variables declared as `String` or `ID`.
    texts: Vec<Name>,
    /// The cost for each set of the other variables.
    passed: LruCache<String, Figures>,
}

impl Default for DocumentCache {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(DOCUMENTS)))
    }
}

impl DocumentCache {
    /// Returns the checked document of a request, if it is in the cache.
    pub(crate) fn get(&self, request: &Request) -> Option<Passed> {
        if is_large(request) {
            return None;
        }
        let mut document_cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let document = document_cache.get_mut(&key(request))?;
        let values = values(request, &document.texts)?;
        let figures = document.passed.get(&values)?.clone();
        Some(Passed {
            document: document.parsed.clone(),
            field_order: document.field_order.clone(),
            figures,
            is_introspection: false,
        })
    }

    /// Adds a request that passed the checks. Large documents and mutations are not cached.
    pub(crate) fn add(&self, request: &Request, parsed: ExecutableDocument, figures: Figures) -> Passed {
        let field_order = Arc::new(FieldOrder::of(&parsed, request.operation_name.as_deref()));
        let passed = Passed { document: Arc::new(parsed), field_order, figures, is_introspection: false };
        if is_large(request) || changes_something(&passed.document, request) {
            return passed;
        }
        let mut document_cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let document = document_cache.get_or_insert_mut(key(request), || Document {
            parsed: passed.document.clone(),
            field_order: passed.field_order.clone(),
            texts: declared_as_text(&passed.document),
            passed: LruCache::new(VALUES),
        });
        if let Some(values) = values(request, &document.texts) {
            document.passed.put(values, passed.figures.clone());
        }
        passed
    }
}

fn key(request: &Request) -> Key {
    (request.operation_name.clone(), request.query.clone())
}

/// Whether the operation is a mutation. Mutations are not cached, because they can contain secrets such as
/// passwords.
fn changes_something(document: &ExecutableDocument, request: &Request) -> bool {
    chosen(document, request.operation_name.as_deref())
        .is_none_or(|operation| operation.ty == OperationType::Mutation)
}

fn is_large(request: &Request) -> bool {
    request.query.len() > LONGEST || request.variables.len() > MOST_VARIABLES
}

/// Returns the variables of a request as a cache key, without the values of strings. Returns `None` if they
/// are too large.
fn values(request: &Request, texts: &[Name]) -> Option<String> {
    let variables: Vec<_> = request
        .variables
        .iter()
        .map(|(name, value)| {
            let text = texts.contains(name) && matches!(value, Value::String(_));
            // `None` means that the value is left out; null is kept as a value.
            (name.as_str(), text, (!text).then_some(value))
        })
        .collect();
    serde_json::to_string(&variables).ok().filter(|written| written.len() <= LONGEST_VALUES)
}

/// Returns the variables that every operation of the document declares as `String` or `ID`.
fn declared_as_text(document: &ExecutableDocument) -> Vec<Name> {
    let is_text = |base: &BaseType| match base {
        BaseType::Named(name) => ["String", "ID"].contains(&name.as_str()),
        BaseType::List(_) => false,
    };
    let mut declared: BTreeMap<Name, bool> = BTreeMap::new();
    for (_, operation) in document.operations.iter() {
        for variable in &operation.node.variable_definitions {
            let text = is_text(&variable.node.var_type.node.base);
            // Operations of one document may declare the same name differently.
            *declared.entry(variable.node.name.node.clone()).or_insert(true) &= text;
        }
    }
    declared.into_iter().filter(|(_, text)| *text).map(|(name, _)| name).collect()
}
