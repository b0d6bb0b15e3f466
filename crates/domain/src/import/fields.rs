//! Reads the fields that items of several types have: ids and origins.

use serde_json::{Map, Value};

use super::{Origin, Provenance};

/// Returns the item's id at the source: its `id`, or else its `slug`.
pub(super) fn source_id(fields: &Map<String, Value>) -> Option<String> {
    ["id", "slug"].iter().find_map(|name| match fields.get(*name)? {
        text @ Value::String(id) if !id.is_empty() => storable(text),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    })
}

/// Returns the text if both databases can store it: at most 1,000 bytes and without U+0000.
pub(super) fn storable(value: &Value) -> Option<String> {
    value.as_str().filter(|text| text.len() <= 1_000 && !text.contains('\0')).map(str::to_owned)
}

/// Parses the `origins` field as an export writes it.
pub(super) fn origins(
    entity: &'static str,
    fields: &Map<String, Value>,
    target: [u8; 16],
) -> Vec<Provenance> {
    let read = |value: &Value| {
        Some(Provenance {
            origin: Origin { source: storable(&value["source"])?, entity, id: storable(&value["id"])? },
            target,
            digest: value["digest"].as_str()?.parse().ok()?,
            revision: value["revision"].as_u64().and_then(|revision| u32::try_from(revision).ok()),
        })
    };
    fields.get("origins").and_then(Value::as_array).into_iter().flatten().filter_map(read).collect()
}

/// Returns whether any text in a value contains U+0000, which PostgreSQL cannot store.
pub(super) fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}
