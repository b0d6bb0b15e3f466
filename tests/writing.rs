//! The life of an article, from its draft to its deletion, over either API.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{
    Site, on_each_database,
    people::Person,
    writing::{Api, id, in_seconds, refused, revision},
};

fn newsroom() -> Vec<Value> {
    vec![
        json!({ "type": "section", "id": "world", "slug": "world", "name": "World" }),
        json!({ "type": "tag", "id": "storm", "slug": "storm", "name": "Storm" }),
        json!({ "type": "author", "id": "mara", "slug": "mara", "name": "Mara Lind" }),
        json!({ "id": "other", "slug": "other", "headline": "The other storm", "publishedAt": "2025-01-01T00:00:00Z",
                "section": "world", "tags": ["storm"], "authors": ["mara"] }),
    ]
}

/// Returns the names of the places where an anonymous reader sees the article.
fn seen_by_readers(site: &Site, id: &str, slugs: &[&str]) -> Vec<String> {
    let mut places = vec![
        "/v1/articles?limit=100".to_owned(),
        "/v1/articles?tag=storm&sort=headline".to_owned(),
        "/v1/articles?section=world&sort=-modifiedAt".to_owned(),
        "/v1/articles?author=mara".to_owned(),
        format!("/v1/articles?ids={id}"),
        "/v1/articles/other/related".to_owned(),
        "/v1/articles/other?include=related,latest".to_owned(),
        format!("/v1/articles/{id}"),
        format!("/v1/articles/{id}/related"),
        format!("/v1/articles/{id}/comments"),
    ];
    places.extend(slugs.iter().map(|slug| format!("/v1/articles/{slug}")));
    places.extend(slugs.iter().map(|slug| format!("/v1/resolve?path=/world/{slug}")));
    places.retain(|place| {
        let answer = site.get(place);
        let text = String::from_utf8_lossy(&answer.bytes).into_owned();
        answer.status == 301
            || (answer.status == 200 && (text.contains(id) || place.contains(&format!("/{id}"))))
    });
    places
}

fn count_of_storm(site: &Site) -> Value {
    site.get("/v1/tags/storm").ok()["articleCount"].clone()
}

fn log_of(admin: &Person<'_>, id: &str) -> Vec<(String, Option<u64>)> {
    let log = admin.get(&format!("/v1/changes?thing={id}&limit=100")).ok();
    let mut told: Vec<_> = log["data"]
        .as_array()
        .expect("changes")
        .iter()
        .map(|change| (change["action"].as_str().expect("an action").to_owned(), change["revision"].as_u64()))
        .collect();
    told.reverse();
    told
}

