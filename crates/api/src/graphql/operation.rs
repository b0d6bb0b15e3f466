//! Finds the operation of a GraphQL document that a request executes.

use async_graphql::parser::types::{ExecutableDocument, OperationDefinition};

/// Returns the operation of a document that will be executed.
pub(super) fn chosen<'d>(
    document: &'d ExecutableDocument,
    name: Option<&str>,
) -> Option<&'d OperationDefinition> {
    let mut operations = document.operations.iter();
    let chosen = match name {
        Some(wanted) => operations.find(|(name, _)| name.is_some_and(|name| name.as_str() == wanted)),
        None => operations.next(),
    };
    chosen.map(|(_, operation)| &operation.node)
}
