//! A server killed during writes: acknowledged writes are kept, and no write is kept in part.

use std::{
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::support::{Site, on_each_database, people::Person};

/// How many times the server is killed.
const TIMES: u32 = 8;

/// An acknowledged write: a revision of an article and its headline.
struct Acknowledged {
    id: String,
    revision: u64,
    headline: String,
    published: bool,
}

/// Sends a write and returns the manuscript if the server acknowledged it.
fn write(site: &Site, token: &str, method: &str, path: &str, seen: u64, body: &Value) -> Option<Value> {
    let authorization = format!("Bearer {token}");
    let tag = format!("\"{seen}\"");
    let headers = [
        ("authorization", authorization.as_str()),
        ("content-type", "application/json"),
        ("if-match", tag.as_str()),
    ];
    let answer = site.try_send(method, path, &headers, Some(body.to_string().as_bytes())).ok()?;
    matches!(answer.status, 200 | 201).then(|| answer.json())
}

/// Creates, changes and publishes articles until the server is killed.
fn write_on(site: &Site, token: &str, numbers: &AtomicU32, ended: &AtomicBool) -> Vec<Acknowledged> {
    let mut all = Vec::new();
    let mut acknowledge = |saved: Value, published: bool| {
        let id = saved["id"].as_str().expect("an id").to_owned();
        let revision = saved["revision"].as_u64().expect("a revision");
        let headline = saved["headline"].as_str().expect("a headline").to_owned();
        all.push(Acknowledged { id: id.clone(), revision, headline, published });
        id
    };
    while !ended.load(Ordering::Relaxed) {
        let n = numbers.fetch_add(1, Ordering::Relaxed);
        let body = json!({ "headline": format!("Story {n}"), "tags": ["storm"], "body": { "source": format!("<p>Story {n}") } });
        let Some(made) = write(site, token, "POST", "/v1/articles", 0, &body) else { break };
        let id = acknowledge(made, false);
        let path = format!("/v1/articles/{id}");
        let changed = json!({ "headline": format!("Story {n}, changed") });
        let Some(saved) = write(site, token, "PATCH", &path, 1, &changed) else { break };
        acknowledge(saved, false);
        let Some(saved) = write(site, token, "POST", &format!("{path}/publish"), 2, &json!({})) else {
            break;
        };
        acknowledge(saved, true);
    }
    all
}

/// Asserts that all acknowledged writes are kept and that no write is kept in part.
fn examine(site: &Site, editor: &Person<'_>, acknowledged: &[Acknowledged]) {
    for one in acknowledged {
        let kept = editor.get(&format!("/v1/articles/{}/revisions/{}", one.id, one.revision)).ok();
        assert_eq!(kept["headline"], one.headline.as_str(), "an acknowledged write is lost");
        if one.published {
            let shown = site.get(&format!("/v1/articles/{}", one.id)).ok();
            assert_eq!(
                (&shown["headline"], &shown["revision"]),
                (&json!(one.headline), &json!(one.revision))
            );
        }
    }
    let mut after = String::new();
    let mut published = 0;
    loop {
        let page = editor.get(&format!("/v1/articles?status=draft,published&limit=100{after}")).ok();
        for card in page["data"].as_array().expect("articles") {
            let id = card["id"].as_str().expect("an id");
            let newest = card["revision"].as_u64().expect("a revision");
            let revisions = editor.get(&format!("/v1/articles/{id}/revisions?count=exact")).ok();
            assert_eq!(revisions["page"]["total"], newest, "each revision is there");
            let shown = site.get(&format!("/v1/articles/{id}"));
            match card["status"].as_str() {
                Some("published") => {
                    published += 1;
                    let shown = shown.ok();
                    assert_eq!(shown["revision"], newest);
                    assert!(
                        shown["body"]["html"].as_str().is_some_and(|html| html.contains("Story")),
                        "{shown}"
                    );
                }
                _ => assert_eq!(shown.status, 404),
            }
        }
        match page["page"]["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(site.get("/v1/tags/storm").ok()["articleCount"], published, "counts are right");
    assert_eq!(site.get("/v1/articles?tag=storm&count=exact").ok()["page"]["total"], published);
}

on_each_database! {
    fn acknowledged_writes_survive_a_kill_and_no_write_is_kept_in_part(kind) {
        let mut site = Site::with(kind, &[json!({ "type": "tag", "id": "storm", "slug": "storm", "name": "Storm" })]);
        let tokens = {
            let editor = site.sign_in_as("editor@example.com", "editor");
            site.add_user("admin@example.com", "admin");
            editor.tokens
        };
        let token = tokens["accessToken"].as_str().expect("a token").to_owned();
        let numbers = AtomicU32::new(0);
        let mut acknowledged = Vec::new();
        for round in 0..TIMES {
            let ended = AtomicBool::new(false);
            let pid = site.process_id();
            thread::scope(|scope| {
                let (site, token, numbers, ended) = (&site, &token, &numbers, &ended);
                let running: Vec<_> = (0..4).map(|_| scope.spawn(move || write_on(site, token, numbers, ended))).collect();
                thread::sleep(Duration::from_millis(150 + u64::from(round * 37 % 100)));
                assert!(std::process::Command::new("kill").args(["-9", &pid.to_string()]).status().expect("runs").success());
                ended.store(true, Ordering::Relaxed);
                for one in running {
                    acknowledged.extend(one.join().expect("ends"));
                }
            });
            site.wait();
            site.start_again();
            let editor = Person { site: &site, tokens: tokens.clone() };
            examine(&site, &editor, &acknowledged);
        }
        assert!(acknowledged.len() > 40, "it was killed amid writes: {}", acknowledged.len());
        let told = Person { site: &site, tokens: site.log_in("admin@example.com", crate::support::people::PASSWORD).ok() };
        let mut numbers: Vec<i64> = Vec::new();
        let mut after = String::new();
        loop {
            let page = told.get(&format!("/v1/changes?limit=100{after}")).ok();
            numbers.extend(page["data"].as_array().expect("changes").iter().map(|one| one["seq"].as_str().expect("a number").parse::<i64>().expect("a number")));
            match page["page"]["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        let last = numbers[0];
        assert_eq!(numbers, (1..=last).rev().collect::<Vec<_>>(), "the log has no gap");
    }
}
