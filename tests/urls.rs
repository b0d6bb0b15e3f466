//! Every URL field refuses invalid URLs, over REST and GraphQL and in imports.

use serde_json::{Value, json};

use crate::support::{Site, on_each_database, writing::Api};

const BAD: [&str; 14] = [
    "/\\evil.example",
    "\\\\evil.example",
    "//host",
    "///host",
    "https://",
    "https:///evil.example",
    "https:evil.example",
    "http://[::1",
    "https://user:secret@a.example/",
    "https://a.example\\@b.example/",
    "https://a.example:99999/",
    "javascript:alert(1)",
    "ftp://a.example/",
    "a path",
];

const GOOD: [&str; 4] =
    ["https://news.example/x?y#z", "http://[::1]:8080/", "/world/asia", "https://münchen.example/straße"];

fn navigation(url: &str) -> Value {
    json!([{ "label": "a", "url": "#top", "children": [{ "label": "b", "url": url }] }])
}

/// Returns requests that set one URL, for both APIs, and the JSON Pointer that the error must name.
fn requests(url: &str) -> Vec<(&'static str, &'static str, Value, &'static str, &'static str)> {
    let links = json!([{ "label": "Web", "url": url }]);
    let social = json!([{ "network": "x", "label": "x", "url": url }]);
    let site = "mutation($input: UpdateSiteInput!) { updateSite(input: $input) { site { title } } }";
    let author = "mutation($input: CreateAuthorInput!) { createAuthor(input: $input) { author { id } } }";
    vec![
        ("PATCH", "/v1/site", json!({ "navigation": navigation(url) }), site, "/navigation"),
        ("PATCH", "/v1/site", json!({ "social": social }), site, "/social"),
        ("POST", "/v1/authors", json!({ "name": format!("Of {url}"), "links": links }), author, "/links"),
    ]
}

/// Returns lines of JSONL with this URL, and the field that the report must name.
fn lines(url: &str) -> Vec<(Value, &'static str)> {
    vec![
        (json!({ "type": "site", "title": "T", "navigation": navigation(url) }), "navigation"),
        (
            json!({ "type": "site", "title": "T", "social": [{ "network": "x", "label": "x", "url": url }] }),
            "social",
        ),
        (
            json!({ "type": "author", "id": "a", "name": "A", "links": [{ "label": "Web", "url": url }] }),
            "links",
        ),
        (json!({ "type": "media", "id": "m", "url": url }), "url"),
        (
            json!({ "type": "media", "id": "m", "url": "/m.jpg", "renditions": [{ "url": url }] }),
            "renditions",
        ),
        (
            json!({ "type": "article", "id": "s", "headline": "S", "status": "draft", "seo": { "canonicalUrl": url } }),
            "seo/canonicalUrl",
        ),
    ]
}

/// Adapts the body for GraphQL: adds the site's current revision, and gives an author another name.
fn for_graphql(site: &Site, path: &str, mut body: Value) -> Value {
    if path == "/v1/site" {
        body["expectedRevision"] = site.ask("{ site { revision } }", json!({}))["site"]["revision"].clone();
    }
    if path == "/v1/authors" {
        body["name"] = json!(format!("{} too", body["name"]));
    }
    body
}

on_each_database! {
    fn an_invalid_url_is_refused_and_its_field_named(kind) {
        let site = Site::empty(kind);
        let admin = site.sign_in_as("admin@example.com", "admin");
        for url in BAD {
            for (method, path, body, mutation, pointer) in requests(url) {
                let problem = admin.send(method, path, &body).problem(400, "request.invalid");
                assert_eq!((&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]), (&json!(pointer), &json!("url.malformed")), "{url}: {problem}");
                let asked = admin.graphql(mutation, json!({ "input": for_graphql(&site, path, body.clone()) }));
                assert!(asked.to_string().contains("url.malformed") && asked.to_string().contains(pointer), "{url}: {asked}");
            }
            for api in Api::BOTH {
                let refusal = api.create(&admin, json!({ "headline": "S", "seo": { "canonicalUrl": url } })).expect_err("is refused");
                assert!(refusal.body.to_string().contains("url.malformed") && refusal.body.to_string().contains("/seo/canonicalUrl"), "{url}: {refusal:?}");
            }
            for (line, field) in lines(url) {
                let report = site.import("bad", std::slice::from_ref(&line));
                let reason = report["skipped"][0]["reason"].as_str().unwrap_or_default();
                assert!(reason.starts_with(field) && reason.contains("web address"), "{line}: {report}");
            }
        }
        for url in GOOD {
            for (method, path, body, mutation, _) in requests(url) {
                assert!(admin.send(method, path, &body).status < 300, "{url}");
                assert_eq!(admin.graphql(mutation, json!({ "input": for_graphql(&site, path, body.clone()) }))["errors"], Value::Null, "{url}");
            }
            for api in Api::BOTH {
                api.create(&admin, json!({ "headline": "S", "seo": { "canonicalUrl": url } })).expect("is created");
            }
            for (line, _) in lines(url) {
                assert_eq!(site.import("good", std::slice::from_ref(&line))["skipped"], json!([]), "{line}");
            }
        }
    }

    fn a_comment_loses_its_writers_bad_url_and_a_quotation_its_source(kind) {
        let site = Site::empty(kind);
        let article = json!({ "type": "article", "id": "s", "slug": "s", "headline": "S", "publishedAt": "2025-01-01T00:00:00Z", "commentsOpen": true,
            "body": "<blockquote cite=\"/\\evil.example\"><p>a</p></blockquote><q cite=\"https://\">b</q><blockquote cite=\"https://a.example/\"><p>c</p></blockquote>" });
        let comment = |id: &str, url: &str| json!({ "type": "comment", "id": id, "article": "s", "authorName": "A", "authorUrl": url, "body": "Words.", "status": "approved", "createdAt": "2025-01-02T00:00:00Z" });
        let report = site.import("test", &[article, comment("1", "http://"), comment("2", "https://a.example/"), comment("3", "")]);

        assert_eq!(report["skipped"], json!([]), "{report}");
        assert!(report.to_string().contains("authorUrl: is no web address"), "{report}");
        assert_eq!(site.export().matches("\"authorUrl\":\"https://a.example/\"").count(), 1);
        assert_eq!(site.export().matches("\"authorUrl\":\"h").count(), 1);
        let html = site.get("/v1/articles/s").ok()["body"]["html"].to_string();
        assert_eq!(html.matches("cite=").count(), 1, "{html}");
    }
}
