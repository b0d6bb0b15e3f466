//! Permissions on articles: each use case, tried by each role over both APIs.

use serde_json::{Value, json};

use crate::support::{
    Kind, Site, on_each_database,
    people::Person,
    writing::{Api, Refusal, id, refused, revision},
};

/// The use cases, each with the status of the article before it.
const USE_CASES: [(&str, &str); 17] = [
    ("read the draft", "draft"),
    ("list the revisions", "draft"),
    ("compare revisions", "draft"),
    ("offer a preview", "draft"),
    ("update", "draft"),
    ("update what is published", "published"),
    ("restore a revision", "draft"),
    ("submit", "draft"),
    ("send back", "in review"),
    ("publish", "draft"),
    ("unpublish", "published"),
    ("archive", "draft"),
    ("archive what is published", "published"),
    ("trash", "draft"),
    ("trash what is published", "published"),
    ("restore", "trashed"),
    ("purge", "draft"),
];

/// The expected results: `ok`, or the HTTP status of the error, which is 404 for hidden articles.
///
/// Changing a cell changes the permissions of people in newsrooms.
const TABLE: &str = "\
use case                   contributor     author          editor          admin
                           own    other    own    other    own    other    own    other
read the draft             ok     404      ok     404      ok     ok       ok     ok
list the revisions         ok     404      ok     404      ok     ok       ok     ok
compare revisions          ok     404      ok     404      ok     ok       ok     ok
offer a preview            ok     404      ok     404      ok     ok       ok     ok
update                     ok     404      ok     404      ok     ok       ok     ok
update what is published   ok     403      ok     403      ok     ok       ok     ok
restore a revision         ok     404      ok     404      ok     ok       ok     ok
submit                     ok     404      ok     404      ok     ok       ok     ok
send back                  ok     404      ok     404      ok     ok       ok     ok
publish                    403    403      ok     404      ok     ok       ok     ok
unpublish                  403    403      ok     403      ok     ok       ok     ok
archive                    403    403      ok     404      ok     ok       ok     ok
archive what is published  403    403      ok     403      ok     ok       ok     ok
trash                      ok     404      ok     404      ok     ok       ok     ok
trash what is published    403    403      ok     403      ok     ok       ok     ok
restore                    ok     404      ok     404      ok     ok       ok     ok
purge                      403    403      403    403      403    403      ok     ok
";

/// Creates an article in the given status. Returns its id and newest revision.
fn article(writer: &Person<'_>, admin: &Person<'_>, standing: &str) -> (String, u64) {
    let made = Api::Rest.create(writer, json!({ "headline": "A story" })).expect("a draft");
    let id = id(&made);
    match standing {
        "in review" => drop(Api::Rest.step(admin, "submit", &id, 1, json!({})).expect("handed in")),
        "published" => drop(Api::Rest.step(admin, "publish", &id, 1, json!({})).expect("published")),
        "trashed" => Api::Rest.trash(admin, &id, 1).expect("thrown away"),
        _ => return (id, 1),
    }
    (id, 2)
}

/// Sends a request over one API whose response has no revision.
fn ask(api: Api, who: &Person<'_>, path: (&str, &str, Value), query: String) -> Result<Value, Refusal> {
    match api {
        Api::Rest => {
            let (method, path, body) = path;
            let answer = match method {
                "GET" => who.get(path),
                method => who.send(method, path, &body),
            };
            match answer.status {
                200 | 201 => Ok(answer.json()),
                status => {
                    let body = answer.json();
                    let code = body["code"].as_str().expect("a code").to_owned();
                    Err(Refusal { status: Some(status), code, body })
                }
            }
        }
        Api::GraphQl => {
            let answer = who.graphql(&query, json!({}));
            match answer["errors"].get(0) {
                None => Ok(answer["data"].clone()),
                Some(error) => {
                    let code = error["extensions"]["code"].as_str().expect("a code").to_owned();
                    Err(Refusal { status: None, code, body: error.clone() })
                }
            }
        }
    }
}

