//! The cost of introspection: the number of fields in its response, and the size in bytes.
//!
//! The library counts `__schema { types { fields { type { … } } } }` as one unit per field of the query,
//! although each level multiplies the response. The schema does not change while the server runs, so the
//! size of the response is computed here before anything is executed.

use std::{
    collections::HashMap,
    pin::pin,
    ptr,
    task::{Context, Poll, Waker},
};

use async_graphql::{
    Name, Positioned, Response, Value as Literal, Variables,
    parser::types::{
        ExecutableDocument, Field, FragmentDefinition, OperationDefinition, Selection, SelectionSet,
    },
};
use serde_json::{Map, Value};

use super::operation::chosen;

/// Maximum cost of the introspection in one query. The query that tools send costs about a fifth of it.
pub const MAX_INTROSPECTION: usize = 60_000;

/// Counting stops after this many steps. A query that needs more exceeds every limit.
const MAX_STEPS: usize = 200_000;

/// A query for everything that introspection can return.
const EVERYTHING: &str = "{ __schema { description queryType { name } mutationType { name } \
    subscriptionType { name } types { ...Type } \
    directives { name description isRepeatable locations args(includeDeprecated: true) { ...Input } } } } \
    fragment Type on __Type { kind name description specifiedByURL isOneOf \
    fields(includeDeprecated: true) { name description args(includeDeprecated: true) { ...Input } \
    type { ...Ref } isDeprecated deprecationReason } \
    inputFields(includeDeprecated: true) { ...Input } interfaces { ...Ref } \
    enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } \
    possibleTypes { ...Ref } } \
    fragment Input on __InputValue { name description type { ...Ref } defaultValue isDeprecated \
    deprecationReason } \
    fragment Ref on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name \
    ofType { kind name ofType { kind name ofType { kind name } } } } } } } }";

/// The schema as introspection shows it.
pub(crate) struct Introspection {
    schema: Value,
    /// The types by name, to resolve references to types.
    types: HashMap<String, Value>,
}

/// The size of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Size {
    /// Number of fields in all objects.
    pub(crate) fields: usize,
    /// Approximate size as JSON, in bytes.
    pub(crate) bytes: usize,
}

impl Size {
    fn add(&mut self, other: Self) {
        self.fields = self.fields.saturating_add(other.fields);
        self.bytes = self.bytes.saturating_add(other.bytes);
    }
}

impl Introspection {
    /// Loads the schema. `execute` runs a query on it.
    pub(crate) fn learn(execute: impl AsyncFnOnce(&str) -> Response) -> Self {
        let answer = at_once(execute(EVERYTHING));
        let data = answer.and_then(|answer| answer.data.into_json().ok()).unwrap_or_default();
        let schema = data.get("__schema").cloned().unwrap_or_default();
        let types = schema["types"].as_array().into_iter().flatten();
        let types = types.filter_map(|one| Some((one["name"].as_str()?.to_owned(), one.clone()))).collect();
        Self { schema, types }
    }

    /// Measures the introspection in an operation. Returns zero if there is none.
    pub(crate) fn measure(
        &self,
        document: &ExecutableDocument,
        operation: Option<&str>,
        variables: &Variables,
    ) -> Size {
        let Some(operation) = chosen(document, operation) else { return Size::default() };
        let mut count =
            Count { known: self, document, operation, variables, measured: HashMap::new(), steps: 0 };
        count.roots(&operation.selection_set.node)
    }

    /// Returns the complete type that a reference names.
    fn whole<'s>(&'s self, object: &'s Map<String, Value>) -> &'s Map<String, Value> {
        object
            .get("name")
            .and_then(Value::as_str)
            .filter(|_| object.contains_key("kind"))
            .and_then(|name| self.types.get(name)?.as_object())
            .unwrap_or(object)
    }
}

/// Whether an operation contains nothing but introspection.
pub(crate) fn is_alone(document: &ExecutableDocument, operation: &OperationDefinition) -> bool {
    let mut open = vec![&operation.selection_set.node];
    while let Some(set) = open.pop() {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) if field.node.name.node.starts_with("__") => {}
                Selection::Field(_) => return false,
                Selection::InlineFragment(fragment) => open.push(&fragment.node.selection_set.node),
                Selection::FragmentSpread(spread) => {
                    match document.fragments.get(&spread.node.fragment_name.node) {
                        Some(fragment) => open.push(&fragment.node.selection_set.node),
                        None => return false,
                    }
                }
            }
        }
    }
    true
}

