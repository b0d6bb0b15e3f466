//! Merging tags: articles get the target tag, and the old tag's id and slug keep working.

use serde_json::{Value, json};

use crate::support::{
    Site, on_each_database,
    writing::{Api, id},
};

fn newsroom() -> Vec<Value> {
    let story = |n: u32, tags: &[&str]| {
        json!({ "id": format!("s{n}"), "slug": format!("s{n}"), "headline": format!("S{n}"), "tags": tags,
                "publishedAt": format!("2025-01-0{n}T00:00:00Z") })
    };
    vec![
        json!({ "type": "tag", "id": "weather", "slug": "weather", "name": "Weather" }),
        json!({ "type": "tag", "id": "tempest", "slug": "tempest", "name": "Tempest", "parent": "weather" }),
        json!({ "type": "tag", "id": "storm", "slug": "storm", "name": "Storm" }),
        json!({ "type": "tag", "id": "gale", "slug": "gale", "name": "Gale", "parent": "tempest" }),
        story(1, &["tempest"]),
        story(2, &["storm", "tempest"]),
        story(3, &["tempest", "storm", "gale"]),
        story(4, &["storm"]),
        json!({ "id": "later", "slug": "later", "headline": "Later", "tags": ["tempest"], "publishedAt": "2999-01-01T00:00:00Z" }),
    ]
}

