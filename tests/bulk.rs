//! Bulk requests, which change many articles at once.

use serde_json::{Value, json};

use crate::support::{
    Site, on_each_database,
    people::Person,
    writing::{Api, id},
};

const OUTCOME: &str = "mutation($input: BulkInput!) { updateArticles(input: $input) { results { article revision status \
    error { code detail currentRevision changedFields errors { pointer code } } } } }";

/// Sends operations over one API. Returns their results, or the error if the whole request was refused.
fn send(api: Api, who: &Person<'_>, operations: &[Value], atomic: bool) -> Result<Vec<Value>, Value> {
    match api {
        Api::Rest => {
            let answer =
                who.send("POST", "/v1/bulk/articles", &json!({ "operations": operations, "atomic": atomic }));
            match answer.status {
                200 => Ok(answer.json()["results"].as_array().expect("results").clone()),
                _ => Err(answer.json()),
            }
        }
        Api::GraphQl => {
            let operations: Vec<Value> = operations
                .iter()
                .map(|one| {
                    let mut one = one.clone();
                    one["action"] = json!(one["action"].as_str().expect("an action").to_uppercase());
                    one
                })
                .collect();
            let answer =
                who.graphql(OUTCOME, json!({ "input": { "operations": operations, "atomic": atomic } }));
            match answer["errors"].get(0) {
                None => {
                    let results = answer["data"]["updateArticles"]["results"].as_array().expect("results");
                    Ok(results
                        .iter()
                        .map(|one| {
                            let mut one = one.clone();
                            if let Some(status) = one["status"].as_str() {
                                one["status"] = json!(status.to_lowercase());
                            }
                            one
                        })
                        .collect())
                }
                Some(error) => Err(error["extensions"].clone()),
            }
        }
    }
}

/// How many articles there are in any status.
fn site_total(who: &Person<'_>) -> u64 {
    let list = who.get("/v1/articles?status=draft,published&count=exact&limit=1").ok();
    list["page"]["total"].as_u64().expect("a total")
}

fn drafts(who: &Person<'_>, count: usize) -> Vec<String> {
    (0..count)
        .map(|n| id(&Api::Rest.create(who, json!({ "headline": format!("Story {n}") })).expect("a draft")))
        .collect()
}

