//! Threads of comments do not depend on the order in which comments are imported.

use serde_json::{Value, json};

use crate::support::{Site, on_each_database};

fn story() -> Value {
    json!({ "id": "story", "slug": "story", "headline": "Story", "publishedAt": "2025-01-01T00:00:00Z" })
}

fn comment(id: &str, parent: Option<&str>, minute: u32) -> Value {
    json!({ "type": "comment", "id": id, "article": "story", "parent": parent, "authorName": id, "body": id,
            "createdAt": format!("2025-01-02T{:02}:{:02}:00Z", minute / 60, minute % 60) })
}

fn with_status(mut comment: Value, status: &str) -> Value {
    comment["status"] = json!(status);
    comment
}

/// Returns the threads as readers see them: names, indented by depth, with `×` for removed comments.
fn threads(site: &Site) -> Vec<String> {
    let list = site.get("/v1/articles/story/comments?limit=100").ok();
    let shown = |comment: &Value| {
        let depth = comment["depth"].as_u64().expect("a depth");
        let name = comment["authorName"].as_str().unwrap_or("×");
        format!("{}{name}", " ".repeat(usize::try_from(depth).expect("a depth")))
    };
    list["data"].as_array().expect("comments").iter().map(shown).collect()
}

on_each_database! {
    fn replies_are_listed_below_their_parents(kind) {
        let lines = [
            comment("c", Some("b"), 3), comment("e", Some("a"), 5), comment("b", Some("a"), 2), comment("d", None, 4),
            comment("a", None, 1), comment("f", Some("never-there"), 6),
        ];
        let expected = ["a", " b", "  c", " e", "d", "f"];
        // Comments come before and after their parents, and before and after their article.
        for turned in 0..lines.len() {
            let mut order: Vec<Value> = lines[turned..].iter().chain(&lines[..turned]).cloned().collect();
            order.insert(turned, story());
            let site = Site::with(kind, &order);
            assert_eq!(threads(&site), expected, "turned by {turned}");
            assert_eq!(site.get("/v1/articles/story").ok()["commentCount"], 6);
            let orphan = &site.get("/v1/articles/story/comments").ok()["data"][5];
            assert_eq!((&orphan["parent"], &orphan["depth"]), (&Value::Null, &json!(0)));
        }
    }

    fn a_removed_comment_keeps_its_place_while_replies_are_shown(kind) {
        let site = Site::with(kind, &[
            story(), with_status(comment("a", None, 1), "trash"), with_status(comment("b", Some("a"), 2), "spam"),
            comment("c", Some("b"), 3), with_status(comment("d", None, 4), "pending"), comment("e", None, 5),
        ]);
        assert_eq!(threads(&site), ["×", " ×", "  c", "e"]);
        let list = site.get("/v1/articles/story/comments?count=exact").ok();
        assert_eq!(list["page"]["total"], 4);
        let place = &list["data"][0];
        assert_eq!(
            (&place["deleted"], &place["body"], &place["authorName"], &place["status"], &place["replyCount"]),
            (&json!(true), &Value::Null, &Value::Null, &json!("deleted"), &json!(1))
        );
        assert_eq!(site.get("/v1/articles/story").ok()["commentCount"], 2);

        site.import("test", &[with_status(comment("c", Some("b"), 3), "deleted")]);
        assert_eq!(threads(&site), ["e"], "nothing is left to keep a place for");
        assert_eq!(site.get("/v1/articles/story").ok()["commentCount"], 1);

        site.import("test", &[comment("b", Some("a"), 2)]);
        assert_eq!(threads(&site), ["×", " b", "e"]);
        site.import("test", &[comment("b", Some("e"), 2)]);
        assert_eq!(threads(&site), ["e", " b"], "it replies to another one now");
    }

    fn comments_that_reply_in_a_cycle_are_all_listed(kind) {
        let site = Site::with(kind, &[
            story(), comment("a", Some("b"), 1), comment("b", Some("c"), 2), comment("c", Some("a"), 3), comment("self", Some("self"), 4),
        ]);
        assert_eq!(site.get("/v1/articles/story").ok()["commentCount"], 3);
        assert_eq!(threads(&site).len(), 3);
        // The same holds for a cycle through a comment on another article.
        let elsewhere = |mut comment: Value| { comment["article"] = json!("other"); comment };
        site.import("test", &[
            json!({ "id": "other", "slug": "other", "headline": "Other", "publishedAt": "2025-01-01T00:00:00Z" }),
            comment("x", Some("y"), 10), elsewhere(comment("y", Some("x"), 11)), comment("z", Some("y"), 12), comment("y2", Some("z"), 13),
            elsewhere(comment("y", Some("x"), 14)), comment("z", Some("x"), 15),
        ]);
        assert_eq!(site.get("/v1/articles/other").ok()["commentCount"], 1);
        let report = site.import("test", &[comment("self", Some("self"), 4)]);
        assert!(report["skipped"][0]["reason"].as_str().is_some_and(|reason| reason.starts_with("parent")), "{report}");
    }

    fn a_cycle_through_another_article_is_broken_in_any_import_order(kind) {
        let mut elsewhere = comment("c", Some("b"), 3);
        elsewhere["article"] = json!("other");
        let other = json!({ "id": "other", "slug": "other", "headline": "Other", "publishedAt": "2025-01-01T00:00:00Z" });
        let site = Site::with(kind, &[story(), other]);
        let comments = [comment("a", Some("c"), 1), comment("b", Some("a"), 2), elsewhere];
        for order in [[0, 1, 2], [0, 2, 1], [2, 1, 0], [1, 2, 0]] {
            let lines: Vec<Value> = order.iter().map(|n| comments[*n].clone()).collect();
            site.import(&format!("{order:?}"), &lines);
            let shown = threads(&site);
            assert_eq!(shown[shown.len() - 2..], ["a", " b"], "{order:?}: {shown:?}");
        }
    }

    fn a_long_thread_stops_nesting_at_the_maximum_depth(kind) {
        let mut lines = vec![story()];
        for n in 0..60 {
            let parent = (n > 0).then(|| format!("n{}", n - 1));
            lines.push(comment(&format!("n{n}"), parent.as_deref(), n));
        }
        let site = Site::with(kind, &lines);
        let shown = threads(&site);
        assert_eq!(shown.len(), 60);
        assert!(shown.iter().enumerate().all(|(n, name)| name.trim() == format!("n{n}")), "{shown:?}");
        let deepest = shown.iter().map(|name| name.len() - name.trim().len()).max();
        assert_eq!(deepest, Some(31));
        site.import("test", &[json!({ "id": "other", "slug": "other", "headline": "Other", "publishedAt": "2025-01-01T00:00:00Z" })]);
        let cursor = site.get("/v1/articles/story/comments?limit=3").ok()["page"]["next"].clone();
        site.get(&format!("/v1/articles/other/comments?after={}", cursor.as_str().expect("a cursor"))).blames("after", "cursor.of_another_list");
        // Paging returns every comment once, in both directions.
        let mut seen = Vec::new();
        let mut address = "/v1/articles/story/comments?limit=7&fields=authorName".to_owned();
        loop {
            let page = site.get(&address).ok();
            seen.extend(page["data"].as_array().expect("a list").iter().map(|one| one["authorName"].clone()));
            let Some(next) = page["page"]["next"].as_str() else { break };
            address = format!("/v1/articles/story/comments?limit=7&fields=authorName&after={next}");
        }
        assert_eq!(seen.len(), 60);
        assert_eq!(seen[59], "n59");
    }

    fn comments_are_seen_with_their_article_only(kind) {
        let mut draft = story();
        draft["status"] = json!("draft");
        let site = Site::with(kind, &[story(), comment("a", None, 1)]);
        let id = site.get("/v1/articles/story/comments").ok()["data"][0]["id"].clone();
        let node = |site: &Site| site.ask("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id }))["node"].clone();
        assert_eq!(node(&site)["id"], id);
        site.import("test", &[draft]);
        site.get("/v1/articles/story/comments").problem(404, "article.not_found");
        assert_eq!(node(&site), Value::Null);
    }

    fn nothing_executable_and_nothing_private_is_shown(kind) {
        let mut sent = comment("a", None, 1);
        sent["bodyFormat"] = json!("html");
        sent["body"] = json!("<p onclick=x()>Hi <img src=x onerror=y()> <a href=\"javascript:z()\">a</a> <a href=\"https://example.com\">b</a><script>s()</script></p>");
        sent["authorEmail"] = json!("secret@example.com");
        sent["authorUrl"] = json!("https://private.example.com");
        let site = Site::with(kind, &[story(), sent]);
        let bytes = site.get("/v1/articles/story?include=comments").bytes;
        let text = String::from_utf8_lossy(&bytes);
        for part in ["onclick", "onerror", "javascript:", "s()", "secret@", "private.example", "<img"] {
            assert!(!text.contains(part), "{part}: {text}");
        }
        assert!(text.contains("nofollow ugc noopener"), "{text}");
        assert!(site.export().contains("secret@example.com"), "the newsroom keeps it");
    }
}
