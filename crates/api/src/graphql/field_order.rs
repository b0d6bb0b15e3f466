//! The fields of a response in the order of the query (GraphQL §7.2.2, "Serialized Map Ordering").
//!
//! The library adds fields in the order in which their resolvers complete, and leaves out fields that failed.

use std::collections::HashMap;

use async_graphql::{
    Name, PathSegment, Positioned, Response, Value,
    indexmap::IndexMap,
    parser::types::{ExecutableDocument, FragmentDefinition, Selection, SelectionSet},
};

use super::operation::chosen;

/// Adds null for each nullable field that failed (GraphQL §6.4.4). The library leaves it out.
pub(crate) fn fill(response: &mut Response) {
    for error in &response.errors {
        let Some((PathSegment::Field(name), above)) = error.path.split_last() else { continue };
        let parent = above.iter().try_fold(&mut response.data, |value, segment| match (segment, value) {
            (PathSegment::Field(name), Value::Object(fields)) => fields.get_mut(name.as_str()),
            (PathSegment::Index(at), Value::List(values)) => values.get_mut(*at),
            _ => None,
        });
        if let Some(Value::Object(fields)) = parent {
            fields.entry(Name::new(name)).or_insert(Value::Null);
        }
    }
}

/// The requested fields of an object in order, by response name, each with the fields requested of its value.
#[derive(Debug, Default)]
pub(crate) struct FieldOrder(IndexMap<Name, Self>);

impl FieldOrder {
    /// Returns the shape of the operation that runs.
    pub(crate) fn of(document: &ExecutableDocument, operation: Option<&str>) -> Self {
        let mut field_order = Self::default();
        if let Some(operation) = chosen(document, operation) {
            field_order.add(&operation.selection_set.node, &document.fragments);
        }
        field_order
    }

    /// Adds the fields of a selection. The recursion ends, because circular fragments are refused before.
    fn add(&mut self, set: &SelectionSet, fragments: &HashMap<Name, Positioned<FragmentDefinition>>) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let inner = self.0.entry(field.node.response_key().node.clone()).or_default();
                    inner.add(&field.node.selection_set.node, fragments);
                }
                Selection::InlineFragment(fragment) => self.add(&fragment.node.selection_set.node, fragments),
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = fragments.get(&spread.node.fragment_name.node) {
                        self.add(&fragment.node.selection_set.node, fragments);
                    }
                }
            }
        }
    }

    /// Sorts the fields of a response.
    pub(crate) fn order(&self, value: &mut Value) {
        match value {
            Value::List(values) => values.iter_mut().for_each(|value| self.order(value)),
            Value::Object(fields) if !self.0.is_empty() => {
                let mut requested = self.0.keys();
                // A requested field may be missing: it is on another type, skipped, or failed.
                if !fields.keys().all(|name| requested.any(|requested| requested == name)) {
                    let place = |name: &Name| self.0.get_index_of(name);
                    fields.sort_by(|a, _, b, _| place(a).cmp(&place(b)));
                }
                for (name, value) in fields {
                    if let Some(field_order) = self.0.get(name) {
                        field_order.order(value);
                    }
                }
            }
            _ => {}
        }
    }
}