on_each_database! {
    fn each_operation_has_its_own_result(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let reporter = site.sign_in_as("reporter@example.com", "contributor");
        for api in Api::BOTH {
            let ids = drafts(&reporter, 5);
            let operations = [
                json!({ "article": ids[0], "expectedRevision": 1, "action": "publish", "note": "Go." }),
                json!({ "article": ids[1], "expectedRevision": 7, "action": "publish" }),
                json!({ "article": ids[2], "action": "trash" }),
                json!({ "article": "nothing-here", "expectedRevision": 1, "action": "archive" }),
                json!({ "article": ids[3], "expectedRevision": 1, "action": "update", "changes": { "headline": "", "kicker": "K" } }),
                json!({ "article": ids[4], "expectedRevision": 1, "action": "update", "changes": { "kicker": "K" } }),
                json!({ "article": ids[4], "expectedRevision": 2, "action": "submit" }),
            ];
            let results = send(api, &editor, &operations, false).expect("results");
            let told: Vec<_> = results.iter()
                .map(|one| (one["revision"].clone(), one["status"].clone(), one["error"]["code"].clone())).collect();
            assert_eq!(told, [
                (json!(2), json!("published"), Value::Null),
                (Value::Null, Value::Null, json!("article.changed_meanwhile")),
                (Value::Null, Value::Null, json!("article.revision_missing")),
                (Value::Null, Value::Null, json!("article.not_found")),
                (Value::Null, Value::Null, json!("request.invalid")),
                (json!(2), json!("draft"), Value::Null),
                (json!(3), json!("in_review"), Value::Null),
            ]);
            assert_eq!((&results[1]["error"]["currentRevision"], &results[4]["error"]["errors"][0]["pointer"]), (&json!(1), &json!("/headline")));
            assert_eq!(results[0]["article"], ids[0].as_str());

            // Each operation needs the caller's permission.
            let results = send(api, &reporter, &[
                json!({ "article": ids[1], "expectedRevision": 1, "action": "publish" }),
                json!({ "article": ids[1], "expectedRevision": 1, "action": "submit" }),
            ], false).expect("results");
            assert_eq!((&results[0]["error"]["code"], &results[1]["status"]), (&json!("access.denied"), &json!("in_review")));
        }
        assert_eq!(site.post("/v1/bulk/articles", &json!({ "operations": [] })).problem(401, "access.sign_in")["status"], 401);
    }

    fn many_articles_are_created_at_once(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let reporter = site.sign_in_as("reporter@example.com", "contributor");
        let create = |changes: Value| json!({ "action": "create", "changes": changes });
        for api in Api::BOTH {
            let list = |api: Api, words: Value| if api == Api::Rest { words } else { json!(words[0].as_str().map(|word| [word.to_uppercase()])) };
            let status = if api == Api::Rest { "published" } else { "PUBLISHED" };
            let tag = format!("Tag {api:?}");
            for atomic in [false, true] {
                let results = send(api, &editor, &[
                    create(json!({ "headline": "One" })),
                    create(json!({ "headline": "Two", "status": status })),
                    create(json!({ "headline": "Three", "tags": [tag], "createMissing": list(api, json!(["tags"])) })),
                ], atomic).expect("results");
                let told: Vec<_> = results.iter().map(|one| (one["revision"].clone(), one["status"].clone())).collect();
                assert_eq!(told, [(json!(1), json!("draft")), (json!(2), json!("published")), (json!(1), json!("draft"))]);
                for (result, headline) in results.iter().zip(["One", "Two", "Three"]) {
                    let made = api.manuscript(&editor, result["article"].as_str().expect("an id")).expect("an article");
                    assert_eq!(made["headline"], headline);
                }
            }
            // Refused ones are named, and all or only the others are created.
            let operations = [create(json!({ "headline": "Kept" })), create(json!({ "kicker": "No headline" })), create(json!({ "headline": "Seen", "status": status }))];
            let before = site_total(&editor);
            let refusal = send(api, &reporter, &operations, true).expect_err("refused");
            let blamed: Vec<_> = refusal["errors"].as_array().expect("errors").iter().map(|one| &one["pointer"]).collect();
            assert_eq!((blamed, site_total(&editor)), (vec![&json!("/operations/1"), &json!("/operations/2")], before));
            let results = send(api, &reporter, &operations, false).expect("results");
            let told: Vec<_> = results.iter().map(|one| (one["article"].is_null(), one["error"]["code"].clone())).collect();
            assert_eq!(told, [(false, Value::Null), (true, json!("request.invalid")), (true, json!("access.denied"))]);
            assert_eq!(site_total(&editor), before + 1);

            // The same creation with the same key is one.
            let keyed = json!({ "action": "create", "changes": { "headline": "Once" }, "idempotencyKey": format!("key-{api:?}") });
            let first = send(api, &editor, std::slice::from_ref(&keyed), false).expect("results");
            let second = send(api, &editor, &[keyed], true).expect("results");
            assert_eq!(first[0]["article"], second[0]["article"]);

            for (operation, place) in [
                (json!({ "action": "create", "article": "x", "changes": { "headline": "A" } }), "/operations/0/article"),
                (json!({ "action": "create", "expectedRevision": 1, "changes": { "headline": "A" } }), "/operations/0/expectedRevision"),
                (json!({ "action": "publish", "expectedRevision": 1 }), "/operations/0/article"),
                (json!({ "action": "publish", "article": "x", "expectedRevision": 1, "idempotencyKey": "k" }), "/operations/0/idempotencyKey"),
            ] {
                assert_eq!(send(api, &editor, &[operation], false).expect_err("refused")["errors"][0]["pointer"], place);
            }
        }
    }

    fn bulk_requests_that_create_the_same_tags_do_not_deadlock(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        std::thread::scope(|scope| {
            for n in 0..4 {
                let editor = &editor;
                scope.spawn(move || {
                    for round in 0..5 {
                        let operations: Vec<Value> = (0..6)
                            .map(|m| {
                                let tag = format!("Tag {round} {}", if n % 2 == 0 { m } else { 5 - m });
                                json!({ "action": "create", "changes": { "headline": format!("A {n} {m}"), "tags": [tag], "createMissing": ["tags"], "status": "published" } })
                            })
                            .collect();
                        send(Api::Rest, editor, &operations, true).expect("created");
                    }
                });
            }
        });
        assert_eq!(site.get("/v1/tags?count=exact").ok()["page"]["total"], 30);
        assert_eq!(site.get("/v1/articles?count=exact").ok()["page"]["total"], 120);
    }

    fn an_atomic_request_succeeds_or_fails_as_a_whole(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for api in Api::BOTH {
            let ids = drafts(&editor, 3);
            let publish = |n: usize, seen: u64| json!({ "article": ids[n], "expectedRevision": seen, "action": "publish" });
            let refusal = send(api, &editor, &[publish(0, 1), publish(1, 2), publish(2, 1), json!({ "article": "nothing", "expectedRevision": 1, "action": "trash" })], true).expect_err("refused");
            assert_eq!(refusal["code"], "bulk.refused", "{refusal}");
            let blamed: Vec<_> = refusal["errors"].as_array().expect("errors").iter().map(|one| (one["pointer"].clone(), one["code"].clone())).collect();
            assert_eq!(blamed, [(json!("/operations/1"), json!("article.changed_meanwhile")), (json!("/operations/3"), json!("article.not_found"))]);
            for id in &ids {
                assert_eq!(Api::Rest.manuscript(&editor, id).expect("an article")["revision"], 1, "none was");
            }
            let results = send(api, &editor, &[publish(2, 1), publish(0, 1), publish(1, 1)], true).expect("done");
            assert!(results.iter().all(|one| one["status"] == "published"), "{results:?}");
        }
        let many: Vec<Value> = (0..201).map(|_| json!({ "article": "x", "expectedRevision": 1, "action": "trash" })).collect();
        for atomic in [true, false] {
            for api in Api::BOTH {
                assert_eq!(send(api, &editor, &many, atomic).expect_err("refused")["errors"][0]["pointer"], "/operations");
                assert_eq!(send(api, &editor, &[], atomic).expect_err("refused")["errors"][0]["pointer"], "/operations");
            }
        }
        let misplaced = json!({ "article": "x", "expectedRevision": 1, "action": "trash", "changes": { "kicker": "K" } });
        let refusal = send(Api::Rest, &editor, &[misplaced], false).expect_err("refused");
        assert_eq!(refusal["errors"][0]["pointer"], "/operations/0/changes");
        // Operations cannot contain operations.
        let nested = json!({ "article": "x", "expectedRevision": 1, "action": "update", "changes": { "operations": [] } });
        assert_eq!(send(Api::Rest, &editor, &[nested], false).expect_err("refused")["code"], "request.invalid");
    }
}
