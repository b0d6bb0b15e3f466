//! Revisions: every save creates one; they can be read, compared and restored.

use serde_json::{Value, json};

use crate::support::{
    Site,
    database::Database,
    on_each_database,
    writing::{Api, id, refused},
};

const COMPARISON: &str = "query($id: ID!, $from: Int!, $to: Int!) { compareRevisions(id: $id, from: $from, to: $to) { \
    from to fields { field before after } body { beforeAt afterAt before { ... on ParagraphBlock { html } } after { ... on ParagraphBlock { html } } } } }";

on_each_database! {
    fn every_save_is_kept_with_its_author_and_its_time(kind) {
        let site = Site::empty(kind);
        let reporter = site.sign_in_as("reporter@example.com", "contributor");
        let editor = site.sign_in_as("editor@example.com", "editor");
        let (reporter_id, editor_id) = (reporter.get("/v1/me").ok()["id"].clone(), editor.get("/v1/me").ok()["id"].clone());
        let id = id(&Api::Rest.create(&reporter, json!({ "headline": "One" })).expect("a draft"));
        Api::Rest.step(&reporter, "submit", &id, 1, json!({ "note": "Please." })).expect("handed in");
        Api::Rest.update(&editor, &id, 2, json!({ "headline": "Two" })).expect("changed");
        Api::Rest.step(&editor, "publish", &id, 3, json!({})).expect("published");

        let list = editor.get(&format!("/v1/articles/{id}/revisions?limit=3&count=exact")).ok();
        assert_eq!((&list["page"]["total"], &list["page"]["hasNext"]), (&json!(4), &json!(true)));
        let told: Vec<_> = list["data"].as_array().expect("revisions").iter()
            .map(|one| (one["revision"].clone(), one["status"].clone(), one["savedBy"].clone(), one["note"].clone(), one["headline"].clone())).collect();
        assert_eq!(told, [
            (json!(4), json!("published"), editor_id.clone(), Value::Null, json!("Two")),
            (json!(3), json!("in_review"), editor_id, Value::Null, json!("Two")),
            (json!(2), json!("in_review"), reporter_id.clone(), json!("Please."), json!("One")),
        ]);
        let next = editor.get(&format!("/v1/articles/{id}/revisions?limit=3&after={}", list["page"]["next"].as_str().expect("a cursor"))).ok();
        assert_eq!((next["data"].as_array().map(Vec::len), &next["data"][0]["savedBy"]), (Some(1), &reporter_id));
        let asked = editor.graphql(
            "query($id: ID!) { manuscript(id: $id) { revisions(first: 3) { totalCount nodes { revision status savedBy savedAt note headline } pageInfo { hasNextPage endCursor } } } }",
            json!({ "id": id }),
        );
        let revisions = &asked["data"]["manuscript"]["revisions"];
        assert_eq!((&revisions["totalCount"], &revisions["pageInfo"]["endCursor"]), (&json!(4), &list["page"]["next"]), "{asked}");
        assert_eq!(revisions["nodes"][1]["status"], "IN_REVIEW");
        assert_eq!(revisions["nodes"][2]["savedAt"], list["data"][2]["savedAt"]);

        let one = editor.get(&format!("/v1/articles/{id}/revisions/1")).ok();
        assert_eq!((&one["headline"], &one["revision"], &one["newestRevision"], &one["status"]), (&json!("One"), &json!(1), &json!(4), &json!("draft")));
        for number in ["0", "5", "x", "99999999999"] {
            editor.get(&format!("/v1/articles/{id}/revisions/{number}")).problem(404, "revision.not_found");
        }
        site.get(&format!("/v1/articles/{id}/revisions")).problem(401, "access.sign_in");
    }

    fn revisions_are_compared_by_field_and_by_block(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let first = json!({ "headline": "One", "kicker": "K", "body": { "source": "<p>a<p>b<p>c<h2>End</h2>" } });
        let id = id(&Api::Rest.create(&editor, first).expect("a draft"));
        Api::Rest.update(&editor, &id, 1, json!({ "headline": "Two", "kicker": null, "body": { "source": "<p>a<p>B<p>c<p>new<h2>End</h2>" } })).expect("changed");
        Api::Rest.step(&editor, "submit", &id, 2, json!({})).expect("handed in");

        let compared = editor.get(&format!("/v1/articles/{id}/comparison?from=1&to=3")).ok();
        assert_eq!((&compared["from"], &compared["to"]), (&json!(1), &json!(3)));
        assert_eq!(compared["fields"], json!([
            { "field": "slug", "before": "one", "after": "two" },
            { "field": "headline", "before": "One", "after": "Two" },
            { "field": "kicker", "before": "K", "after": null },
            { "field": "status", "before": "draft", "after": "in_review" },
        ]));
        let told: Vec<_> = compared["body"].as_array().expect("blocks").iter()
            .map(|one| (one["beforeAt"].clone(), one["afterAt"].clone(), one["before"]["html"].clone(), one["after"]["html"].clone())).collect();
        assert_eq!(told, [
            (json!(1), json!(1), json!("<p>b</p>"), json!("<p>B</p>")),
            (Value::Null, json!(3), Value::Null, json!("<p>new</p>")),
        ]);
        let asked = editor.graphql(COMPARISON, json!({ "id": id, "from": 1, "to": 3 }));
        let same = &asked["data"]["compareRevisions"];
        assert_eq!(same["fields"], compared["fields"], "{asked}");
        assert_eq!((&same["body"][1]["after"]["html"], &same["body"][1]["before"]), (&json!("<p>new</p>"), &Value::Null));

        let back = editor.get(&format!("/v1/articles/{id}/comparison?from=2&to=1")).ok();
        assert_eq!(back["body"][1]["beforeAt"], 3, "and the other way");
        assert_eq!(editor.get(&format!("/v1/articles/{id}/comparison?from=2&to=2")).ok()["fields"], json!([]));
        editor.get(&format!("/v1/articles/{id}/comparison?from=1")).blames("to", "revision.malformed");
        editor.get(&format!("/v1/articles/{id}/comparison?from=1&to=9")).problem(404, "revision.not_found");
    }

    fn an_earlier_revision_can_be_restored(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let reporter = site.sign_in_as("reporter@example.com", "contributor");
        let id = id(&Api::Rest.create(&reporter, json!({ "headline": "One", "kicker": "K" })).expect("a draft"));
        Api::Rest.step(&editor, "publish", &id, 1, json!({})).expect("published");
        Api::Rest.update(&editor, &id, 2, json!({ "headline": "Two", "slug": "two", "hideAds": true })).expect("changed");
        let restore = |number: u32, seen: u64| editor.graphql(
            "mutation($id: ID!, $number: Int!, $seen: Int!) { restoreRevision(input: { id: $id, revision: $number, expectedRevision: $seen }) \
             { manuscript { revision headline slug kicker status note hideAds publishedAt } } }",
            json!({ "id": id, "number": number, "seen": seen }),
        );
        let back = restore(1, 3);
        let back = &back["data"]["restoreRevision"]["manuscript"];
        assert_eq!((&back["revision"], &back["headline"], &back["slug"], &back["status"]), (&json!(4), &json!("One"), &json!("two"), &json!("DRAFT")));
        assert_eq!((&back["note"], &back["hideAds"]), (&json!("as in revision 1"), &json!(false)));
        assert!(back["publishedAt"].is_string(), "when readers see it first is not a writer's to take back");
        assert_eq!(site.get("/v1/articles/one").ok()["headline"], "One");
        assert_eq!(restore(9, 4)["errors"][0]["extensions"]["code"], "revision.not_found");
        assert_eq!(restore(1, 3)["errors"][0]["extensions"]["code"], "article.changed_meanwhile");

        // Restoring a revision needs permission for every field that it changes.
        let authorization = format!("Bearer {}", reporter.access_token());
        let restore = |number: u32| site.send("POST", &format!("/v1/articles/{id}/revisions/{number}/restore"), &[("authorization", &authorization), ("if-match", "\"4\"")], None);
        let refusal = restore(3).problem(403, "access.denied");
        assert_eq!(refusal["errors"][0]["pointer"], "/hideAds");
        assert_eq!(restore(2).status, 200);
    }

    fn old_revisions_are_deleted_unless_they_were_published(kind) {
        let database = Database::new(kind);
        let url = database.url.clone();
        let site = Site::serve_at(database, &url, &["--keep-revisions", "2", "--migrate"]);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let id = id(&Api::Rest.create(&editor, json!({ "headline": "1" })).expect("a draft"));
        let numbers = || -> Vec<u64> {
            let list = editor.get(&format!("/v1/articles/{id}/revisions?limit=100")).ok();
            list["data"].as_array().expect("revisions").iter().map(|one| one["revision"].as_u64().expect("a number")).collect()
        };
        Api::Rest.update(&editor, &id, 1, json!({ "headline": "2" })).expect("changed");
        assert_eq!(numbers(), [2, 1]);
        Api::Rest.step(&editor, "publish", &id, 2, json!({})).expect("published");
        assert_eq!(numbers(), [3, 2, 1]);
        for seen in 3..7 {
            Api::Rest.update(&editor, &id, seen, json!({ "headline": format!("{}", seen + 1) })).expect("changed");
        }
        assert_eq!(numbers(), [7, 6, 3], "what readers see is kept");
        Api::Rest.step(&editor, "publish", &id, 7, json!({})).expect("published");
        Api::Rest.update(&editor, &id, 8, json!({ "headline": "9" })).expect("changed");
        Api::Rest.update(&editor, &id, 9, json!({ "headline": "10" })).expect("changed");
        assert_eq!(numbers(), [10, 9, 8, 3], "and what they saw");
        let body = refused(Api::Rest.update_so(&editor, &id, Some(5), json!({ "kicker": "K" }), true), 412, "article.changed_meanwhile");
        assert_eq!(body["changedFields"], Value::Null, "nobody knows any more what moved, so nothing merges");
    }
}
