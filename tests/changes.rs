//! The change log as an audit trail.

use serde_json::{Value, json};

use crate::support::{Site, on_each_database};

const CHANGE: &str = "seq at thing action revision actor fields";

on_each_database! {
    fn the_log_has_the_fields_and_the_actor_of_each_change(kind) {
        let site = Site::with(kind, &[
            json!({ "id": "a", "slug": "a", "headline": "A", "publishedAt": "2025-01-01T00:00:00Z", "tags": ["storm"] }),
            json!({ "type": "site", "title": "The Paper" }),
        ]);
        let admin = site.sign_in_as("admin@example.com", "admin");
        let ben = site.sign_in_as("ben@example.com", "editor");
        let (admin_id, ben_id) = (&admin.tokens["user"]["id"], &ben.tokens["user"]["id"]);
        let path = format!("/v1/users/{}", ben_id.as_str().expect("an id"));
        assert_eq!(admin.send("PATCH", &path, &json!({ "role": "author", "name": "Ben" })).status, 200);
        assert_eq!(admin.send("PATCH", &path, &json!({ "role": "author" })).status, 200, "nothing moved: nothing is logged");

        let of_ben = admin.get(&format!("/v1/changes?thing={}&count=exact", ben_id.as_str().expect("an id"))).ok();
        let told: Vec<_> = of_ben["data"].as_array().expect("changes").iter()
            .map(|change| (change["action"].clone(), change["actor"].clone(), change["fields"].clone()))
            .collect();
        assert_eq!(told, [
            (json!("updated"), admin_id.clone(), json!(["name", "role"])),
            (json!("updated"), Value::Null, json!(["password"])),
            (json!("created"), Value::Null, json!([])),
        ], "{of_ben}");
        assert_eq!(of_ben["page"]["total"], 3);

        let article = site.get("/v1/articles/a").ok();
        let of_article = admin.get(&format!("/v1/changes?thing={}", article["id"].as_str().expect("an id"))).ok();
        assert_eq!(of_article["data"][0]["action"], "published");
        assert_eq!(of_article["data"][0]["revision"], 1);
        assert_eq!(of_article["data"].as_array().map(Vec::len), Some(1));
        assert_eq!(admin.get("/v1/changes?thing=site").ok()["data"][0]["thing"], "site");
        let by_admin = admin.get(&format!("/v1/changes?actor={}", admin_id.as_str().expect("an id"))).ok();
        assert_eq!(by_admin["data"].as_array().map(Vec::len), Some(1), "{by_admin}");

        // Both APIs return the same log, page by page, without names or e-mail addresses.
        let mut seen = Vec::new();
        let mut after = Value::Null;
        loop {
            let parameter = after.as_str().map(|cursor| format!("&after={cursor}")).unwrap_or_default();
            let page = admin.get(&format!("/v1/changes?limit=2{parameter}")).ok();
            let asked = admin.graphql(
                &format!("query($after: String) {{ changes(first: 2, after: $after) {{ nodes {{ {CHANGE} }} pageInfo {{ endCursor hasNextPage }} }} }}"),
                json!({ "after": after }),
            );
            assert_eq!(page["data"], asked["data"]["changes"]["nodes"], "{asked}");
            assert_eq!(page["page"]["hasNext"], asked["data"]["changes"]["pageInfo"]["hasNextPage"]);
            seen.extend(page["data"].as_array().expect("changes").clone());
            after = page["page"]["next"].clone();
            if after.is_null() {
                break;
            }
        }
        let numbers: Vec<u64> = seen.iter().map(|change| change["seq"].as_str().expect("digits").parse().expect("a number")).collect();
        let expected: Vec<u64> = (1..=numbers.len() as u64).rev().collect();
        assert_eq!(numbers, expected, "every change once, the latest first");
        let text = json!(seen).to_string();
        assert!(!text.contains("example.com") && !text.contains("Ben"), "{text}");
    }

    fn only_administrators_read_the_log(kind) {
        let site = Site::empty(kind);
        for role in ["contributor", "author", "editor"] {
            let person = site.sign_in_as(&format!("{role}@example.com"), role);
            person.get("/v1/changes").problem(403, "access.denied");
            let asked = person.graphql("{ changes { nodes { seq } } }", json!({}));
            assert_eq!(asked["errors"][0]["extensions"]["code"], "access.denied");
        }
        site.get("/v1/changes").problem(401, "access.sign_in");
        let admin = site.sign_in_as("admin@example.com", "admin");
        admin.get("/v1/changes?thing=nonsense").blames("thing", "id.malformed");
        admin.get("/v1/changes?actor=article_01h455vb4pex5vsknk084sn02q").blames("actor", "id.malformed");
        let asked = admin.graphql("{ changes(thing: \"nonsense\") { nodes { seq } } }", json!({}));
        assert_eq!(asked["errors"][0]["extensions"]["errors"][0]["parameter"], "thing", "{asked}");
    }
}
