//! GraphQL features besides the data: persisted queries, ETags, helpful errors.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::support::{
    Kind, Site,
    newsroom::{lines, stories},
    on_each_database,
    site::Answer,
    writing::Api,
};

const MEDIA_TYPES: [(&str, u16); 3] =
    [("application/json", 200), ("application/graphql-response+json", 400), ("*/*", 200)];

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn an_unknown_persisted_query_gets_the_error_that_clients_expect() {
    let site = Site::with(Kind::Sqlite, &lines(&stories(3)));
    let hash = "ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38";
    let extensions = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } });
    let told = |answer: &Answer, status: u16| {
        assert_eq!(answer.status, status);
        let body = answer.json();
        assert_eq!(body["errors"][0]["message"], "PersistedQueryNotSupported");
        assert_eq!(body["errors"][0]["extensions"]["code"], "PERSISTED_QUERY_NOT_SUPPORTED");
        assert_eq!(body.get("data"), None);
        assert_eq!(answer.header("etag"), None);
    };
    let post = |accept: &str, body: Value| {
        let headers = [("content-type", "application/json"), ("accept", accept)];
        site.send("POST", "/graphql", &headers, Some(body.to_string().as_bytes()))
    };
    for (accept, status) in MEDIA_TYPES {
        let get = format!(
            "/graphql?operationName=A&variables=%7B%7D&extensions={}",
            encoded(&extensions.to_string())
        );
        told(&site.get_with(&get, &[("accept", accept)]), status);
        told(
            &post(accept, json!({ "operationName": "A", "variables": {}, "extensions": extensions })),
            status,
        );
        told(&post(accept, json!({ "query": null, "extensions": extensions })), status);
        // The client then sends the query with the hash.
        let query = "query A { articles(first: 1) { nodes { slug } } }";
        let both = post(accept, json!({ "query": query, "extensions": extensions }));
        assert_eq!(both.status, 200);
        assert!(both.json()["data"]["articles"]["nodes"][0]["slug"].is_string());
        // A request needs a query or a hash.
        assert_eq!(post(accept, json!({ "extensions": {} })).status, 400);
    }
}

