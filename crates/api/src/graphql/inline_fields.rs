//! Objects that resolve fields without asynchronous tasks.
//!
//! The library creates a task for each field of an object, which takes half the time of a request for twenty
//! articles. Here, values that an object already holds go straight into the response, and only the other
//! fields go through the library to the object's resolvers. If fields must be merged, or a fragment is on
//! another type, the library resolves the whole object. A test compares both ways for every field.

use std::{borrow::Cow, collections::HashMap, ops::Deref, sync::Arc};

use async_graphql::{
    ContainerType, ContextSelectionSet, InputType, Name, OutputType, Positioned, ServerResult, Value,
    indexmap::IndexMap,
    parser::types::{Field, FragmentDefinition, Selection, SelectionSet},
    registry::Registry,
    resolver_utils::resolve_container,
};

type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// An object that can return some of its fields directly.
pub trait InlineFields: ContainerType {
    /// Returns the value of a field that the object holds, `None` for any other field.
    fn inline_field(&self, _asked: &RequestedField<'_>) -> Option<Value> {
        None
    }
}

/// A requested field.
pub struct RequestedField<'a> {
    field: &'a Field,
    fragments: &'a Fragments,
}

impl RequestedField<'_> {
    /// The field's name.
    pub fn name(&self) -> &str {
        &self.field.name.node
    }

    /// Returns a scalar or enum value.
    pub fn leaf(&self, value: &impl InputType) -> Option<Value> {
        Some(value.to_value())
    }

    /// Returns an object, if it holds all requested fields.
    pub fn object<T: InlineFields>(&self, object: &T) -> Option<Value> {
        let (answer, others) = answered(object, &self.field.selection_set.node, self.fragments)?;
        others.is_empty().then_some(Value::Object(answer))
    }

    /// Returns an object or null.
    pub fn optional<T: InlineFields>(&self, object: Option<&T>) -> Option<Value> {
        object.map_or(Some(Value::Null), |object| self.object(object))
    }

    /// Returns a list of objects, if each holds all requested fields.
    pub fn list<T: InlineFields>(&self, objects: &[T]) -> Option<Value> {
        objects.iter().map(|object| self.object(object)).collect::<Option<_>>().map(Value::List)
    }
}

/// A response with null for the fields that are still to be resolved, and the list of those fields.
type Begun<'a> = (IndexMap<Name, Value>, Vec<&'a Positioned<Field>>);

/// Resolves the fields that an object holds. Returns `None` if the library must resolve the whole object.
fn answered<'a, T: InlineFields>(
    object: &T,
    set: &'a SelectionSet,
    fragments: &'a Fragments,
) -> Option<Begun<'a>> {
    let mut requested = Vec::with_capacity(set.items.len());
    flatten(set, &T::type_name(), fragments, &mut requested)?;
    let mut answer = IndexMap::with_capacity(requested.len());
    let mut others = Vec::new();
    for field in requested {
        let inline_field = match field.node.name.node.as_str() {
            "__typename" => Some(Value::String(T::type_name().into_owned())),
            _ => object.inline_field(&RequestedField { field: &field.node, fragments }),
        };
        if inline_field.is_none() {
            others.push(field);
        }
        let key = field.node.response_key().node.clone();
        if !field.node.directives.is_empty() || answer.insert(key, inline_field.unwrap_or_default()).is_some()
        {
            return None;
        }
    }
    (!answer.is_empty()).then_some((answer, others))
}

/// Collects the fields of a selection and of its fragments. Returns `None` if a fragment is unknown or on
/// another type.
fn flatten<'a>(
    set: &'a SelectionSet,
    type_name: &str,
    fragments: &'a Fragments,
    into: &mut Vec<&'a Positioned<Field>>,
) -> Option<()> {
    for selection in &set.items {
        let (condition, set) = match &selection.node {
            Selection::Field(field) => {
                into.push(field);
                continue;
            }
            Selection::InlineFragment(fragment) => {
                (fragment.node.type_condition.as_ref(), &fragment.node.selection_set)
            }
            Selection::FragmentSpread(spread) => {
                let fragment = &fragments.get(&spread.node.fragment_name.node)?.node;
                (Some(&fragment.type_condition), &fragment.selection_set)
            }
        };
        if condition.is_some_and(|condition| condition.node.on.node != type_name) {
            return None;
        }
        flatten(&set.node, type_name, fragments, into)?;
    }
    Some(())
}

/// An object in a response. Cheap to clone.
#[derive(Debug)]
pub struct Shown<T>(Arc<T>);

impl<T> Clone for Shown<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> From<T> for Shown<T> {
    fn from(object: T) -> Self {
        Self(Arc::new(object))
    }
}

impl<T> Deref for Shown<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: InlineFields> OutputType for Shown<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        let object = &*self.0;
        let Some((mut answer, others)) = answered(object, &ctx.item.node, &ctx.query_env.fragments) else {
            return object.resolve(ctx, field).await;
        };
        if others.is_empty() {
            return Ok(Value::Object(answer));
        }
        let names: Vec<Name> = others.iter().map(|field| field.node.response_key().node.clone()).collect();
        let items = others.into_iter().map(|one| Positioned::new(Selection::Field(one.clone()), one.pos));
        let set = Positioned::new(SelectionSet { items: items.collect() }, ctx.item.pos);
        let mut found = match resolve_container(&ctx.with_selection_set(&set), object).await? {
            Value::Object(found) => found,
            _ => IndexMap::new(),
        };
        // The library leaves out a field that failed; `shape::fill` restores it as null.
        for name in names {
            match found.swap_remove(&name) {
                Some(value) => drop(answer.insert(name, value)),
                None => drop(answer.shift_remove(&name)),
            }
        }
        Ok(if answer.is_empty() { Value::Null } else { Value::Object(answer) })
    }
}
