//! No lost update: whoever changes an article says what they have seen of it.

use std::{collections::BTreeSet, sync::Barrier, thread};

use serde_json::{Value, json};

use crate::support::{
    Site, on_each_database,
    people::Person,
    site::Answer,
    writing::{Face, id, refused, revision},
};

on_each_database! {
    fn a_stale_change_is_refused_and_says_what_moved(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for face in Face::BOTH {
            let id = id(&face.create(&editor, json!({ "headline": "One", "kicker": "Storm" })).expect("a draft"));
            face.update(&editor, &id, 1, json!({ "headline": "Two" })).expect("changed");
            face.update(&editor, &id, 2, json!({ "kicker": null, "body": { "source": "<p>Words" } })).expect("changed");

            let body = refused(face.update(&editor, &id, 1, json!({ "standfirst": "Mine" })), 412, "article.changed_meanwhile");
            assert_eq!((&body["currentRevision"], &body["changedFields"]), (&json!(3), &json!(["slug", "headline", "kicker", "body"])));
            let body = refused(face.step(&editor, "publish", &id, 2, json!({})), 412, "article.changed_meanwhile");
            assert_eq!(body["changedFields"], json!(["kicker", "body"]));
            let body = refused(face.update(&editor, &id, 9, json!({ "standfirst": "Mine" })), 412, "article.changed_meanwhile");
            assert_eq!((&body["currentRevision"], &body["changedFields"]), (&json!(3), &Value::Null), "a revision that never was");
            refused(face.trash(&editor, &id, 1), 412, "article.changed_meanwhile");

            refused(face.update_so(&editor, &id, None, json!({ "headline": "X" }), false), 428, "article.revision_missing");
            for step in ["submit", "publish", "archive", "unpublish", "restore", "send-back"] {
                refused(face.step_so(&editor, step, &id, None, json!({})), 428, "article.revision_missing");
            }
            let now = face.manuscript(&editor, &id).expect("an article");
            assert_eq!((revision(&now), &now["headline"], &now["status"]), (3, &json!("Two"), &json!("draft")), "nothing was changed");
        }
    }

    fn changes_to_other_fields_merge_where_the_client_asks_for_it(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for face in Face::BOTH {
            let id = id(&face.create(&editor, json!({ "headline": "One", "seo": { "title": "T" } })).expect("a draft"));
            face.update(&editor, &id, 1, json!({ "headline": "Two" })).expect("changed");
            let merged = face.update_so(&editor, &id, Some(1), json!({ "kicker": "Storm" }), true).expect("merged");
            assert_eq!((revision(&merged), &merged["headline"], &merged["kicker"]), (3, &json!("Two"), &json!("Storm")));
            let body = refused(face.update_so(&editor, &id, Some(1), json!({ "headline": "Three" }), true), 412, "article.changed_meanwhile");
            assert_eq!(body["changedFields"], json!(["slug", "headline", "kicker"]), "a draft's slug follows its headline");
            refused(face.update_so(&editor, &id, Some(7), json!({ "byline": "By" }), true), 412, "article.changed_meanwhile");
        }
    }

    fn what_is_sent_again_with_its_key_makes_no_second_article(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let other = site.sign_in_as("other@example.com", "editor");
        let send = |who: &crate::support::people::Person<'_>, key: &str, headline: &str| {
            let authorization = format!("Bearer {}", who.access_token());
            let headers = [("authorization", authorization.as_str()), ("content-type", "application/json"), ("idempotency-key", key)];
            site.send("POST", "/v1/articles", &headers, Some(json!({ "headline": headline }).to_string().as_bytes()))
        };
        let made = send(&editor, "key-1", "One");
        assert_eq!(made.status, 201);
        let again = send(&editor, "key-1", "One");
        assert_eq!((again.status, again.json(), again.header("location")), (201, made.json(), made.header("location")));
        send(&editor, "key-1", "Another").problem(422, "request.key_reused");
        send(&editor, "", "One").problem(400, "request.malformed");
        send(&editor, "kéy", "One").problem(400, "request.malformed");
        assert_ne!(send(&other, "key-1", "One").json()["id"], made.json()["id"], "keys are each account's own");
        let asked = |key: &str| editor.graphql(
            "mutation($key: String) { createArticle(input: { headline: \"One\", idempotencyKey: $key }) { manuscript { id } } }",
            json!({ "key": key }),
        );
        assert_eq!(asked("key-1")["data"]["createArticle"]["manuscript"]["id"], made.json()["id"], "through either face");
        assert_eq!(site.get_with("/v1/articles?status=draft&count=exact", &[("authorization", &format!("Bearer {}", editor.access_token()))]).ok()["page"]["total"], 2);

        // Many at once: one article.
        let barrier = Barrier::new(8);
        let ids: BTreeSet<String> = thread::scope(|scope| {
            let running: Vec<_> = (0..8).map(|_| scope.spawn(|| {
                barrier.wait();
                send(&editor, "key-2", "Two").json()["id"].as_str().expect("an id").to_owned()
            })).collect();
            running.into_iter().map(|one| one.join().expect("ends")).collect()
        });
        assert_eq!(ids.len(), 1);
    }

    fn of_two_hundred_who_save_at_once_one_wins_each_revision(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let id = id(&Face::Rest.create(&editor, json!({ "headline": "Start" })).expect("a draft"));
        for round in 1..=5_u64 {
            let barrier = Barrier::new(200);
            let outcomes: Vec<_> = thread::scope(|scope| {
                let running: Vec<_> = (0..200).map(|n| {
                    let (editor, id, barrier) = (&editor, &id, &barrier);
                    let face = if n % 2 == 0 { Face::Rest } else { Face::GraphQl };
                    scope.spawn(move || {
                        barrier.wait();
                        face.update(editor, id, round, json!({ "headline": format!("By {n} in round {round}") }))
                    })
                }).collect();
                running.into_iter().map(|one| one.join().expect("ends")).collect()
            });
            let (won, lost): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
            let won: Vec<Value> = won.into_iter().map(|one| one.expect("won")).collect();
            assert_eq!(won.iter().map(revision).collect::<Vec<_>>(), [round + 1], "one wins");
            for refusal in lost.into_iter().filter_map(Result::err) {
                refusal.is(412, "article.changed_meanwhile");
                assert_eq!(refusal.body["currentRevision"], round + 1);
            }
            let kept = editor.get(&format!("/v1/articles/{id}/revisions/{}", round + 1)).ok();
            assert_eq!(kept["headline"], won[0]["headline"], "what was acknowledged is what is kept");
        }
    }

    fn of_two_articles_with_the_same_paths_one_is_published(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for round in 0..20 {
            let paths: Vec<String> = (0..20).map(|n| format!("/old/{round}/{n}")).collect();
            let turned: Vec<String> = paths.iter().rev().cloned().collect();
            let pair = [paths.clone(), turned].map(|paths| {
                id(&Face::Rest.create(&editor, json!({ "headline": "One of two", "aliasPaths": paths })).expect("a draft"))
            });
            let outcomes = both(|n| Face::Rest.step(&editor, "publish", &pair[n], 1, json!({})));
            let winner = usize::from(outcomes[0].is_err());
            for (n, outcome) in outcomes.into_iter().enumerate() {
                match n == winner {
                    true => assert_eq!(outcome.expect("published")["status"], "published"),
                    false => drop(refused(outcome, 409, "article.path_taken")),
                }
            }
            for path in &paths {
                assert_eq!(site.get(&format!("/v1/resolve?path={path}")).ok()["id"], pair[winner].as_str(), "{path}");
            }
        }
    }

    fn what_has_no_revisions_is_changed_as_it_was_seen(kind) {
        let site = Site::empty(kind);
        let admin = site.sign_in_as("admin@example.com", "admin");
        for (folder, field) in [("tags", "name"), ("sections", "name"), ("authors", "name"), ("collections", "title")] {
            assert_eq!(admin.send("POST", &format!("/v1/{folder}"), &json!({ field: "One", "slug": "one" })).status, 201);
        }
        let things = [("/v1/tags/one", "name"), ("/v1/sections/one", "name"), ("/v1/authors/one", "name"), ("/v1/collections/one", "title"), ("/v1/site", "title")];
        let seen = |path: &str| site.get(path).header("etag").expect("a validator").to_owned();
        for (path, field) in things {
            let first = seen(path);
            let change = |tag: &str, to: &str| if_match(&admin, "PATCH", path, tag, &json!({ field: to }));
            change("\"0123456789abcdef\"", "Nonsense").problem(412, "thing.changed_meanwhile");
            assert_eq!(seen(path), first, "{path}");
            change(&format!("\"other\", {first}"), "Two").ok();
            change(&first, "Three").problem(412, "thing.changed_meanwhile");
            assert_eq!(site.get(path).ok()[field], "Two", "{path}");
            change("*", "Four").ok();
            admin.send("PATCH", path, &json!({ field: "Five" })).ok();
            let now = seen(path);
            let mut outcomes = both(|n| change(&now, &format!("By {n}")).status);
            outcomes.sort_unstable();
            assert_eq!(outcomes, [200, 412], "{path}");
            if path != "/v1/site" {
                if_match(&admin, "DELETE", path, &now, &Value::Null).problem(412, "thing.changed_meanwhile");
                assert_eq!(if_match(&admin, "DELETE", path, &seen(path), &Value::Null).status, 204, "{path}");
            }
        }
    }

    fn two_who_want_the_same_names_wait_for_each_other_one_way(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for round in 0..15 {
            let slugs: Vec<String> = (0..10).map(|n| format!("name-{round}-{n}")).collect();
            let turned: Vec<String> = slugs.iter().rev().cloned().collect();
            let pair = [slugs, turned].map(|slugs| {
                let operations = slugs.into_iter().map(|slug| {
                    let article = id(&Face::Rest.create(&editor, json!({ "headline": "Unnamed" })).expect("a draft"));
                    json!({ "article": article, "expectedRevision": 1, "action": "update", "changes": { "slug": slug } })
                });
                json!({ "operations": operations.collect::<Vec<_>>(), "atomic": true })
            });
            let outcomes = both(|n| editor.send("POST", "/v1/bulk/articles", &pair[n]).status);
            assert_eq!(outcomes, [200, 200], "the later one gets numbers");
        }
    }
}

