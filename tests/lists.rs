//! Lists, compared with a naive model: every sort order, filter and direction.

use serde_json::{Value, json};

use crate::support::{
    Site,
    newsroom::{Story, folded, is_within, lines, stories},
    on_each_database,
};

/// Returns the slugs of a page, in order.
fn slugs(page: &Value) -> Vec<String> {
    page["data"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["slug"].as_str().expect("a slug").to_owned())
        .collect()
}

/// Follows `next` or `previous` to the end and returns the slugs of each page.
fn walk(site: &Site, query: &str, limit: usize, start: Option<(&str, String)>) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut cursor = start;
    loop {
        let at = cursor.as_ref().map(|(name, cursor)| format!("&{name}={cursor}")).unwrap_or_default();
        let page = site.get(&format!("/v1/articles?limit={limit}&fields=slug{query}{at}")).ok();
        pages.push(slugs(&page));
        let backwards = cursor.as_ref().is_some_and(|(name, _)| *name == "before");
        let (name, field) = if backwards { ("before", "previous") } else { ("after", "next") };
        let has_more =
            page["page"][if backwards { "hasPrevious" } else { "hasNext" }].as_bool().expect("a flag");
        assert_eq!(has_more, page["page"][field].is_string(), "{page}");
        if !has_more {
            return pages;
        }
        cursor = Some((name, page["page"][field].as_str().expect("a cursor").to_owned()));
    }
}

type Wanted = fn(&Story) -> bool;

const FILTERS: [(&str, Wanted); 14] = [
    ("", |story| story.kind != "page"),
    ("&tag=tag-3", |story| story.kind != "page" && story.tags.contains(&"tag-3".to_owned())),
    ("&tag=tag-3|tag-4", |story| {
        story.kind != "page" && story.tags.iter().any(|tag| tag == "tag-3" || tag == "tag-4")
    }),
    ("&tag=tag-3|tag-4,tag-0,-tag-6", |story| {
        let has = |tag: &str| story.tags.iter().any(|one| one == tag);
        story.kind != "page" && (has("tag-3") || has("tag-4")) && has("tag-0") && !has("tag-6")
    }),
    ("&tag=-tag-0", |story| story.kind != "page" && !story.tags.contains(&"tag-0".to_owned())),
    ("&section=world", |story| story.kind != "page" && is_within(story.section, "world")),
    ("&section=football,-asia&author=author-1|author-2", |story| {
        story.kind != "page"
            && story.section == "football"
            && story.authors.iter().any(|author| author == "author-1" || author == "author-2")
    }),
    ("&language=en", |story| story.kind != "page" && (story.language == "en" || story.language == "en-GB")),
    ("&kind=page", |story| story.kind == "page"),
    ("&kind=page,video", |story| story.kind == "page" || story.kind == "video"),
    ("&kind=video&tag=tag-1", |story| story.kind == "video" && story.tags.contains(&"tag-1".to_owned())),
    ("&publishedAfter=2025-02-01T01:00:00Z&publishedBefore=2025-03-01T02:00:00Z", |story| {
        story.kind != "page"
            && story.published_at.as_str() > "2025-02-01T01:00:00Z"
            && story.published_at.as_str() < "2025-03-01T02:00:00Z"
    }),
    ("&modifiedAfter=2025-05-02T00:00:00Z&tag=tag-2", |story| {
        story.kind != "page"
            && story.modified_at.as_str() > "2025-05-02T00:00:00Z"
            && story.tags.contains(&"tag-2".to_owned())
    }),
    ("&tag=no-such-tag", |_| false),
];

const SORTS: [&str; 5] = ["-publishedAt", "publishedAt", "-modifiedAt", "modifiedAt", "headline"];

fn key(story: &Story, sort: &str) -> String {
    match sort {
        "-publishedAt" | "publishedAt" => story.published_at.clone(),
        "-modifiedAt" | "modifiedAt" => story.modified_at.clone(),
        _ => folded(&story.headline),
    }
}

