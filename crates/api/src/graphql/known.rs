//! Documents that passed every check. Clients send the same few again and again, with other values
//! of their variables; parsing and checking took a seventh of a request.
//!
//! What a check finds does not depend on the values of variables that are declared as text: no limit
//! counts them, and any text will do. Every other value is a part of what is remembered.

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

use super::{chosen, shape::Shape};

/// So many documents are remembered, and each with so many other values of its variables.
const DOCUMENTS: NonZeroUsize = NonZeroUsize::new(64).expect("not zero");
const VALUES: NonZeroUsize = NonZeroUsize::new(32).expect("not zero");

/// Longer documents, and longer values, in bytes, are not remembered, nor is what has more variables.
const LONGEST: usize = 8 * 1024;
const LONGEST_VALUES: usize = 1_024;
const MOST_VARIABLES: usize = 32;

/// What the checks say of a request that passed: what it costs.
pub(crate) type Figures = BTreeMap<String, Value>;

/// The documents that are remembered.
pub(crate) struct Known(Mutex<LruCache<Key, Document>>);

/// The operation that is asked for, and the document's text.
type Key = (Option<String>, String);

/// A document that passed every check.
#[derive(Clone)]
pub(crate) struct Passed {
    pub(crate) document: Arc<ExecutableDocument>,
    /// The order of the answer.
    pub(crate) shape: Arc<Shape>,
    pub(crate) figures: Figures,
    /// Whether it asks for the schema alone.
    pub(crate) is_introspection: bool,
}

struct Document {
    parsed: Arc<ExecutableDocument>,
    shape: Arc<Shape>,
    /// The variables that are declared as text.
    texts: Vec<Name>,
    passed: LruCache<String, Figures>,
}

impl Default for Known {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(DOCUMENTS)))
    }
}

impl Known {
    /// Returns the document of a request, if one like it has passed.
    pub(crate) fn get(&self, request: &Request) -> Option<Passed> {
        if is_large(request) {
            return None;
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let document = known.get_mut(&key(request))?;
        let values = values(request, &document.texts)?;
        let figures = document.passed.get(&values)?.clone();
        Some(Passed {
            document: document.parsed.clone(),
            shape: document.shape.clone(),
            figures,
            is_introspection: false,
        })
    }

    /// Remembers that a request passed.
    pub(crate) fn add(&self, request: &Request, parsed: ExecutableDocument, figures: Figures) -> Passed {
        let shape = Arc::new(Shape::of(&parsed, request.operation_name.as_deref()));
        let passed = Passed { document: Arc::new(parsed), shape, figures, is_introspection: false };
        if is_large(request) || changes_something(&passed.document, request) {
            return passed;
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let document = known.get_or_insert_mut(key(request), || Document {
            parsed: passed.document.clone(),
            shape: passed.shape.clone(),
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

/// A mutation may hold what nobody else should read, such as a password.
fn changes_something(document: &ExecutableDocument, request: &Request) -> bool {
    chosen(document, request.operation_name.as_deref())
        .is_none_or(|operation| operation.ty == OperationType::Mutation)
}

fn is_large(request: &Request) -> bool {
    request.query.len() > LONGEST || request.variables.len() > MOST_VARIABLES
}

/// The variables of a request, without the values of those that are text; `None` where they are long.
fn values(request: &Request, texts: &[Name]) -> Option<String> {
    let variables: Vec<_> = request
        .variables
        .iter()
        .map(|(name, value)| {
            let text = texts.contains(name) && matches!(value, Value::String(_));
            // Null is a value too.
            (name.as_str(), text, (!text).then_some(value))
        })
        .collect();
    serde_json::to_string(&variables).ok().filter(|written| written.len() <= LONGEST_VALUES)
}

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