fn tell(api: Api, kind: crate::support::Kind) {
    let site = Site::with(kind, &newsroom());
    let reporter = site.sign_in_as("reporter@example.com", "contributor");
    let editor = site.sign_in_as("editor@example.com", "editor");
    let admin = site.sign_in_as("admin@example.com", "admin");

    // A reporter creates a draft.
    let draft = api
        .create(
            &reporter,
            json!({
                "headline": "The night of Odalys", "section": "world", "tags": ["storm"], "authors": ["mara"],
                "body": { "format": "markdown", "source": "## Before dawn\n\nThe wind *came*." },
            }),
        )
        .expect("a draft");
    let (id, slug) = (id(&draft), "the-night-of-odalys");
    assert_eq!((&draft["status"], &draft["slug"], revision(&draft)), (&json!("draft"), &json!(slug), 1));
    assert_eq!(draft["createdBy"], reporter.get("/v1/me").ok()["id"]);
    refused(api.step(&reporter, "publish", &id, 1, json!({})), 403, "access.denied");
    assert_eq!(seen_by_readers(&site, &id, &[slug]), [""; 0]);

    // The reporter submits it, an editor sends it back, the reporter changes it.
    let handed = api.step(&reporter, "submit", &id, 1, json!({})).expect("handed in");
    assert_eq!(handed["status"], "in_review");
    refused(api.step(&reporter, "submit", &id, 2, json!({})), 409, "article.wrong_status");
    let note = json!({ "note": "Who says so?" });
    let back = api.step(&editor, "send-back", &id, 2, note).expect("sent back");
    assert_eq!((&back["status"], &back["note"]), (&json!("draft"), &json!("Who says so?")));
    let mended = api
        .update(&reporter, &id, 3, json!({ "standfirst": "The harbour master says so." }))
        .expect("mended");
    assert_eq!((revision(&mended), &mended["note"]), (4, &Value::Null));
    let handed = api.step(&reporter, "submit", &id, 4, json!({})).expect("handed in");

    // It is scheduled and published on time.
    let at = in_seconds(3);
    let due = api
        .step(&editor, "publish", &id, revision(&handed), json!({ "publishedAt": at }))
        .expect("scheduled");
    assert_eq!(
        (&due["status"], &due["publishedAt"], &due["publishedRevision"]),
        (&json!("scheduled"), &json!(at), &json!(6))
    );
    assert_eq!(seen_by_readers(&site, &id, &[slug]), [""; 0], "not before its time");
    assert_eq!(count_of_storm(&site), 1);
    while in_seconds(0) < at {
        std::thread::sleep(Duration::from_millis(20));
    }
    let shown = site.get(&format!("/v1/articles/{slug}")).ok();
    assert_eq!(
        (&shown["publishedAt"], &shown["revision"], &shown["status"]),
        (&json!(at), &json!(6), &json!("published"))
    );
    assert_eq!(shown["body"]["toc"][0]["text"], "Before dawn");
    assert_eq!(seen_by_readers(&site, &id, &[slug]).len(), 12, "everywhere");
    assert_eq!(count_of_storm(&site), 2);
    std::thread::sleep(Duration::from_millis(1_500));
    assert_eq!(
        log_of(&admin, &id).last(),
        Some(&("published".to_owned(), Some(6))),
        "the log says that it came"
    );

    // A correction, which readers see when it is published.
    let corrected = api
        .update(
            &editor,
            &id,
            6,
            json!({ "corrections": [{ "text": "The harbour is Lind's.", "kind": "correction" }] }),
        )
        .expect("corrected");
    assert_eq!((&corrected["status"], &corrected["publishedRevision"]), (&json!("draft"), &json!(6)));
    assert_eq!(
        site.get(&format!("/v1/articles/{slug}")).ok()["corrections"],
        json!([]),
        "readers keep what was published"
    );
    api.step(&editor, "publish", &id, 7, json!({})).expect("published");
    let shown = site.get(&format!("/v1/articles/{slug}")).ok();
    assert_eq!(shown["corrections"][0]["text"], "The harbour is Lind's.");
    assert_eq!((&shown["publishedAt"], &shown["revision"]), (&json!(at), &json!(8)), "its time stays");

    // Its slug changes, and the old URL redirects.
    let renamed = api.update(&editor, &id, 8, json!({ "slug": "odalys" })).expect("renamed");
    assert_eq!(site.get("/v1/articles/odalys").status, 404, "not before it is published");
    assert_eq!(site.get(&format!("/v1/articles/{slug}")).status, 200);
    api.step(&editor, "publish", &id, revision(&renamed), json!({})).expect("published");
    let moved = site.get(&format!("/v1/articles/{slug}"));
    assert_eq!((moved.status, moved.header("location")), (301, Some("/v1/articles/odalys")));
    assert_eq!(site.get("/v1/articles/odalys").ok()["canonicalPath"], "/world/odalys");

    // It is unpublished, and readers see it nowhere.
    let gone = api.step(&editor, "unpublish", &id, 10, json!({ "note": "Lawyers." })).expect("unpublished");
    assert_eq!((&gone["status"], &gone["publishedRevision"]), (&json!("draft"), &Value::Null));
    assert_eq!(seen_by_readers(&site, &id, &[slug, "odalys"]), [""; 0]);
    assert_eq!(count_of_storm(&site), 1);
    refused(api.step(&editor, "unpublish", &id, 11, json!({})), 409, "article.not_published");

    // The change log has all of these changes.
    let told: Vec<_> = log_of(&admin, &id);
    let expected = [
        ("created", 1),
        ("submitted", 2),
        ("returned", 3),
        ("updated", 4),
        ("submitted", 5),
        ("scheduled", 6),
        ("published", 6),
        ("updated", 7),
        ("published", 8),
        ("updated", 9),
        ("published", 10),
        ("unpublished", 11),
    ];
    assert_eq!(told, expected.map(|(action, revision)| (action.to_owned(), Some(revision))));
    let last = admin.get(&format!("/v1/changes?thing={id}&limit=4")).ok();
    assert_eq!(last["data"][2]["fields"], json!(["slug"]));
    assert_eq!(last["data"][2]["actor"], editor.get("/v1/me").ok()["id"]);
}

