//! Upserts: another system creates and changes articles by its own ids.

use std::{sync::Barrier, thread};

use serde_json::{Value, json};

use crate::support::{
    Site, on_each_database,
    writing::{Api, id, in_seconds, refused, revision},
};

fn line(id: &str, headline: &str) -> Value {
    json!({ "id": id, "headline": headline, "publishedAt": "2025-01-01T00:00:00Z" })
}

on_each_database! {
    fn a_source_creates_and_changes_its_article_by_its_own_id(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for api in Api::BOTH {
            let key = (if api == Api::Rest { "wire" } else { "wire-2" }, "7");
            let (is_new, made) = api.upsert(&editor, key, None, json!({ "headline": "One", "kicker": "Storm" })).expect("created");
            assert_eq!((is_new, revision(&made), &made["status"]), (true, 1, &json!("draft")));

            let (is_new, same) = api.upsert(&editor, key, None, json!({ "headline": "One" })).expect("found");
            assert_eq!((is_new, revision(&same), &same["id"]), (false, 1, &made["id"]), "nothing is other");
            let (is_new, now) = api.upsert(&editor, key, None, json!({ "headline": "Two" })).expect("changed");
            assert_eq!((is_new, revision(&now), &now["kicker"]), (false, 2, &json!("Storm")), "what is omitted stays");

            let body = refused(api.upsert(&editor, key, Some(1), json!({ "headline": "Three" })), 412, "article.changed_meanwhile");
            assert_eq!(body["currentRevision"], 2);
            let (_, now) = api.upsert(&editor, key, Some(2), json!({ "headline": "Three" })).expect("changed");
            assert_eq!(revision(&now), 3);
            refused(api.upsert(&editor, ("wire", "none"), Some(1), json!({ "headline": "X" })), 412, "article.changed_meanwhile");
            let other = api.upsert(&editor, ("third", key.1), None, json!({ "headline": "Three", "slug": format!("own-{}", key.0) }));
            let is_new = other.expect("an article").0;
            assert_eq!(is_new, api == Api::Rest, "another source's ids are its own");
        }
    }

    fn an_upsert_publishes_in_the_same_transaction(kind) {
        let site = Site::with(kind, &[json!({ "type": "section", "id": "world", "slug": "world", "name": "World" })]);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for (n, api) in Api::BOTH.into_iter().enumerate() {
            let source = format!("wire-{n}");
            let key = (source.as_str(), "a");
            let (slug, other) = (format!("story-{n}"), format!("later-{n}"));
            let story = json!({ "headline": "One", "slug": slug, "status": "published" });
            let (_, made) = api.upsert(&editor, key, None, story.clone()).expect("published");
            assert_eq!(made["status"], "published");
            let (_, same) = api.upsert(&editor, key, None, story).expect("the same");
            assert_eq!(revision(&same), revision(&made), "nothing is published twice");
            let (_, draft) = api.upsert(&editor, key, None, json!({ "headline": "Two" })).expect("a draft");
            assert_eq!((&draft["status"], &site.get(&format!("/v1/articles/{slug}")).ok()["headline"]), (&json!("draft"), &json!("One")));
            let (_, now) = api.upsert(&editor, key, None, json!({ "headline": "Three", "status": "published" })).expect("published");
            assert_eq!((&now["publishedAt"], &site.get(&format!("/v1/articles/{slug}")).ok()["headline"]), (&made["publishedAt"], &json!("Three")));

            // If publishing fails, nothing is saved.
            let taken = json!({ "headline": "Four", "aliasPaths": ["/world"], "status": "published" });
            refused(api.upsert(&editor, key, None, taken.clone()), 409, "article.path_taken");
            refused(api.upsert(&editor, (key.0, "b"), None, taken), 409, "article.path_taken");
            assert_eq!(api.manuscript(&editor, &id(&now)).expect("an article")["headline"], "Three");
            let later = json!({ "headline": "Later", "slug": other, "publishAt": in_seconds(3600) });
            let (is_new, scheduled) = api.upsert(&editor, (key.0, "b"), None, later).expect("scheduled");
            assert_eq!((is_new, &scheduled["status"]), (true, &json!("scheduled")));
            refused(api.upsert(&editor, key, None, json!({ "publishAt": in_seconds(3600) })), 409, "article.already_public");
        }
    }

    fn imports_and_upserts_share_articles_and_respect_edits(kind) {
        for api in Api::BOTH {
            let site = Site::with(kind, &[line("1", "One"), line("2", "Two"), line("3", "Three")]);
            let editor = site.sign_in_as("editor@example.com", "editor");
            let imported = |slug: &str| site.get(&format!("/v1/articles/{slug}")).ok();
            let publish = |id: &str, headline: &str| {
                api.upsert(&editor, ("test", id), None, json!({ "headline": headline, "status": "published" })).expect("known")
            };
            let (is_new, now) = publish("1", "Uno");
            assert_eq!((is_new, &now["id"]), (false, &imported("one")["id"]));

            // The second article is edited here before the source's upsert, the third after it.
            let edited = id(&imported("two"));
            api.update(&editor, &edited, 1, json!({ "kicker": "Ours" })).expect("edited");
            publish("2", "Due");
            let (_, third) = publish("3", "Tre");
            api.update(&editor, &id(&third), revision(&third), json!({ "kicker": "Ours" })).expect("edited");

            let again = site.import("test", &[line("1", "One"), line("2", "Two"), line("3", "Three")]);
            assert_eq!(again["counts"]["article"]["unchanged"], 3, "the file says what it said: {again}");
            let report = site.import("test", &[line("1", "One!"), line("2", "Two!"), line("3", "Three!")]);
            let counts = &report["counts"]["article"];
            assert_eq!((&counts["updated"], &counts["leftAlone"], &counts["created"]), (&json!(1), &json!(2), &json!(0)), "{report}");
            assert_eq!(imported("one")["headline"], "One!");
            assert_eq!(imported("two")["headline"], "Due");

            // An import finds an article that an upsert created.
            let (_, made) = api.upsert(&editor, ("test", "new"), None, json!({ "headline": "New", "status": "published" })).expect("created");
            let report = site.import("test", &[line("new", "Newer")]);
            assert_eq!(report["counts"]["article"]["updated"], 1, "{report}");
            assert_eq!(api.manuscript(&editor, &id(&made)).expect("an article")["headline"], "Newer");
        }
    }

    fn two_upserts_of_one_key_at_once_make_one_article(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for round in 0..3 {
            let key = format!("key-{round}");
            let barrier = Barrier::new(8);
            let made: Vec<(bool, Value)> = thread::scope(|scope| {
                let running: Vec<_> = (0..8).map(|n| {
                    let (barrier, editor, key) = (&barrier, &editor, &key);
                    let api = if n % 2 == 0 { Api::Rest } else { Api::GraphQl };
                    scope.spawn(move || {
                        barrier.wait();
                        let article = json!({ "headline": "One", "kicker": n.to_string(), "tags": ["New tag"], "createMissing": ["tags"] });
                        api.upsert(editor, ("wire", key), None, article).expect("taken")
                    })
                }).collect();
                running.into_iter().map(|one| one.join().expect("ends")).collect()
            });
            assert_eq!(made.iter().filter(|(is_new, _)| *is_new).count(), 1);
            assert!(made.iter().all(|(_, one)| one["id"] == made[0].1["id"]));
        }
        let drafts = editor.get("/v1/articles?status=draft&count=exact").ok();
        assert_eq!(drafts["page"]["total"], 3);
        assert_eq!(site.get("/v1/tags?count=exact").ok()["page"]["total"], 1);
    }

    fn terms_that_are_missing_are_found_by_name_or_created(kind) {
        let site = Site::with(kind, &[
            json!({ "type": "tag", "id": "storm", "slug": "storm", "name": "Storm Odalys" }),
            json!({ "type": "author", "id": "mara", "slug": "mara", "name": "Mara Lind" }),
        ]);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let author = site.sign_in_as("author@example.com", "author");
        let names = |list: &str| -> Vec<String> {
            let all = site.get(&format!("/v1/{list}?limit=100")).ok();
            all["data"].as_array().expect("a list").iter().map(|one| one["name"].as_str().expect("a name").to_owned()).collect()
        };
        for (n, api) in Api::BOTH.into_iter().enumerate() {
            let article = json!({ "headline": "One", "tags": ["storm odalys", format!("Flood {n}")], "authors": ["Mara Lind", format!("Bo {n}")],
                                  "createMissing": ["tags", "authors"] });
            let made = api.create(&editor, article.clone()).expect("a draft");
            let (_, upserted) = api.upsert(&editor, ("wire", &n.to_string()), None, article.clone()).expect("a draft");
            assert_eq!((&upserted["tags"], &upserted["authors"]), (&made["tags"], &made["authors"]), "found by name now");
            refused(api.create(&author, article.clone()), 403, "access.denied");

            // If the request fails, the missing tags are not created either.
            let mut refusable = article.clone();
            refusable["tags"] = json!(["Never"]);
            refusable["publishAt"] = json!("2024-01-01T00:00:00Z");
            refusable["expiresAt"] = json!("2024-02-01T00:00:00Z");
            refused(api.create(&editor, refusable), 400, "request.invalid");
            let body = refused(api.create(&editor, json!({ "headline": "X", "tags": ["Never", " "], "createMissing": ["tags"] })), 400, "request.invalid");
            assert_eq!((&body["errors"][0]["pointer"], &body["errors"][1]), (&json!("/tags/1"), &Value::Null), "{body}");
            let body = refused(api.create(&editor, json!({ "headline": "X", "authors": ["Never"], "createMissing": ["tags"] })), 400, "request.invalid");
            assert_eq!(body["errors"][0]["code"], "term.not_found");
            let body = refused(api.update(&editor, &id(&made), 1, json!({ "tags": ["Never"], "createMissing": ["tags"] })), 400, "request.invalid");
            assert_eq!(body["errors"][0]["pointer"], "/createMissing");
        }
        assert_eq!(names("tags"), ["Flood 0", "Flood 1", "Storm Odalys"]);
        assert_eq!(names("authors"), ["Bo 0", "Bo 1", "Mara Lind"]);
    }

    fn upserts_are_for_editors_and_need_a_valid_origin(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let people = [site.sign_in_as("c@example.com", "contributor"), site.sign_in_as("a@example.com", "author")];
        let made = Api::Rest.upsert(&editor, ("wire", "1"), None, json!({ "headline": "One" })).expect("created").1;
        for api in Api::BOTH {
            for who in &people {
                // The error is the same whether the article exists or not.
                refused(api.upsert(who, ("wire", "1"), None, json!({ "headline": "X" })), 403, "access.denied");
                refused(api.upsert(who, ("wire", "none"), None, json!({ "headline": "X" })), 403, "access.denied");
            }
            let long = "x".repeat(1_001);
            for key in [("wire", id(&made)), ("wire", long.clone()), (long.as_str(), "1".to_owned())] {
                refused(api.upsert(&editor, (key.0, &key.1), None, json!({ "headline": "X" })), 400, "request.invalid");
            }
            // An upsert does not restore a trashed article.
            let key = (if api == Api::Rest { "wire" } else { "wire-2" }, "gone");
            let (_, gone) = api.upsert(&editor, key, None, json!({ "headline": "Gone" })).expect("created");
            api.trash(&editor, &id(&gone), revision(&gone)).expect("trashed");
            refused(api.upsert(&editor, key, None, json!({ "headline": "Back" })), 409, "article.wrong_status");
        }
        let allow = site.send("OPTIONS", "/v1/articles/by-source/wire/1", &[], None);
        assert!(allow.header("allow").is_some_and(|allow| allow.contains("PUT")));
        let path = "/v1/articles/by-source/a%2Fb/%C3%A9%20%2F1";
        let first = editor.send("PUT", path, &json!({ "headline": "Odd" }));
        assert_eq!((first.status, editor.send("PUT", path, &json!({ "headline": "Odd" })).status), (201, 200));
        let odd = Api::GraphQl.upsert(&editor, ("a/b", "é /1"), None, json!({ "headline": "Odd" })).expect("known");
        assert_eq!((odd.0, &odd.1["id"]), (false, &first.json()["id"]));
    }

    fn a_destroyed_article_is_not_created_again_by_its_source(kind) {
        let site = Site::empty(kind);
        let admin = site.sign_in_as("admin@example.com", "admin");
        for api in Api::BOTH {
            let key = ("wire", if api == Api::Rest { "1" } else { "2" });
            let (_, made) = api.upsert(&admin, key, None, json!({ "headline": "One" })).expect("created");
            api.purge(&admin, &id(&made), revision(&made)).expect("destroyed");
            refused(api.upsert(&admin, key, None, json!({ "headline": "One" })), 410, "article.gone");
        }
    }

    fn a_refused_upsert_names_its_article(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let (_, made) = Api::Rest.upsert(&editor, ("wire", "7"), None, json!({ "headline": "One" })).expect("created");
        let id = made["id"].as_str().expect("an id").to_owned();
        Api::Rest.trash(&editor, &id, 1).expect("in the trash");
        for api in Api::BOTH {
            let refusal = api.upsert(&editor, ("wire", "7"), None, json!({ "headline": "Two" })).expect_err("is in the trash");
            assert_eq!(refusal.body["existing"], id.as_str(), "{:?}", refusal.body);
        }
    }

    fn missing_tags_do_not_come_back_after_a_merge(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for name in ["Pier", "Quay"] {
            assert_eq!(editor.send("POST", "/v1/tags", &json!({ "name": name })).status, 201);
        }
        editor.send("POST", "/v1/tags/pier/merge", &json!({ "into": "quay" })).ok();
        for (api, id) in Api::BOTH.into_iter().zip(["1", "2"]) {
            let article = json!({ "headline": "From a wire", "tags": ["Pier"], "createMissing": ["tags"], "status": "published" });
            api.upsert(&editor, ("wire", id), None, article).expect("created");
        }
        assert_eq!(site.get("/v1/tags?count=exact").ok()["page"]["total"], 1);
        assert_eq!(site.get("/v1/articles?tag=quay&count=exact").ok()["page"]["total"], 2);
        assert_eq!(site.get("/v1/tags/pier").status, 301);
        // Another name with the same slug is another tag.
        assert_eq!(editor.send("POST", "/v1/tags", &json!({ "name": "C++" })).status, 201);
        editor.send("PATCH", "/v1/tags/c", &json!({ "slug": "cpp" })).ok();
        let article = json!({ "headline": "From a wire", "tags": ["C#"], "createMissing": ["tags"] });
        Api::Rest.upsert(&editor, ("wire", "3"), None, article).expect("created");
        assert_eq!(site.get("/v1/tags/cpp").ok()["name"], "C++");
        assert_eq!(site.get("/v1/tags?count=exact").ok()["page"]["total"], 3);
    }

    fn a_change_with_if_none_match_is_refused(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let authorization = format!("Bearer {}", editor.access_token());
        let headers = [("authorization", authorization.as_str()), ("content-type", "application/json"), ("if-none-match", "*")];
        let body = json!({ "headline": "Twice" }).to_string();
        let answer = site.send("PUT", "/v1/articles/by-source/wire/9", &headers, Some(body.as_bytes()));
        assert_eq!((answer.status, answer.json()["code"].clone()), (400, json!("request.malformed")));
        assert_eq!(editor.get("/v1/articles?status=draft&count=exact").ok()["page"]["total"], 0, "nothing was written");
    }

}
