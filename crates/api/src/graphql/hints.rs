//! Adds the fields of input objects to error messages.
//!
//! The library only names the type that it expected. With its fields in the message, the author of the query
//! need not look it up in the schema.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{
    ServerError,
    parser::{
        parse_schema,
        types::{TypeKind, TypeSystemDefinition},
    },
};

/// Examples for types whose field list alone does not show how to write a value.
const EXAMPLES: [(&str, &str); 2] = [
    ("ArticleFilter", r#"{tags: {all: [["storm-odalys"]]}, language: "en"}"#),
    ("SetFilter", r#"{all: [["storm-odalys", "flooding"], ["merrow-point"]], none: ["opinion"]}"#),
];

/// The fields of each input object as text, by type name.
#[derive(Clone)]
pub(crate) struct Hints(Arc<HashMap<String, String>>);

impl Hints {
    /// Reads the input objects from a schema in SDL.
    pub(crate) fn of(schema: &str) -> Self {
        let definitions = parse_schema(schema).map(|document| document.definitions).unwrap_or_default();
        let shapes = definitions.into_iter().filter_map(|definition| {
            let TypeSystemDefinition::Type(definition) = definition else { return None };
            let TypeKind::InputObject(object) = definition.node.kind else { return None };
            let fields: Vec<String> = object
                .fields
                .iter()
                .map(|field| format!("{}: {}", field.node.name.node, field.node.ty.node))
                .collect();
            let name = definition.node.name.node.to_string();
            let example = EXAMPLES.iter().find(|(known, _)| *known == name);
            let example = example.map(|(_, example)| format!(", such as {example}")).unwrap_or_default();
            Some((name, format!("{{{}}}{example}", fields.join(", "))))
        });
        Self(Arc::new(shapes.collect()))
    }

    /// Appends the fields of the input object to each error that names one.
    pub(crate) fn add(&self, errors: &mut [ServerError]) {
        for error in errors {
            // The message names the innermost type first.
            let named = error.message.split("type \"").nth(1).and_then(|rest| rest.split('"').next());
            let Some(name) = named.map(|name| name.trim_matches(['[', ']', '!'])) else { continue };
            if let Some(shape) = self.0.get(name) {
                error.message = format!("{} {name} is {shape}.", ended(&error.message));
            }
        }
    }
}

/// Returns the message with a full stop, if it has none.
fn ended(message: &str) -> String {
    match message.ends_with(['.', ')']) {
        true => message.to_owned(),
        false => format!("{message}."),
    }
}
