//! Lists of the desk: by tag, section, author and words, and by what readers have of an article.

use serde_json::{Value, json};

use crate::support::{
    Site, on_each_database,
    people::Person,
    writing::{Api, id, revision},
};

/// The slugs of a list of the desk, which both APIs give in the same order.
fn on_desk(who: &Person<'_>, query: &str, filter: &str) -> Vec<String> {
    let slugs = |list: &Value| -> Vec<String> {
        let items = list.as_array().unwrap_or_else(|| panic!("{query}: {list}"));
        items.iter().map(|one| one["slug"].as_str().expect("a slug").to_owned()).collect()
    };
    let list = who.get(&format!("/v1/articles?limit=100&count=exact&{query}")).ok();
    let asked = who.graphql(
        &format!("{{ articles(first: 100, filter: {{ {filter} }}) {{ totalCount nodes {{ slug }} }} }}"),
        json!({}),
    );
    let found = slugs(&list["data"]);
    assert_eq!(slugs(&asked["data"]["articles"]["nodes"]), found, "{query}: {asked}");
    assert_eq!(list["page"]["total"], asked["data"]["articles"]["totalCount"], "{query}");
    assert_eq!(list["page"]["total"], found.len(), "{query}");
    found
}

fn newsroom(site: &Site) -> (Person<'_>, Person<'_>) {
    let editor = site.sign_in_as("editor@example.com", "editor");
    for (path, body) in [
        ("/v1/sections", json!({ "name": "World" })),
        ("/v1/sections", json!({ "name": "Asia", "parent": "world" })),
        ("/v1/tags", json!({ "name": "Storm" })),
        ("/v1/tags", json!({ "name": "Flood" })),
        ("/v1/authors", json!({ "name": "Mara Lind" })),
    ] {
        assert_eq!(editor.send("POST", path, &body).status, 201);
    }
    (editor, site.sign_in_as("reporter@example.com", "contributor"))
}

fn create(who: &Person<'_>, article: Value) -> String {
    id(&Api::Rest.create(who, article).expect("an article"))
}

