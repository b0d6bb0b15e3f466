//! Creating, changing and removing collections.

use serde_json::{Value, json};

use crate::support::{Site, on_each_database};

fn story(n: u32) -> Value {
    json!({ "id": format!("s{n}"), "slug": format!("s{n}"), "headline": format!("S{n}"), "publishedAt": "2025-01-01T00:00:00Z" })
}

fn newsroom() -> Vec<Value> {
    let mut lines: Vec<_> = (1..=3).map(story).collect();
    lines.push(
        json!({ "id": "later", "slug": "later", "headline": "Later", "publishedAt": "2999-01-01T00:00:00Z" }),
    );
    lines.push(json!({ "id": "draft", "slug": "draft", "headline": "Draft" }));
    lines
}

fn slugs(collection: &Value) -> Vec<&str> {
    collection["articles"]
        .as_array()
        .expect("articles")
        .iter()
        .filter_map(|one| one["slug"].as_str())
        .collect()
}

on_each_database! {
    fn editors_create_order_and_remove_collections(kind) {
        let site = Site::with(kind, &newsroom());
        let editor = site.sign_in_as("editor@example.com", "editor");
        let made = editor.send("POST", "/v1/collections", &json!({ "title": " Front ", "description": "Today.", "articles": ["s2", "later", "s1", "draft"] }));
        assert_eq!(made.status, 201, "{}", String::from_utf8_lossy(&made.bytes));
        let front = site.get(made.header("location").expect("an address")).ok();
        assert_eq!(front["slug"], "front");
        assert_eq!(made.json(), editor.get("/v1/collections/front").ok());
        assert_eq!((&front["title"], slugs(&front)), (&json!("Front"), vec!["s2", "s1"]), "what readers do not see yet waits");

        let third = site.get("/v1/articles/s3").ok()["id"].clone();
        let now = editor.send("PATCH", "/v1/collections/front", &json!({ "articles": ["s1", third, "s2"] })).ok();
        assert_eq!(slugs(&now), ["s1", "s3", "s2"], "by slug and by id");
        assert_eq!(now["description"], "Today.");
        let asked = editor.graphql(
            "mutation { updateCollection(input: { id: \"front\", expectedRevision: 2, articles: [\"s3\"], description: null, slug: \"home\" }) { collection { slug title description articles { slug } } } }",
            json!({}),
        );
        let home = &asked["data"]["updateCollection"]["collection"];
        assert_eq!((&home["slug"], &home["description"], slugs(home)), (&json!("home"), &Value::Null, vec!["s3"]), "{asked}");
        site.get("/v1/collections/front").problem(404, "collection.not_found");

        let asked = editor.graphql("mutation { createCollection(input: { title: \"Home\" }) { collection { slug } } }", json!({}));
        assert_eq!(asked["data"]["createCollection"]["collection"]["slug"], "home-2", "{asked}");
        let exists = editor.send("POST", "/v1/collections", &json!({ "title": "Mine", "slug": "home" })).problem(409, "collection.exists");
        assert_eq!(exists["existing"], front["id"], "{exists}");
        let gone = editor.graphql("mutation { removeCollection(input: { id: \"home-2\", expectedRevision: 1 }) { done } }", json!({}));
        assert_eq!(gone["data"]["removeCollection"]["done"], true, "{gone}");
        assert_eq!(editor.send("DELETE", "/v1/collections/home", &Value::Null).status, 204);
        assert_eq!(site.get("/v1/collections").ok()["data"], json!([]));
        assert_eq!(site.get("/v1/articles/s3").status, 200);

        let admin = site.sign_in_as("admin@example.com", "admin");
        let told = admin.get(&format!("/v1/changes?thing={}", front["id"].as_str().expect("an id"))).ok();
        let told: Vec<_> = told["data"].as_array().expect("changes").iter()
            .map(|change| (change["action"].clone(), change["fields"].clone())).collect();
        assert_eq!(told, [
            (json!("deleted"), json!([])),
            (json!("updated"), json!(["slug", "description", "articles"])),
            (json!("updated"), json!(["articles"])),
            (json!("created"), json!([])),
        ]);
    }

    fn an_editor_sees_every_entry_and_loses_none_by_putting_them_in_order(kind) {
        let site = Site::with(kind, &newsroom());
        let editor = site.sign_in_as("editor@example.com", "editor");
        let all = ["s2", "later", "s1", "draft"];
        assert_eq!(editor.send("POST", "/v1/collections", &json!({ "title": "Front", "articles": all })).status, 201);
        assert_eq!(slugs(&site.get("/v1/collections/front").ok()), ["s2", "s1"]);

        let read = editor.get("/v1/collections/front/entries");
        assert_eq!(read.header("cache-control"), Some("private, no-store"));
        let entries = read.ok()["data"].as_array().expect("entries").clone();
        let shown: Vec<_> = entries.iter().map(|entry| {
            let article = &entry["article"];
            (article["slug"].clone(), article["headline"].clone(), article["status"].clone(), entry["visible"].clone())
        }).collect();
        assert_eq!(shown, [
            (json!("s2"), json!("S2"), json!("published"), json!(true)),
            (json!("later"), json!("Later"), json!("scheduled"), json!(false)),
            (json!("s1"), json!("S1"), json!("published"), json!(true)),
            (json!("draft"), json!("Draft"), json!("draft"), json!(false)),
        ]);
        assert_eq!((&entries[1]["article"]["publishedAt"], &entries[3]["article"]["publishedAt"]), (&json!("2999-01-01T00:00:00Z"), &Value::Null));

        // GraphQL returns the same entries, and only to editors.
        let query = "{ collection(slug: \"front\") { entries { visible article { id slug headline status publishedAt } } } collections { nodes { entries { article { slug } } } } }";
        let asked = editor.graphql(query, json!({}));
        let lowered = asked["data"]["collection"]["entries"].to_string().replace("\"PUBLISHED\"", "\"published\"").replace("\"SCHEDULED\"", "\"scheduled\"").replace("\"DRAFT\"", "\"draft\"");
        assert_eq!(serde_json::from_str::<Value>(&lowered).expect("JSON"), Value::Array(entries.clone()), "{asked}");
        assert_eq!(asked["data"]["collections"]["nodes"][0]["entries"].as_array().map(Vec::len), Some(4), "{asked}");
        site.get("/v1/collections/front/entries").problem(401, "access.sign_in");
        assert_eq!(site.graphql(query, json!({}))["errors"][0]["extensions"]["code"], "access.sign_in");
        let author = site.sign_in_as("author@example.com", "author");
        author.get("/v1/collections/front/entries").problem(403, "access.denied");
        assert_eq!(author.graphql(query, json!({}))["errors"][0]["extensions"]["code"], "access.denied");
        editor.get("/v1/collections/nothing/entries").problem(404, "collection.not_found");

        // Saving the entries in another order loses none of them.
        let ids: Vec<Value> = entries.iter().rev().map(|entry| entry["article"]["id"].clone()).collect();
        let tag = read.header("etag").expect("a validator");
        let saved = editor.send_if_match("PATCH", "/v1/collections/front", Some(tag), &json!({ "articles": ids }));
        assert_eq!(slugs(&saved.ok()), ["s1", "s2"]);
        let again = editor.get("/v1/collections/front/entries").ok();
        let now: Vec<_> = again["data"].as_array().expect("entries").iter().map(|entry| entry["article"]["id"].clone()).collect();
        assert_eq!(now, ids);

        // A key that cannot read drafts cannot remove entries that it cannot see.
        let me = editor.get("/v1/me").ok()["id"].as_str().expect("an id").to_owned();
        let made = editor.send("POST", &format!("/v1/users/{me}/api-keys"), &json!({ "name": "Desk", "scopes": ["collections:write"] }));
        assert_eq!(made.status, 201, "{}", String::from_utf8_lossy(&made.bytes));
        let authorization = format!("Bearer {}", made.json()["secret"].as_str().expect("a secret"));
        let change = |body: Value| {
            let revision = editor.revision_of("/v1/collections/front");
            let headers = [("authorization", authorization.as_str()), ("content-type", "application/json"), ("if-match", &format!("\"{revision}\""))];
            site.send("PATCH", "/v1/collections/front", &headers, Some(body.to_string().as_bytes()))
        };
        change(json!({ "articles": ["s1"] })).problem(403, "access.denied");
        change(json!({ "title": "Home" })).ok();
        assert_eq!(editor.get("/v1/collections/front/entries").ok()["data"], again["data"]);
    }

    fn only_editors_change_collections_and_errors_name_the_field(kind) {
        let site = Site::with(kind, &newsroom());
        let author = site.sign_in_as("author@example.com", "author");
        let editor = site.sign_in_as("editor@example.com", "editor");
        assert_eq!(editor.send("POST", "/v1/collections", &json!({ "title": "Front", "articles": ["s1"] })).status, 201);
        let before = site.get("/v1/collections").ok();
        for (method, path, body, mutation) in [
            ("POST", "/v1/collections", json!({ "title": "X" }), "createCollection(input: { title: \"X\" }) { collection { id } }"),
            ("PATCH", "/v1/collections/front", json!({ "title": "X" }), "updateCollection(input: { id: \"front\", title: \"X\" }) { collection { id } }"),
            ("PATCH", "/v1/collections/nothing", json!({ "title": "X" }), "updateCollection(input: { id: \"nothing\", title: \"X\" }) { collection { id } }"),
            ("DELETE", "/v1/collections/front", Value::Null, "removeCollection(input: { id: \"front\" }) { done }"),
        ] {
            author.send(method, path, &body).problem(403, "access.denied");
            let asked = author.graphql(&format!("mutation {{ {mutation} }}"), json!({}));
            assert_eq!(asked["errors"][0]["extensions"]["code"], "access.denied", "{asked}");
        }
        let many: Vec<String> = (0..101).map(|n| format!("s{n}")).collect();
        for (input, pointer) in [
            (json!({ "title": " " }), "/title"),
            (json!({ "title": null }), "/title"),
            (json!({ "slug": "No Slug" }), "/slug"),
            (json!({ "description": "x".repeat(5_001) }), "/description"),
            (json!({ "articles": ["s1", "nothing"] }), "/articles/1"),
            (json!({ "articles": ["s1", "s2", "s1"] }), "/articles/2"),
            (json!({ "articles": ["article_01h455vb4pex5vsknk084sn02q"] }), "/articles/0"),
            (json!({ "articles": many }), "/articles"),
            (json!({ "articleCount": 1 }), "/articleCount"),
        ] {
            let problem = editor.send("PATCH", "/v1/collections/front", &input).problem(400, "request.invalid");
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{input}: {problem}");
        }
        editor.send("PATCH", "/v1/collections/nothing", &json!({ "title": "X" })).problem(404, "collection.not_found");
        assert_eq!(site.get("/v1/collections").ok(), before);
    }
}
