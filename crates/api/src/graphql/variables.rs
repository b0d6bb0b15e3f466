//! Checks the values of variables before execution: a request with invalid variables is not executed
//! (GraphQL §6.1.2).

use async_graphql::{
    ErrorExtensionValues, ServerError, ServerResult, Variables,
    parser::types::{BaseType, ExecutableDocument, Type},
};
use async_graphql_value::ConstValue;

use super::operation::chosen;

/// Checks the variables of the operation that will run. Enums, input objects and custom scalars are checked
/// by their types, later.
pub(crate) fn check(
    document: &ExecutableDocument,
    operation: Option<&str>,
    variables: &Variables,
) -> ServerResult<()> {
    let Some(operation) = chosen(document, operation) else { return Ok(()) };
    for definition in &operation.variable_definitions {
        let name = definition.node.name.node.as_str();
        let var_type = &definition.node.var_type.node;
        let given = variables.get(name);
        let problem = match given {
            None if var_type.nullable || definition.node.default_value.is_some() => None,
            None => Some(format!("variable ${name} of type {var_type} is required")),
            Some(value) if fits(value, var_type) => None,
            Some(_) => Some(format!("the value of variable ${name} does not match its type {var_type}")),
        };
        if let Some(problem) = problem {
            let mut error = ServerError::new(problem, Some(definition.pos));
            let mut extensions = ErrorExtensionValues::default();
            extensions.set("code", "graphql.invalid");
            error.extensions = Some(extensions);
            return Err(error);
        }
    }
    Ok(())
}

fn fits(value: &ConstValue, expected: &Type) -> bool {
    if *value == ConstValue::Null {
        return expected.nullable;
    }
    match (&expected.base, value) {
        (BaseType::List(each), ConstValue::List(values)) => values.iter().all(|value| fits(value, each)),
        // A single value is accepted as a list with one item.
        (BaseType::List(each), value) => fits(value, each),
        (BaseType::Named(name), value) => match (name.as_str(), value) {
            ("Int", ConstValue::Number(number)) => {
                number.as_i64().is_some_and(|number| i32::try_from(number).is_ok())
            }
            ("Float", ConstValue::Number(_))
            | ("String" | "ID", ConstValue::String(_))
            | ("Boolean", ConstValue::Boolean(_)) => true,
            ("ID", ConstValue::Number(number)) => number.is_i64(),
            ("Int" | "Float" | "String" | "ID" | "Boolean", _) => false,
            _ => true,
        },
    }
}
