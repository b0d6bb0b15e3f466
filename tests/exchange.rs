//! Import and export of JSONL files.

use serde_json::{Value, json};

use crate::support::{
    Kind, Site,
    database::Database,
    newsroom::{lines, stories},
    on_each_database,
    site::binary,
};

fn article(id: &str, headline: &str) -> Value {
    json!({ "id": id, "headline": headline, "publishedAt": "2025-01-01T00:00:00Z" })
}

/// Returns the paths of all reads of this newsroom.
fn addresses(site: &Site) -> Vec<String> {
    let mut addresses: Vec<String> = ["-publishedAt", "publishedAt", "-modifiedAt", "modifiedAt", "headline"]
        .iter()
        .flat_map(|sort| {
            ["", "&kind=page", "&tag=tag-1|tag-2", "&section=world", "&language=en"]
                .map(|filter| format!("/v1/articles?limit=100&count=exact&sort={sort}{filter}"))
        })
        .collect();
    addresses.push("/v1/site".to_owned());
    for list in ["tags", "sections", "authors", "collections"] {
        addresses.push(format!("/v1/{list}?limit=100&count=exact"));
    }
    for list in ["/v1/articles?limit=100&fields=slug", "/v1/articles?limit=100&fields=slug&kind=page"] {
        for one in site.get(list).ok()["data"].as_array().expect("a list") {
            let slug = one["slug"].as_str().expect("a slug");
            addresses.push(format!("/v1/articles/{slug}?include=blocks,text,related,latest,comments"));
            addresses.push(format!("/v1/articles/{slug}/related?limit=100"));
        }
    }
    addresses.extend(
        ["/v1/resolve?path=/old/one", "/v1/resolve?path=/asia/story-2", "/v1/articles/old-slug"]
            .map(str::to_owned),
    );
    addresses
}

