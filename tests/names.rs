//! Rules for names and headlines.

use serde_json::{Value, json};

use crate::support::{Kind, Site, on_each_database, writing::Api};

/// Names without a visible character.
const INVISIBLE: [&str; 9] = [
    "\u{200b}\u{200d}",
    "\u{3164}",
    "\u{115f}\u{1160}\u{ffa0}",
    "\u{ad}",
    "\u{202e}\u{2066}",
    "\u{301}\u{308}",
    "\u{feff}",
    "\u{2800}",
    " \u{2060}\u{fe0f} ",
];

/// Returns requests with this name: method, path and body for REST, and a mutation for GraphQL.
fn requests(name: &str) -> Vec<(&'static str, &'static str, Value, &'static str)> {
    let links = json!([{ "label": name, "url": "https://a.example" }]);
    vec![
        (
            "POST",
            "/v1/tags",
            json!({ "name": name }),
            "mutation($i: CreateTagInput!) { createTag(input: $i) { tag { name } } }",
        ),
        (
            "POST",
            "/v1/sections",
            json!({ "name": name }),
            "mutation($i: CreateSectionInput!) { createSection(input: $i) { section { name } } }",
        ),
        (
            "POST",
            "/v1/authors",
            json!({ "name": name }),
            "mutation($i: CreateAuthorInput!) { createAuthor(input: $i) { author { name } } }",
        ),
        (
            "POST",
            "/v1/authors",
            json!({ "name": "A", "links": links }),
            "mutation($i: CreateAuthorInput!) { createAuthor(input: $i) { author { name } } }",
        ),
        (
            "POST",
            "/v1/collections",
            json!({ "title": name }),
            "mutation($i: CreateCollectionInput!) { createCollection(input: $i) { collection { title } } }",
        ),
        (
            "PATCH",
            "/v1/site",
            json!({ "title": name }),
            "mutation($i: UpdateSiteInput!) { updateSite(input: $i) { site { title } } }",
        ),
        (
            "PATCH",
            "/v1/site",
            json!({ "navigation": [{ "label": name, "url": "/" }] }),
            "mutation($i: UpdateSiteInput!) { updateSite(input: $i) { site { title } } }",
        ),
        (
            "POST",
            "/v1/articles",
            json!({ "headline": name }),
            "mutation($i: CreateArticleInput!) { createArticle(input: $i) { manuscript { headline } } }",
        ),
    ]
}

/// Adds the site's current revision, which GraphQL takes in the input.
fn for_graphql(site: &Site, path: &str, mut body: Value) -> Value {
    if path == "/v1/site" {
        body["expectedRevision"] = site.ask("{ site { revision } }", json!({}))["site"]["revision"].clone();
    }
    body
}

on_each_database! {
    fn names_of_invisible_characters_are_refused(kind) {
        let site = Site::empty(kind);
        let admin = site.sign_in_as("admin@example.com", "admin");
        for name in INVISIBLE {
            for (method, path, body, mutation) in requests(name) {
                let problem = admin.send(method, path, &body).problem(400, "request.invalid");
                assert_eq!(problem["errors"].as_array().map(Vec::len), Some(1), "{body}: {problem}");
                let asked = admin.graphql(mutation, json!({ "i": for_graphql(&site, path, body.clone()) }));
                assert_eq!(asked["errors"][0]["extensions"]["code"], "request.invalid", "{body}: {asked}");
            }
            let account = json!({ "email": "new@example.com", "name": name, "role": "author" });
            admin.send("POST", "/v1/users", &account).problem(400, "request.invalid");
            let lines = [
                json!({ "type": "tag", "id": "1", "name": name }), json!({ "type": "author", "id": "1", "name": name }),
                json!({ "type": "section", "id": "1", "name": name }), json!({ "type": "collection", "id": "1", "slug": "c", "title": name }),
                json!({ "type": "site", "title": name }), json!({ "id": "1", "headline": name, "status": "draft" }),
                json!({ "id": "2", "headline": "H", "status": "draft", "tags": [name] }),
            ];
            let report = site.import("invisible", &lines);
            assert_eq!(report["skipped"].as_array().map(Vec::len), Some(lines.len()), "{name:?}: {report}");
        }
        assert_eq!(site.get("/v1/tags?count=exact").ok()["page"]["total"], 0);
    }

    fn two_unicode_forms_of_a_name_are_one_tag(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let made = editor.send("POST", "/v1/tags", &json!({ "name": "A\u{301}rbol" })).json();
        assert_eq!(made["name"], "\u{c1}rbol", "kept in NFC");
        let story = |id: &str, tag: &str| json!({ "id": id, "slug": id, "headline": id, "publishedAt": "2025-01-01T00:00:00Z", "tags": [tag] });
        site.import("test", &[story("one", "\u{c1}rbol"), story("two", "A\u{301}rbol"), story("three", "\u{c1}rbol\u{200b}"),
            json!({ "type": "tag", "id": "defined", "name": "A\u{301}rbol", "description": "A tree." })]);

        let tags = site.get("/v1/tags").ok();
        assert_eq!(tags["data"].as_array().map(Vec::len), Some(1), "{tags}");
        assert_eq!((&tags["data"][0]["id"], &tags["data"][0]["name"], &tags["data"][0]["description"]), (&made["id"], &json!("\u{c1}rbol"), &json!("A tree.")));
        assert_eq!(tags["data"][0]["articleCount"], 3);
        for (path, title) in [("/v1/collections", "title"), ("/v1/sections", "name"), ("/v1/authors", "name")] {
            assert_eq!(editor.send("POST", path, &json!({ title: " e\u{301} " })).json()[title], "\u{e9}", "{path}");
        }
    }

    fn headlines_are_stored_on_one_line(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for api in Api::BOTH {
            let made = api.create(&editor, json!({ "headline": " \n Water\r\n  rises\u{2028}fast\t" })).expect("is created");
            assert_eq!(made["headline"], "Water rises fast");
            assert!(made["slug"].as_str().is_some_and(|slug| slug.starts_with("water-rises-fast")), "{made}");
            let now = api.update(&editor, &crate::support::writing::id(&made), 1, json!({ "headline": "Two\nlines" })).expect("is changed");
            assert_eq!(now["headline"], "Two lines");
        }
        site.import("test", &[json!({ "id": "1", "slug": "one", "headline": "\tFrom\na file ", "publishedAt": "2025-01-01T00:00:00Z" })]);
        assert_eq!(site.get("/v1/articles/one").ok()["headline"], "From a file");
    }
}

#[test]
fn an_account_needs_a_visible_name_on_the_command_line_too() {
    let site = Site::empty(Kind::Sqlite);
    let output = site.command(&["user", "add", "new@example.com", "--name", "\u{3164}", "--role", "admin"]);
    assert!(!output.status.success());
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("visible"),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
