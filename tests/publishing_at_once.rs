//! Creating and publishing an article in one request.

use serde_json::{Value, json};

use crate::support::{
    Site, on_each_database,
    people::Person,
    writing::{Api, id, in_seconds, refused, revision},
};

/// Returns the number of articles on the desk, in any status.
fn stored(editor: &Person<'_>) -> Value {
    let list = "/v1/articles?status=draft,in_review,published,scheduled,archived,trashed&count=exact";
    editor.get(list).ok()["page"]["total"].clone()
}

on_each_database! {
    fn an_article_is_created_and_published_in_one_request(kind) {
        let site = Site::empty(kind);
        let author = site.sign_in_as("author@example.com", "author");
        for (n, api) in Api::BOTH.into_iter().enumerate() {
            let made = api.create(&author, json!({ "headline": format!("Now {n}"), "status": "published" })).expect("published");
            assert_eq!((&made["status"], &made["publishedRevision"]), (&json!("published"), &json!(revision(&made))));
            assert_eq!(site.get(&format!("/v1/articles/now-{n}")).ok()["id"], made["id"]);

            let past = "2024-05-01T10:00:00Z";
            let made = api.create(&author, json!({ "headline": format!("Past {n}"), "publishAt": past, "publishedAt": "2023-01-01T00:00:00Z" }));
            assert_eq!(made.expect("published")["publishedAt"], past);
            assert_eq!(site.get(&format!("/v1/articles/past-{n}")).ok()["publishedAt"], past);

            let later = in_seconds(3600);
            let made = api.create(&author, json!({ "headline": format!("Later {n}"), "publishAt": later })).expect("scheduled");
            assert_eq!((&made["status"], &made["publishedAt"]), (&json!("scheduled"), &json!(later)));
            assert_eq!(site.get(&format!("/v1/articles/later-{n}")).status, 404);

            let made = api.create(&author, json!({ "headline": format!("Draft {n}"), "status": "draft" })).expect("a draft");
            assert_eq!((&made["status"], revision(&made)), (&json!("draft"), 1));
        }
    }

    fn an_article_that_cannot_be_published_is_not_created(kind) {
        let site = Site::with(kind, &[json!({ "type": "section", "id": "world", "slug": "world", "name": "World" })]);
        let contributor = site.sign_in_as("contributor@example.com", "contributor");
        let editor = site.sign_in_as("editor@example.com", "editor");
        let before = site.get("/v1/articles?count=exact").ok()["page"]["total"].clone();
        for api in Api::BOTH {
            for wish in [json!({ "status": "published" }), json!({ "publishAt": in_seconds(60) })] {
                let mut new = wish.clone();
                new["headline"] = json!("Mine");
                let body = refused(api.create(&contributor, new), 403, "access.denied");
                let name = wish.as_object().and_then(|wish| wish.keys().next()).expect("a field");
                assert_eq!(body["errors"][0]["pointer"], format!("/{name}"), "{body}");
            }
            api.create(&contributor, json!({ "headline": "Mine", "status": "draft" })).expect("a draft");

            let over = json!({ "headline": "Over", "expiresAt": "2024-01-01T00:00:00Z", "status": "published" });
            refused(api.create(&editor, over), 400, "request.invalid");
            let taken = json!({ "headline": "Taken", "aliasPaths": ["/world"], "status": "published" });
            refused(api.create(&editor, taken), 409, "article.path_taken");
            let both = json!({ "headline": "Both", "status": "draft", "publishAt": in_seconds(60) });
            refused(api.create(&editor, both), 400, "request.invalid");
        }
        assert_eq!(stored(&editor), 2, "the contributor's two drafts");
        assert_eq!(site.get("/v1/articles?count=exact").ok()["page"]["total"], before);
    }

    fn a_change_does_not_publish_and_names_what_does(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for api in Api::BOTH {
            let id = id(&api.create(&editor, json!({ "headline": "One" })).expect("a draft"));
            for field in [json!({ "status": "published" }), json!({ "status": "draft" }), json!({ "publishAt": in_seconds(60) })] {
                let body = refused(api.update(&editor, &id, 1, field), 400, "request.invalid");
                assert!(body["errors"][0]["detail"].as_str().is_some_and(|detail| detail.contains("/publish")), "{body}");
            }
            let operation = json!({ "article": id, "expectedRevision": 1, "action": "update", "changes": { "status": "published" } });
            let done = editor.send("POST", "/v1/bulk/articles", &json!({ "operations": [operation] })).ok();
            assert_eq!(done["results"][0]["error"]["code"], "request.invalid", "{done}");
            assert_eq!(revision(&api.manuscript(&editor, &id).expect("an article")), 1);
        }
    }

    fn a_repeated_request_publishes_nothing_twice(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let authorization = format!("Bearer {}", editor.access_token());
        let send = |article: Value| {
            let headers = [("authorization", authorization.as_str()), ("content-type", "application/json"), ("idempotency-key", "key-1")];
            site.send("POST", "/v1/articles", &headers, Some(article.to_string().as_bytes()))
        };
        let made = send(json!({ "headline": "One", "status": "published" }));
        assert_eq!(made.status, 201);
        let again = send(json!({ "headline": "One", "status": "published" }));
        assert_eq!(again.json(), made.json());
        send(json!({ "headline": "One" })).problem(422, "request.key_reused");
        send(json!({ "headline": "One", "status": "published", "publishAt": in_seconds(60) })).problem(422, "request.key_reused");
        let asked = editor.graphql(
            "mutation { createArticle(input: { headline: \"One\", status: PUBLISHED, idempotencyKey: \"key-1\" }) { manuscript { id revision } } }",
            json!({}),
        );
        let same = &asked["data"]["createArticle"]["manuscript"];
        assert_eq!((&same["id"], &same["revision"]), (&made.json()["id"], &made.json()["revision"]), "{asked}");
        assert_eq!(stored(&editor), 1);
    }
}