/// Returns the authors that belong to an account, by slug.
fn bylines(api: Api, who: &Person<'_>, account: &str) -> Result<Value, Refusal> {
    let path = format!("/v1/authors?user={account}&fields=slug");
    let query = format!("{{ authors(user: \"{account}\") {{ nodes {{ slug }} }} }}");
    let mut found = ask(api, who, ("GET", &path, Value::Null), query)?;
    let list = match api {
        Api::Rest => &mut found["data"],
        Api::GraphQl => &mut found["authors"]["nodes"],
    };
    for one in list.as_array_mut().expect("a list") {
        one.as_object_mut().expect("an author").remove("id");
    }
    Ok(list.take())
}

fn attempt(api: Api, who: &Person<'_>, use_case: &str, id: &str, seen: u64) -> Result<(), Refusal> {
    let no_note = json!({});
    match use_case {
        "read the draft" => match api.manuscript(who, id) {
            Some(_) => Ok(()),
            None => {
                Err(Refusal { status: Some(404), code: "article.not_found".to_owned(), body: Value::Null })
            }
        },
        "list the revisions" => {
            let query = format!("{{ manuscript(id: \"{id}\") {{ revisions {{ nodes {{ revision }} }} }} }}");
            let found = ask(api, who, ("GET", &format!("/v1/articles/{id}/revisions"), Value::Null), query)?;
            match found["manuscript"].is_null() && api == Api::GraphQl {
                true => Err(Refusal { status: Some(404), code: "article.not_found".to_owned(), body: found }),
                false => Ok(()),
            }
        }
        "compare revisions" => {
            let query = format!("{{ compareRevisions(id: \"{id}\", from: 1, to: 1) {{ from }} }}");
            ask(api, who, ("GET", &format!("/v1/articles/{id}/comparison?from=1&to=1"), Value::Null), query)
                .map(drop)
        }
        "offer a preview" => {
            let query = format!("mutation {{ createPreviewToken(input: {{ id: \"{id}\" }}) {{ token }} }}");
            ask(api, who, ("POST", &format!("/v1/articles/{id}/preview-tokens"), json!({})), query).map(drop)
        }
        "update" | "update what is published" => {
            api.update(who, id, seen, json!({ "kicker": "K" })).map(drop)
        }
        "restore a revision" => match api {
            Api::Rest => api.step(who, "revisions/1/restore", id, seen, Value::Null).map(drop),
            Api::GraphQl => {
                let query = format!(
                    "mutation {{ restoreRevision(input: {{ id: \"{id}\", revision: 1, expectedRevision: {seen} }}) {{ manuscript {{ id }} }} }}"
                );
                ask(api, who, ("", "", Value::Null), query).map(drop)
            }
        },
        "archive what is published" => api.step(who, "archive", id, seen, no_note).map(drop),
        "trash" | "trash what is published" => api.trash(who, id, seen),
        "purge" => api.purge(who, id, seen),
        step => api.step(who, &step.replace(' ', "-"), id, seen, no_note).map(drop),
    }
}

fn cell(outcome: Result<(), Refusal>) -> String {
    match outcome {
        Ok(()) => "ok".to_owned(),
        Err(refusal) => match refusal.code.as_str() {
            "access.denied" => "403".to_owned(),
            "article.not_found" => "404".to_owned(),
            other => other.to_owned(),
        },
    }
}

fn table(api: Api, kind: Kind) -> String {
    let site = Site::empty(kind);
    let admin = site.sign_in_as("boss@example.com", "admin");
    let other = site.sign_in_as("somebody@example.com", "editor");
    let callers = ["contributor", "author", "editor", "admin"]
        .map(|role| site.sign_in_as(&format!("{role}@example.com"), role));
    let mut table = format!("{:27}{:16}{:16}{:16}admin\n", "use case", "contributor", "author", "editor");
    table += format!("{:27}{}", "", "own    other    ".repeat(4)).trim_end();
    table.push('\n');
    for (use_case, standing) in USE_CASES {
        table += &format!("{use_case:27}");
        for caller in &callers {
            let (own, seen) = article(caller, &admin, standing);
            table += &format!("{:7}", cell(attempt(api, caller, use_case, &own, seen)));
            let (others, seen) = article(&other, &admin, standing);
            table += &format!("{:9}", cell(attempt(api, caller, use_case, &others, seen)));
        }
        table = format!("{}\n", table.trim_end());
    }
    table
}

