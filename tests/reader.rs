//! The example newspaper as crawlers see it, without scripts: HTTP statuses and the head of each page.

use serde_json::json;

use crate::support::{
    Site, on_each_database,
    writing::{Api, id},
};

fn newsroom(kind: crate::support::Kind) -> Site {
    let story = |id: &str, more: serde_json::Value| {
        let mut line = json!({ "id": id, "slug": id, "headline": format!("Story {id}"), "publishedAt": "2025-01-02T03:04:05Z", "section": "World" });
        line.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        line
    };
    Site::with(
        kind,
        &[
            json!({ "type": "site", "title": "The <Paper>", "description": "News & views.", "language": "pt-PT" }),
            json!({ "type": "media", "id": "m", "url": "/files/m.jpg", "alt": "A \"picture\"", "aliasPaths": ["/old/m.jpg"] }),
            story(
                "one",
                json!({ "standfirst": "Said \"x\" <b>.", "leadMedia": "m", "aliasPaths": ["/2020/one", "/?p=1"], "language": "en" }),
            ),
            story("um", json!({ "translationOf": "one", "language": "pt" })),
            story(
                "elsewhere",
                json!({ "seo": { "canonicalUrl": "https://first.example/story", "title": "Better title" } }),
            ),
        ],
    )
}

on_each_database! {
    fn pages_have_their_head_before_any_script_runs(kind) {
        let site = newsroom(kind);
        let page = |path: &str| {
            let answer = site.get(path);
            assert_eq!(answer.status, 200, "{path}");
            String::from_utf8(answer.bytes).expect("UTF-8")
        };
        let base = format!("{}/reader", site.base);

        let front = page("/reader/");
        for part in [
            "<html lang=\"pt-PT\">", "<title>The &lt;Paper&gt;</title>", "name=\"description\" content=\"News &amp; views.\"",
            &format!("rel=\"canonical\" href=\"{base}/\""), "property=\"og:type\" content=\"website\"",
        ] {
            assert!(front.contains(part), "{part} is not in {front}");
        }
        assert_eq!(page("/reader"), front);
        assert_eq!(page("/reader/?utm_source=x"), front);

        let article = page("/reader/world/one");
        for part in [
            "<title>Story one – The &lt;Paper&gt;</title>", "content=\"Said &quot;x&quot; &lt;b&gt;.\"",
            &format!("rel=\"canonical\" href=\"{base}/world/one\""), &format!("property=\"og:url\" content=\"{base}/world/one\""),
            "property=\"og:type\" content=\"article\"", &format!("property=\"og:image\" content=\"{}/files/m.jpg\"", site.base),
            "property=\"og:image:alt\" content=\"A &quot;picture&quot;\"", "property=\"article:published_time\" content=\"2025-01-02T03:04:05Z\"",
            &format!("rel=\"alternate\" hreflang=\"en\" href=\"{base}/world/one\""), &format!("rel=\"alternate\" hreflang=\"pt\" href=\"{base}/world/um\""),
        ] {
            assert!(article.contains(part), "{part} is not in {article}");
        }
        let elsewhere = page("/reader/world/elsewhere");
        assert!(elsewhere.contains("rel=\"canonical\" href=\"https://first.example/story\"") && elsewhere.contains("<title>Better title – "), "{elsewhere}");
        assert!(page("/reader/world").contains(&format!("rel=\"canonical\" href=\"{base}/world\"")));
    }

    fn unknown_paths_are_404_and_old_paths_redirect(kind) {
        let site = newsroom(kind);
        for path in ["/reader/nothing/here", "/reader/missing.js", "/reader/world/none?utm_source=x", &format!("/reader/{}", "x".repeat(600)), "/reader/%5Cx"] {
            let answer = site.get(path);
            assert_eq!((answer.status, answer.header("content-type")), (404, Some("text/html; charset=utf-8")), "{path}");
            assert!(!String::from_utf8_lossy(&answer.bytes).contains("rel=\"canonical\""), "{path}");
        }
        for (path, status, to) in [
            ("/reader/2020/one", 301, "/reader/world/one"), ("/reader/?p=1", 301, "/reader/world/one"),
            ("/reader/one", 301, "/reader/world/one"), ("/reader/category/world", 301, "/reader/world"),
            ("/reader/old/m.jpg", 302, "/files/m.jpg"),
        ] {
            let answer = site.get(path);
            assert_eq!((answer.status, answer.header("location")), (status, Some(to)), "{path}");
        }
        let editor = site.sign_in_as("admin@example.com", "admin");
        let one = site.get("/v1/articles/one?fields=id,revision").ok();
        let trashed = Api::Rest.trash(&editor, id(&one).as_str(), one["revision"].as_u64().expect("a number"));
        trashed.expect("is thrown away");
        Api::Rest.purge(&editor, &id(&one), 2).expect("is destroyed");
        assert_eq!(site.get("/reader/world/one").status, 410);
    }

    fn a_preview_is_shown_to_anyone_with_its_token(kind) {
        let site = newsroom(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let made = Api::Rest.create(&editor, json!({ "headline": "Not yet" })).expect("is created");
        let preview = editor.send("POST", &format!("/v1/articles/{}/preview-tokens", id(&made)), &json!({})).json();
        let token = preview["token"].as_str().expect("a token");

        let answer = site.get(&format!("/reader/?preview={token}"));
        let page = String::from_utf8_lossy(&answer.bytes).into_owned();
        assert_eq!((answer.status, answer.header("cache-control"), answer.header("x-robots-tag")), (200, Some("private, no-store"), Some("noindex")));
        assert!(page.contains("<title>Not yet</title>") && !page.contains("rel=\"canonical\""), "{page}");
        let wrong = site.get(&format!("/reader/?preview={token}x"));
        assert_eq!(wrong.status, 403);
        assert!(!String::from_utf8_lossy(&wrong.bytes).contains("Not yet"));
    }
}
