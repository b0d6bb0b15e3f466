//! The OpenAPI document and the GraphQL schema: the committed files match the code and are fully described.

use std::path::Path;

use serde_json::Value;

use crate::support::{Kind, Site, site::binary};

fn committed(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name);
    std::fs::read_to_string(path).unwrap_or_default()
}

fn printed(command: &str) -> String {
    let output = binary().arg(command).output().expect("runs");
    assert!(output.status.success());
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn committed_documents_match_the_code() {
    for (name, command) in [("schema.graphql", "sdl"), ("openapi/openapi.json", "openapi")] {
        assert!(committed(name) == printed(command), "{name} differs from the code; `make gen` mends it");
    }
}

#[test]
fn served_documents_are_the_printed_ones() {
    let site = Site::empty(Kind::Sqlite);
    assert_eq!(String::from_utf8_lossy(&site.get("/openapi.json").bytes), printed("openapi"));
    assert_eq!(String::from_utf8_lossy(&site.get("/schema.graphql").bytes), printed("sdl"));
}

/// Collects every schema of the document, with its path.
fn schemas<'d>(value: &'d Value, path: &str, found: &mut Vec<(String, &'d Value)>) {
    match value {
        Value::Object(object) => {
            if let Some(Value::Object(properties)) = object.get("properties") {
                for (name, property) in properties {
                    found.push((format!("{path}.{name}"), property));
                }
            }
            object.iter().for_each(|(name, value)| schemas(value, &format!("{path}/{name}"), found));
        }
        Value::Array(values) => values.iter().for_each(|value| schemas(value, path, found)),
        _ => {}
    }
}

/// The verbs that operation ids begin with. The name of the resource follows.
const VERBS: [&str; 22] = [
    "list_",
    "get_",
    "resolve_",
    "create_",
    "update_",
    "remove_",
    "revoke_",
    "begin_",
    "renew_",
    "end_",
    "choose_",
    "trash_",
    "submit_",
    "send_back_",
    "publish_",
    "unpublish_",
    "archive_",
    "restore_",
    "purge_",
    "upsert_",
    "compare_",
    "merge_",
];

#[test]
fn everything_in_the_openapi_document_is_described() {
    let document: Value = serde_json::from_str(&printed("openapi")).expect("JSON");
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let context = format!("{method} {path}");
            let id = operation["operationId"].as_str().expect("an id");
            assert!(VERBS.iter().any(|verb| id.starts_with(verb)), "{context}: {id}");
            assert!(operation["summary"].is_string() && operation["description"].is_string(), "{context}");
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                assert!(
                    parameter["description"].as_str().is_some_and(|text| !text.is_empty()),
                    "{context}: {parameter}"
                );
            }
            if path.starts_with("/v1") {
                let problem =
                    &operation["responses"]["503"]["content"]["application/problem+json"]["schema"]["$ref"];
                assert_eq!(problem, "#/components/schemas/ProblemDocument", "{context}");
                assert!(operation["responses"]["400"].is_object(), "{context}");
            }
        }
    }
    let mut properties = Vec::new();
    schemas(&document["components"]["schemas"], "", &mut properties);
    assert!(properties.len() > 100);
    for (path, property) in properties {
        let described = property["description"].is_string()
            || property["oneOf"]
                .as_array()
                .is_some_and(|all| all.iter().any(|one| one["description"].is_string()))
            || property.get("$ref").is_some()
            || property.get("const").is_some()
            || property.get("enum").is_some();
        assert!(described, "{path} has no description: {property}");
    }
}

/// Calls `visit` for every value of the document, with its path.
fn everywhere<'d>(value: &'d Value, path: &str, visit: &mut impl FnMut(&str, &'d Value)) {
    visit(path, value);
    match value {
        Value::Object(object) => {
            object.iter().for_each(|(name, value)| everywhere(value, &format!("{path}/{name}"), visit));
        }
        Value::Array(values) => {
            values.iter().enumerate().for_each(|(n, value)| everywhere(value, &format!("{path}/{n}"), visit));
        }
        _ => {}
    }
}

