//! Reading single resources, and an article with the rest of its page.

use serde_json::{Value, json};

use crate::support::{
    Site,
    newsroom::{lines, stories},
    on_each_database,
};

on_each_database! {
    fn an_article_is_whole(kind) {
        let site = Site::with(kind, &[
            json!({ "type": "section", "id": "world", "name": "World", "description": "Abroad." }),
            json!({ "type": "section", "id": "asia", "name": "Asia", "parent": "world" }),
            json!({
                "id": "1", "headline": "Größe zählt", "kicker": "Measure", "standfirst": "Why it does.",
                "body": "<h2>One</h2><p>Text &amp; <a href=\"javascript:x\">more</a>.</p><script>alert(1)</script>",
                "publishedAt": "2025-01-02T03:04:05.678901Z", "language": "DE-de", "section": "asia",
                "tags": ["B tag", "A tag"], "authors": ["Zofia Łęcka", "Ada"], "aliasPaths": ["/2024/old/"],
                "commentsOpen": true, "hideAds": true, "sensitive": true,
            }),
            json!({ "id": "2", "headline": "Size matters", "publishedAt": "2025-01-02T00:00:00Z", "translationOf": "1" }),
        ]);

        let article = site.get("/v1/articles/grosse-zahlt").ok();

        for (field, value) in [
            ("revision", json!(1)), ("kind", json!("article")), ("slug", json!("grosse-zahlt")),
            ("headline", json!("Größe zählt")), ("kicker", json!("Measure")), ("standfirst", json!("Why it does.")),
            ("byline", json!("Zofia Łęcka, Ada")), ("language", json!("de-DE")), ("status", json!("published")),
            ("publishedAt", json!("2025-01-02T03:04:05.678901Z")), ("modifiedAt", json!("2025-01-02T03:04:05.678901Z")),
            ("canonicalPath", json!("/asia/grosse-zahlt")), ("access", json!("open")), ("commentsOpen", json!(true)),
            ("hideAds", json!(true)), ("sensitive", json!(true)), ("aliasPaths", json!(["/2024/old"])),
        ] {
            assert_eq!(article[field], value, "{field}: {article}");
        }
        let tags: Vec<&Value> = article["tags"].as_array().expect("tags").iter().map(|tag| &tag["name"]).collect();
        assert_eq!(tags, ["B tag", "A tag"], "in editorial order");
        assert_eq!(article["section"]["path"], "/world/asia");
        assert_eq!(article["section"]["parent"]["name"], "World");
        assert_eq!(article["authors"][0]["slug"], "zofia-lecka");
        assert_eq!(article["body"]["toc"], json!([{ "id": "one", "level": 2, "text": "One" }]));
        let html = article["body"]["html"].as_str().expect("html");
        assert!(!html.contains("script") && html.contains("Text &amp; <a rel=\"noopener\">more</a>."), "{html}");
        assert_eq!(article["body"].get("blocks"), None);
        assert_eq!(article["translations"][0]["slug"], "size-matters");

        let whole = site.get("/v1/articles/grosse-zahlt?include=blocks,text").ok();
        assert_eq!(whole["body"]["blocks"][0]["type"], "heading");
        assert_eq!(whole["body"]["text"], "One\n\nText & more.");
        let by_id = site.get(&format!("/v1/articles/{}", article["id"].as_str().expect("an id"))).ok();
        assert_eq!(by_id, article);
    }

    fn an_old_slug_redirects_to_the_current_one(kind) {
        let line = |slug: &str| json!({ "id": "1", "slug": slug, "headline": "H", "publishedAt": "2025-01-01T00:00:00Z" });
        let site = Site::with(kind, &[line("first")]);
        site.import("test", &[line("second")]);

        let moved = site.get("/v1/articles/first?fields=slug");
        assert_eq!((moved.status, moved.header("location")), (301, Some("/v1/articles/second?fields=slug")));
        let related = site.get("/v1/articles/first/related");
        assert_eq!((related.status, related.header("location")), (301, Some("/v1/articles/second/related")));
        assert_eq!(site.get("/v1/articles/second").ok()["revision"], 2);
        assert_eq!(site.ask("{ article(slug: \"first\") { slug revision } }", json!({})),
                   json!({ "article": { "slug": "second", "revision": 2 } }));

        // A current slug takes precedence over an old one.
        site.import("test", &[json!({ "id": "2", "slug": "first", "headline": "New", "publishedAt": "2025-01-01T00:00:00Z" })]);
        assert_eq!(site.get("/v1/articles/first").ok()["headline"], "New");
    }

    fn paths_resolve(kind) {
        let mut lines = lines(&stories(4));
        lines.push(json!({ "id": "x", "slug": "the-one", "headline": "The one", "section": "asia",
                           "publishedAt": "2025-01-01T00:00:00Z", "aliasPaths": ["/2021/11/01/old-permalink"] }));
        let site = Site::with(kind, &lines);
        let resolve = |path: &str| {
            let found = site.get(&format!("/v1/resolve?path={path}")).ok();
            (found["kind"].clone(), found["slug"].clone(), found["path"].clone(), found["moved"].clone())
        };

        let article = |moved: bool| (json!("article"), json!("the-one"), json!("/asia/the-one"), json!(moved));
        assert_eq!(resolve("/asia/the-one"), article(false));
        assert_eq!(resolve("/asia/the-one/?a=b"), article(false));
        assert_eq!(resolve("/2021/11/01/old-permalink/"), article(true));
        assert_eq!(resolve("/world/the-one"), article(true));
        assert_eq!(resolve("/the-one"), article(true));
        assert_eq!(resolve("/world/asia"), (json!("section"), json!("asia"), json!("/world/asia"), json!(false)));
        assert_eq!(resolve("/tags/tag-1"), (json!("tag"), json!("tag-1"), json!("/tags/tag-1"), json!(false)));
        assert_eq!(resolve("/authors/author-1").0, json!("author"));
        assert_eq!(resolve("/"), (json!("home"), Value::Null, json!("/"), json!(false)));
        for nowhere in ["/nowhere", "/nowhere/the-one", "/asia/the-one/more", "/2/", "/?x=1"] {
            site.get(&format!("/v1/resolve?path={nowhere}")).problem(404, "path.not_found");
        }
        site.get("/v1/resolve?path=no-slash").blames("path", "path.malformed");
        site.get("/v1/resolve").blames("path", "parameter.missing");
    }

    fn drafts_and_articles_outside_their_publication_window_are_hidden(kind) {
        let site = Site::with(kind, &[
            json!({ "id": "open", "headline": "Open", "publishedAt": "2025-01-01T00:00:00Z", "tags": ["t"], "section": "s" }),
            json!({ "id": "draft", "headline": "Draft", "tags": ["t"], "section": "s", "aliasPaths": ["/draft-path"] }),
            json!({ "id": "later", "headline": "Later", "publishedAt": "2999-01-01T00:00:00Z", "tags": ["t"], "section": "s" }),
            json!({ "id": "gone", "headline": "Gone", "publishedAt": "2024-01-01T00:00:00Z",
                    "expiresAt": "2024-02-01T00:00:00Z", "tags": ["t"], "section": "s" }),
        ]);

        for hidden in ["draft", "later", "gone"] {
            site.get(&format!("/v1/articles/{hidden}")).problem(404, "article.not_found");
            site.get(&format!("/v1/articles/{hidden}/related")).problem(404, "article.not_found");
            site.get(&format!("/v1/resolve?path=/s/{hidden}")).problem(404, "path.not_found");
        }
        site.get("/v1/resolve?path=/draft-path").problem(404, "path.not_found");
        for list in ["/v1/articles?count=exact", "/v1/articles?tag=t&count=exact", "/v1/articles?section=s&count=exact"] {
            assert_eq!(site.get(list).ok()["page"]["total"], 1, "{list}");
            assert_eq!(site.get(list).ok()["data"][0]["tags"][0]["articleCount"], 1, "{list}");
        }
        assert_eq!(site.get("/v1/articles/open/related").ok()["data"], json!([]));
    }

    fn anonymous_readers_get_the_first_paragraph_of_a_paid_article(kind) {
        let site = Site::with(kind, &[json!({
            "id": "1", "slug": "paid", "headline": "Paid", "publishedAt": "2025-01-01T00:00:00Z", "access": "paid",
            "body": "<h2>Head</h2><p>Free words.</p><p>Secret words.</p>",
        })]);

        let article = site.get("/v1/articles/paid?include=blocks,text");

        assert!(!String::from_utf8_lossy(&article.bytes).contains("Secret"));
        let article = article.ok();
        assert_eq!(article["body"]["html"], "<p>Free words.</p>");
        assert_eq!(article["body"]["wordCount"], 5, "of the whole");
        let body = site.ask("{ article(slug: \"paid\") { access body { html text } } }", json!({}));
        assert_eq!(body["article"]["body"], json!({ "html": "<p>Free words.</p>", "text": "Free words." }));
    }

    fn a_page_comes_in_one_request_with_each_article_once(kind) {
        let site = Site::with(kind, &lines(&stories(40)));

        let page = site.get("/v1/articles/story-1?include=related,latest").ok();

        let ids = |list: &Value, inner: &str| -> Vec<String> {
            let id = |one: &Value| if inner.is_empty() { one["id"].to_string() } else { one[inner]["id"].to_string() };
            list.as_array().expect("a list").iter().map(id).collect()
        };
        let mut all = vec![page["id"].to_string()];
        all.extend(ids(&page["related"], "article"));
        all.extend(ids(&page["latest"], ""));
        assert_eq!((page["related"].as_array().map(Vec::len), page["latest"].as_array().map(Vec::len)), (Some(6), Some(10)));
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count, "each story once");

        let same = site.ask(
            "{ article(slug: \"story-1\") { page { related { article { id } score source } latest { id } } } }",
            json!({}),
        );
        assert_eq!(ids(&same["article"]["page"]["related"], "article"), ids(&page["related"], "article"));
        assert_eq!(ids(&same["article"]["page"]["latest"], ""), ids(&page["latest"], ""));
    }

    fn sparse_fields_keep_only_what_is_named(kind) {
        let site = Site::with(kind, &lines(&stories(3)));
        let article = site.get("/v1/articles/story-2?fields=headline,authors.name,section.parent.slug").ok();
        let (section, authors) = (&article["section"], &article["authors"]);
        assert_eq!(article, json!({
            "id": article["id"],
            "headline": "Éclair story",
            "section": { "id": section["id"], "parent": { "id": section["parent"]["id"], "slug": "world" } },
            "authors": [
                { "id": authors[0]["id"], "name": "author-2" },
                { "id": authors[1]["id"], "name": "author-3" },
                { "id": authors[2]["id"], "name": "author-4" },
            ],
        }));
        // A write empties the cache, so each request loads all that it needs. A headline needs no terms.
        let mut without_sections = lines(&stories(3));
        without_sections.iter_mut().filter(|line| line["section"].is_string()).for_each(|line| line["section"] = json!(null));
        let plain = Site::with(kind, &without_sections);
        let after_a_write = |path: &str| {
            let tag = json!({ "type": "tag", "id": path, "name": path });
            assert_eq!(plain.import("test", &[tag])["skipped"], json!([]));
            plain.get(path).statements()
        };
        assert!(after_a_write("/v1/articles?fields=headline") < after_a_write("/v1/articles"), "work is skipped");
        site.get("/v1/articles?fields=headline,nonsense").blames("fields", "fields.unknown");
        site.get("/v1/articles?fields=headline.name").blames("fields", "fields.unknown");
        site.get("/v1/articles?fields=").blames("fields", "fields.unknown");
        site.get("/v1/articles?fields=body.html").blames("fields", "fields.unknown");
    }
}