on_each_database! {
    fn the_life_of_an_article_over_rest(kind) {
        tell(Api::Rest, kind);
    }

    fn the_life_of_an_article_over_graphql(kind) {
        tell(Api::GraphQl, kind);
    }

    fn a_trashed_article_can_be_restored_and_a_purged_one_cannot(kind) {
        let site = Site::with(kind, &newsroom());
        let editor = site.sign_in_as("editor@example.com", "editor");
        let admin = site.sign_in_as("admin@example.com", "admin");
        for api in Api::BOTH {
            let made = api.create(&editor, json!({ "headline": "Gone", "section": "world", "aliasPaths": ["/old/gone"] })).expect("a draft");
            let (id, slug) = (id(&made), made["slug"].as_str().expect("a slug").to_owned());
            let paths = [format!("/v1/articles/{id}"), format!("/v1/articles/{slug}"), format!("/v1/resolve?path=/world/{slug}"), "/v1/resolve?path=/old/gone".to_owned()];
            api.step(&editor, "publish", &id, 1, json!({})).expect("published");
            for path in &paths {
                assert_eq!(site.get(path).status, 200, "{path}");
            }
            api.trash(&editor, &id, 2).expect("in the trash");
            for path in &paths {
                assert_eq!(site.get(path).status, 404, "{path}");
            }
            refused(api.update(&editor, &id, 3, json!({ "headline": "X" })), 409, "article.wrong_status");
            refused(api.step(&editor, "publish", &id, 3, json!({})), 409, "article.wrong_status");
            let back = api.step(&editor, "restore", &id, 3, json!({})).expect("had back");
            assert_eq!((&back["status"], &back["headline"], &back["slug"]), (&json!("draft"), &json!("Gone"), &json!(slug)));
            let kept = api.step(&editor, "archive", &id, 4, json!({})).expect("archived");
            assert_eq!(kept["status"], "archived");
            api.step(&editor, "restore", &id, 5, json!({})).expect("had back");
            api.step(&editor, "publish", &id, 6, json!({})).expect("published");
            assert_eq!(site.get(&paths[1]).status, 200);

            refused(api.purge(&editor, &id, 7), 403, "access.denied");
            api.purge(&admin, &id, 7).expect("destroyed");
            for path in &paths {
                site.get(path).problem(410, "article.gone");
            }
            assert!(api.manuscript(&admin, &id).is_none());
            refused(api.step(&admin, "restore", &id, 7, json!({})), 404, "article.not_found");
            assert!(!site.export().contains(&id), "nothing of it is left to export");

            // No other article gets its slug, so its URL keeps answering 410.
            let next = api.create(&editor, json!({ "headline": "Gone", "slug": slug, "aliasPaths": ["/old/gone"] })).expect("a draft");
            assert_eq!(next["slug"], format!("{slug}-2"));
            site.get(&paths[1]).problem(410, "article.gone");
            // An alias path, which editors set by hand, can be given to another article.
            let next_id = next["id"].as_str().expect("an id");
            api.step(&editor, "publish", next_id, 1, json!({})).expect("published");
            assert_eq!(site.get(&paths[3]).ok()["id"], next_id);
            api.purge(&admin, next_id, 2).expect("destroyed");

            // An article that was never published answers 404 instead of 410.
            let unseen = api.create(&editor, json!({ "headline": "Unseen" })).expect("a draft");
            let unseen_id = unseen["id"].as_str().expect("an id");
            api.purge(&admin, unseen_id, 1).expect("destroyed");
            site.get(&format!("/v1/articles/{unseen_id}")).problem(404, "article.not_found");
            site.get("/v1/articles/unseen").problem(404, "article.not_found");
        }
    }

    fn an_import_does_not_restore_purged_articles(kind) {
        let site = Site::with(kind, &newsroom());
        let admin = site.sign_in_as("admin@example.com", "admin");
        let comment = json!({ "type": "comment", "id": "c1", "article": "other", "authorName": "A", "body": "Yes", "createdAt": "2025-12-01T01:00:00Z" });
        site.import("test", std::slice::from_ref(&comment));
        let export = site.export();
        let id = site.get("/v1/articles/other").ok()["id"].as_str().expect("an id").to_owned();
        assert_eq!(site.get("/v1/articles/other/comments").ok()["data"].as_array().map(Vec::len), Some(1));
        Api::Rest.purge(&admin, &id, 1).expect("destroyed");
        let mut changed = newsroom();
        changed[3]["headline"] = json!("Another headline");
        let report = site.import("test", &changed);
        assert_eq!(report["counts"]["article"]["leftAlone"], 1, "{report}");
        let (_, report) = site.import_text("test", export.as_bytes());
        assert_eq!(report["counts"]["article"]["leftAlone"], 1, "{report}");
        // Its comments are not imported either.
        assert_eq!(report["skipped"][0]["reason"], "article: it was destroyed here", "{report}");
        assert!(!site.export().contains(&id), "nothing of it is left to export");
        site.get(&format!("/v1/articles/{id}")).problem(410, "article.gone");
    }

    fn a_scheduled_article_can_be_taken_back(kind) {
        let site = Site::with(kind, &newsroom());
        let editor = site.sign_in_as("editor@example.com", "editor");
        for api in Api::BOTH {
            let made = api.create(&editor, json!({ "headline": "Later" })).expect("a draft");
            let id = id(&made);
            let due = api.step(&editor, "publish", &id, 1, json!({ "publishedAt": "2999-01-01T00:00:00Z" })).expect("scheduled");
            assert_eq!((&due["status"], &due["firstPublishedAt"]), (&json!("scheduled"), &json!("2999-01-01T00:00:00Z")));
            // A newer draft does not affect the scheduled revision, and replaces it when it is published.
            api.update(&editor, &id, 2, json!({ "headline": "Later still" })).expect("changed");
            let now = api.step(&editor, "publish", &id, 3, json!({ "publishedAt": in_seconds(-1) })).expect("published");
            assert_eq!((&now["status"], &now["firstPublishedAt"]), (&json!("published"), &now["publishedAt"]));
            let refusal = api.step(&editor, "publish", &id, 4, json!({ "publishedAt": "2999-01-01T00:00:00Z" }));
            refused(refusal, 409, "article.already_public");

            let made = api.create(&editor, json!({ "headline": "Never" })).expect("a draft");
            let id = made["id"].as_str().expect("an id");
            api.step(&editor, "publish", id, 1, json!({ "publishedAt": "2999-01-01T00:00:00Z" })).expect("scheduled");
            let back = api.step(&editor, "unpublish", id, 2, json!({})).expect("had back");
            assert_eq!((&back["status"], &back["firstPublishedAt"]), (&json!("draft"), &Value::Null), "it never was public");
        }
    }
}
