//! Variables that a request leaves out.
//!
//! Where the value of an argument or of an input field is a variable without a value, it is as if the argument or
//! field were not written (GraphQL §6.4.1, §3.10): it has its default, and a change leaves the field as it is. The
//! library takes null for such a variable, which an argument with a default refuses, and which takes things away.

use async_graphql::{
    Name, Positioned, Variables,
    parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, Selection, SelectionSet},
};
use async_graphql_value::Value;

use super::chosen;

/// Takes the arguments and input fields out of a document whose variables have no value.
pub(crate) fn remove(document: &mut ExecutableDocument, operation: Option<&str>, variables: &Variables) {
    let Some(runs) = chosen(document, operation) else { return };
    let without_value =
        runs.variable_definitions.iter().map(|definition| &definition.node).filter(|definition| {
            definition.default_value.is_none() && !variables.contains_key(&definition.name.node)
        });
    let omitted: Vec<Name> = without_value.map(|definition| definition.name.node.clone()).collect();
    if omitted.is_empty() {
        return;
    }
    for operation in operations(document) {
        remove_from(&mut operation.node.selection_set.node, &omitted);
    }
    for fragment in document.fragments.values_mut() {
        remove_from(&mut fragment.node.selection_set.node, &omitted);
    }
}

fn operations(document: &mut ExecutableDocument) -> Vec<&mut Positioned<OperationDefinition>> {
    match &mut document.operations {
        DocumentOperations::Single(operation) => vec![operation],
        DocumentOperations::Multiple(operations) => operations.values_mut().collect(),
    }
}

/// The checks before this bound how deep selections and values nest.
fn remove_from(set: &mut SelectionSet, omitted: &[Name]) {
    for selection in &mut set.items {
        match &mut selection.node {
            Selection::Field(field) => {
                let field = &mut field.node;
                field.arguments.retain(|(_, value)| !is_omitted(&value.node, omitted));
                field.arguments.iter_mut().for_each(|(_, value)| prune(&mut value.node, omitted));
                remove_from(&mut field.selection_set.node, omitted);
            }
            Selection::InlineFragment(fragment) => {
                remove_from(&mut fragment.node.selection_set.node, omitted);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// An item of a list stays, as null.
fn prune(value: &mut Value, omitted: &[Name]) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, value| !is_omitted(value, omitted));
            fields.values_mut().for_each(|value| prune(value, omitted));
        }
        Value::List(values) => values.iter_mut().for_each(|value| prune(value, omitted)),
        _ => {}
    }
}

fn is_omitted(value: &Value, omitted: &[Name]) -> bool {
    matches!(value, Value::Variable(name) if omitted.contains(name))
}