on_each_database! {
    fn a_page_says_whether_other_items_exist_now(kind) {
        let site = Site::with(kind, &[]);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for name in ["A", "B", "C"] {
            assert_eq!(editor.send("POST", "/v1/tags", &json!({ "name": name })).status, 201);
        }
        let page = |query: &str| site.get(&format!("/v1/tags?limit=1{query}")).ok()["page"].clone();
        let after_a = page("")["next"].as_str().expect("a cursor").to_owned();
        let second = page(&format!("&after={after_a}"));
        assert_eq!((&second["hasPrevious"], &second["hasNext"]), (&json!(true), &json!(true)));
        assert_eq!(editor.send("DELETE", "/v1/tags/a", &Value::Null).status, 204);
        let second = page(&format!("&after={after_a}"));
        assert_eq!((&second["hasPrevious"], &second["previous"]), (&json!(false), &Value::Null), "nothing precedes it any more");
        let before_c = page(&format!("&after={}", second["next"].as_str().expect("a cursor")))["previous"].as_str().expect("a cursor").to_owned();
        let back = page(&format!("&before={before_c}"));
        assert_eq!((&back["hasNext"], &back["hasPrevious"]), (&json!(true), &json!(false)));
        assert_eq!(editor.send("DELETE", "/v1/tags/c", &Value::Null).status, 204);
        assert_eq!(page(&format!("&before={before_c}"))["hasNext"], false);
        assert_eq!(editor.send("DELETE", "/v1/tags/b", &Value::Null).status, 204);
        let none = page(&format!("&before={before_c}"));
        assert_eq!((&none["hasNext"], &none["hasPrevious"]), (&json!(false), &json!(false)));
    }

    fn modified_at_is_not_before_published_at(kind) {
        let story = |id: &str, modified: &str| json!({ "id": id, "slug": id, "headline": id, "publishedAt": "2025-02-01T00:00:00Z", "modifiedAt": modified });
        let site = Site::with(kind, &[story("planned", "2025-01-01T00:00:00Z"), story("mended", "2025-03-01T00:00:00Z")]);
        let modified = |slug: &str| site.get(&format!("/v1/articles/{slug}")).ok()["modifiedAt"].clone();
        assert_eq!((modified("planned"), modified("mended")), (json!("2025-02-01T00:00:00Z"), json!("2025-03-01T00:00:00Z")));
        for (since, found) in [("2025-01-15", vec!["mended", "planned"]), ("2025-02-15", vec!["mended"])] {
            let page = site.get(&format!("/v1/articles?sort=-modifiedAt&modifiedAfter={since}T00:00:00Z")).ok();
            assert_eq!(slugs(&page), found, "{since}");
        }
    }

    fn every_list_matches_the_model_in_both_directions(kind) {
        let stories = stories(61);
        let site = Site::with(kind, &lines(&stories));
        for sort in SORTS {
            for (filter, wanted) in FILTERS {
                let query = format!("&sort={sort}{filter}");
                let expected: Vec<&Story> = stories.iter().filter(|story| wanted(story)).collect();

                let pages = walk(&site, &query, 7, None);
                let all: Vec<String> = pages.concat();

                assert_eq!(all.len(), expected.len(), "{query}");
                let mut sorted = all.clone();
                sorted.sort();
                sorted.dedup();
                assert_eq!(sorted.len(), all.len(), "nothing comes twice: {query}");
                let keys: Vec<String> = all
                    .iter()
                    .map(|slug| key(expected.iter().find(|story| story.slug == *slug).expect("a wanted one"), sort))
                    .collect();
                let rising = if sort.starts_with('-') { keys.is_sorted_by(|a, b| a >= b) } else { keys.is_sorted() };
                assert!(rising, "{query}: {keys:?}");

                let counted = site.get(&format!("/v1/articles?limit=1&count=exact{query}")).ok();
                assert_eq!(counted["page"]["total"], expected.len(), "{query}");
                let estimated = site.get(&format!("/v1/articles?limit=1&count=estimate{query}")).ok();
                assert_eq!(estimated["page"]["total"], expected.len(), "{query}");
                assert_eq!(estimated["page"]["totalKind"], "exact", "{query}");

                // Paging backwards from the last page returns the same order.
                if let [.., last] = pages.as_slice() && pages.len() > 1 {
                    let forward = site.get(&format!("/v1/articles?limit=7&fields=slug{query}")).ok();
                    assert_eq!(forward["page"]["hasPrevious"], false, "{query}");
                    let mut cursor = forward["page"]["next"].as_str().expect("a cursor").to_owned();
                    for _ in 2..pages.len() {
                        let page = site.get(&format!("/v1/articles?limit=7{query}&after={cursor}")).ok();
                        cursor = page["page"]["next"].as_str().expect("a cursor").to_owned();
                    }
                    let page = site.get(&format!("/v1/articles?limit=7{query}&after={cursor}")).ok();
                    assert_eq!(slugs(&page), *last, "{query}");
                    let back = page["page"]["previous"].as_str().expect("a cursor").to_owned();
                    let mut backwards = walk(&site, &query, 7, Some(("before", back)));
                    backwards.reverse();
                    assert_eq!(backwards.concat(), pages[..pages.len() - 1].concat(), "{query}");
                }
            }
        }
    }

    fn equal_keys_are_ordered_by_id(kind) {
        let stories = stories(40);
        let site = Site::with(kind, &lines(&stories));
        let page = site.get("/v1/articles?limit=100&fields=publishedAt").ok();
        let places: Vec<(String, String)> = page["data"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| (one["publishedAt"].to_string(), one["id"].to_string()))
            .collect();
        assert!(places.is_sorted_by(|a, b| a > b), "{places:?}");
    }

    fn a_cursor_of_another_list_is_refused(kind) {
        let site = Site::with(kind, &lines(&stories(30)));
        let page = site.get("/v1/articles?limit=2&tag=tag-1").ok();
        let cursor = page["page"]["next"].as_str().expect("a cursor");

        site.get(&format!("/v1/articles?limit=2&tag=tag-1&after={cursor}")).ok();
        site.get(&format!("/v1/articles?limit=2&tag=tag-2&after={cursor}")).blames("after", "cursor.of_another_list");
        site.get(&format!("/v1/articles?limit=2&tag=tag-1&sort=headline&before={cursor}"))
            .blames("before", "cursor.of_another_list");
        site.get(&format!("/v1/tags?after={cursor}")).blames("after", "cursor.of_another_list");
        site.get("/v1/articles?after=garbage!").blames("after", "cursor.malformed");
        site.get(&format!("/v1/articles?tag=tag-1&after={cursor}&before={cursor}"))
            .blames("before", "cursor.two_directions");
    }

    fn ids_and_exclude_pick_articles(kind) {
        let site = Site::with(kind, &lines(&stories(20)));
        let all = site.get("/v1/articles?limit=100&fields=slug").ok();
        let id = |n: usize| all["data"][n]["id"].as_str().expect("an id").to_owned();

        let picked = site.get(&format!("/v1/articles?ids={},{}", id(3), id(1))).ok();
        assert_eq!(slugs(&picked), [all["data"][1]["slug"].clone(), all["data"][3]["slug"].clone()]);
        let left = site.get(&format!("/v1/articles?limit=100&exclude={},{}", id(0), id(2))).ok();
        assert_eq!(left["data"].as_array().map(Vec::len), all["data"].as_array().map(|all| all.len() - 2));
        assert_eq!(left["data"][0]["id"], all["data"][1]["id"]);
    }

    fn terms_are_listed_by_name_both_ways(kind) {
        let site = Site::with(kind, &lines(&stories(30)));
        let mut names = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = site.get(&format!("/v1/tags?limit=4&count=exact&fields=name{cursor}")).ok();
            assert_eq!(page["page"]["total"], 9);
            names.extend(page["data"].as_array().expect("a list").iter().map(|tag| tag["name"].clone()));
            match page["page"]["next"].as_str() {
                Some(next) => cursor = format!("&after={next}"),
                None => break,
            }
        }
        assert_eq!(names, (0..9).map(|n| json!(format!("tag-{n}"))).collect::<Vec<_>>());
        let back = site.get(&format!("/v1/tags?limit=4&fields=name{}", cursor.replace("after", "before"))).ok();
        assert_eq!(back["data"].as_array().map(Vec::len), Some(4));
        assert_eq!(back["page"]["hasNext"], true);

        let children = site.get("/v1/tags?parent=tag-0&fields=name").ok();
        assert_eq!(children["data"], json!([{ "id": children["data"][0]["id"], "name": "tag-1" }]));
        let people = site.get("/v1/tags?type=person,event&fields=name,parent.slug").ok();
        assert_eq!(people["data"][0]["parent"]["slug"], "tag-0");
        assert_eq!(people["data"].as_array().map(Vec::len), Some(1));
    }

    fn counts_follow_the_clock_without_a_write(kind) {
        // Some articles are published at this time, and one expires.
        let soon = time_from_now(3);
        let site = Site::with(kind, &[
            json!({ "id": "a", "headline": "A", "publishedAt": "2025-01-01T00:00:00Z", "tags": ["x"], "expiresAt": soon }),
            json!({ "id": "b", "headline": "B", "publishedAt": soon, "tags": ["x"] }),
            json!({ "id": "c", "headline": "C", "publishedAt": "2025-01-01T00:00:00Z", "tags": ["x"] }),
            json!({ "id": "d", "headline": "D", "publishedAt": soon, "tags": ["y"] }),
        ]);
        let state = || {
            let tag = |slug: &str| site.get(&format!("/v1/tags/{slug}")).ok()["articleCount"].clone();
            let list = site.get("/v1/articles?count=exact&sort=headline&fields=headline").ok();
            let headlines: Vec<Value> = list["data"].as_array().expect("a list").iter().map(|one| one["headline"].clone()).collect();
            (json!(headlines), list["page"]["total"].clone(), tag("x"), tag("y"))
        };
        assert_eq!(state(), (json!(["A", "C"]), json!(2), json!(2), json!(0)));
        site.get("/v1/articles/b").problem(404, "article.not_found");
        std::thread::sleep(std::time::Duration::from_millis(3_200));
        assert_eq!(state(), (json!(["B", "C", "D"]), json!(3), json!(2), json!(1)));
        site.get("/v1/articles/a").problem(404, "article.not_found");

        // The next write updates the stored counts. The results stay the same.
        site.import("test", &[json!({ "id": "e", "headline": "E", "publishedAt": "2025-01-01T00:00:00Z", "tags": ["y"] })]);
        assert_eq!(state(), (json!(["B", "C", "D", "E"]), json!(4), json!(2), json!(2)));
    }
}

fn time_from_now(seconds: u64) -> String {
    let moment = std::time::SystemTime::now() + std::time::Duration::from_secs(seconds);
    let since = moment.duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    domain::time::Time::from_micros(i64::try_from(since.as_micros()).expect("not so late")).to_string()
}
