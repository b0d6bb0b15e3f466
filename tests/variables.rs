//! Omitted GraphQL variables: their arguments and input fields are treated as if they were not in the query.

use std::collections::{BTreeMap, HashMap, VecDeque};

use serde_json::{Value, json};

use crate::support::{
    Kind, Site,
    newsroom::{lines, stories},
    on_each_database,
};

const INTROSPECTION: &str = "{ __schema { types { kind name enumValues { name } \
    fields { name type { ...T } args { name defaultValue type { ...T } } } \
    inputFields { name defaultValue type { ...T } } } } } \
    fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }";

/// The types of the schema, by name.
struct Schema(BTreeMap<String, Value>);

/// Returns the named type inside lists and non-null types.
fn named(reference: &Value) -> &str {
    match &reference["ofType"] {
        Value::Null => reference["name"].as_str().expect("a name"),
        inner => named(inner),
    }
}

fn written(reference: &Value) -> String {
    match reference["kind"].as_str() {
        Some("NON_NULL") => format!("{}!", written(&reference["ofType"])),
        Some("LIST") => format!("[{}]", written(&reference["ofType"])),
        _ => named(reference).to_owned(),
    }
}

fn list<'v>(of: &'v Value, name: &str) -> &'v [Value] {
    of[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text<'v>(of: &'v Value, name: &str) -> &'v str {
    of[name].as_str().expect("text")
}

/// Returns whether an argument or an input field is required.
fn is_needed(one: &Value) -> bool {
    one["type"]["kind"] == "NON_NULL" && one["defaultValue"].is_null()
}

impl Schema {
    fn of(site: &Site) -> Self {
        let found = site.ask(INTROSPECTION, json!({}));
        let types = list(&found["__schema"], "types").iter();
        Self(types.map(|one| (text(one, "name").to_owned(), one.clone())).collect())
    }

    /// Returns a literal of a type with its required fields, and with `$v` at the input field at `way`.
    fn value(&self, reference: &Value, way: &[String]) -> String {
        if reference["kind"] == "NON_NULL" {
            return self.value(&reference["ofType"], way);
        }
        if reference["kind"] == "LIST" {
            return format!("[{}]", self.value(&reference["ofType"], way));
        }
        let name = named(reference);
        let definition = &self.0[name];
        match text(definition, "kind") {
            "ENUM" => text(&definition["enumValues"][0], "name").to_owned(),
            "INPUT_OBJECT" => {
                let fields = list(definition, "inputFields").iter();
                let written = fields.filter_map(|field| {
                    let field_name = text(field, "name");
                    let value = match way {
                        [only] if only == field_name => "$v".to_owned(),
                        [next, rest @ ..] if next == field_name => self.value(&field["type"], rest),
                        _ if is_needed(field) => self.value(&field["type"], &[]),
                        _ => return None,
                    };
                    Some(format!("{field_name}: {value}"))
                });
                format!("{{ {} }}", written.collect::<Vec<_>>().join(", "))
            }
            _ => match name {
                "Int" | "Float" => "1".to_owned(),
                "Boolean" => "false".to_owned(),
                "DateTime" => "\"2025-01-01T00:00:00Z\"".to_owned(),
                _ => "\"x\"".to_owned(),
            },
        }
    }

    /// Returns the paths and types of all input fields with a default, below `way`.
    fn defaults_in(&self, input: &str, way: &[String]) -> Vec<(Vec<String>, Value)> {
        let mut found = Vec::new();
        for field in list(&self.0[input], "inputFields") {
            let way = [way, &[text(field, "name").to_owned()]].concat();
            if !field["defaultValue"].is_null() {
                found.push((way.clone(), field["type"].clone()));
            }
            let inner = named(&field["type"]);
            // Navigation entries contain navigation entries, so do not recurse into the same type.
            if self.0[inner]["kind"] == "INPUT_OBJECT" && inner != input {
                found.extend(self.defaults_in(inner, &way));
            }
        }
        found
    }

