//! Variables without a value.
//!
//! An argument or input field whose value is a variable without a value counts as omitted (GraphQL §6.4.1,
//! §3.10): its default applies, and a mutation leaves the field unchanged. The library uses null instead,
//! which arguments with a default refuse and which would clear fields. So such arguments and fields are
//! removed from the document before execution.

use async_graphql::{
    Name, Positioned, Variables,
    parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, Selection, SelectionSet},
};
use async_graphql_value::Value;

use super::operation::chosen;

/// Removes the arguments and input fields whose value is a variable without a value.
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

/// Removes omitted arguments from a selection. The recursion is bounded, because earlier checks limit the
/// nesting.
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

/// Removes omitted fields from an input value. An omitted item of a list stays and becomes null.
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
