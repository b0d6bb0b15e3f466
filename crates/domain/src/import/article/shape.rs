//! Checks and defaults for the fields of an article item, before any reference in it is resolved.

use serde_json::{Map, Value};

use super::super::Importer;
use super::super::{fields::storable, report::reasons};
use crate::{article::Document, slug::Slug, text};

/// Returns the slug for an item, and whether the item gives it. The slug may be a number in JSON.
/// Without one, the slug is made from the headline.
pub(super) fn wanted_slug(fields: &Map<String, Value>) -> Option<(Slug, bool)> {
    let text = |name: &str| match fields.get(name)? {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) if number.is_u64() => Some(number.to_string()),
        _ => None,
    };
    match text("slug") {
        Some(slug) => Some((Slug::of(&slug, "article"), true)),
        None => text("headline").map(|headline| (Slug::of(&headline, "article"), false)),
    }
}

/// Fills in defaults. Returns the reason if a field has the wrong form.
pub(super) fn check_shape(fields: &mut Map<String, Value>, importer: &Importer) -> Result<(), String> {
    let Some(Value::String(headline)) = fields.get_mut("headline") else {
        return Err("headline: is missing".to_owned());
    };
    *headline = text::one_line(headline);
    for name in ["tags", "authors", "relatedPins", "relatedBlocks", "aliasPaths"] {
        let well_formed = |values: &Vec<Value>| values.iter().all(|value| storable(value).is_some());
        if fields.get(name).is_some_and(|value| !value.as_array().is_some_and(well_formed)) {
            return Err(format!("{name}: must be a list of names"));
        }
        if fields.get(name).and_then(Value::as_array).is_some_and(|values| values.len() > 100) {
            return Err(format!("{name}: has more than 100 entries"));
        }
    }
    for place in ["/leadMedia", "/seo/image"] {
        if pointed(fields, place).is_some_and(|value| storable(value).is_none_or(|name| name.is_empty())) {
            return Err(format!("{}: must be a name", &place[1..]));
        }
    }
    for name in ["section", "translationOf"] {
        if fields.get(name).is_some_and(|value| storable(value).is_none()) {
            return Err(format!("{name}: must be a name"));
        }
    }
    if fields.get("slug").is_some_and(|slug| !slug.is_string() && !slug.is_u64()) {
        return Err("slug: must be a name".to_owned());
    }
    if let Some(Value::String(body)) = fields.get_mut("body")
        && body.contains('\0')
    {
        // HTML parsers replace U+0000 in the same way.
        *body = body.replace('\0', "\u{FFFD}");
    }
    if !fields.contains_key("language") {
        fields.insert("language".to_owned(), Value::String(importer.default_language.to_string()));
    }
    if !fields.contains_key("status") && !fields.contains_key("publishedAt") {
        fields.insert("status".to_owned(), Value::String("draft".to_owned()));
    }
    Ok(())
}

/// Moves the body's text out of the fields and leaves an empty text.
///
/// The body is long and the checks of the other fields do not need it. A value that is no text
/// stays, so that it is refused with its place.
pub(super) fn taken_body(fields: &mut Map<String, Value>) -> String {
    match fields.get_mut("body") {
        Some(Value::String(body)) => std::mem::take(body),
        _ => String::new(),
    }
}

/// Checks the fields, except references and the slug.
pub(super) fn rehearse(fields: &Map<String, Value>) -> Result<(), String> {
    let mut fields = fields.clone();
    for name in ["section", "tags", "authors", "translationOf", "relatedPins", "relatedBlocks", "leadMedia"] {
        fields.remove(name);
    }
    if let Some(image) = pointed(&mut fields, "/seo/image") {
        *image = Value::Null;
    }
    fields.insert("slug".to_owned(), Value::String("article".to_owned()));
    let document: Document = serde_path_to_error::deserialize(Value::Object(fields)).map_err(|error| {
        // The message may repeat the given value, which can be long.
        let reason: String = error.inner().to_string().chars().take(200).collect();
        format!("{}: {reason}", error.path())
    })?;
    document.check().map_err(|error| reasons(&error))
}

/// Returns the value at a JSON Pointer with one or two names, unless it is null.
pub(super) fn pointed<'f>(fields: &'f mut Map<String, Value>, place: &str) -> Option<&'f mut Value> {
    let mut names = place[1..].split('/');
    let mut value = fields.get_mut(names.next()?)?;
    for name in names {
        value = value.get_mut(name)?;
    }
    (!value.is_null()).then_some(value)
}
