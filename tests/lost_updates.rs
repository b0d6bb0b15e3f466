//! Lost updates: every change names the revision that it is based on, and outdated changes are refused.

use std::{collections::BTreeSet, sync::Barrier, thread};

use serde_json::{Value, json};

use crate::support::{
    Site, on_each_database,
    writing::{Api, id, refused, revision},
};

on_each_database! {
    fn an_outdated_change_is_refused_with_the_changed_fields(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for api in Api::BOTH {
            let id = id(&api.create(&editor, json!({ "headline": "One", "kicker": "Storm" })).expect("a draft"));
            api.update(&editor, &id, 1, json!({ "headline": "Two" })).expect("changed");
            api.update(&editor, &id, 2, json!({ "kicker": null, "body": { "source": "<p>Words" } })).expect("changed");

            let body = refused(api.update(&editor, &id, 1, json!({ "standfirst": "Mine" })), 412, "article.changed_meanwhile");
            assert_eq!((&body["currentRevision"], &body["changedFields"]), (&json!(3), &json!(["slug", "headline", "kicker", "body"])));
            let body = refused(api.step(&editor, "publish", &id, 2, json!({})), 412, "article.changed_meanwhile");
            assert_eq!(body["changedFields"], json!(["kicker", "body"]));
            let body = refused(api.update(&editor, &id, 9, json!({ "standfirst": "Mine" })), 412, "article.changed_meanwhile");
            assert_eq!((&body["currentRevision"], &body["changedFields"]), (&json!(3), &Value::Null), "a revision that never was");
            refused(api.trash(&editor, &id, 1), 412, "article.changed_meanwhile");

            refused(api.update_so(&editor, &id, None, json!({ "headline": "X" }), false), 428, "article.revision_missing");
            for step in ["submit", "publish", "archive", "unpublish", "restore", "send-back"] {
                refused(api.step_so(&editor, step, &id, None, json!({})), 428, "article.revision_missing");
            }
            let now = api.manuscript(&editor, &id).expect("an article");
            assert_eq!((revision(&now), &now["headline"], &now["status"]), (3, &json!("Two"), &json!("draft")), "nothing was changed");
        }
    }

    fn changes_to_other_fields_merge_on_request(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for api in Api::BOTH {
            let id = id(&api.create(&editor, json!({ "headline": "One", "seo": { "title": "T" } })).expect("a draft"));
            api.update(&editor, &id, 1, json!({ "headline": "Two" })).expect("changed");
            let merged = api.update_so(&editor, &id, Some(1), json!({ "kicker": "Storm" }), true).expect("merged");
            assert_eq!((revision(&merged), &merged["headline"], &merged["kicker"]), (3, &json!("Two"), &json!("Storm")));
            let body = refused(api.update_so(&editor, &id, Some(1), json!({ "headline": "Three" }), true), 412, "article.changed_meanwhile");
            assert_eq!(body["changedFields"], json!(["slug", "headline", "kicker"]), "a draft's slug follows its headline");
            refused(api.update_so(&editor, &id, Some(7), json!({ "byline": "By" }), true), 412, "article.changed_meanwhile");
        }
    }

    fn a_repeated_idempotency_key_creates_no_second_article(kind) {
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

        // Eight concurrent requests with one key create one article.
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

    fn one_of_many_concurrent_saves_wins_each_revision(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let id = id(&Api::Rest.create(&editor, json!({ "headline": "Start" })).expect("a draft"));
        for round in 1..=5_u64 {
            let barrier = Barrier::new(200);
            let outcomes: Vec<_> = thread::scope(|scope| {
                let running: Vec<_> = (0..200).map(|n| {
                    let (editor, id, barrier) = (&editor, &id, &barrier);
                    let api = if n % 2 == 0 { Api::Rest } else { Api::GraphQl };
                    scope.spawn(move || {
                        barrier.wait();
                        api.update(editor, id, round, json!({ "headline": format!("By {n} in round {round}") }))
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

    fn one_of_two_articles_with_the_same_paths_is_published(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for round in 0..20 {
            let paths: Vec<String> = (0..20).map(|n| format!("/old/{round}/{n}")).collect();
            let turned: Vec<String> = paths.iter().rev().cloned().collect();
            let pair = [paths.clone(), turned].map(|paths| {
                id(&Api::Rest.create(&editor, json!({ "headline": "One of two", "aliasPaths": paths })).expect("a draft"))
            });
            let outcomes = both(|n| Api::Rest.step(&editor, "publish", &pair[n], 1, json!({})));
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

    fn changes_of_terms_collections_and_the_site_need_a_revision(kind) {
        let site = Site::empty(kind);
        let admin = site.sign_in_as("admin@example.com", "admin");
        for (folder, field) in [("tags", "name"), ("sections", "name"), ("authors", "name"), ("collections", "title")] {
            let made = admin.send("POST", &format!("/v1/{folder}"), &json!({ field: "One", "slug": "one" }));
            assert_eq!((made.status, made.header("etag")), (201, Some("\"1\"")), "{folder}");
        }
        let things = [
            ("/v1/tags/one", "name", "updateTag(input: { id: \"one\",", "tag"),
            ("/v1/sections/one", "name", "updateSection(input: { id: \"one\",", "section"),
            ("/v1/authors/one", "name", "updateAuthor(input: { id: \"one\",", "author"),
            ("/v1/collections/one", "title", "updateCollection(input: { id: \"one\",", "collection"),
            ("/v1/site", "title", "updateSite(input: {", "site"),
        ];
        for (path, field, mutation, kind) in things {
            let read = || admin.get(path).header("etag").expect("a validator").to_owned();
            let change = |tag: &str, to: &str| admin.send_if_match("PATCH", path, Some(tag), &json!({ field: to }));
            let ask = |expected: &str, to: &str| {
                admin.graphql(&format!("mutation {{ {mutation} {expected} {field}: \"{to}\" }}) {{ {kind} {{ revision {field} }} }} }}"), json!({}))
            };
            let first = read();
            let number = admin.get(path).ok()["revision"].as_u64().expect("a revision");
            assert!(first.starts_with(&format!("\"{number}-")), "{path}: {first}");

            // A change without a revision, or with a malformed one, is refused.
            admin.send_if_match("PATCH", path, None, &json!({ field: "X" })).problem(428, "thing.revision_missing");
            assert_eq!(ask("", "X")["errors"][0]["extensions"]["code"], "thing.revision_missing", "{path}");
            for tag in ["*", "\"x\"", &format!("\"other\", {first}")] {
                change(tag, "X").problem(400, "request.malformed");
            }
            change(&format!("W/{first}"), "X").problem(412, "thing.changed_meanwhile");
            assert_eq!(read(), first, "{path}");

            let two = change(&first, "Two");
            assert_eq!(two.ok()[field], "Two");
            assert_eq!(two.header("etag"), Some(format!("\"{}\"", number + 1).as_str()));
            for stale in [change(&first, "Three").problem(412, "thing.changed_meanwhile"), {
                let asked = ask(&format!("expectedRevision: {number},"), "Three");
                assert_eq!(asked["errors"][0]["extensions"]["code"], "thing.changed_meanwhile", "{asked}");
                asked["errors"][0]["extensions"].clone()
            }] {
                assert_eq!((&stale["currentRevision"], &stale["changedFields"]), (&json!(number + 1), &json!([field])), "{path}");
            }
            assert_eq!(site.get(path).ok()[field], "Two", "{path}");
            let three = ask(&format!("expectedRevision: {},", number + 1), "Three");
            assert!(three["errors"].is_null(), "{three}");
            change(&read(), "Three").ok();
            assert_eq!(admin.get(path).ok()["revision"], number + 2, "nothing changed, so nothing was saved: {path}");

            let now = read();
            let mut outcomes = both(|n| change(&now, &format!("By {n}")).status);
            outcomes.sort_unstable();
            assert_eq!(outcomes, [200, 412], "{path}");
            let told = admin.get(&format!("/v1/changes?thing={}&limit=1", site.get(path).ok()["id"].as_str().unwrap_or("site"))).ok();
            assert_eq!((&told["data"][0]["revision"], &told["data"][0]["fields"]), (&json!(number + 3), &json!([field])), "{told}");
            if path != "/v1/site" {
                admin.send_if_match("DELETE", path, Some(&now), &Value::Null).problem(412, "thing.changed_meanwhile");
                admin.send_if_match("DELETE", path, None, &Value::Null).problem(428, "thing.revision_missing");
                assert_eq!(admin.send_if_match("DELETE", path, Some(&read()), &Value::Null).status, 204, "{path}");
            }
        }
    }

    fn only_changes_by_editors_raise_a_revision(kind) {
        let site = Site::empty(kind);
        let admin = site.sign_in_as("admin@example.com", "admin");
        let reporter = site.sign_in_as("reporter@example.com", "author").get("/v1/me").ok()["id"].clone();
        for (path, input) in [
            ("/v1/tags", json!({ "name": "Storm" })),
            ("/v1/sections", json!({ "name": "World" })),
            ("/v1/authors", json!({ "name": "Ada Quill" })),
            ("/v1/articles", json!({ "headline": "Seen", "tags": ["storm"], "section": "world", "authors": ["ada-quill"] })),
            ("/v1/articles", json!({ "headline": "Hidden" })),
            ("/v1/collections", json!({ "title": "Front", "articles": ["seen"] })),
        ] {
            assert_eq!(admin.send("POST", path, &input).status, 201, "{path}");
        }
        let things = ["/v1/tags/storm", "/v1/sections/world", "/v1/authors/ada-quill", "/v1/collections/front"];
        let tags = || things.map(|path| admin.get(path).header("etag").expect("a validator").to_owned());
        let revisions = || things.map(|path| admin.get(path).ok()["revision"].as_u64().expect("a revision"));
        let before = tags();
        let seen = site.get("/v1/collections/front").ok();
        assert_eq!(seen["articles"], json!([]));
        Api::Rest.step(&admin, "publish", "seen", 1, json!({})).expect("published");
        assert_eq!(site.get("/v1/tags/storm").ok()["articleCount"], 1);
        assert_eq!(revisions(), [1; 4], "counts and the clock are nobody's change");
        // The ETags from before the publication are still accepted.
        for (path, tag) in things.iter().zip(&before) {
            let field = if path.contains("authors") { "bio" } else { "description" };
            assert_eq!(admin.send_if_match("PATCH", path, Some(tag), &json!({ field: "Said." })).ok()[field], "Said.");
        }
        let now = tags();
        // Changes that readers cannot see raise the revision too, so that no editor overwrites them unread.
        admin.send("PATCH", "/v1/collections/front", &json!({ "articles": ["seen", "hidden"] })).ok();
        admin.send("PATCH", "/v1/authors/ada-quill", &json!({ "user": reporter })).ok();
        let stale = admin.send_if_match("PATCH", "/v1/collections/front", Some(&now[3]), &json!({ "articles": [] })).problem(412, "thing.changed_meanwhile");
        assert_eq!(stale["changedFields"], json!(["articles"]));
        let stale = admin.send_if_match("PATCH", "/v1/authors/ada-quill", Some(&now[2]), &json!({ "user": null })).problem(412, "thing.changed_meanwhile");
        assert_eq!(stale["changedFields"], json!(["user"]));
    }

    fn concurrent_bulk_requests_with_the_same_slugs_do_not_deadlock(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for round in 0..15 {
            let slugs: Vec<String> = (0..10).map(|n| format!("name-{round}-{n}")).collect();
            let turned: Vec<String> = slugs.iter().rev().cloned().collect();
            let pair = [slugs, turned].map(|slugs| {
                let operations = slugs.into_iter().map(|slug| {
                    let article = id(&Api::Rest.create(&editor, json!({ "headline": "Unnamed" })).expect("a draft"));
                    json!({ "article": article, "expectedRevision": 1, "action": "update", "changes": { "slug": slug } })
                });
                json!({ "operations": operations.collect::<Vec<_>>(), "atomic": true })
            });
            let outcomes = both(|n| editor.send("POST", "/v1/bulk/articles", &pair[n]).status);
            assert_eq!(outcomes, [200, 200], "the later one gets numbers");
        }
    }
}

/// Runs two calls at the same time and returns both results.
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
fn if_match_takes_exactly_one_revision() {
    let site = Site::empty(crate::support::Kind::Sqlite);
    let editor = site.sign_in_as("editor@example.com", "editor");
    let id = id(&Api::Rest.create(&editor, json!({ "headline": "One" })).expect("a draft"));
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