on_each_database! {
    fn permissions_match_the_table_over_rest(kind) {
        assert_eq!(table(Api::Rest, kind), TABLE);
    }

    fn permissions_match_the_table_over_graphql(kind) {
        assert_eq!(table(Api::GraphQl, kind), TABLE);
    }

    fn articles_of_an_accounts_author_are_the_accounts_own(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let admin = site.sign_in_as("admin@example.com", "admin");
        let reporter = site.sign_in_as("reporter@example.com", "author");
        let account = reporter.get("/v1/me").ok()["id"].clone();
        for api in Api::BOTH {
            let slug = format!("mara-{}", if api == Api::Rest { "rest" } else { "graphql" });
            let made = editor.send("POST", "/v1/authors", &json!({ "name": "Mara Lind", "slug": slug }));
            assert_eq!(made.status, 201);
            let story = api.create(&editor, json!({ "headline": "About her", "authors": [slug] })).expect("a draft");
            let id = id(&story);
            refused(api.update(&reporter, &id, 1, json!({ "kicker": "K" })), 404, "article.not_found");
            match api {
                Api::Rest => {
                    admin.send("PATCH", &format!("/v1/authors/{slug}"), &json!({ "user": account })).ok();
                }
                Api::GraphQl => {
                    let answer = admin.graphql(
                        "mutation($id: ID!, $user: ID) { updateAuthor(input: { id: $id, expectedRevision: 1, user: $user }) { author { id } } }",
                        json!({ "id": slug, "user": account }),
                    );
                    assert!(answer["errors"].is_null(), "{answer}");
                }
            }
            let now = api.update(&reporter, &id, 1, json!({ "kicker": "K" })).expect("her own");
            api.step(&reporter, "publish", &id, revision(&now), json!({})).expect("her own to publish");
            let mine = reporter.get("/v1/articles?mine=true&status=published").ok();
            assert!(mine["data"].as_array().expect("articles").iter().any(|one| one["id"] == id.as_str()), "{mine}");
            // Only administrators and the owner see which account an author belongs to.
            let whose = account.as_str().expect("an id");
            for allowed in [&admin, &reporter] {
                assert_eq!(bylines(api, allowed, whose).expect("the bylines"), json!([{ "slug": slug }]));
            }
            refused(bylines(api, &editor, whose), 403, "access.denied");
            let malformed = bylines(api, &admin, "user_nobody").expect_err("is none");
            assert!(malformed.body.to_string().contains("id.malformed"), "{}", malformed.body);
            site.get(&format!("/v1/authors?user={whose}")).problem(401, "access.sign_in");
            let shown = site.get(&format!("/v1/authors/{slug}"));
            assert!(!String::from_utf8_lossy(&shown.bytes).contains(account.as_str().expect("an id")));
            admin.send("PATCH", &format!("/v1/authors/{slug}"), &json!({ "user": null })).ok();
            refused(api.update(&reporter, &id, 3, json!({ "kicker": "L" })), 403, "access.denied");
        }
        editor.send("PATCH", "/v1/authors/mara-rest", &json!({ "user": account })).problem(403, "access.denied");
        // An author that belongs to an account cannot be removed: the account would lose its articles.
        editor.send("POST", "/v1/authors", &json!({ "name": "Unused" }));
        admin.send("PATCH", "/v1/authors/unused", &json!({ "user": account })).ok();
        editor.send("DELETE", "/v1/authors/unused", &Value::Null).problem(409, "term.in_use");
        admin.send("PATCH", "/v1/authors/unused", &json!({ "user": null })).ok();
        assert_eq!(editor.send("DELETE", "/v1/authors/unused", &Value::Null).status, 204);
        let wrong = admin.send("PATCH", "/v1/authors/mara-rest", &json!({ "user": "user_00000000000000000000000000" })).problem(400, "request.invalid");
        assert_eq!(wrong["errors"][0]["code"], "account.not_found");
    }

    fn fields_beyond_a_role_are_refused(kind) {
        let site = Site::empty(kind);
        let reporter = site.sign_in_as("reporter@example.com", "contributor");
        let author = site.sign_in_as("author@example.com", "author");
        let editor = site.sign_in_as("editor@example.com", "editor");
        for api in Api::BOTH {
            let pinned = id(&api.create(&editor, json!({ "headline": "Pinned" })).expect("a draft"));
            let placing = [
                json!({ "access": "paid" }), json!({ "hideAds": true }), json!({ "showInRelated": false }),
                json!({ "relatedPins": [pinned] }), json!({ "relatedBlocks": [pinned] }), json!({ "aliasPaths": ["/old"] }),
            ];
            let publishing = [
                json!({ "publishedAt": "2025-01-01T00:00:00Z" }), json!({ "expiresAt": "2999-01-01T00:00:00Z" }),
                json!({ "corrections": [{ "text": "T", "kind": "update" }] }),
            ];
            for (who, refusals) in [(&reporter, [&placing[..], &publishing[..]].concat()), (&author, placing.to_vec())] {
                let own = id(&api.create(who, json!({ "headline": "Own" })).expect("a draft"));
                for field in refusals {
                    let name = field.as_object().expect("an object").keys().next().expect("a name").clone();
                    let body = refused(api.update(who, &own, 1, field.clone()), 403, "access.denied");
                    assert_eq!(body["errors"][0]["pointer"], format!("/{name}"));
                    let mut new = field;
                    new["headline"] = json!("New");
                    refused(api.create(who, new), 403, "access.denied");
                }
                assert_eq!(revision(&api.manuscript(who, &own).expect("an article")), 1);
            }
            let own = id(&api.create(&author, json!({ "headline": "Own" })).expect("a draft"));
            for (n, field) in (1..).zip(publishing) {
                api.update(&author, &own, n, field).expect("an author may");
            }
            let own = id(&api.create(&editor, json!({ "headline": "Own" })).expect("a draft"));
            for (n, field) in (1..).zip(placing) {
                api.update(&editor, &own, n, field).expect("an editor may");
            }
        }
        // Nobody can set the fields that the server sets.
        for field in ["id", "revision", "status", "createdBy", "savedBy", "firstPublishedAt", "publishedRevision", "note"] {
            let answer = editor.send("POST", "/v1/articles", &json!({ "headline": "H", field: "x" }));
            assert_eq!(answer.problem(400, "request.invalid")["errors"][0]["code"], "value.malformed", "{field}");
        }
    }

    fn a_key_is_limited_by_its_scopes_and_its_owners_role(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let account = editor.get("/v1/me").ok()["id"].as_str().expect("an id").to_owned();
        let key = |scopes: &[&str]| {
            let made = editor.send("POST", &format!("/v1/users/{account}/api-keys"), &json!({ "name": "K", "scopes": scopes }));
            assert_eq!(made.status, 201, "{}", String::from_utf8_lossy(&made.bytes));
            Person { site: &site, tokens: json!({ "accessToken": made.json()["secret"] }) }
        };
        let (writes, reads) = (key(&["articles:write"]), key(&["drafts:read"]));
        let made = Api::Rest.create(&writes, json!({ "headline": "By a program" })).expect("a draft");
        let id = id(&made);
        refused(Api::Rest.step(&writes, "publish", &id, 1, json!({})), 403, "access.denied");
        refused(Api::Rest.update(&reads, &id, 1, json!({ "kicker": "K" })), 403, "access.denied");
        assert!(Api::Rest.manuscript(&reads, &id).is_some());
        assert!(Api::Rest.manuscript(&writes, &id).is_some(), "who writes is answered with what was written");
        refused(Api::Rest.update(&writes, &id, 1, json!({ "hideAds": true })), 403, "access.denied");
    }
}