/// Sends a request on a condition.
fn if_match(who: &Person<'_>, method: &str, path: &str, tag: &str, body: &Value) -> Answer {
    let authorization = format!("Bearer {}", who.access_token());
    let headers =
        [("authorization", authorization.as_str()), ("content-type", "application/json"), ("if-match", tag)];
    let body = body.to_string();
    who.site.send(method, path, &headers, (method == "PATCH").then_some(body.as_bytes()))
}

/// Does two things at the same moment.
fn both<R: Send>(work: impl Fn(usize) -> R + Sync) -> [R; 2] {
    let barrier = Barrier::new(2);
    thread::scope(|scope| {
        let running = [0, 1].map(|n| {
            let (work, barrier) = (&work, &barrier);
            scope.spawn(move || {
                barrier.wait();
                work(n)
            })
        });
        running.map(|one| one.join().expect("ends"))
    })
}

#[test]
fn what_names_no_revision_is_no_precondition() {
    let site = Site::empty(crate::support::Kind::Sqlite);
    let editor = site.sign_in_as("editor@example.com", "editor");
    let id = id(&Face::Rest.create(&editor, json!({ "headline": "One" })).expect("a draft"));
    let authorization = format!("Bearer {}", editor.access_token());
    let send = |tag: &str| {
        let headers = [
            ("authorization", authorization.as_str()),
            ("content-type", "application/merge-patch+json"),
            ("if-match", tag),
        ];
        site.send("PATCH", &format!("/v1/articles/{id}"), &headers, Some(b"{\"kicker\":\"K\"}"))
    };
    for tag in ["*", "1", "\"x\"", "\"1\", \"2\"", "", "\"-1\""] {
        send(tag).problem(400, "request.malformed");
    }
    assert_eq!(send("\"1\"").json()["revision"], 2);
    assert_eq!(send("\"2\"").json()["revision"], 2, "nothing is other, so nothing is saved");
    let draft = editor.get(&format!("/v1/articles/{id}?version=draft"));
    let tag = draft.header("etag").expect("a validator").to_owned();
    assert!(tag.starts_with("\"2-"), "{tag}");
    let headers = [
        ("authorization", authorization.as_str()),
        ("content-type", "application/json"),
        ("if-match", tag.as_str()),
    ];
    let answer = site.send("PATCH", &format!("/v1/articles/{id}"), &headers, Some(b"{\"kicker\":null}"));
    assert_eq!(answer.json()["revision"], 3, "what GET gave is what PATCH takes");
    let weak = format!("W/{}-gzip\"", "\"3-9f3cab");
    let headers = [
        ("authorization", authorization.as_str()),
        ("content-type", "application/json"),
        ("if-match", weak.as_str()),
    ];
    let answer = site.send("PATCH", &format!("/v1/articles/{id}"), &headers, Some(b"{\"kicker\":\"L\"}"));
    assert_eq!(answer.json()["revision"], 4, "also what a proxy weakened");
}