    /// Returns a selection of an object's scalars, down to the given depth.
    fn selection(&self, object: &str, depth: u32) -> String {
        let fields =
            list(&self.0[object], "fields").iter().filter(|field| !list(field, "args").iter().any(is_needed));
        let written = fields.filter_map(|field| {
            let inner = named(&field["type"]);
            match text(&self.0[inner], "kind") {
                "SCALAR" | "ENUM" => Some(text(field, "name").to_owned()),
                "OBJECT" if depth > 0 => {
                    Some(format!("{} {}", text(field, "name"), self.selection(inner, depth - 1)))
                }
                _ => None,
            }
        });
        format!("{{ __typename {} }}", written.collect::<Vec<_>>().join(" "))
    }

    /// Returns the fields that lead from the root to each object type.
    fn ways(&self) -> HashMap<String, Vec<String>> {
        let schema = ("__Schema".to_owned(), vec!["__schema".to_owned()]);
        let mut ways = HashMap::from([("Query".to_owned(), Vec::new()), schema]);
        let mut open = VecDeque::from(["Query".to_owned(), "__Schema".to_owned()]);
        while let Some(object) = open.pop_front() {
            for field in list(&self.0[&object], "fields") {
                let inner = named(&field["type"]);
                // Skip fields that need a signed-in account or a slug.
                let by_name = list(field, "args").iter().any(|one| one["name"] == "slug");
                let is_private = ["me", "users", "changes", "apiKeys"].contains(&text(field, "name"));
                if is_private
                    || by_name
                    || ways.contains_key(inner)
                    || list(field, "args").iter().any(is_needed)
                    || self.0[inner]["kind"] != "OBJECT"
                {
                    continue;
                }
                let short = list(field, "args").iter().any(|one| one["name"] == "first");
                let step = format!("{}{}", text(field, "name"), if short { "(first: 1)" } else { "" });
                ways.insert(inner.to_owned(), [ways[&object].as_slice(), &[step]].concat());
                open.push_back(inner.to_owned());
            }
        }
        ways
    }
}

fn nullable(reference: &Value) -> String {
    written(reference).trim_end_matches('!').to_owned()
}

on_each_database! {
    fn arguments_use_their_default_if_the_variable_is_omitted(kind) {
        let site = Site::with(kind, &lines(&stories(30)));
        let schema = Schema::of(&site);
        let ways = schema.ways();
        let mut tried = Vec::new();
        let objects = schema.0.values().filter(|one| one["kind"] == "OBJECT" && one["name"] != "Mutation");
        for (object, field) in objects.flat_map(|object| list(object, "fields").iter().map(move |field| (object, field))) {
            for argument in list(field, "args").iter().filter(|one| !one["defaultValue"].is_null()) {
                let (object, field_name, name) = (text(object, "name"), text(field, "name"), text(argument, "name"));
                let way = ways.get(object).unwrap_or_else(|| panic!("no way to {object}"));
                let (open, close) = (way.join(" { "), " }".repeat(way.len()));
                let open = if way.is_empty() { open } else { format!("{open} {{ ") };
                let needed: Vec<String> = list(field, "args").iter().filter(|one| is_needed(one))
                    .map(|one| format!("{}: {}", text(one, "name"), schema.value(&one["type"], &[]))).collect();
                let selected = schema.selection(named(&field["type"]), 1);
                let ask = |argument: &str| format!("{open}{field_name}({} {argument}) {selected}{close}", needed.join(", "));
                // Empty parentheses are a syntax error.
                let plain = ask("").replace("( )", "");
                let with_variable = format!("query($v: {}) {{ {} }}", nullable(&argument["type"]), ask(&format!("{name}: $v")));
                let expected = site.ask(&format!("{{ {plain} }}"), json!({}));
                assert_eq!(site.ask(&with_variable, json!({})), expected, "{with_variable}");
                // The second time, the server has the checked document in its cache.
                assert_eq!(site.ask(&with_variable, json!({})), expected, "{with_variable}");
                if argument["type"]["kind"] == "NON_NULL" {
                    let refused = site.graphql(&with_variable, json!({ "v": null }));
                    assert_eq!(refused["errors"][0]["extensions"]["code"], "graphql.invalid", "{refused}");
                }
                tried.push(format!("{object}.{field_name}.{name}"));
            }
        }
        for known in ["Article.page.related", "Article.page.comments", "Query.articles.sort", "Tag.articles.sort", "Author.articles.sort"] {
            assert!(tried.iter().any(|one| one == known), "{known} of {tried:?}");
        }
    }

    fn omitted_variables_leave_fields_unchanged(kind) {
        let site = Site::with(kind, &lines(&stories(3)));
        let editor = site.sign_in_as("editor@example.com", "editor");
        let create = "mutation { createTag(input: { name: \"Storm\", description: \"Wind.\", type: EVENT }) { tag { slug } } }";
        assert_eq!(editor.graphql(create, json!({}))["data"]["createTag"]["tag"]["slug"], "storm");
        let change = "mutation($seen: Int, $name: String, $description: String) { \
            updateTag(input: { id: \"storm\", expectedRevision: $seen, name: $name, description: $description }) { tag { name type description } } }";
        let changed = |variables: Value| {
            let answer = editor.graphql(change, variables);
            assert_eq!(answer["errors"], Value::Null, "{answer}");
            answer["data"]["updateTag"]["tag"].clone()
        };
        let kept = json!({ "name": "The storm", "type": "EVENT", "description": "Wind." });
        assert_eq!(changed(json!({ "seen": 1, "name": "The storm" })), kept);
        assert_eq!(changed(json!({ "seen": 2, "name": "The storm", "description": null }))["description"], Value::Null);

        let made = editor.graphql("mutation($k: String, $f: BodyFormat) { createArticle(input: { headline: \"H\", kicker: $k, standfirst: \"S\", \
            body: { source: \"<p>B\", format: $f } }) { manuscript { id revision kicker body { format } } } }", json!({ "k": "K" }));
        let made = &made["data"]["createArticle"]["manuscript"];
        assert_eq!((&made["kicker"], &made["body"]["format"]), (&json!("K"), &json!("HTML")), "{made}");
        let updated = editor.graphql("mutation($id: ID!, $seen: Int, $h: String, $k: String, $s: String) { updateArticle( \
            input: { id: $id, expectedRevision: $seen, headline: $h, kicker: $k, standfirst: $s }) { manuscript { headline kicker standfirst } } }",
            json!({ "id": made["id"], "seen": made["revision"], "h": "H2", "s": null }));
        let updated = &updated["data"]["updateArticle"]["manuscript"];
        assert_eq!(*updated, json!({ "headline": "H2", "kicker": "K", "standfirst": null }));
    }
}

