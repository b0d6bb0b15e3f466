//! Rewrites schemas that utoipa derives into forms that client generators understand.
//!
//! Generators turn named schemas into types. An unnamed object becomes a type with an invented name, or is
//! dropped. Some generators fail on a `null` default that the property's type does not allow.
//! `tests/clients/generators.test.js` runs them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

type Schemas = Map<String, Value>;

/// Rewrites all schemas of the document.
pub(super) fn simplify(document: &mut Value) {
    remove_null_defaults(document);
    let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else {
        return;
    };
    let names: Vec<String> = schemas.keys().cloned().collect();
    for name in &names {
        if let Some(union) = schemas.get(name).and_then(TaggedUnion::read) {
            union.write(name, schemas);
        }
    }
    for name in &names {
        if let Some(merged) = schemas.get(name).and_then(|schema| merged(schema, schemas)) {
            schemas.insert(name.clone(), merged);
        }
    }
    schemas.sort_keys();
}

/// Removes `null` defaults, which utoipa writes for every optional field with a serde default.
fn remove_null_defaults(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(remove_null_defaults),
        Value::Object(object) => {
            if object.get("default") == Some(&Value::Null) {
                object.remove("default");
            }
            object.values_mut().for_each(remove_null_defaults);
        }
        _ => {}
    }
}

/// An enum that serde writes with a tag, such as [`Block`](crate::article::block::Block). Each variant
/// is a named schema and a value of the tag.
struct TaggedUnion {
    tag: String,
    /// The name of each variant's schema, and its value of the tag.
    variants: Vec<(String, String)>,
}

impl TaggedUnion {
    /// Reads what utoipa derives: `oneOf` of `allOf` of a reference and an unnamed object with the tag.
    fn read(schema: &Value) -> Option<Self> {
        let mut tag = None;
        let mut variants = Vec::new();
        for variant in schema.get("oneOf")?.as_array()? {
            let [named, unnamed] = variant.get("allOf")?.as_array()?.as_slice() else { return None };
            let (name, property) = unnamed.get("properties")?.as_object()?.iter().next()?;
            let value = property.pointer("/enum/0")?.as_str()?;
            if tag.get_or_insert_with(|| name.clone()) != name {
                return None;
            }
            variants.push((target(named)?.to_owned(), value.to_owned()));
        }
        Some(Self { tag: tag?, variants })
    }

    /// Adds the tag to each variant as a property, and a discriminator to the union.
    ///
    /// The tag's type has a name of its own, because Swift allows no nested type called `Type`.
    fn write(self, name: &str, schemas: &mut Schemas) {
        let Self { tag, variants } = self;
        let mut mapping = Map::new();
        let mut choices = Vec::new();
        for (variant, value) in variants {
            let tag_type = format!("{variant}{}{}", tag[..1].to_uppercase(), &tag[1..]);
            let constant = json!({
                "type": "string",
                "description": format!("The `{tag}` of a {variant}."),
                "enum": [value],
            });
            if let Some(schema) = schemas.get_mut(&variant) {
                add_first(
                    schema,
                    &tag,
                    json!({
                        "$ref": reference(&tag_type),
                        "description": format!("Always `{value}`."),
                        "const": value,
                    }),
                );
            }
            schemas.insert(tag_type, constant);
            choices.push(json!({ "$ref": reference(&variant) }));
            mapping.insert(value, Value::String(reference(&variant)));
        }
        if let Some(schema) = schemas.get_mut(name) {
            schema["oneOf"] = Value::Array(choices);
            schema["discriminator"] = json!({ "propertyName": tag, "mapping": mapping });
        }
    }
}

/// Adds a required property in front of the others.
fn add_first(schema: &mut Value, name: &str, property: Value) {
    let mut properties = Map::new();
    properties.insert(name.to_owned(), property);
    if let Some(Value::Object(others)) = schema.get_mut("properties").map(Value::take) {
        properties.extend(others);
    }
    schema["properties"] = Value::Object(properties);
    let mut required = vec![Value::from(name)];
    if let Some(Value::Array(others)) = schema.get_mut("required").map(Value::take) {
        required.extend(others);
    }
    schema["required"] = Value::Array(required);
}

/// Returns the one object that an `allOf` of objects describes; `None` for any other schema.
fn merged(schema: &Value, schemas: &Schemas) -> Option<Value> {
    let mut required: Vec<Value> = Vec::new();
    let mut properties = BTreeMap::new();
    let mut whole = Map::new();
    for part in schema.get("allOf")?.as_array()? {
        let part = target(part).and_then(|name| schemas.get(name)).unwrap_or(part);
        let part = merged(part, schemas).unwrap_or_else(|| part.clone());
        for (key, value) in part.as_object()? {
            match (key.as_str(), value) {
                ("required", Value::Array(names)) => {
                    required.extend(
                        names.iter().filter(|name| !required.contains(name)).cloned().collect::<Vec<_>>(),
                    );
                }
                ("properties", Value::Object(more)) => properties.extend(more.clone()),
                _ => drop(whole.insert(key.clone(), value.clone())),
            }
        }
    }
    if let Some(description) = schema.get("description") {
        whole.insert("description".to_owned(), description.clone());
    }
    whole.insert("required".to_owned(), Value::Array(required));
    whole.insert("properties".to_owned(), properties.into_iter().collect::<Map<_, _>>().into());
    Some(Value::Object(whole))
}

fn target(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix("#/components/schemas/")
}

fn reference(name: &str) -> String {
    format!("#/components/schemas/{name}")
}
