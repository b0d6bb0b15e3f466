//! Accounts: who can manage them, and the effects of changing them.

use serde_json::{Value, json};

use crate::support::{
    Site, on_each_database,
    people::{PASSWORD, Person},
};

const USER: &str = "id email name role disabled hasPassword createdAt";

/// Returns a request of each use case of accounts, for both APIs.
fn attempts(id: &str) -> Vec<(&'static str, String, Value, &'static str, Value)> {
    let input = json!({ "email": "x@example.com", "name": "X", "role": "author" });
    vec![
        ("GET", "/v1/users".to_owned(), Value::Null, "{ users { nodes { id } } }", json!({})),
        (
            "GET",
            format!("/v1/users/{id}"),
            Value::Null,
            "query($id: ID!) { user(id: $id) { id } }",
            json!({ "id": id }),
        ),
        (
            "POST",
            "/v1/users".to_owned(),
            input,
            "mutation { createUser(input: { email: \"x@example.com\", name: \"X\", role: AUTHOR }) { user { id } } }",
            json!({}),
        ),
        (
            "PATCH",
            format!("/v1/users/{id}"),
            json!({ "name": "Y" }),
            "mutation($id: ID!) { updateUser(input: { id: $id, name: \"Y\" }) { user { id } } }",
            json!({ "id": id }),
        ),
        (
            "POST",
            format!("/v1/users/{id}/password-link"),
            json!({}),
            "mutation($id: ID!) { createPasswordLink(input: { id: $id }) { link } }",
            json!({ "id": id }),
        ),
    ]
}

