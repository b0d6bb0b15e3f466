//! Patterns for the values of query parameters and headers, for the OpenAPI document.
//!
//! Handlers read parameters as text, so that one response can name everything that is wrong with a
//! request. utoipa therefore knows only that they are text; this module adds the patterns, once for all
//! operations. A pattern cannot express everything, for example whether a cursor was issued by this
//! server.

use serde_json::{Value, json};

/// The part of a TypeID after the prefix: 26 characters in Crockford's base 32, the first of which
/// holds three bits. See <https://github.com/jetify-com/typeid/tree/main/spec>.
const SUFFIX: &str = "[0-7][0-9a-hjkmnp-tv-z]{25}";
const SLUG: &str = "[a-z0-9]+(-[a-z0-9]+)*";
const LANGUAGE: &str = "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$";
const CURSOR: &str = "^[A-Za-z0-9_-]+$";
/// Paths contain no control characters and no backslashes.
const SITE_PATH: &str = r"^/[^\\\u0000-\u001f\u007f-\u009f]*$";

/// One or more of these, comma-separated.
fn listed(item: &str) -> String {
    format!("^{item}(,{item})*$")
}

/// A slug or an id.
fn named(prefix: &str) -> String {
    format!("({prefix}_{SUFFIX}|{SLUG})")
}

/// The syntax of tag filters: `a|b,c,-d`.
fn set(prefix: &str) -> String {
    let name = named(prefix);
    listed(&format!(r"(-{name}|{name}(\|{name})*)"))
}

/// Returns the schema of a query parameter's text; `None` if the parameter's type says enough.
fn looks(operation: &str, parameter: &str) -> Option<Value> {
    let pattern = match parameter {
        "tag" | "section" | "author" => set(parameter),
        "parent" => {
            let prefix = if operation == "list_sections" { "section" } else { "tag" };
            return Some(json!({ "pattern": format!("^{}$", named(prefix)), "maxLength": 96 }));
        }
        "ids" | "exclude" => listed(&format!("article_{SUFFIX}")),
        "language" => return Some(json!({ "pattern": LANGUAGE, "maxLength": 35 })),
        "kind" => listed("(article|page|liveblog|gallery|video|audio)"),
        "status" => listed("(draft|in_review|scheduled|published|archived|trashed)"),
        "type" => listed("(keyword|person|organisation|place|event|series|tone|campaign)"),
        "include" if operation == "list_collections" => "^articles$".to_owned(),
        "include" => listed("(blocks|text|related|latest|comments)"),
        "fields" => listed(r"[A-Za-z]+(\.[A-Za-z]+)*"),
        "thing" => format!("^(site|[a-z]+_{SUFFIX})$"),
        "actor" | "user" => format!("^user_{SUFFIX}$"),
        "after" | "before" => CURSOR.to_owned(),
        "path" => return Some(json!({ "pattern": SITE_PATH, "maxLength": 512 })),
        _ => return None,
    };
    Some(json!({ "pattern": pattern }))
}

/// Returns the schema of a header that handlers read by hand.
fn header(name: &str) -> Option<Value> {
    match name {
        "If-Match" => {
            Some(json!({ "type": "string", "pattern": "^\"(0|[1-9][0-9]{0,8})(-[0-9a-z-]{1,40})?\"$" }))
        }
        "Idempotency-Key" => Some(json!({ "type": "string", "pattern": "^[!-~]{1,255}$" })),
        _ => None,
    }
}

/// Adds schemas to the headers and query parameters of all operations.
pub fn describe(document: &mut Value) {
    let paths = document.pointer_mut("/paths").and_then(Value::as_object_mut);
    let items = paths.into_iter().flat_map(|paths| paths.values_mut()).filter_map(Value::as_object_mut);
    for operation in items.flat_map(|item| item.values_mut()) {
        for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(schema) = header(parameter["name"].as_str().unwrap_or_default()) {
                parameter["schema"] = schema;
            }
        }
    }
    describe_queries(document);
}

fn describe_queries(document: &mut Value) {
    let paths = document.pointer_mut("/paths").and_then(Value::as_object_mut);
    for operation in
        paths.into_iter().flat_map(|paths| paths.values_mut()).filter_map(|item| item.get_mut("get"))
    {
        let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten().filter(|parameter| parameter["in"] == "query") {
            let name = parameter["name"].as_str().unwrap_or_default().to_owned();
            if let (Some(Value::Object(more)), Some(schema)) =
                (looks(&id, &name), parameter.get_mut("schema").and_then(Value::as_object_mut))
            {
                schema.extend(more);
            }
        }
    }
}