struct Count<'a> {
    known: &'a Introspection,
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
    variables: &'a Variables,
    /// Sizes by the memory addresses of the selection and of the object. Both outlive this struct.
    measured: HashMap<(usize, usize), Size>,
    steps: usize,
}

impl<'a> Count<'a> {
    /// Measures `__schema` and `__type` in a selection on the query root.
    fn roots(&mut self, set: &'a SelectionSet) -> Size {
        let mut size = Size::default();
        for selection in &set.items {
            size.add(match &selection.node {
                Selection::Field(field) => self.root(&field.node),
                Selection::InlineFragment(fragment) => self.roots(&fragment.node.selection_set.node),
                Selection::FragmentSpread(spread) => match self.fragment(&spread.node.fragment_name.node) {
                    Some(fragment) => self.roots(&fragment.node.selection_set.node),
                    None => Size::default(),
                },
            });
        }
        size
    }

    fn root(&mut self, field: &'a Field) -> Size {
        let object = match field.name.node.as_str() {
            "__schema" => self.known.schema.as_object(),
            "__type" => self.type_named(field),
            _ => None,
        };
        object.map_or_else(Size::default, |object| self.object(&field.selection_set.node, object))
    }

    fn type_named(&self, field: &Field) -> Option<&'a Map<String, Value>> {
        let argument = field.get_argument("name")?;
        let name = argument.node.clone().into_const_with(|variable| {
            let definition = self
                .operation
                .variable_definitions
                .iter()
                .find(|definition| definition.node.name.node == variable);
            let default = definition.and_then(|definition| definition.node.default_value.as_ref());
            let given = self.variables.get(&variable).cloned();
            given.or_else(|| default.map(|value| value.node.clone())).ok_or(())
        });
        match name {
            Ok(Literal::String(name)) => self.known.types.get(&name)?.as_object(),
            _ => None,
        }
    }

    fn fragment(&self, name: &Name) -> Option<&'a Positioned<FragmentDefinition>> {
        self.document.fragments.get(name)
    }

    fn object(&mut self, set: &'a SelectionSet, object: &'a Map<String, Value>) -> Size {
        let object = self.known.whole(object);
        let place = (ptr::from_ref(set).addr(), ptr::from_ref(object).addr());
        if let Some(size) = self.measured.get(&place) {
            return *size;
        }
        let mut size = Size { fields: 0, bytes: 2 };
        for selection in &set.items {
            self.steps += 1;
            if self.steps > MAX_STEPS {
                return Size { fields: usize::MAX, bytes: usize::MAX };
            }
            size.add(match &selection.node {
                Selection::Field(field) => self.field(&field.node, object),
                Selection::InlineFragment(fragment) => self.object(&fragment.node.selection_set.node, object),
                Selection::FragmentSpread(spread) => match self.fragment(&spread.node.fragment_name.node) {
                    Some(fragment) => self.object(&fragment.node.selection_set.node, object),
                    None => Size::default(),
                },
            });
        }
        self.measured.insert(place, size);
        size
    }

    fn field(&mut self, field: &'a Field, object: &'a Map<String, Value>) -> Size {
        let key = field.alias.as_ref().unwrap_or(&field.name).node.as_str();
        let mut size = Size { fields: 1, bytes: key.len() + 4 };
        match object.get(field.name.node.as_str()) {
            Some(Value::String(text)) => size.bytes += text.len() + 2,
            Some(Value::Object(inner)) => size.add(self.object(&field.selection_set.node, inner)),
            Some(Value::Array(items)) => {
                for item in items {
                    size.bytes += 1;
                    match item {
                        Value::Object(inner) => size.add(self.object(&field.selection_set.node, inner)),
                        other => size.bytes += other.as_str().map_or(4, |text| text.len() + 2),
                    }
                }
            }
            _ => size.bytes += 12,
        }
        size
    }
}

/// Runs a future that waits for no I/O until it completes. It may yield, as sets of futures do after some
/// polls.
fn at_once<T>(work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    let mut context = Context::from_waker(Waker::noop());
    (0..MAX_STEPS).find_map(|_| match work.as_mut().poll(&mut context) {
        Poll::Ready(done) => Some(done),
        Poll::Pending => None,
    })
}
