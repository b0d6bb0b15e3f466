//! Changing the site: its title, navigation, paths and other settings.

use serde_json::{Value, json};

use crate::support::{Site, on_each_database};

on_each_database! {
    fn an_administrator_changes_the_site(kind) {
        let site = Site::with(kind, &[json!({ "id": "a", "slug": "a", "headline": "A", "publishedAt": "2025-03-01T00:00:00Z", "section": "World" })]);
        let admin = site.sign_in_as("admin@example.com", "admin");
        let now = admin.send("PATCH", "/v1/site", &json!({
            "title": " The Paper ", "tagline": "Daily.", "timeZone": "Europe/Lisbon", "language": "pt-PT", "articlePath": "/{year}/{slug}",
            "navigation": [{ "label": "World", "url": "/world", "children": [{ "label": "Asia", "url": "/world/asia" }] }],
            "social": [{ "network": "mastodon", "url": "https://social.example/@paper", "label": "Follow" }],
            "placements": [{ "key": "top", "label": "Advertisement", "html": "<script>ad()</script>" }],
        })).ok();
        assert_eq!(site.get("/v1/site").ok(), now);
        assert_eq!((&now["title"], &now["navigation"][0]["children"][0]["label"]), (&json!("The Paper"), &json!("Asia")));
        assert_eq!(now["placements"][0]["html"], "<script>ad()</script>", "the publisher's own");
        assert_eq!(site.get("/v1/articles/a").ok()["canonicalPath"], "/2025/a", "at once");

        let asked = admin.graphql(
            "mutation { updateSite(input: { expectedRevision: 1, tagline: null, social: [], title: \"Paper\" }) { site { title tagline timeZone social { url } navigation { label } } } }",
            json!({}),
        );
        assert_eq!(asked["data"]["updateSite"]["site"], json!({
            "title": "Paper", "tagline": null, "timeZone": "Europe/Lisbon", "social": [], "navigation": [{ "label": "World" }],
        }), "{asked}");
        let told = admin.get("/v1/changes?thing=site").ok();
        assert_eq!(told["data"][0]["fields"], json!(["title", "tagline", "social"]));
        assert_eq!((&told["data"][0]["action"], &told["data"][1]["action"]), (&json!("updated"), &json!("created")));
    }

    fn articles_have_an_absolute_url_once_the_site_has_one(kind) {
        let site = Site::with(kind, &[json!({ "id": "a", "slug": "a", "headline": "A", "publishedAt": "2025-03-01T00:00:00Z", "section": "World" })]);
        let query = "{ site { url } article(slug: \"a\") { canonicalPath canonicalUrl } articles { nodes { canonicalUrl } } }";
        let rest = || site.get("/v1/articles?fields=canonicalUrl").ok()["data"][0]["canonicalUrl"].clone();
        assert_eq!((rest(), site.get("/v1/site").ok()["url"].clone()), (Value::Null, Value::Null));
        assert_eq!(site.ask(query, json!({}))["article"]["canonicalUrl"], Value::Null);

        let admin = site.sign_in_as("admin@example.com", "admin");
        let now = admin.send("PATCH", "/v1/site", &json!({ "url": "https://news.example.com/paper/" })).ok();
        assert_eq!(now["url"], "https://news.example.com/paper");
        let url = "https://news.example.com/paper/world/a";
        assert_eq!(rest(), url, "at once");
        assert_eq!(site.ask(query, json!({})), json!({
            "site": { "url": "https://news.example.com/paper" },
            "article": { "canonicalPath": "/world/a", "canonicalUrl": url },
            "articles": { "nodes": [{ "canonicalUrl": url }] },
        }));
        assert_eq!(admin.get("/v1/articles/a?version=draft").ok()["canonicalUrl"], url, "drafts too");
        let told = admin.get("/v1/changes?thing=site").ok();
        assert_eq!(told["data"][0]["fields"], json!(["url"]));
        let exported = site.export();
        let line = exported.lines().find(|line| line.contains("\"type\":\"site\"")).expect("the site");
        assert!(line.contains("\"url\":\"https://news.example.com/paper\""), "{line}");

        let update = "mutation($url: String, $seen: Int) { updateSite(input: { expectedRevision: $seen, url: $url }) { site { url } } }";
        let seen = admin.get("/v1/site").ok()["revision"].clone();
        for url in ["news.example.com", "/paper", "ftp://news.example.com", "https://news.example.com/?a=b",
                    "https://news.example.com/#top", "https://", "https:///x", "https://u@news.example.com"] {
            let problem = admin.send("PATCH", "/v1/site", &json!({ "url": url })).problem(400, "request.invalid");
            assert_eq!(problem["errors"][0]["pointer"], "/url", "{url}");
            let asked = admin.graphql(update, json!({ "url": url, "seen": seen }));
            assert_eq!(asked["errors"][0]["extensions"]["code"], "request.invalid", "{url}");
        }
        assert_eq!(admin.graphql(update, json!({ "url": null, "seen": seen }))["data"]["updateSite"]["site"]["url"], Value::Null);
        assert_eq!(rest(), Value::Null);
    }

    fn only_administrators_change_the_site_and_errors_name_the_field(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        editor.send("PATCH", "/v1/site", &json!({ "title": "Mine" })).problem(403, "access.denied");
        let asked = editor.graphql("mutation { updateSite(input: { title: \"Mine\" }) { site { title } } }", json!({}));
        assert_eq!(asked["errors"][0]["extensions"]["code"], "access.denied", "{asked}");
        let admin = site.sign_in_as("admin@example.com", "admin");
        let deep = json!([{ "label": "1", "url": "/", "children": [{ "label": "2", "url": "/", "children": [{ "label": "3", "url": "/",
            "children": [{ "label": "4", "url": "/", "children": [{ "label": "5", "url": "/" }] }] }] }] }]);
        for (input, pointer) in [
            (json!({ "title": "" }), "/title"),
            (json!({ "title": null }), "/title"),
            (json!({ "language": "no language" }), "/language"),
            (json!({ "timeZone": "Mars/Olympus" }), "/timeZone"),
            (json!({ "articlePath": "no path" }), "/articlePath"),
            (json!({ "logo": "media_01h455vb4pex5vsknk084sn02q" }), "/logo"),
            (json!({ "navigation": deep }), "/navigation"),
            (json!({ "navigation": [{ "label": "x", "url": "javascript:alert(1)" }] }), "/navigation"),
            (json!({ "social": [{ "network": "", "url": "https://example.com", "label": "x" }] }), "/social"),
            (json!({ "placements": [{ "key": "", "label": "x" }] }), "/placements"),
            (json!({ "tagline": "a\u{0}b" }), ""),
            (json!({ "owner": "me" }), "/owner"),
        ] {
            let problem = admin.send("PATCH", "/v1/site", &input).problem(400, "request.invalid");
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{input}: {problem}");
        }
        assert_eq!(site.get("/v1/site").ok()["title"], "Broadsheet");
        assert_eq!(site.get("/v1/site").ok()["tagline"], Value::Null);
    }
}
