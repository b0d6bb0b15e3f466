//! Addresses that readers know: nobody's draft takes them away, and they say what became of a story.

use serde_json::{Value, json};

use crate::support::{
    Site, on_each_database,
    people::Person,
    writing::{Face, id, refused, revision},
};

/// Makes an article, publishes it, renames it and publishes that: its id.
fn renamed(editor: &Person<'_>, headline: &str, slug: &str) -> String {
    let id = id(&Face::Rest.create(editor, json!({ "headline": headline })).expect("a draft"));
    Face::Rest.step(editor, "publish", &id, 1, json!({})).expect("published");
    Face::Rest.update(editor, &id, 2, json!({ "slug": slug })).expect("renamed");
    Face::Rest.step(editor, "publish", &id, 3, json!({})).expect("published");
    id
}

on_each_database! {
    fn a_draft_takes_no_address_that_readers_know(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let admin = site.sign_in_as("admin@example.com", "admin");
        let reporter = site.sign_in_as("reporter@example.com", "contributor");
        let id = renamed(&editor, "Quay wall cracks", "quay-wall-gives-way");
        for face in Face::BOTH {
            for draft in [json!({ "headline": "Quay wall cracks" }), json!({ "headline": "Other", "slug": "quay-wall-cracks" })] {
                let made = face.create(&reporter, draft).expect("a draft");
                let slug = made["slug"].as_str().expect("a slug");
                assert!(slug.starts_with("quay-wall-cracks-"), "{slug}");
                let old = site.get("/v1/articles/quay-wall-cracks");
                assert_eq!((old.status, old.header("location")), (301, Some("/v1/articles/quay-wall-gives-way")));
            }
        }
        // The article itself may go back to it.
        let back = Face::Rest.update(&editor, &id, 4, json!({ "slug": "quay-wall-cracks" })).expect("renamed");
        assert_eq!(back["slug"], "quay-wall-cracks");
        Face::Rest.step(&editor, "publish", &id, revision(&back), json!({})).expect("published");
        assert_eq!(site.get("/v1/articles/quay-wall-gives-way").header("location"), Some("/v1/articles/quay-wall-cracks"));
        // What is gone stays gone, under every name that it had.
        Face::Rest.purge(&admin, &id, 6).expect("destroyed");
        Face::Rest.create(&reporter, json!({ "headline": "Quay wall gives way" })).expect("a draft");
        for name in ["quay-wall-cracks", "quay-wall-gives-way", &id] {
            site.get(&format!("/v1/articles/{name}")).problem(410, "article.gone");
        }
    }

    fn a_slug_that_nobody_saw_is_nobodys_old_one(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let admin = site.sign_in_as("admin@example.com", "admin");
        let id = id(&Face::Rest.create(&editor, json!({ "headline": "Open" })).expect("a draft"));
        Face::Rest.step(&editor, "publish", &id, 1, json!({})).expect("published");
        Face::Rest.step(&editor, "unpublish", &id, 2, json!({})).expect("taken away");
        Face::Rest.update(&editor, &id, 3, json!({ "slug": "secret" })).expect("renamed");
        let due = Face::Rest.step(&editor, "publish", &id, 4, json!({ "publishedAt": "2999-01-01T00:00:00Z" })).expect("scheduled");
        let back = Face::Rest.step(&editor, "unpublish", &id, revision(&due), json!({})).expect("taken back");
        assert_eq!(back["publishedAt"], Value::Null, "a time that never came is not kept");
        let named = Face::Rest.update(&editor, &id, 6, json!({ "slug": "plain" })).expect("renamed");
        let shown = Face::Rest.step(&editor, "publish", &id, revision(&named), json!({})).expect("published at once");
        assert_eq!(shown["status"], "published");
        site.get("/v1/articles/secret").problem(404, "article.not_found");
        assert_eq!(site.get("/v1/articles/open").status, 301);
        Face::Rest.purge(&admin, &id, 8).expect("destroyed");
        site.get("/v1/articles/secret").problem(404, "article.not_found");
        site.get("/v1/articles/open").problem(410, "article.gone");
    }

    fn a_slug_that_was_chosen_stays_and_one_that_was_made_follows(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for face in Face::BOTH {
            let chosen = face.create(&editor, json!({ "headline": "Election", "slug": format!("election-{face:?}-2026").to_lowercase() })).expect("a draft");
            let kept = face.update(&editor, &id(&chosen), 1, json!({ "kicker": "K" })).expect("changed");
            let kept = face.update(&editor, &id(&kept), 2, json!({ "headline": "The election" })).expect("changed");
            assert_eq!(kept["slug"], chosen["slug"]);
            let made = face.create(&editor, json!({ "headline": format!("Made {face:?}") })).expect("a draft");
            let same = face.update(&editor, &id(&made), 1, json!({ "kicker": "K" })).expect("changed");
            assert_eq!(same["slug"], made["slug"]);
            let other = face.update(&editor, &id(&made), 2, json!({ "headline": format!("Otherwise {face:?}") })).expect("changed");
            assert_eq!(other["slug"], format!("otherwise-{face:?}").to_lowercase());
        }
    }

    fn many_at_once_with_one_headline_all_get_an_address(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let mut slugs: Vec<String> = std::thread::scope(|scope| {
            let running: Vec<_> = (0..12).map(|n| {
                let editor = &editor;
                let face = Face::BOTH[n % 2];
                scope.spawn(move || face.create(editor, json!({ "headline": "Breaking" })).expect("a draft")["slug"].as_str().expect("a slug").to_owned())
            }).collect();
            running.into_iter().map(|one| one.join().expect("ends")).collect()
        });
        slugs.sort();
        let mut wanted: Vec<String> = (2..=12).map(|n| format!("breaking-{n}")).chain(["breaking".to_owned()]).collect();
        wanted.sort();
        assert_eq!(slugs, wanted);
    }

    fn a_path_leads_to_one_article(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for face in Face::BOTH {
            let path = format!("/short/{face:?}");
            let make = || id(&face.create(&editor, json!({ "headline": "One", "aliasPaths": ["/of-its-own", path] })).expect("a draft"));
            let (first, second) = (make(), make());
            face.update(&editor, &second, 1, json!({ "aliasPaths": [path] })).expect("changed");
            face.update(&editor, &first, 1, json!({ "aliasPaths": [path] })).expect("changed");
            face.step(&editor, "publish", &first, 2, json!({})).expect("published");
            let body = refused(face.step(&editor, "publish", &second, 2, json!({})), 409, "article.path_taken");
            assert_eq!(body["errors"][0]["pointer"], "/aliasPaths/0");
            face.step(&editor, "unpublish", &first, 3, json!({})).expect("taken away");
            face.step(&editor, "publish", &second, 2, json!({})).expect("free by now");
        }
    }

    fn no_path_leads_away_from_what_has_its_front_there(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        assert_eq!(editor.send("POST", "/v1/sections", &json!({ "name": "World" })).status, 201);
        assert_eq!(editor.send("POST", "/v1/tags", &json!({ "name": "Storm" })).status, 201);
        let first = id(&Face::Rest.create(&editor, json!({ "headline": "The sound", "section": "world" })).expect("a draft"));
        Face::Rest.step(&editor, "publish", &first, 1, json!({})).expect("published");
        let second = id(&Face::Rest.create(&editor, json!({ "headline": "Other", "section": "world" })).expect("a draft"));
        let paths = json!(["/free", "/world", "/tags/storm", "/world/the-sound"]);
        Face::Rest.update(&editor, &second, 1, json!({ "aliasPaths": paths })).expect("changed");
        for face in Face::BOTH {
            let body = refused(face.step(&editor, "publish", &second, 2, json!({})), 409, "article.path_taken");
            let named: Vec<&str> = body["errors"].as_array().expect("errors").iter().map(|one| one["pointer"].as_str().expect("a pointer")).collect();
            assert_eq!(named, ["/aliasPaths/1", "/aliasPaths/2", "/aliasPaths/3"]);
        }
        Face::Rest.update(&editor, &second, 2, json!({ "aliasPaths": ["/free", "/world/other"] })).expect("changed");
        Face::Rest.step(&editor, "publish", &second, 3, json!({})).expect("its own page may be among them");
        assert_eq!(site.get("/v1/resolve?path=/free").ok()["id"], second.as_str());
    }

    fn what_cannot_be_meant_is_refused(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for face in Face::BOTH {
            let over = json!({ "headline": "Over", "publishedAt": "2025-01-01T00:00:00Z", "expiresAt": "2025-01-02T00:00:00Z" });
            let id = id(&face.create(&editor, over).expect("a draft"));
            let body = refused(face.step(&editor, "publish", &id, 1, json!({})), 400, "request.invalid");
            assert_eq!(body["errors"][0]["pointer"], "/expiresAt");
            for (correction, pointer) in [
                (json!({ "text": "  ", "kind": "update" }), "/corrections/0/text"),
                (json!({ "text": "T", "kind": "update", "at": "2999-01-01T00:00:00Z" }), "/corrections/0/at"),
            ] {
                let body = refused(face.update(&editor, &id, 1, json!({ "corrections": [correction] })), 400, "request.invalid");
                assert_eq!(body["errors"][0]["pointer"], pointer);
            }
        }
    }

    fn a_byline_that_was_taken_away_shows_no_draft_on_the_desk(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let admin = site.sign_in_as("admin@example.com", "admin");
        let bob = site.sign_in_as("bob@example.com", "author");
        let user = bob.get("/v1/me").ok()["id"].clone();
        assert_eq!(admin.send("POST", "/v1/authors", &json!({ "name": "Bob", "user": user })).status, 201);
        let story = id(&Face::Rest.create(&editor, json!({ "headline": "By Bob", "authors": ["bob"] })).expect("a draft"));
        Face::Rest.step(&editor, "publish", &story, 1, json!({})).expect("published");
        let on_the_desk = |status: &str| bob.get(&format!("/v1/articles?status={status}&count=exact")).ok();
        assert_eq!(on_the_desk("published")["page"]["total"], 1);
        Face::Rest.update(&editor, &story, 2, json!({ "headline": "Bob made it up", "authors": [] })).expect("changed");
        for status in ["published", "draft", "draft,published"] {
            let desk = on_the_desk(status);
            assert_eq!((&desk["data"], &desk["page"]["total"]), (&json!([]), &json!(0)), "{status}");
        }
        bob.get(&format!("/v1/articles/{story}?version=draft")).problem(403, "access.denied");
    }
}

#[test]
fn a_field_that_failed_is_null_beside_the_others() {
    let site = Site::empty(crate::support::Kind::Sqlite);
    let admin = site.sign_in_as("admin@example.com", "admin");
    let id = renamed(&admin, "Gone", "gone-for-good");
    Face::Rest.purge(&admin, &id, 4).expect("destroyed");
    let answer = site.graphql(
        "query($id: ID!) { site { title } gone: article(id: $id) { id } again: article(id: $id, preview: \"x\") { id } }",
        json!({ "id": id }),
    );
    assert_eq!((&answer["data"]["gone"], &answer["data"]["again"]), (&Value::Null, &Value::Null), "{answer}");
    assert!(answer["data"].as_object().is_some_and(|data| data.len() == 3), "{answer}");
    assert_eq!(answer["errors"].as_array().map(Vec::len), Some(2));
}