on_each_database! {
    fn a_desk_is_filtered_by_tag_section_and_author_in_every_status(kind) {
        let site = Site::empty(kind);
        let (editor, reporter) = newsroom(&site);
        let article = |slug: &str, more: Value| {
            let mut article = json!({ "headline": slug, "slug": slug });
            article.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            article
        };
        create(&reporter, article("in-asia", json!({ "section": "asia", "tags": ["storm"], "authors": ["mara-lind"] })));
        create(&editor, article("in-world", json!({ "section": "world", "tags": ["storm", "flood"] })));
        create(&editor, article("nowhere", json!({})));
        create(&editor, article("seen", json!({ "section": "asia", "tags": ["storm"], "authors": ["mara-lind"], "status": "published" })));
        create(&editor, article("seen-page", json!({ "section": "world", "kind": "page", "status": "published" })));
        create(&editor, article("later", json!({ "section": "asia", "tags": ["flood"], "publishAt": "2200-01-01T00:00:00Z" })));

        for (query, filter, expected) in [
            ("status=draft&section=world", r#"status: [DRAFT], sections: { all: [["world"]] }"#, &["in-world", "in-asia"][..]),
            ("status=draft&section=asia", r#"status: [DRAFT], sections: { all: [["asia"]] }"#, &["in-asia"]),
            ("status=draft&tag=storm,flood", r#"status: [DRAFT], tags: { all: [["storm"], ["flood"]] }"#, &["in-world"]),
            ("status=draft&tag=storm,-flood", r#"status: [DRAFT], tags: { all: [["storm"]], none: ["flood"] }"#, &["in-asia"]),
            ("status=draft&tag=-storm", r#"status: [DRAFT], tags: { none: ["storm"] }"#, &["nowhere"]),
            ("status=draft&author=mara-lind", r#"status: [DRAFT], authors: { all: [["mara-lind"]] }"#, &["in-asia"]),
            ("status=draft&tag=nothing", r#"status: [DRAFT], tags: { all: [["nothing"]] }"#, &[]),
            ("status=published&section=world", r#"status: [PUBLISHED], sections: { all: [["world"]] }"#, &["seen-page", "seen"]),
            ("status=published&section=world&author=mara-lind", r#"status: [PUBLISHED], sections: { all: [["world"]] }, authors: { all: [["mara-lind"]] }"#, &["seen"]),
            ("status=published&section=asia|world&tag=-storm", r#"status: [PUBLISHED], sections: { all: [["asia", "world"]] }, tags: { none: ["storm"] }"#, &["seen-page"]),
            ("status=scheduled&section=world", r#"status: [SCHEDULED], sections: { all: [["world"]] }"#, &["later"]),
            ("status=draft,published,scheduled&tag=storm|flood", r#"status: [DRAFT, PUBLISHED, SCHEDULED], tags: { all: [["storm", "flood"]] }"#, &["later", "seen", "in-world", "in-asia"]),
            ("mine=true&tag=storm", r#"mine: true, tags: { all: [["storm"]] }"#, &["seen", "in-world"]),
        ] {
            assert_eq!(on_desk(&editor, query, filter), expected, "{query}");
        }
        assert_eq!(on_desk(&reporter, "status=draft&tag=storm", r#"status: [DRAFT], tags: { all: [["storm"]] }"#), ["in-asia"], "a contributor's own");

        // Drafts follow a merged tag, and a section that moves.
        assert_eq!(editor.send("POST", "/v1/tags/flood/merge", &json!({ "into": "storm" })).status, 200);
        assert_eq!(on_desk(&editor, "status=draft&tag=storm", r#"status: [DRAFT], tags: { all: [["storm"]] }"#), ["in-world", "in-asia"]);
        assert_eq!(on_desk(&editor, "status=scheduled&tag=storm", r#"status: [SCHEDULED], tags: { all: [["storm"]] }"#), ["later"]);
        editor.send("PATCH", "/v1/sections/asia", &json!({ "parent": null })).ok();
        assert_eq!(on_desk(&editor, "status=draft&section=world", r#"status: [DRAFT], sections: { all: [["world"]] }"#), ["in-world"]);

        // A tag does not include the tags below it, in drafts either.
        assert_eq!(editor.send("POST", "/v1/tags", &json!({ "name": "Gale", "parent": "storm" })).status, 201);
        create(&editor, article("a-gale", json!({ "tags": ["gale"] })));
        assert_eq!(on_desk(&editor, "status=draft&tag=storm", r#"status: [DRAFT], tags: { all: [["storm"]] }"#), ["in-world", "in-asia"]);
        assert_eq!(on_desk(&editor, "status=draft&tag=-storm", r#"status: [DRAFT], tags: { none: ["storm"] }"#), ["a-gale", "nowhere"]);

        // A cursor stays valid when sections below are added.
        let first = editor.get("/v1/articles?status=draft,published&section=world&limit=1").ok();
        let next = first["page"]["next"].as_str().expect("a cursor");
        assert_eq!(editor.send("POST", "/v1/sections", &json!({ "name": "Africa", "parent": "world" })).status, 201);
        editor.get(&format!("/v1/articles?status=draft,published&section=world&limit=1&after={next}")).ok();

        // A page at a time, each article once.
        let mut walked = Vec::new();
        let mut path = "/v1/articles?status=draft,published,scheduled&tag=storm&limit=1".to_owned();
        loop {
            let list = editor.get(&path).ok();
            walked.push(list["data"][0]["slug"].as_str().expect("a slug").to_owned());
            match list["page"]["next"].as_str() {
                Some(next) => path = format!("/v1/articles?status=draft,published,scheduled&tag=storm&limit=1&after={next}"),
                None => break,
            }
        }
        assert_eq!(walked, ["later", "seen", "in-world", "in-asia"]);
    }

    fn a_desk_tells_what_is_published_from_what_has_a_newer_draft(kind) {
        let site = Site::empty(kind);
        let (editor, _) = newsroom(&site);
        let article = |slug: &str| create(&editor, json!({ "headline": slug, "slug": slug, "status": "published" }));
        create(&editor, json!({ "headline": "new", "slug": "new" }));
        article("same");
        let changed = article("changed");
        Api::Rest.update(&editor, &changed, 2, json!({ "kicker": "K" })).expect("a newer draft");
        let later = create(&editor, json!({ "headline": "later", "slug": "later", "publishAt": "2200-01-01T00:00:00Z" }));
        Api::Rest.update(&editor, &later, 2, json!({ "kicker": "K" })).expect("a newer draft");
        let taken = article("taken-away");
        let now = Api::Rest.step(&editor, "unpublish", &taken, 2, json!({})).expect("unpublished");
        assert_eq!(revision(&now), 3);

        for (query, filter, expected) in [
            ("isPublished=true", "isPublished: true", &["changed", "same"][..]),
            ("isPublished=false", "isPublished: false", &["taken-away", "later", "new"]),
            ("hasNewerDraft=true", "hasNewerDraft: true", &["later", "changed"]),
            ("hasNewerDraft=false", "hasNewerDraft: false", &["taken-away", "same", "new"]),
            ("isPublished=true&hasNewerDraft=true", "isPublished: true, hasNewerDraft: true", &["changed"]),
            ("isPublished=true&status=draft", "isPublished: true, status: [DRAFT]", &["changed"]),
            ("isPublished=true&status=scheduled", "isPublished: true, status: [SCHEDULED]", &[]),
        ] {
            let found = on_desk(&editor, query, filter);
            assert_eq!(found, expected, "{query}");
        }
        let facts = |list: &Value| -> Vec<Value> {
            list.as_array().expect("articles").iter().map(|one| json!([one["slug"], one["isPublished"], one["hasNewerDraft"]])).collect()
        };
        let expected = [
            json!(["taken-away", false, false]), json!(["later", false, true]), json!(["changed", true, true]),
            json!(["same", true, false]), json!(["new", false, false]),
        ];
        let all = "draft,in_review,scheduled,published,archived,trashed";
        assert_eq!(facts(&editor.get(&format!("/v1/articles?status={all}")).ok()["data"]), expected);
        let asked = editor.graphql("{ articles(first: 9, filter: { hasNewerDraft: true }) { nodes { slug isPublished hasNewerDraft } } }", json!({}));
        assert_eq!(facts(&asked["data"]["articles"]["nodes"]), expected[1..3]);
        // Readers are told nothing of drafts.
        assert_eq!(facts(&site.get("/v1/articles").ok()["data"]), [json!(["changed", true, null]), json!(["same", true, null])]);
        site.get("/v1/articles?hasNewerDraft=true").problem(401, "access.sign_in");
        editor.get("/v1/articles?isPublished=maybe").blames("isPublished", "flag.malformed");
    }

    fn words_find_what_is_on_the_desk(kind) {
        let site = Site::empty(kind);
        let (editor, reporter) = newsroom(&site);
        create(&reporter, json!({ "headline": "The ferry is back", "standfirst": "After the storm, Café Harbour opens.", "slug": "one" }));
        create(&editor, json!({ "headline": "Ferries of the north", "slug": "two", "status": "published" }));
        create(&editor, json!({ "headline": "Nothing", "slug": "old-ferry-slug" }));
        for (query, filter, expected) in [
            ("q=ferr&status=draft", r#"q: "ferr", status: [DRAFT]"#, &["old-ferry-slug", "one"][..]),
            ("q=FERRY%20cafe&status=draft", r#"q: "FERRY cafe", status: [DRAFT]"#, &["one"]),
            ("q=ferr&status=draft,published", r#"q: "ferr", status: [DRAFT, PUBLISHED]"#, &["old-ferry-slug", "two", "one"]),
            ("q=erry&status=draft", r#"q: "erry", status: [DRAFT]"#, &[]),
            ("q=ferry%20train&status=draft", r#"q: "ferry train", status: [DRAFT]"#, &[]),
        ] {
            assert_eq!(on_desk(&editor, query, filter), expected, "{query}");
        }
        assert_eq!(on_desk(&reporter, "q=ferr&status=draft", r#"q: "ferr", status: [DRAFT]"#), ["one"]);
        let first = editor.get("/v1/articles?q=ferr&status=draft,published&limit=2").ok();
        assert_eq!((&first["page"]["hasNext"], first["data"].as_array().map(Vec::len)), (&json!(true), Some(2)));
        let next = first["page"]["next"].as_str().expect("a cursor");
        let second = editor.get(&format!("/v1/articles?q=ferr&status=draft,published&limit=2&after={next}")).ok();
        assert_eq!((&second["data"][0]["slug"], &second["page"]["hasNext"], &second["page"]["hasPrevious"]), (&json!("one"), &json!(false), &json!(true)));
        let before = second["page"]["previous"].as_str().expect("a cursor");
        assert_eq!(editor.get(&format!("/v1/articles?q=ferr&status=draft,published&limit=2&before={before}")).ok()["data"], first["data"]);
        editor.get("/v1/articles?q=ferry").blames("q", "status.combined");
        editor.get("/v1/articles?q=!%22&mine=true").blames("q", "q.malformed");
        editor.get("/v1/articles?status=draft&kind=video").blames("kind", "status.combined");
        let asked = editor.graphql("{ articles(filter: { status: [] }) { totalCount } }", json!({}));
        assert_eq!(asked["errors"][0]["extensions"]["errors"][0]["code"], "status.unknown", "{asked}");
        editor.get(&format!("/v1/articles?status=draft&q={}", "a".repeat(201))).blames("q", "text.too_long");
        site.get("/v1/articles?q=ferry&status=draft").problem(401, "access.sign_in");
    }

    fn a_search_of_a_large_desk_stops_and_goes_on(kind) {
        let lines: Vec<Value> = (0..1_250)
            .map(|n| json!({
                "id": format!("d{n}"), "slug": format!("d{n}"), "status": "draft", "modifiedAt": format!("2025-01-01T00:{:02}:{:02}Z", n / 60, n % 60),
                "headline": if n == 3 { "A needle" } else { "Hay" },
            }))
            .collect();
        let site = Site::with(kind, &lines);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let first = editor.get("/v1/articles?status=draft&q=needle&count=exact").ok();
        assert_eq!((&first["data"], &first["page"]["hasNext"], &first["page"]["total"], &first["page"]["totalKind"]), (&json!([]), &json!(true), &json!(0), &json!("atLeast")));
        let next = first["page"]["next"].as_str().expect("where to go on");
        let second = editor.get(&format!("/v1/articles?status=draft&q=needle&after={next}")).ok();
        assert_eq!((&second["data"][0]["slug"], &second["page"]["hasNext"]), (&json!("d3"), &json!(false)));
        // And back: over the articles that do not match, to the first page.
        let before = second["page"]["previous"].as_str().expect("a way back");
        let back = editor.get(&format!("/v1/articles?status=draft&q=needle&before={before}")).ok();
        assert_eq!((&back["data"], &back["page"]["hasNext"]), (&json!([]), &json!(true)));
        assert!(back["page"]["next"].is_string() && second["page"]["hasPrevious"] == true, "{back}");
        let query = "query($after: String) { articles(first: 5, after: $after, filter: { status: [DRAFT], q: \"needle\" }) { totalCount estimatedCount nodes { slug } pageInfo { hasNextPage endCursor } } }";
        let asked = editor.graphql(query, json!({}));
        assert_eq!((&asked["data"]["articles"]["nodes"], &asked["data"]["articles"]["pageInfo"]["endCursor"]), (&json!([]), &json!(next)), "{asked}");
        assert_eq!((&asked["data"]["articles"]["totalCount"], &asked["data"]["articles"]["estimatedCount"]), (&Value::Null, &json!(0)));
        let asked = editor.graphql(query, json!({ "after": next }));
        assert_eq!(asked["data"]["articles"]["nodes"][0]["slug"], "d3", "{asked}");
    }
}