on_each_database! {
    fn merging_a_tag_moves_its_articles_and_redirects_its_slug(kind) {
        let site = Site::with(kind, &newsroom());
        let editor = site.sign_in_as("editor@example.com", "editor");
        let admin = site.sign_in_as("admin@example.com", "admin");
        let tempest = site.get("/v1/tags/tempest").ok()["id"].as_str().expect("an id").to_owned();
        let draft = id(&Api::Rest.create(&editor, json!({ "headline": "Draft", "tags": ["tempest", "storm"] })).expect("a draft"));
        let before = site.get("/v1/articles/s1").ok();

        let merged = editor.send("POST", "/v1/tags/tempest/merge", &json!({ "into": "storm" })).ok();
        assert_eq!((&merged["slug"], &merged["articleCount"]), (&json!("storm"), &json!(4)));
        assert_eq!(site.get("/v1/tags/storm").ok(), merged);
        let slugs = |path: &str| -> Vec<String> {
            site.get(path).ok()["data"].as_array().expect("a list").iter().map(|one| one["slug"].as_str().expect("a slug").to_owned()).collect()
        };
        assert_eq!(slugs("/v1/articles?tag=storm"), ["s4", "s3", "s2", "s1"]);
        assert_eq!(slugs("/v1/articles?tag=tempest"), ["s4", "s3", "s2", "s1"], "by its old slug");
        assert_eq!(slugs(&format!("/v1/articles?tag={tempest}")), ["s4", "s3", "s2", "s1"], "by its id");
        let moved = site.get("/v1/tags/tempest");
        assert_eq!((moved.status, moved.header("location")), (301, Some("/v1/tags/storm")));
        assert_eq!(site.get("/v1/resolve?path=/tags/tempest").ok()["path"], "/tags/storm");
        assert_eq!(site.get("/v1/tags/gale").ok()["parent"]["slug"], "storm", "what stood below it");
        assert_eq!(slugs("/v1/tags"), ["gale", "storm", "weather"]);

        let tags = |slug: &str| -> Vec<String> {
            site.get(&format!("/v1/articles/{slug}")).ok()["tags"].as_array().expect("tags").iter().map(|one| one["slug"].as_str().expect("a slug").to_owned()).collect()
        };
        assert_eq!((tags("s1"), tags("s2"), tags("s3")), (vec!["storm".to_owned()], vec!["storm".to_owned()], vec!["storm".to_owned(), "gale".to_owned()]), "each once");
        let related = site.get("/v1/articles/s1/related").ok();
        let shared = related["data"].as_array().expect("a list").iter().find(|one| one["article"]["slug"] == "s4").expect("related by the tag");
        assert_eq!(shared["reasons"]["parts"][0]["tag"]["slug"], "storm", "{shared}");

        // A draft shows the target tag when it is read and after it is published.
        let shown = editor.get(&format!("/v1/articles/{draft}?version=draft")).ok();
        assert_eq!(shown["tags"].as_array().map(Vec::len), Some(1));
        Api::Rest.step(&editor, "publish", &draft, 1, json!({})).expect("published");
        assert_eq!(tags("draft"), ["storm"]);
        assert_eq!(site.get("/v1/tags/storm").ok()["articleCount"], 5);
        assert!(site.command(&["reindex"]).status.success());
        assert_eq!(site.get("/v1/tags/storm").ok()["articleCount"], 5, "counts were right");

        // The change log has the changed articles and the merged tag.
        let log = |thing: &str| admin.get(&format!("/v1/changes?thing={thing}")).ok()["data"][0].clone();
        assert_eq!((&log(&tempest)["action"], &log(before["id"].as_str().expect("an id"))["fields"]), (&json!("merged"), &json!(["tags"])));

        // A comparison and a conflicting update do not count the merge as a change of the draft's tags.
        let comparison = editor.get(&format!("/v1/articles/{draft}/comparison?from=1&to=2")).ok();
        assert!(!comparison["fields"].as_array().expect("fields").iter().any(|one| one["field"] == "tags"), "{comparison}");
        let stale = Api::Rest.update(&editor, &draft, 1, json!({ "tags": ["weather"] })).expect_err("is stale");
        assert!(!stale.body["changedFields"].as_array().expect("fields").contains(&json!("tags")), "{}", stale.body);

        // Saving the manuscript's tags unchanged creates no revision, and importing the site's own export
        // updates nothing.
        let manuscript = Api::Rest.manuscript(&editor, &draft).expect("an article");
        assert_eq!(manuscript["tags"].as_array().map(Vec::len), Some(1));
        let same = Api::Rest.update(&editor, &draft, 2, json!({ "tags": manuscript["tags"] })).expect("the same");
        assert_eq!(same["revision"], 2);
        let (_, report) = site.import_text("test", site.export().as_bytes());
        assert_eq!(report["counts"]["article"]["updated"], 0, "{report}");

        // The old id and slug survive an export and a second merge.
        let copy = Site::empty(kind.other());
        copy.import_text("copy", site.export().as_bytes());
        assert_eq!(copy.get("/v1/tags/tempest").status, 301);
        assert_eq!(copy.get(&format!("/v1/tags/{tempest}")).ok()["slug"], "storm", "by its id too");
        assert_eq!(copy.export(), site.export());
        let tags_of = |site: &Site| {
            let mut tags = site.get("/v1/articles/s3").ok()["tags"].clone();
            // Imported tags have revision numbers of their own.
            tags.as_array_mut().expect("tags").iter_mut().for_each(|tag| tag["revision"] = Value::Null);
            tags
        };
        assert_eq!(tags_of(&copy), tags_of(&site));
        let asked = editor.graphql("mutation { mergeTags(input: { id: \"storm\", expectedRevision: 2, into: \"weather\" }) { tag { slug articleCount } } }", json!({}));
        assert_eq!(asked["data"]["mergeTags"]["tag"], json!({ "slug": "weather", "articleCount": 5 }), "{asked}");
        for name in ["tempest", "storm", &tempest] {
            assert_eq!(slugs(&format!("/v1/articles?tag={name}")).len(), 5, "{name}");
        }
        site.import("test", &newsroom()[4..5]);
        assert_eq!(tags("s1"), ["weather"], "an import finds it under the name that its source has");
    }

    fn an_impossible_merge_is_refused(kind) {
        let site = Site::with(kind, &newsroom());
        let editor = site.sign_in_as("editor@example.com", "editor");
        let author = site.sign_in_as("author@example.com", "author");
        author.send("POST", "/v1/tags/tempest/merge", &json!({ "into": "storm" })).problem(403, "access.denied");
        editor.send("POST", "/v1/tags/nothing/merge", &json!({ "into": "storm" })).problem(404, "tag.not_found");
        for (tag, into, code) in [("storm", "storm", "tag.itself"), ("storm", "nothing", "tag.not_found"), ("weather", "gale", "parent.circular")] {
            let refusal = editor.send("POST", &format!("/v1/tags/{tag}/merge"), &json!({ "into": into })).problem(400, "request.invalid");
            assert_eq!((&refusal["errors"][0]["pointer"], &refusal["errors"][0]["code"]), (&json!("/into"), &json!(code)));
        }
        assert_eq!(site.get("/v1/tags").ok()["data"].as_array().map(Vec::len), Some(4));
        // Merging a tag into its child moves the child to the place of its parent.
        let merged = editor.send("POST", "/v1/tags/tempest/merge", &json!({ "into": "gale" })).ok();
        assert_eq!((&merged["parent"]["slug"], &merged["articleCount"]), (&json!("weather"), &json!(3)));
    }
}