on_each_database! {
    fn only_administrators_manage_accounts(kind) {
        let site = Site::empty(kind);
        let admin = site.sign_in_as("admin@example.com", "admin");
        let known = admin.tokens["user"]["id"].as_str().expect("an id").to_owned();
        let unknown = "user_01h455vb4pex5vsknk084sn02q";
        for role in ["contributor", "author", "editor"] {
            let person = site.sign_in_as(&format!("{role}@example.com"), role);
            for id in [known.as_str(), unknown, "no-id"] {
                for (method, path, body, query, variables) in attempts(id) {
                    // The error is the same whether the account exists or not.
                    person.send(method, &path, &body).problem(403, "access.denied");
                    let asked = person.graphql(query, variables);
                    assert_eq!(asked["errors"][0]["extensions"]["code"], "access.denied", "{query}: {asked}");
                }
            }
        }
        for (method, path, body, query, variables) in attempts(&known) {
            let headers = [("content-type", "application/json")];
            site.send(method, &path, &headers, Some(body.to_string().as_bytes())).problem(401, "access.sign_in");
            let asked = site.graphql(query, variables);
            assert_eq!(asked["errors"][0]["extensions"]["code"], "access.sign_in", "{query}: {asked}");
        }
        assert_eq!(admin.get("/v1/users?count=exact").ok()["page"]["total"], 4, "nobody has made any");
    }

    fn an_account_is_the_same_in_both_apis(kind) {
        let site = Site::empty(kind);
        let admin = site.sign_in_as("admin@example.com", "admin");
        let made = admin.send("POST", "/v1/users", &json!({ "email": "Ben@Example.com", "name": " Ben ", "role": "author" }));
        assert_eq!(made.status, 201);
        let ben = made.json();
        let path = format!("/v1/users/{}", ben["id"].as_str().expect("an id"));
        assert_eq!(made.header("location"), Some(path.as_str()));
        assert_eq!((&ben["email"], &ben["name"]), (&json!("ben@example.com"), &json!("Ben")));
        assert_eq!((&ben["hasPassword"], &ben["disabled"]), (&json!(false), &json!(false)));

        let asked = admin.graphql(
            &format!("mutation {{ createUser(input: {{ email: \"cleo@example.com\", name: \"Cleo\", role: CONTRIBUTOR }}) {{ user {{ {USER} }} }} }}"),
            json!({}),
        );
        let cleo = asked["data"]["createUser"]["user"].clone();
        assert_eq!(cleo["role"], "CONTRIBUTOR", "{asked}");

        let lower = |mut user: Value| {
            user["role"] = json!(user["role"].as_str().unwrap_or_default().to_lowercase());
            user
        };
        let rest = admin.get("/v1/users?limit=2&count=exact").ok();
        let asked = admin.graphql(
            &format!("{{ users(first: 2) {{ nodes {{ {USER} }} totalCount pageInfo {{ hasNextPage endCursor }} }} }}"),
            json!({}),
        );
        let users = &asked["data"]["users"];
        let nodes: Vec<_> = users["nodes"].as_array().expect("nodes").iter().cloned().map(lower).collect();
        assert_eq!(rest["data"], json!(nodes), "{asked}");
        assert_eq!(rest["page"]["next"], users["pageInfo"]["endCursor"]);
        assert_eq!(rest["page"]["total"], users["totalCount"]);
        let next = rest["page"]["next"].as_str().expect("a cursor");
        let rest = admin.get(&format!("/v1/users?limit=2&after={next}")).ok();
        assert_eq!(rest["data"].as_array().map(Vec::len), Some(1));
        assert_eq!(rest["data"][0], lower(cleo));
        let back = admin.get(&format!("/v1/users?limit=2&before={}", rest["page"]["previous"].as_str().expect("a cursor")));
        assert_eq!(back.ok()["data"], json!(nodes));

        let renamed = admin.send("PATCH", &path, &json!({ "name": "Benjamin", "role": "editor" })).ok();
        assert_eq!((&renamed["name"], &renamed["role"]), (&json!("Benjamin"), &json!("editor")));
        let asked = admin.graphql(&format!("query($id: ID!) {{ user(id: $id) {{ {USER} }} }}"), json!({ "id": ben["id"] }));
        assert_eq!(lower(asked["data"]["user"].clone()), renamed);
        admin.get("/v1/users/user_01h455vb4pex5vsknk084sn02q").problem(404, "account.not_found");
    }

    fn an_invalid_account_is_refused_and_changes_nothing(kind) {
        let site = Site::empty(kind);
        let admin = site.sign_in_as("admin@example.com", "admin");
        let whole = json!({ "email": "ben@example.com", "name": "Ben", "role": "author" });
        let with = |name: &str, value: Value| {
            let mut input = whole.clone();
            input[name] = value;
            input
        };
        for (input, pointer) in [
            (with("email", json!("no address")), "/email"),
            (with("email", json!("a@b@c")), "/email"),
            (with("name", json!("  ")), "/name"),
            (with("name", json!("a\u{0}b")), "/name"),
            (with("role", json!("owner")), "/role"),
            (with("id", json!("user_01h455vb4pex5vsknk084sn02q")), "/id"),
            (with("disabled", json!(true)), "/disabled"),
            (with("password", json!("chosen by somebody else")), "/password"),
        ] {
            let problem = admin.send("POST", "/v1/users", &input).problem(400, "request.invalid");
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{input}: {problem}");
        }
        let problem = admin.send("POST", "/v1/users", &json!({ "email": "x", "name": "", "role": "author" }));
        assert_eq!(problem.problem(400, "request.invalid")["errors"].as_array().map(Vec::len), Some(2));
        admin.send("POST", "/v1/users", &with("email", json!("ADMIN@example.com"))).problem(409, "account.email_taken");
        let id = admin.tokens["user"]["id"].as_str().expect("an id");
        let path = format!("/v1/users/{id}");
        let problem = admin.send("PATCH", &path, &json!({ "name": null })).problem(400, "request.invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/name", "{problem}");
        let asked = admin.graphql(
            "mutation($id: ID!) { updateUser(input: { id: $id, name: null }) { user { id } } }", json!({ "id": id }));
        assert_eq!(asked["errors"][0]["extensions"]["errors"][0]["pointer"], "/name", "{asked}");
        for change in [json!({ "role": "editor" }), json!({ "disabled": true })] {
            admin.send("PATCH", &path, &change).problem(409, "account.last_administrator");
        }
        let typed = site.send("POST", "/v1/auth/login", &[("content-type", "text/plain")], Some(b"{}"));
        typed.problem(415, "request.unsupported_media_type");
        let broken = site.send("POST", "/v1/auth/login", &[("content-type", "application/json")], Some(b"{"));
        broken.problem(400, "request.malformed");
        assert_eq!(admin.get("/v1/users?count=exact").ok()["page"]["total"], 1);
        assert_eq!(admin.get("/v1/me").ok()["role"], "admin");
    }

    fn a_changed_role_and_a_disabled_account_apply_to_the_next_request(kind) {
        let site = Site::empty(kind);
        let admin = site.sign_in_as("admin@example.com", "admin");
        let ben = site.sign_in_as("ben@example.com", "editor");
        let path = format!("/v1/users/{}", ben.tokens["user"]["id"].as_str().expect("an id"));

        ben.get("/v1/users").problem(403, "access.denied");
        assert_eq!(admin.send("PATCH", &path, &json!({ "role": "admin" })).status, 200);
        assert_eq!(ben.get("/v1/users").status, 200, "with the token that he had");
        assert_eq!(admin.send("PATCH", &path, &json!({ "role": "author" })).status, 200);
        ben.get("/v1/users").problem(403, "access.denied");

        assert_eq!(admin.send("PATCH", &path, &json!({ "disabled": true })).status, 200);
        ben.get("/v1/articles").problem(401, "token.worthless");
        let renewed = site.post("/v1/auth/refresh", &json!({ "refreshToken": ben.refresh_token() }));
        renewed.problem(401, "session.ended");
        assert_eq!(admin.send("PATCH", &path, &json!({ "disabled": false })).status, 200);
        ben.get("/v1/me").problem(401, "token.worthless");
        assert_eq!(site.log_in("ben@example.com", PASSWORD).status, 200, "the password is as it was");
    }

    fn a_link_sets_a_password_once(kind) {
        let site = Site::empty(kind);
        let admin = site.sign_in_as("admin@example.com", "admin");
        let ben = site.sign_in_as("ben@example.com", "editor");
        let id = ben.tokens["user"]["id"].as_str().expect("an id");
        let path = format!("/v1/users/{id}/password-link");
        let link = |answer: &Value| answer["link"].as_str().expect("a link").to_owned();
        let earlier = link(&admin.send("POST", &path, &json!({})).ok());
        let made = admin.graphql(
            "mutation($id: ID!) { createPasswordLink(input: { id: $id }) { link expiresAt user { email } } }", json!({ "id": id }));
        let made = &made["data"]["createPasswordLink"];
        assert_eq!(made["user"]["email"], "ben@example.com");
        let choose = |link: &str, password: &str| {
            site.post("/v1/auth/password", &json!({ "link": link, "password": password }))
        };

        choose(&earlier, "another long password").problem(409, "link.worthless");
        let problem = choose(&link(made), "too short").problem(400, "request.invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/password");
        assert_eq!(ben.get("/v1/me").status, 200, "nothing has changed yet");

        assert_eq!(choose(&link(made), "another long password").status, 204);
        ben.get("/v1/me").problem(401, "token.worthless");
        site.log_in("ben@example.com", PASSWORD).problem(401, "credentials.wrong");
        assert_eq!(site.log_in("ben@example.com", "another long password").status, 200);
        choose(&link(made), "a third long password").problem(409, "link.worthless");

        assert_eq!(admin.send("PATCH", &format!("/v1/users/{id}"), &json!({ "disabled": true })).status, 200);
        admin.send("POST", &path, &json!({})).problem(409, "account.disabled");
    }

    fn the_first_administrator_comes_from_the_command_line(kind) {
        let site = Site::empty(kind);
        let said = |arguments: &[&str]| {
            let output = site.command(arguments);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).expect("UTF-8")
        };
        let text = said(&["user", "add", "Boss@example.com", "--name", "The Boss", "--role", "admin"]);
        assert!(text.starts_with("created account boss@example.com with role admin\n"), "{text}");
        let link = text.split('"').find(|part| part.starts_with("bspw_")).expect("a link");
        assert!(text.contains(&format!("  http://127.0.0.1:8080/password#{link}\n")), "{text}");
        let chosen = site.post("/v1/auth/password", &json!({ "link": link, "password": PASSWORD }));
        assert_eq!(chosen.status, 204);
        let boss = Person { site: &site, tokens: site.log_in("boss@example.com", PASSWORD).ok() };
        assert_eq!(boss.get("/v1/users").ok()["data"][0]["name"], "The Boss");
        assert!(said(&["user", "list"]).contains("admin        active           boss@example.com"));

        let again = said(&["user", "reset", "boss@example.com"]);
        assert!(again.contains("bspw_"), "{again}");
        let refused = site.command(&["user", "add", "boss@example.com", "--role", "editor"]);
        assert_eq!(refused.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&refused.stderr).contains("another account has this address"));
        let refused = site.command(&["user", "set", "nobody@example.com", "--role", "editor"]);
        assert!(String::from_utf8_lossy(&refused.stderr).contains("there is no such account"));
        said(&["user", "set", "boss@example.com", "--name", "Chief"]);
        assert_eq!(boss.get("/v1/me").ok()["name"], "Chief");
    }

    fn every_signed_in_account_reads_paid_articles(kind) {
        let site = Site::with(kind, &[json!({
            "id": "paid", "slug": "paid", "headline": "Paid", "publishedAt": "2025-01-01T00:00:00Z", "access": "paid",
            "body": "<p>First.</p><p>Second.</p>",
        })]);
        let contributor = site.sign_in_as("c@example.com", "contributor");
        let html = |answer: crate::support::Answer| answer.ok()["body"]["html"].as_str().unwrap_or_default().to_owned();
        assert!(!html(site.get("/v1/articles/paid")).contains("Second"));
        assert!(html(contributor.get("/v1/articles/paid")).contains("Second"));
        assert!(!html(site.get("/v1/articles/paid")).contains("Second"), "nobody else gets it for that");
        let query = "{ article(slug: \"paid\") { body { html } } }";
        assert!(contributor.graphql(query, json!({})).to_string().contains("Second"));
        assert!(!site.graphql(query, json!({})).to_string().contains("Second"));
    }

    fn concurrent_changes_of_different_fields_are_all_kept(kind) {
        let site = Site::empty(kind);
        let admin = site.sign_in_as("admin@example.com", "admin");
        for n in 0..12 {
            let made = admin.send("POST", "/v1/users", &json!({ "email": format!("u{n}@example.com"), "name": "U", "role": "editor" })).json();
            let path = format!("/v1/users/{}", made["id"].as_str().expect("an id"));
            std::thread::scope(|scope| {
                for change in [json!({ "disabled": true }), json!({ "name": "Renamed" }), json!({ "role": "author" })] {
                    let (admin, path) = (&admin, &path);
                    scope.spawn(move || assert_eq!(admin.send("PATCH", path, &change).status, 200));
                }
            });
            let now = admin.get(&path).ok();
            assert_eq!((&now["disabled"], &now["name"], &now["role"]), (&json!(true), &json!("Renamed"), &json!("author")), "{now}");
        }
    }

    fn one_of_many_concurrent_uses_of_a_password_link_succeeds(kind) {
        let site = Site::empty(kind);
        let admin = site.sign_in_as("admin@example.com", "admin");
        let made = admin.send("POST", "/v1/users", &json!({ "email": "ben@example.com", "name": "Ben", "role": "author" })).json();
        let path = format!("/v1/users/{}/password-link", made["id"].as_str().expect("an id"));
        let link = admin.send("POST", &path, &json!({})).ok()["link"].clone();
        let chosen: Vec<u16> = std::thread::scope(|scope| {
            let all: Vec<_> = (0..4)
                .map(|n| {
                    let (site, link) = (&site, &link);
                    scope.spawn(move || {
                        let body = json!({ "link": link, "password": format!("{PASSWORD} {n}") });
                        site.post("/v1/auth/password", &body).status
                    })
                })
                .collect();
            all.into_iter().map(|one| one.join().expect("answers")).collect()
        });
        assert_eq!(chosen.iter().filter(|status| **status == 204).count(), 1, "{chosen:?}");
        let told = admin.get(&format!("/v1/changes?thing={}", made["id"].as_str().expect("an id"))).ok();
        let fields: Vec<_> = told["data"].as_array().expect("changes").iter().map(|change| change["fields"].clone()).collect();
        assert_eq!(fields, [json!(["password"]), json!(["passwordLink"]), json!([])], "who made the link is told");
        assert_eq!(told["data"][1]["actor"], admin.tokens["user"]["id"]);
    }

    fn an_email_address_is_measured_in_lower_case(kind) {
        let site = Site::empty(kind);
        let admin = site.sign_in_as("admin@example.com", "admin");
        // Each of these characters becomes two in lower case.
        let long = json!({ "email": format!("{}@x", "\u{130}".repeat(200)), "name": "N", "role": "author" });
        admin.send("POST", "/v1/users", &long).problem(400, "request.invalid");
        let kept = json!({ "email": format!("{}@x", "\u{130}".repeat(100)), "name": "N", "role": "author" });
        assert_eq!(admin.send("POST", "/v1/users", &kept).status, 201);
        assert_eq!(admin.get("/v1/users").ok()["data"].as_array().map(Vec::len), Some(2));
    }

    fn a_body_is_an_object(kind) {
        let site = Site::empty(kind);
        let admin = site.sign_in_as("admin@example.com", "admin");
        admin.send("POST", "/v1/users", &json!(["arr@example.com", "N", "editor"])).problem(400, "request.malformed");
        let path = format!("/v1/users/{}", admin.tokens["user"]["id"].as_str().expect("an id"));
        for body in [json!([]), json!(["a@example.com"]), json!("x"), json!(7), Value::Null] {
            assert_eq!(admin.send("PATCH", &path, &body).status, 400, "{body}");
        }
        assert_eq!(admin.get("/v1/users?count=exact").ok()["page"]["total"], 1);
    }
}
