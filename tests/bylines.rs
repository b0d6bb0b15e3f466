//! Authors create their own bylines.

use serde_json::{Value, json};

use crate::support::{
    Site, on_each_database,
    people::Person,
    writing::{Api, id},
};

/// Creates the byline of somebody: the author, or the error.
fn create(api: Api, who: &Person<'_>, byline: Value) -> Result<Value, Value> {
    match api {
        Api::Rest => {
            let answer = who.send("POST", "/v1/me/byline", &byline);
            match answer.status {
                201 => {
                    let author = answer.json();
                    let place = format!("/v1/authors/{}", author["id"].as_str().expect("an id"));
                    assert_eq!(
                        (answer.header("location"), answer.header("etag")),
                        (Some(place.as_str()), Some("\"1\""))
                    );
                    Ok(author)
                }
                _ => Err(answer.json()),
            }
        }
        Api::GraphQl => {
            let query = "mutation($input: CreateMyBylineInput!) { createMyByline(input: $input) { author { id name slug bio revision } } }";
            let answer = who.graphql(query, json!({ "input": byline }));
            match answer["errors"].get(0) {
                None => Ok(answer["data"]["createMyByline"]["author"].clone()),
                Some(error) => Err(error["extensions"].clone()),
            }
        }
    }
}

on_each_database! {
    fn an_author_has_a_byline_without_an_administrator(kind) {
        let site = Site::empty(kind);
        let admin = site.sign_in_as("admin@example.com", "admin");
        for api in Api::BOTH {
            let (name, email) = (format!("Mara {api:?}"), format!("mara-{api:?}@example.com").to_lowercase());
            let account = admin.send("POST", "/v1/users", &json!({ "email": email, "name": name, "role": "author" })).json();
            let link = admin.send("POST", &format!("/v1/users/{}/password-link", account["id"].as_str().expect("an id")), &json!({})).json();
            let password = "a password of her own";
            assert_eq!(site.post("/v1/auth/password", &json!({ "link": link["link"], "password": password })).status, 204);
            let author = Person { site: &site, tokens: site.log_in(&email, password).ok() };

            let made = create(api, &author, json!({ "bio": "Writes." })).expect("a byline");
            assert_eq!((&made["name"], &made["bio"], &made["revision"]), (&json!(name), &json!("Writes."), &json!(1)));
            let whose = account["id"].as_str().expect("an id");
            let listed = author.get(&format!("/v1/authors?user={whose}")).ok();
            assert_eq!(listed["data"][0]["id"], made["id"]);
            // What others write under it is hers.
            let article = id(&Api::Rest.create(&admin, json!({ "headline": "Hers", "authors": [made["id"]] })).expect("a draft"));
            api.update(&author, &article, 1, json!({ "kicker": "K" })).expect("her own");

            let again = create(api, &author, json!({ "name": "Another" })).expect_err("has one");
            assert_eq!((&again["code"], &again["existing"]), (&json!("byline.exists"), &made["id"]));
            // She changes it, and no other; and gives it to nobody.
            let slug = made["slug"].as_str().expect("a slug");
            assert_eq!(author.send("PATCH", &format!("/v1/authors/{slug}"), &json!({ "bio": "Writes well." })).ok()["bio"], "Writes well.");
            author.send("PATCH", &format!("/v1/authors/{slug}"), &json!({ "user": null })).problem(403, "access.denied");
            author.send("DELETE", &format!("/v1/authors/{slug}"), &json!({})).problem(403, "access.denied");
            let other = admin.send("POST", "/v1/authors", &json!({ "name": format!("Bo {api:?}") })).json();
            let path = format!("/v1/authors/{}", other["slug"].as_str().expect("a slug"));
            author.send("PATCH", &path, &json!({ "bio": "Mine now." })).problem(403, "access.denied");
            author.send("POST", "/v1/authors", &json!({ "name": "Third" })).problem(403, "access.denied");
        }
    }

    fn nobody_takes_the_byline_of_another(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let author = site.sign_in_as("author@example.com", "author");
        let contributor = site.sign_in_as("contributor@example.com", "contributor");
        let other = editor.send("POST", "/v1/authors", &json!({ "name": "Rosa Quill" })).json();
        for api in Api::BOTH {
            let taken = create(api, &author, json!({ "name": "rosa  quill" })).expect_err("is another's");
            assert_eq!((&taken["code"], &taken["existing"]), (&json!("term.exists"), &other["id"]));
            // An account that is called by its address must say what readers see.
            let nameless = create(api, &author, json!({})).expect_err("has no name");
            assert!(nameless.to_string().contains("e-mail address"), "{nameless}");
            let refused = create(api, &contributor, json!({ "name": "Con Tributor" })).expect_err("may not");
            assert_eq!(refused["code"], "access.denied");
        }
        // Nor an old address of another, which leads to them.
        editor.send("PATCH", "/v1/authors/rosa-quill", &json!({ "slug": "rosa" })).ok();
        for api in Api::BOTH {
            let taken = create(api, &author, json!({ "name": "Ann", "slug": "rosa-quill" })).expect_err("was another's");
            assert_eq!((&taken["code"], &taken["existing"]), (&json!("term.exists"), &other["id"]));
        }
        // An author is not told what is scheduled.
        Api::Rest.create(&editor, json!({ "headline": "Embargoed", "slug": "x", "aliasPaths": ["/authors/ann"], "publishAt": "2200-01-01T00:00:00Z" })).expect("scheduled");
        let refused = create(Api::Rest, &author, json!({ "name": "Ann" })).expect_err("the path is taken");
        assert_eq!(refused["code"], "term.path_taken");
        assert!(!refused.to_string().contains("Embargoed"), "{refused}");
        site.post("/v1/me/byline", &json!({ "name": "A" })).problem(401, "access.sign_in");
        assert_eq!(site.get("/v1/authors?count=exact").ok()["page"]["total"], 1, "nothing was created");
    }
}
