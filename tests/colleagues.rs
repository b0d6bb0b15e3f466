//! The list of colleagues, which maps the account ids on drafts and revisions to names.

use serde_json::{Value, json};

use crate::support::{
    Site, on_each_database,
    writing::{Api, id},
};

on_each_database! {
    fn colleagues_see_names_and_no_email_addresses(kind) {
        let site = Site::empty(kind);
        let admin = site.sign_in_as("admin@example.com", "admin");
        let named = json!({ "email": "mara@example.com", "name": "Mara Lind", "role": "author" });
        assert_eq!(admin.send("POST", "/v1/users", &named).status, 201);
        let contributor = site.sign_in_as("bo.quill@example.com", "contributor");
        let made = Api::Rest.create(&contributor, json!({ "headline": "One" })).expect("a draft");

        let list = contributor.get("/v1/colleagues?count=exact").ok();
        assert!(!list.to_string().contains("example.com"), "{list}");
        let names: Vec<&str> = list["data"].as_array().expect("a list").iter().filter_map(|one| one["name"].as_str()).collect();
        // Accounts created without a name are listed with the local part of their e-mail address.
        assert_eq!((names, &list["page"]["total"]), (vec!["admin", "Mara Lind", "bo.quill"], &json!(3)));
        let fields: Vec<&String> = list["data"][0].as_object().expect("an object").keys().collect();
        assert_eq!(fields, ["id", "name"]);
        let who = list["data"].as_array().expect("a list").iter().find(|one| one["id"] == made["createdBy"]);
        assert_eq!(who.map(|who| &who["name"]), Some(&json!("bo.quill")), "{}", id(&made));

        // Both APIs return the same pages.
        let query = "query($first: Int, $after: String) { colleagues(first: $first, after: $after) { nodes { id name } totalCount pageInfo { endCursor hasNextPage } } }";
        let asked = contributor.graphql(query, json!({ "first": 2 }));
        let first = contributor.get("/v1/colleagues?limit=2").ok();
        assert_eq!(asked["data"]["colleagues"]["nodes"], first["data"], "{asked}");
        assert_eq!((&asked["data"]["colleagues"]["totalCount"], &asked["data"]["colleagues"]["pageInfo"]["endCursor"]), (&json!(3), &first["page"]["next"]));
        let next = first["page"]["next"].as_str().expect("a cursor");
        let second = contributor.get(&format!("/v1/colleagues?limit=2&after={next}")).ok();
        assert_eq!(second["data"], json!([list["data"][2]]));
        let asked = contributor.graphql(query, json!({ "first": 2, "after": next }));
        assert_eq!(asked["data"]["colleagues"]["nodes"], second["data"], "{asked}");
        let back = second["page"]["previous"].as_str().expect("a cursor");
        assert_eq!(contributor.get(&format!("/v1/colleagues?limit=2&before={back}")).ok()["data"], first["data"]);
    }

    fn strangers_and_keys_for_other_things_see_no_colleagues(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        assert_eq!(site.get("/v1/colleagues").status, 401);
        let asked = site.graphql("{ colleagues { nodes { name } } }", json!({}));
        assert!(asked["data"]["colleagues"].is_null() && asked["errors"][0].is_object(), "{asked}");
        let account = editor.tokens["user"]["id"].as_str().expect("an id");
        for (scope, status) in [("terms:write", 403), ("drafts:read", 200)] {
            let key = editor.send("POST", &format!("/v1/users/{account}/api-keys"), &json!({ "name": "K", "scopes": [scope] })).json();
            let secret = key["secret"].as_str();
            let authorization = format!("Bearer {}", secret.unwrap_or_else(|| panic!("a key: {key}")));
            let answer = site.get_with("/v1/colleagues", &[("authorization", &authorization)]);
            assert_eq!(answer.status, status, "{scope}: {}", answer.json());
        }
        let none: Value = site.get("/v1/users").json();
        assert_eq!(none["status"], 401, "addresses are for administrators");
    }
}
