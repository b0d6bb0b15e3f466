//! The number of SQL statements does not depend on the number of rows.

use serde_json::{Value, json};

use crate::support::{
    Site,
    newsroom::{lines, stories},
    on_each_database,
    people::Person,
};

const NESTED: &str = "query($n: Int!) { articles(first: $n) { totalCount nodes { headline \
    section { name parent { name } articles(first: 2) { nodes { slug } } } \
    tags { name articleCount parent { name } articles(first: 3) { totalCount nodes { headline tags { name } } } } \
    authors { name articles(first: 2, sort: HEADLINE_ASC) { nodes { slug } } } \
    body { html blocks { __typename } } translations { slug } } } }";

const RELATED: &str = "query($n: Int!) { articles(first: $n) { nodes { slug \
    related(first: 2) { edges { score reasons { parts { tag { name } } } node { slug } } } } } }";

const PAGES: &str = "query($n: Int!) { articles(first: $n) { nodes { \
    leadMedia { url } commentCount comments(first: 2) { totalCount nodes { article { slug } parent { id } } } \
    page(related: 2, latest: 2, comments: 2) { comments { id } related { article { slug } } latest { slug } } } } }";

/// Returns a newsroom with many articles. The first article of every list has a value in every field.
fn newsroom() -> Vec<Value> {
    let mut lines = lines(&stories(130));
    lines.push(json!({ "id": "first", "headline": "A first", "publishedAt": "2025-12-01T00:00:00Z", "section": "asia",
                       "tags": ["tag-1", "tag-2"], "authors": ["author-1"], "body": "<p>Text</p>" }));
    lines.push(json!({ "type": "comment", "id": "c1", "article": "first", "authorName": "A", "body": "Yes", "createdAt": "2025-12-01T01:00:00Z" }));
    lines.push(json!({ "type": "comment", "id": "c2", "article": "first", "parent": "c1", "authorName": "B", "body": "No", "createdAt": "2025-12-01T02:00:00Z" }));
    lines.push(
        json!({ "type": "collection", "id": "front", "title": "Front", "articles": ["first", "story-1"] }),
    );
    lines.push(json!({ "id": "erste", "headline": "Z", "publishedAt": "2024-01-01T00:00:00Z", "language": "de", "translationOf": "first" }));
    lines
}

/// Sends a request twice and returns the statements of the second one. The first one fills the cache.
fn second(ask: impl Fn() -> u32) -> u32 {
    let (first, second) = (ask(), ask());
    assert!((second..=second + 12).contains(&first), "{first}, then {second}");
    second
}

/// Writes an article with `n` tags, authors and alias paths, publishes it and changes all of them. Returns the
/// statements of each step.
fn writing(editor: &Person<'_>, n: usize) -> [u32; 5] {
    let fields = |from: usize| {
        let named = |of: &str| (from..from + n).map(|n| format!("{of}-{n}")).collect::<Vec<_>>();
        let paths: Vec<String> = (from..from + n).map(|path| format!("/{n}/{path}")).collect();
        json!({ "tags": named("tag"), "authors": named("author"), "aliasPaths": paths })
    };
    let send = |method: &str, path: &str, seen: Option<&str>, body: &Value| {
        let answer = editor.send_if_match(method, path, seen, body);
        assert!(matches!(answer.status, 200 | 201), "{method} {path}: {}", answer.json());
        answer
    };
    let mut new = fields(0);
    new["headline"] = json!(format!("Written with {n}"));
    let draft = send("POST", "/v1/articles", None, &new);
    let path = format!("/v1/articles/{}", draft.json()["id"].as_str().expect("an id"));
    let publish = format!("{path}/publish");
    [
        draft.statements(),
        send("PATCH", &path, Some("\"1\""), &fields(1)).statements(),
        send("POST", &publish, Some("\"2\""), &json!({})).statements(),
        send("PATCH", &path, Some("\"3\""), &fields(n + 1)).statements(),
        send("POST", &publish, Some("\"4\""), &json!({})).statements(),
    ]
}

on_each_database! {
    fn articles_with_any_number_of_terms_and_paths_take_the_same_number(kind) {
        let mut terms = Vec::new();
        for n in 0..=60 {
            for of in ["tag", "author"] {
                terms.push(json!({ "type": of, "id": format!("{of}-{n}"), "slug": format!("{of}-{n}"), "name": format!("{of}-{n}") }));
            }
        }
        let site = Site::with(kind, &terms);
        let editor = site.sign_in_as("editor@example.com", "editor");
        // The first request of a session also loads the key that its token is signed with.
        writing(&editor, 2);
        let (one, many) = (writing(&editor, 1), writing(&editor, 30));
        assert_eq!(one, many);
        assert!(one.iter().all(|count| *count <= 30), "{one:?}");
    }

    fn lists_of_any_length_take_the_same_number(kind) {
        let site = Site::with(kind, &newsroom());
        for list in [
            "/v1/articles?x", "/v1/articles?tag=tag-1", "/v1/articles?tag=tag-1|tag-2&section=world&count=exact",
            "/v1/articles?sort=headline", "/v1/tags?x", "/v1/sections?x", "/v1/authors?x", "/v1/articles/story-1/related?x",
            "/v1/articles/a-first/comments?x", "/v1/collections?x", "/v1/collections?include=articles",
        ] {
            let list = list.trim_end_matches("?x");
            let separator = if list.contains('?') { '&' } else { '?' };
            let ask = |n| site.get(&format!("{list}{separator}limit={n}")).statements();
            let counts: Vec<u32> = [1, 20, 100].into_iter().map(|n| second(|| ask(n))).collect();
            assert!(counts.iter().all(|count| *count == counts[0]), "{list}: {counts:?}");
        }
        assert!(site.get("/v1/articles/story-1").statements() <= 6);
        assert!(site.get("/v1/articles?limit=20").statements() <= 6);
        assert!(site.get("/v1/articles?limit=20&tag=tag-1").statements() <= 6);
    }

    fn nested_lists_take_the_same_number(kind) {
        let site = Site::with(kind, &newsroom());
        for query in [NESTED, RELATED, PAGES] {
            let ask = |n| {
                let body = json!({ "query": query, "variables": { "n": n } }).to_string();
                let answer = site.send("POST", "/graphql", &[("content-type", "application/json")], Some(body.as_bytes()));
                assert_eq!(answer.ok().get("errors"), None);
                answer.statements()
            };
            let counts: Vec<u32> = [1, 20, 100].into_iter().map(|n| second(|| ask(n))).collect();
            assert!(counts.iter().all(|count| *count == counts[0]), "{query}: {counts:?}");
        }
    }
}