on_each_database! {
    fn importing_again_creates_no_duplicates(kind) {
        let lines = lines(&stories(30));
        let site = Site::with(kind, &lines);
        let before = site.get("/v1/articles?limit=100").bytes;

        let report = site.import("test", &lines);

        assert_eq!(report["counts"]["article"], json!({ "read": 30, "created": 0, "updated": 0, "unchanged": 30, "leftAlone": 0, "skipped": 0 }));
        assert_eq!(report["counts"]["tag"]["unchanged"], 2);
        assert_eq!(site.get("/v1/articles?limit=100").bytes, before);
        // Another source can use the same ids for other items.
        let other = site.import("other", &[article("story-1", "Other")]);
        assert_eq!(other["counts"]["article"]["created"], 1);
    }

    fn what_changed_at_the_source_is_updated(kind) {
        let site = Site::with(kind, &[article("1", "One"), article("2", "Two")]);
        let first = site.get("/v1/articles/one").ok();
        let report = site.import("test", &[article("1", "Uno"), article("2", "Two")]);
        assert_eq!(report["counts"]["article"], json!({ "read": 2, "created": 0, "updated": 1, "unchanged": 1, "leftAlone": 0, "skipped": 0 }));
        let second = site.get("/v1/articles/one").ok();
        assert_eq!((&second["headline"], &second["revision"], &second["id"]), (&json!("Uno"), &json!(2), &first["id"]));
        assert_eq!(second["firstPublishedAt"], first["firstPublishedAt"]);
        assert!(second["modifiedAt"].as_str() > first["modifiedAt"].as_str());
    }

    fn names_are_resolved_in_any_order(kind) {
        let mut story = article("1", "One");
        story["tags"] = json!(["t9", "Old  Harbour", "old harbour"]);
        story["section"] = json!("World");
        let site = Site::with(kind, &[
            story,
            json!({ "type": "tag", "id": "t9", "name": "Pakistan", "tagType": "place" }),
            json!({ "type": "tag", "id": "t10", "name": "OLD HARBOUR", "description": "Known by name." }),
            json!({ "type": "section", "id": "world", "name": "World", "parent": "planet" }),
            json!({ "type": "section", "id": "planet", "name": "Planet" }),
        ]);
        let one = site.get("/v1/articles/one").ok();
        let tags: Vec<&Value> = one["tags"].as_array().expect("tags").iter().map(|tag| &tag["name"]).collect();
        assert_eq!(tags, ["Pakistan", "OLD HARBOUR"]);
        assert_eq!(one["tags"][0]["type"], "place");
        assert_eq!(one["tags"][0]["slug"], "pakistan");
        assert_eq!(one["section"]["path"], "/planet/world");
        // The section's parent was imported after the article that is filed under the section.
        assert_eq!(site.get("/v1/articles?section=planet&count=exact").ok()["page"]["total"], 1);
        assert_eq!(site.get("/v1/sections/planet").ok()["articleCount"], 1);
        assert_eq!(site.get("/v1/tags?count=exact").ok()["page"]["total"], 2);
    }

    fn invalid_items_are_skipped_and_reported(kind) {
        let site = Site::empty(kind);
        let report = site.import("test", &[
            article("1", "Good"),
            json!({ "id": "2", "publishedAt": "2025-01-01T00:00:00Z" }),
            json!({ "id": "3", "headline": "H", "publishedAt": "2025-02-30T00:00:00Z" }),
            json!({ "id": "4", "headline": "H", "publishedAt": "2025-01-01T00:00:00Z", "language": "no such" }),
            json!({ "id": "5", "headline": "H", "publishedAt": "2025-01-01T00:00:00Z", "tags": "not a list" }),
            json!({ "id": "6", "headline": "x".repeat(501), "publishedAt": "2025-01-01T00:00:00Z", "tags": ["never"] }),
            json!({ "id": "7", "headline": "H", "publishedAt": "2025-01-01T00:00:00Z", "body": "<b>".repeat(1_000) }),
            json!({ "type": "spaceship", "id": "8" }),
            json!({ "type": "tag", "id": "a", "name": "A", "parent": "a" }),
            json!({ "headline": "No id", "publishedAt": "2025-01-01T00:00:00Z" }),
            json!({ "id": "11", "headline": "Extra", "publishedAt": "2025-01-01T00:00:00Z", "wordsPerMinute": 3 }),
        ]);
        assert_eq!(report["counts"]["article"]["created"], 2, "{report}");
        let lines: Vec<u64> = report["skipped"].as_array().expect("skipped").iter().map(|one| one["line"].as_u64().expect("a line")).collect();
        assert_eq!(lines, [2, 3, 4, 5, 6, 7, 8, 9, 10], "{report}");
        assert!(report["skipped"][0]["reason"].as_str().is_some_and(|reason| reason.starts_with("headline")), "{report}");
        assert_eq!(report["notes"][0]["reason"], "wordsPerMinute: is not a known field");
        assert_eq!(site.get("/v1/tags?count=exact").ok()["page"]["total"], 0, "a skipped item leaves nothing behind");
    }

    fn an_origin_that_came_with_a_line_is_known_to_the_next(kind) {
        let site = Site::empty(kind);
        let mut moved = article("article_01h455vb4pex5vsknk084sn02q", "Moved here");
        moved["origins"] = json!([{ "source": "test", "id": "7", "digest": "5", "revision": 1 }]);
        let report = site.import("test", &[moved, article("7", "Changed there")]);
        assert_eq!(report["counts"]["article"], json!({ "read": 2, "created": 1, "updated": 1, "unchanged": 0, "leftAlone": 0, "skipped": 0 }));
        let articles = site.get("/v1/articles").ok()["data"].take();
        assert_eq!(articles.as_array().map(Vec::len), Some(1), "{articles}");
        assert_eq!(articles[0]["headline"], "Changed there");
    }

    fn a_time_zone_is_one_that_exists(kind) {
        let site = Site::empty(kind);
        let of = |zone: &str| json!({ "type": "site", "title": "T", "timeZone": zone });
        assert_eq!(site.import("test", &[of("Asia/Karachi")])["skipped"], json!([]));
        for wrong in ["Mars/Olympus", "", "Asia/Karachi\n", "+05:00"] {
            let report = site.import("test", &[of(wrong)]);
            assert_eq!(report["skipped"][0]["reason"], "timeZone: must be the name of a zone, like Europe/Lisbon", "{wrong:?}");
        }
        assert_eq!(site.get("/v1/site").ok()["timeZone"], "Asia/Karachi");
    }

    fn a_field_given_twice_is_named(kind) {
        let site = Site::empty(kind);
        let (_, report) = site.import_text("test", b"{\"id\": \"1\", \"id\": \"2\", \"headline\": \"H\"}\n");
        assert_eq!(report["skipped"][0]["reason"], "id: is given twice", "{report}");
    }

    fn odd_values_in_any_field_do_not_stop_an_import(kind) {
        let odd = [
            json!(1), json!(-1), json!(1e300), json!(true), json!(""), json!([]), json!({}), json!([1]), json!([[]]),
            json!({ "a": 1 }), json!("\u{0}"), json!(["\u{0}"]), json!("x".repeat(10_000)), json!(vec!["a"; 200]), json!(u32::MAX),
        ];
        let mut lines = Vec::new();
        for field in [
            "id", "slug", "headline", "kicker", "standfirst", "byline", "body", "bodyFormat", "language", "section",
            "tags", "authors", "status", "publishedAt", "expiresAt", "access", "commentsOpen", "aliasPaths", "corrections",
            "translationOf", "showInRelated", "relatedPins", "relatedBlocks", "revision", "firstPublishedAt", "modifiedAt",
            "oldSlugs", "origins", "kind", "type", "name", "description", "parent", "tagType", "links",
        ] {
            for value in &odd {
                let mut article = article(&format!("a{}", lines.len()), "Headline");
                article[field] = value.clone();
                let mut tag = json!({ "type": "tag", "id": format!("t{}", lines.len()), "name": "Tag" });
                tag[field] = value.clone();
                lines.extend([article, tag]);
            }
        }
        lines.push(article("last", "Last"));
        let site = Site::with(kind, &lines);
        let again = site.import("test", &lines);
        assert_eq!(again["broken"], Value::Null);
        assert_eq!(site.get("/v1/articles/last").ok()["headline"], "Last");
        for list in ["/v1/articles?limit=100", "/v1/tags?limit=100", "/v1/articles?sort=headline&limit=100"] {
            site.get(list).ok();
        }
        assert!(!site.export().is_empty());
    }

    fn a_broken_file_is_imported_up_to_the_reported_line(kind) {
        let site = Site::empty(kind);
        let good: String = (1..=620).map(|n| format!("{}\n", article(&n.to_string(), &format!("Story {n}")))).collect();
        for (tail, reason) in [
            (&b"{\"id\": \"x\", \"headline\": \"cut of"[..], "is not a JSON object"),
            (&b"[1]"[..], "is not a JSON object"),
            (&b"{\"id\": \"\xff\"}"[..], "is not UTF-8"),
        ] {
            let text = [good.as_bytes(), tail].concat();
            let (output, report) = site.import_text("test", &text);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(1));
            assert!(said.contains("line 621") && said.contains(reason) && said.trim().lines().count() == 1, "{said}");
            assert_eq!(report["broken"]["line"], 621);
            let taken = report["counts"]["article"]["created"].as_u64().unwrap_or_default()
                + report["counts"]["article"]["unchanged"].as_u64().unwrap_or_default();
            assert_eq!(taken, 620);
        }
        assert_eq!(site.get("/v1/articles?count=exact").ok()["page"]["total"], 620);
    }

    fn a_dry_run_reports_the_same_and_writes_nothing(kind) {
        let site = Site::empty(kind);
        let file = tempfile::NamedTempFile::new().expect("a file");
        let mut text: String = lines(&stories(20)).iter().map(|line| format!("{line}\n")).collect();
        text.push_str(&format!("{}\n", article("story-3", "Again")));
        std::fs::write(file.path(), text).expect("written");
        let path = file.path().to_str().expect("a path");
        let report = |arguments: &[&str]| -> Value {
            let output = site.command(&[&["import", "jsonl", path, "--source", "s", "--report", "json"], arguments].concat());
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            serde_json::from_slice(&output.stdout).expect("a report")
        };

        let rehearsed = report(&["--dry-run"]);
        assert_eq!(site.get("/v1/articles?count=exact").ok()["page"]["total"], 0);
        assert_eq!(site.get("/v1/tags?count=exact").ok()["page"]["total"], 0);
        let done = report(&[]);

        assert_eq!(rehearsed["dryRun"], true);
        assert_eq!(rehearsed["counts"], done["counts"]);
        assert_eq!(done["counts"]["article"]["updated"], 1, "an id that comes twice");
    }

    fn a_newsroom_survives_export_and_import_into_the_other_database(kind) {
        let mut lines = lines(&stories(40));
        lines.push(json!({ "id": "one", "slug": "old-slug", "headline": "One", "publishedAt": "2025-01-01T00:00:00Z",
                           "aliasPaths": ["/old/one"], "relatedPins": ["story-2"], "relatedBlocks": ["story-3"],
                           "body": "# Head\n\nText", "bodyFormat": "markdown", "access": "paid", "expiresAt": "2999-01-01T00:00:00Z" }));
        lines.push(json!({ "id": "draft", "headline": "Draft" }));
        lines.push(json!({ "id": "tr", "headline": "Eins", "language": "de", "translationOf": "one", "publishedAt": "2025-01-02T00:00:00Z" }));
        let site = Site::with(kind, &lines);
        site.import("test", &[json!({ "id": "one", "slug": "new-slug", "headline": "One", "publishedAt": "2025-01-01T00:00:00Z",
                                      "aliasPaths": ["/old/one"], "relatedPins": ["story-2"], "relatedBlocks": ["story-3"], "tags": ["tag-1"] })]);
        let exported = site.export();

        let copy = Site::empty(kind.other());
        let (output, report) = copy.import_text("export", exported.as_bytes());

        assert!(output.status.success() && report["skipped"] == json!([]), "{report}");
        assert_eq!(copy.export(), exported, "the same file comes out again");
        for address in addresses(&site) {
            let (there, here) = (site.get(&address), copy.get(&address));
            assert_eq!(there.status, here.status, "{address}");
            assert_eq!(String::from_utf8_lossy(&there.bytes), String::from_utf8_lossy(&here.bytes), "{address}");
            assert_eq!(there.header("etag"), here.header("etag"), "{address}");
        }
        let (_, again) = copy.import_text("export", exported.as_bytes());
        assert_eq!(again["counts"]["article"]["unchanged"], again["counts"]["article"]["read"], "{again}");
        let (_, original) = copy.import_text("test", format!("{}\n", lines[10]).as_bytes());
        assert_eq!(original["counts"]["article"]["unchanged"], 1, "the copy knows where things came from: {original}");
    }
}

#[test]
fn the_sample_fills_an_empty_database_once() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let database = Database::new(kind);
        let sample = || binary().args(["sample", "--database-url", &database.url]).output().expect("runs");
        let first = sample();
        assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
        let again = sample();
        assert_eq!(again.status.code(), Some(1));
        let site = Site::serve(database);
        let list = site.get("/v1/articles?count=exact").ok();
        assert!(list["page"]["total"].as_u64() >= Some(55), "{}", list["page"]);
        let sections = site.get("/v1/sections?limit=100").ok();
        let top =
            sections["data"].as_array().expect("a list").iter().filter(|one| one["parent"].is_null()).count();
        assert_eq!(top, 7);
        let german = site.get("/v1/articles?language=de&count=exact").ok();
        assert!(german["page"]["total"].as_u64() > Some(0));
    }
}
