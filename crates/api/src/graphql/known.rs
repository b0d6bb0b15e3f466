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
    parser::types::{BaseType, ExecutableDocument},
};
use lru::LruCache;

/// So many documents are remembered, and each with so many other values of its variables.
const DOCUMENTS: NonZeroUsize = NonZeroUsize::new(128).expect("not zero");
const VALUES: NonZeroUsize = NonZeroUsize::new(32).expect("not zero");

/// Longer documents, and longer values, in bytes, are not remembered.
const LONGEST: usize = 16 * 1024;
const LONGEST_VALUES: usize = 1_024;

/// What the checks say of a request that passed: what it costs.
pub(crate) type Figures = BTreeMap<String, Value>;

/// The documents that are remembered.
pub(crate) struct Known(Mutex<LruCache<String, Document>>);

struct Document {
    parsed: Arc<ExecutableDocument>,
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
    /// Returns the document of a request, and what it costs, if one like it has passed.
    pub(crate) fn get(&self, request: &Request) -> Option<(Arc<ExecutableDocument>, Figures)> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let document = known.get_mut(&key(request))?;
        let values = values(request, &document.texts)?;
        let figures = document.passed.get(&values)?.clone();
        Some((document.parsed.clone(), figures))
    }

    /// Remembers that a request passed.
    pub(crate) fn add(&self, request: &Request, parsed: &ExecutableDocument, figures: &Figures) {
        if request.query.len() > LONGEST {
            return;
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let document = known.get_or_insert_mut(key(request), || Document {
            parsed: Arc::new(parsed.clone()),
            texts: declared_as_text(parsed),
            passed: LruCache::new(VALUES),
        });
        if let Some(values) = values(request, &document.texts) {
            document.passed.put(values, figures.clone());
        }
    }
}

/// Neither a name nor a document that passed has a null character.
fn key(request: &Request) -> String {
    format!("{}\0{}", request.operation_name.as_deref().unwrap_or_default(), request.query)
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