#[test]
fn a_query_by_get_has_an_etag_and_is_answered_with_304() {
    let site = Site::with(Kind::Sqlite, &lines(&stories(3)));
    let address = format!("/graphql?query={}", encoded("{ articles(first: 2) { nodes { headline } } }"));
    let modern = ("accept", "application/graphql-response+json");
    let answer = site.get(&address);
    let etag = answer.header("etag").expect("a validator").to_owned();
    assert!(etag.starts_with('"') && etag.len() > 10, "{etag}");
    assert_eq!(site.get(&address).header("etag"), Some(etag.as_str()));
    let again = site.get_with(&address, &[("if-none-match", &etag)]);
    assert_eq!((again.status, again.bytes.len()), (304, 0));
    assert_eq!(again.header("etag"), Some(etag.as_str()));

    // The same bytes with another media type have another ETag.
    let other = site.get_with(&address, &[modern]);
    assert_eq!(other.bytes, answer.bytes);
    let other_tag = other.header("etag").expect("a validator").to_owned();
    assert_ne!(other_tag, etag);
    assert_eq!(site.get_with(&address, &[modern, ("if-none-match", &etag)]).status, 200);
    assert_eq!(site.get_with(&address, &[modern, ("if-none-match", &other_tag)]).status, 304);

    // A compressed response has another ETag.
    let compressed = site.get_with(&address, &[("accept-encoding", "gzip")]);
    if compressed.header("content-encoding").is_some() {
        assert_ne!(compressed.header("etag"), Some(etag.as_str()));
    }

    site.import("more", &[json!({ "id": "new", "headline": "New", "publishedAt": "2026-01-01T00:00:00Z" })]);
    let now = site.get_with(&address, &[("if-none-match", &etag)]);
    assert_eq!(now.status, 200);
    assert_ne!(now.header("etag"), Some(etag.as_str()));

    let posted = site.send(
        "POST",
        "/graphql",
        &[("content-type", "application/json")],
        Some(br#"{"query":"{ articles { nodes { headline } } }"}"#),
    );
    assert_eq!(posted.header("etag"), None);
    assert_eq!(site.get_with("/graphql?query=%7B", &[modern]).header("etag"), None);
}

#[test]
fn an_error_about_an_input_object_shows_its_shape() {
    let site = Site::with(Kind::Sqlite, &lines(&stories(3)));
    let set = "SetFilter is {all: [[String!]!], none: [String!]}, such as \
               {all: [[\"storm-odalys\", \"flooding\"], [\"merrow-point\"]], none: [\"opinion\"]}.";
    let filter =
        "ArticleFilter is {tags: SetFilter, sections: SetFilter, authors: SetFilter, language: String, ";
    let by_variable = "query($f: ArticleFilter) { articles(filter: $f) { nodes { id } } }";
    let literal = |filter: &str| format!("{{ articles(filter: {filter}) {{ nodes {{ id }} }} }}");
    for (query, variables, shape) in [
        (literal("{tags: \"tag-1\"}"), json!({}), set),
        (literal("{tags: [\"tag-1\"]}"), json!({}), set),
        (literal("{tags: {any: [\"tag-1\"]}}"), json!({}), set),
        (literal("{tag: \"tag-1\"}"), json!({}), filter),
        (literal("\"tag-1\""), json!({}), filter),
        (by_variable.to_owned(), json!({ "f": { "tags": ["tag-1"] } }), set),
        (by_variable.to_owned(), json!({ "f": { "sections": "world" } }), set),
        (by_variable.to_owned(), json!({ "f": { "tag": "tag-1" } }), filter),
        (by_variable.to_owned(), json!({ "f": "tag-1" }), filter),
        (
            "mutation { createTag(input: { name: \"x\", colour: \"red\" }) { tag { id } } }".to_owned(),
            json!({}),
            "CreateTagInput is {name: String!, ",
        ),
    ] {
        let error = site.graphql(&query, variables)["errors"][0].clone();
        assert_eq!(error["extensions"]["code"], "graphql.invalid", "{query}: {error}");
        assert!(error["message"].as_str().is_some_and(|text| text.contains(shape)), "{query}: {error}");
    }
    // The server accepts the shape that the error shows.
    let right = literal("{tags: {all: [[\"tag-1\"]]}, language: \"en\"}");
    assert_eq!(site.graphql(&right, json!({}))["errors"], Value::Null);
}

on_each_database! {
    fn a_path_leads_to_the_thing_itself_in_one_request(kind) {
        let mut newsroom = lines(&stories(12));
        newsroom.push(json!({ "type": "media", "id": "m", "url": "/m.jpg", "aliasPaths": ["/wp/m"] }));
        newsroom.push(json!({ "id": "a", "slug": "a", "headline": "A", "section": "asia", "tags": ["tag-1"], "publishedAt": "2025-01-01T00:00:00Z", "aliasPaths": ["/?p=1"] }));
        let site = Site::with(kind, &newsroom);
        let query = "query($path: String!) { resolve(path: $path) { kind id moved node { __typename id \
            ... on Article { headline tags { name } body { html } } ... on Section { name articles(first: 1) { nodes { headline } } } \
            ... on Tag { name } ... on Author { name } ... on Media { url } } } }";
        for (path, kind, field) in [
            ("/asia/a", "Article", "body"), ("/?p=1", "Article", "tags"), ("/world/asia", "Section", "articles"), ("/tags/tag-1", "Tag", "name"),
            ("/authors/author-1", "Author", "name"), ("/wp/m", "Media", "url"),
        ] {
            let found = site.ask(query, json!({ "path": path }))["resolve"].clone();
            assert_eq!(found["node"]["__typename"], kind, "{path}: {found}");
            assert_eq!(found["node"]["id"], found["id"], "{path}");
            assert!(!found["node"][field].is_null(), "{path}: {found}");
        }
        assert_eq!(site.ask(query, json!({ "path": "/nothing" }))["resolve"], Value::Null);
    }

    fn translations_have_all_fields_of_a_link_in_both_apis(kind) {
        let mut newsroom = lines(&stories(3));
        newsroom.push(json!({ "id": "en", "slug": "en", "headline": "Hello", "language": "en", "section": "asia", "publishedAt": "2025-01-01T00:00:00Z" }));
        for (id, language, more) in [("de", "de", json!({})), ("fr", "fr", json!({})), ("it", "it", json!({ "publishedAt": "2999-01-01T00:00:00Z" })), ("pt", "pt", json!({ "publishedAt": null }))] {
            let mut line = json!({ "id": id, "slug": id, "headline": id.to_uppercase(), "language": language, "section": "asia",
                                   "publishedAt": "2025-02-01T00:00:00Z", "translationOf": "en" });
            line.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            newsroom.push(line);
        }
        let site = Site::with(kind, &newsroom);
        let rest = site.get("/v1/articles/en?fields=translations").ok()["translations"].clone();
        let shown: Vec<Value> = rest.as_array().expect("a list").iter().map(|one| {
            json!([one["language"], one["slug"], one["headline"], one["canonicalPath"], one["publishedAt"]])
        }).collect();
        assert_eq!(json!(shown), json!([
            ["de", "de", "DE", "/asia/de", "2025-02-01T00:00:00Z"],
            ["fr", "fr", "FR", "/asia/fr", "2025-02-01T00:00:00Z"],
        ]));
        let query = "{ article(slug: \"en\") { translations { language id slug headline canonicalPath publishedAt } } }";
        assert_eq!(site.ask(query, json!({}))["article"]["translations"], rest);
        let german = site.get("/v1/articles/de?fields=translations").ok()["translations"].clone();
        assert_eq!(german[0]["headline"], "Hello");
        assert_eq!(german.as_array().map(Vec::len), Some(2));
        // The canonical paths resolve to the translations.
        for one in rest.as_array().expect("a list") {
            let path = one["canonicalPath"].as_str().expect("a path");
            assert_eq!(site.get(&format!("/v1/resolve?path={path}")).ok()["id"], one["id"]);
        }
    }

    fn one_level_of_a_query_shows_one_state(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let state = |word: &str| json!({ "headline": word, "kicker": word, "tags": [word], "authors": [word], "createMissing": ["tags", "authors"], "status": "published" });
        let save = |word: &str| Api::Rest.upsert(&editor, ("wire", "1"), None, state(word)).expect("saved");
        save("odd");
        let is_over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for n in 0..40 {
                    save(if n % 2 == 0 { "even" } else { "odd" });
                }
                is_over.store(true, Ordering::Relaxed);
            });
            let mut states = std::collections::BTreeSet::new();
            while !is_over.load(Ordering::Relaxed) {
                let asked = site.graphql("{ articles(first: 1) { nodes { headline kicker byline tags { name } authors { name } } } }", json!({}));
                let article = &asked["data"]["articles"]["nodes"][0];
                let word = &article["headline"];
                let all = [&article["kicker"], &article["byline"], &article["tags"][0]["name"], &article["authors"][0]["name"]];
                assert!(all.iter().all(|one| one == &word), "{article}");
                states.insert(word.to_string());
            }
            assert_eq!(states.len(), 2, "both states were seen");
        });
    }

    fn collections_are_listed_without_their_articles(kind) {
        let mut newsroom = lines(&stories(40));
        for n in 0..5 {
            let articles: Vec<String> = (n..n + 30).map(|story| format!("story-{story}")).collect();
            newsroom.push(json!({ "type": "collection", "id": format!("c{n}"), "title": format!("C{n}"), "articles": articles }));
        }
        let site = Site::with(kind, &newsroom);
        let plain = site.get("/v1/collections").ok();
        assert_eq!(plain["data"].as_array().map(Vec::len), Some(5));
        for one in plain["data"].as_array().expect("a list") {
            assert_eq!(one.get("articles"), None, "{one}");
        }
        let full = site.get("/v1/collections?include=articles").ok();
        let by_field = site.get("/v1/collections?fields=title,articles.headline").ok();
        for (n, one) in full["data"].as_array().expect("a list").iter().enumerate() {
            let single = site.get(&format!("/v1/collections/{}", one["slug"].as_str().expect("a slug"))).ok();
            assert_eq!(single, *one);
            assert_eq!(one["articles"].as_array().map(Vec::len), Some(30));
            assert_eq!(by_field["data"][n]["articles"][29]["headline"], one["articles"][29]["headline"]);
        }
        site.get("/v1/collections?include=related").blames("include", "include.unknown");

        // Articles that are not requested are not loaded.
        let statements = |path: &str| site.get(path).statements();
        let by_graphql = |selected: &str| {
            let query = json!({ "query": format!("{{ collections {{ nodes {{ {selected} }} }} }}") }).to_string();
            site.send("POST", "/graphql", &[("content-type", "application/json")], Some(query.as_bytes())).statements()
        };
        site.import("more", &[json!({ "id": "new", "headline": "New", "publishedAt": "2026-01-01T00:00:00Z" })]);
        let (without, with) = (statements("/v1/collections"), statements("/v1/collections?include=articles"));
        assert!(without < with, "{without}, {with}");
        site.import("more", &[json!({ "id": "new", "headline": "Newer", "publishedAt": "2026-01-01T00:00:00Z" })]);
        let (without, with) = (by_graphql("id slug title"), by_graphql("id articles { headline }"));
        assert!(without < with, "{without}, {with}");
    }
}