#[test]
fn every_schema_in_the_openapi_document_has_a_form_that_generators_support() {
    let document: Value = serde_json::from_str(&printed("openapi")).expect("JSON");
    everywhere(&document, "", &mut |path, value| {
        assert_ne!(value.get("default"), Some(&Value::Null), "{path} has null as its default");
        assert!(value.get("allOf").is_none(), "{path} is put together of several schemas");
        let is_component = path.strip_prefix("/components/schemas/").is_some_and(|name| !name.contains('/'));
        let is_object = value["type"] == "object" || value.get("properties").is_some();
        assert!(
            !is_object || is_component || value["title"].is_string(),
            "{path} is an object without a name"
        );
        for choices in ["oneOf", "anyOf"].into_iter().filter_map(|of| value[of].as_array()) {
            let named = choices.iter().all(|one| one["$ref"].is_string() || one["type"] == "null");
            assert!(named, "{path} has choices without names");
        }
    });
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
            let is_sparse =
                operation["parameters"].as_array().into_iter().flatten().any(|one| one["name"] == "fields");
            assert!(schema.is_null() || schema["$ref"].is_string(), "{method} {path}: {schema}");
            let says = operation["responses"]["200"]["description"].as_str().unwrap_or_default();
            assert_eq!(says.contains("With `fields`"), is_sparse, "{method} {path}: {says}");
        }
    }
}

#[test]
fn a_block_is_one_of_named_schemas_with_its_type_as_discriminator() {
    let document: Value = serde_json::from_str(&printed("openapi")).expect("JSON");
    let schemas = &document["components"]["schemas"];
    let block = &schemas["Block"];
    assert_eq!(block["discriminator"]["propertyName"], "type");
    let mapping = block["discriminator"]["mapping"].as_object().expect("a mapping");
    let choices: Vec<_> =
        block["oneOf"].as_array().expect("choices").iter().map(|one| &one["$ref"]).collect();
    assert_eq!(mapping.values().collect::<Vec<_>>(), choices);
    assert_eq!(choices.len(), 12);
    for (name, reference) in mapping {
        let found = document.pointer(reference.as_str().expect("a reference").trim_start_matches('#'));
        let schema = found.unwrap_or_else(|| panic!("{reference} leads nowhere"));
        assert_eq!(schema["properties"]["type"]["const"], name.as_str());
        assert_eq!(schema["required"][0], "type", "{reference}");
    }
}

#[test]
fn everything_in_the_graphql_schema_is_described() {
    let site = Site::empty(Kind::Sqlite);
    let schema = site.ask(
        "{ __schema { types { name description fields { name description } inputFields { name description } enumValues { name description } } } }",
        serde_json::json!({}),
    );
    for one in schema["__schema"]["types"].as_array().expect("types") {
        let name = one["name"].as_str().expect("a name");
        if name.starts_with("__") || ["Query", "ID", "Int", "Float", "String", "Boolean"].contains(&name) {
            continue;
        }
        assert!(one["description"].is_string(), "{name} has no description");
        for list in ["fields", "inputFields", "enumValues"] {
            for field in one[list].as_array().into_iter().flatten() {
                assert!(field["description"].is_string(), "{name}.{} has no description", field["name"]);
            }
        }
    }
}

/// Returns the commands of the README and the responses shown below them.
fn shown() -> Vec<(String, Value)> {
    let readme = committed("README.md");
    let mut blocks = readme.split("```").skip(1).step_by(2);
    let mut shown = Vec::new();
    while let Some(block) = blocks.next() {
        let Some(command) = block.strip_prefix("sh\ncurl") else { continue };
        let answer = blocks.clone().next().and_then(|answer| answer.strip_prefix("json\n"));
        if let Some(answer) = answer.and_then(|answer| serde_json::from_str(answer).ok()) {
            shown.push((command.to_owned(), answer));
        }
    }
    shown
}

#[test]
fn the_readme_shows_the_responses_of_the_sample() {
    let database = crate::support::database::Database::new(Kind::Sqlite);
    let filled = binary().args(["sample", "--database-url", &database.url]).status().expect("runs");
    assert!(filled.success());
    let site = Site::serve(database);
    let shown = shown();
    assert_eq!(shown.len(), 2, "a REST and a GraphQL command, each with its answer");
    for (command, answer) in shown {
        let address = command.split("http://127.0.0.1:8080").nth(1).expect("an address");
        let path = address.split(['\'', ' ']).next().expect("a path");
        let answered = match command.split("-d '").nth(1) {
            None => site.get(path).ok(),
            Some(body) => {
                let body = body.rsplit_once('\'').expect("an end").0;
                site.send("POST", path, &[("content-type", "application/json")], Some(body.as_bytes())).ok()
            }
        };
        assert_eq!(answered, answer, "{command}");
    }
}