#[test]
fn input_fields_use_their_default_if_the_variable_is_omitted() {
    let site = Site::empty(Kind::Sqlite);
    let schema = Schema::of(&site);
    let mut tried = Vec::new();
    for field in list(&schema.0["Mutation"], "fields") {
        let arguments = list(field, "args");
        let mut ways: Vec<(Vec<String>, Value)> = Vec::new();
        for argument in arguments {
            let way = vec![text(argument, "name").to_owned()];
            if !argument["defaultValue"].is_null() {
                ways.push((way.clone(), argument["type"].clone()));
            }
            let input = named(&argument["type"]);
            if schema.0[input]["kind"] == "INPUT_OBJECT" {
                ways.extend(schema.defaults_in(input, &way));
            }
        }
        for (way, wanted) in ways {
            let written: Vec<String> = arguments
                .iter()
                .filter_map(|argument| {
                    let name = text(argument, "name");
                    let value = match way.as_slice() {
                        [only] if only == name => "$v".to_owned(),
                        [first, rest @ ..] if first == name => schema.value(&argument["type"], rest),
                        _ if is_needed(argument) => schema.value(&argument["type"], &[]),
                        _ => return None,
                    };
                    Some(format!("{name}: {value}"))
                })
                .collect();
            let field_name = text(field, "name");
            let query = format!(
                "mutation($v: {}) {{ {field_name}({}) {{ __typename }} }}",
                nullable(&wanted),
                written.join(", ")
            );
            // `access.sign_in` shows that the arguments were accepted, because they are read first.
            let code = |variables| site.graphql(&query, variables)["errors"][0]["extensions"]["code"].clone();
            assert_eq!(code(json!({})), "access.sign_in", "{query}");
            assert_eq!(code(json!({ "v": null })), "graphql.invalid", "{query}");
            tried.push(format!("{field_name}.{}", way.join(".")));
        }
    }
    for known in [
        "createArticle.input.body.format",
        "updateArticles.input.atomic",
        "updateSite.input.navigation.children",
    ] {
        assert!(tried.iter().any(|one| one.contains(known)), "{known} of {tried:?}");
    }
}
