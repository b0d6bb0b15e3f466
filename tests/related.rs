//! Related articles: their scores, reasons and order.

use serde_json::{Value, json};

use crate::support::{Site, on_each_database};

fn story(id: &str, day: u32, tags: &[&str]) -> Value {
    json!({ "id": id, "slug": id, "headline": id, "publishedAt": format!("2025-01-{day:02}T00:00:00Z"), "tags": tags })
}

fn order(list: &Value) -> Vec<String> {
    list["data"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["article"]["slug"].as_str().expect("a slug").to_owned())
        .collect()
}

on_each_database! {
    fn scores_add_up_from_their_reasons(kind) {
        let mut lines: Vec<Value> = (1..20).map(|n| story(&format!("s{n}"), n, &["common", if n % 3 == 0 { "rare" } else { "other" }])).collect();
        lines[4]["section"] = json!("world");
        lines[7]["section"] = json!("world");
        lines[4]["authors"] = json!(["Ada", "Bo"]);
        lines[7]["authors"] = json!(["Ada"]);
        let site = Site::with(kind, &lines);

        let list = site.get("/v1/articles/s5/related?limit=100").ok();

        assert_eq!(list["data"].as_array().map(Vec::len), Some(18), "all but itself");
        let mut last = f64::INFINITY;
        for one in list["data"].as_array().expect("a list") {
            let score = one["score"].as_f64().expect("a score");
            let factor = one["reasons"]["timeFactor"].as_f64().expect("a factor");
            let parts = one["reasons"]["parts"].as_array().expect("parts");
            let points: f64 = parts.iter().map(|part| part["points"].as_f64().expect("points")).sum();
            assert!((score - factor * points).abs() < 1e-9, "{one}");
            assert!((0.0..=1.0).contains(&score) && (0.9..=1.0).contains(&factor), "{one}");
            assert!(score <= last + 1e-9, "best first");
            assert_eq!(one["source"], "related");
            for part in parts {
                assert_eq!(part["kind"] == "tag", part["tag"].is_object(), "{part}");
            }
            last = score;
        }
        let kinds: Vec<&Value> = list["data"][0]["reasons"]["parts"].as_array().expect("parts").iter().map(|part| &part["kind"]).collect();
        assert_eq!(order(&list)[0], "s8", "the same tags, section and author");
        assert_eq!(kinds, ["tag", "tag", "section", "author"]);
    }

    fn a_rare_tag_weighs_more_and_many_tags_do_not_win(kind) {
        let mut lines: Vec<Value> = (1..15).map(|n| story(&format!("noise{n}"), 1, &["common"])).collect();
        lines.push(story("source", 1, &["common", "rare"]));
        lines.push(story("shares-common", 1, &["common"]));
        lines.push(story("shares-rare", 1, &["rare"]));
        lines.push(story("many", 1, &["rare", "a", "b", "c", "d", "e", "f", "g"]));
        let site = Site::with(kind, &lines);
        let order = order(&site.get("/v1/articles/source/related?limit=100").ok());
        assert_eq!(order[0], "shares-rare");
        assert!(order.iter().position(|slug| slug == "many") > Some(0), "{order:?}");
    }

    fn ties_are_broken_by_date_and_id(kind) {
        let mut lines = vec![story("source", 10, &["t"])];
        lines.extend((1..6).map(|n| story(&format!("same{n}"), 12, &["t"])));
        lines.push(story("before", 8, &["t"]));
        let site = Site::with(kind, &lines);
        let list = site.get("/v1/articles/source/related").ok();
        let mut ids: Vec<String> = list["data"].as_array().expect("a list").iter().skip(1).take(4).map(|one| one["article"]["id"].to_string()).collect();
        let sorted = { let mut sorted = ids.clone(); sorted.sort(); sorted };
        assert_eq!(ids, sorted);
        ids.dedup();
        assert_eq!(ids.len(), 4);
        assert_eq!(order(&list).last().map(String::as_str), Some("before"), "as near, but older");
    }

    fn editors_pin_and_block(kind) {
        let mut source = story("source", 10, &["t"]);
        source["relatedPins"] = json!(["later", "pinned", "source", "shy"]);
        source["relatedBlocks"] = json!(["blocked"]);
        let mut shy = story("shy", 10, &["t"]);
        shy["showInRelated"] = json!(false);
        // The pins refer to articles that are imported later.
        let site = Site::with(kind, &[
            source, shy, story("blocked", 10, &["t"]), story("natural", 9, &["t"]), story("pinned", 1, &[]), story("later", 2, &["t"]),
        ]);
        let list = site.get("/v1/articles/source/related").ok();
        assert_eq!(order(&list), ["later", "pinned", "natural"]);
        let sources: Vec<&Value> = list["data"].as_array().expect("a list").iter().map(|one| &one["source"]).collect();
        assert_eq!(sources, ["pinned", "pinned", "related"]);
        assert_eq!(list["data"][1]["score"], 0.0);
        assert!(list["data"][0]["score"].as_f64() > Some(0.0), "a pin keeps its score");
    }

    fn too_few_are_filled_up_and_labelled(kind) {
        let line = |id: &str, day, section: &str, tags: &[&str], language: &str| {
            let mut line = story(id, day, tags);
            line["section"] = json!(section);
            line["language"] = json!(language);
            line
        };
        let site = Site::with(kind, &[
            line("source", 5, "world", &["t"], "en"), line("kin", 1, "sport", &["t"], "en-GB"),
            line("neighbour", 2, "world", &[], "en"), line("newest", 9, "sport", &[], "en"),
            line("foreign", 9, "world", &["t"], "de"),
        ]);
        let list = site.get("/v1/articles/source/related").ok();
        let rows: Vec<(String, &Value, &Value)> = order(&list).into_iter().zip(list["data"].as_array().expect("a list"))
            .map(|(slug, one)| (slug, &one["source"], &one["score"])).collect();
        assert_eq!(rows[0].0, "kin");
        assert_eq!((rows[1].0.as_str(), rows[1].1, rows[1].2), ("neighbour", &json!("section"), &json!(0.0)));
        assert_eq!((rows[2].0.as_str(), rows[2].1), ("newest", &json!("latest")));
        assert_eq!(rows.len(), 3, "another language is not read next: {list}");
    }
}
