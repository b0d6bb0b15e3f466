//! API keys: their permissions, and who can create, list and revoke them.

use serde_json::{Value, json};

use crate::support::{Answer, Site, on_each_database, people::Person};

impl Person<'_> {
    fn id(&self) -> &str {
        self.tokens["user"]["id"].as_str().expect("an id")
    }

    fn keys(&self) -> String {
        format!("/v1/users/{}/api-keys", self.id())
    }

    fn make_key(&self, scopes: &[&str]) -> Value {
        let made = self.send("POST", &self.keys(), &json!({ "name": "wire", "scopes": scopes }));
        assert_eq!(made.status, 201, "{}", String::from_utf8_lossy(&made.bytes));
        made.json()
    }
}

fn with_key(site: &Site, key: &str, method: &str, path: &str, body: &Value) -> Answer {
    let authorization = format!("Bearer {key}");
    let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
    site.send(method, path, &headers, Some(body.to_string().as_bytes()))
}

fn secret(made: &Value) -> &str {
    made["secret"].as_str().expect("a secret")
}

on_each_database! {
    fn a_key_acts_for_its_owner_within_its_scopes(kind) {
        let site = Site::with(kind, &[json!({
            "id": "paid", "slug": "paid", "headline": "Paid", "publishedAt": "2025-01-01T00:00:00Z", "access": "paid",
            "body": "<p>First.</p><p>Second.</p>",
        })]);
        let admin = site.sign_in_as("admin@example.com", "admin");
        let reads = admin.make_key(&["articles:read"]);
        let manages = admin.make_key(&["users:manage"]);
        assert!(secret(&reads).starts_with("bskey_"));
        assert_eq!(reads["apiKey"]["scopes"], json!(["articles:read"]));
        assert_eq!(reads["apiKey"]["lastUsedAt"], Value::Null);

        let get = |key: &Value, path: &str| site.get_with(path, &[("authorization", &format!("Bearer {}", secret(key)))]);
        assert!(get(&reads, "/v1/articles/paid").ok()["body"]["html"].to_string().contains("Second"));
        assert!(!get(&manages, "/v1/articles/paid").ok()["body"]["html"].to_string().contains("Second"));
        get(&reads, "/v1/users").problem(403, "access.denied");
        assert_eq!(get(&manages, "/v1/users").status, 200);
        assert_eq!(get(&reads, "/v1/me").ok()["email"], "admin@example.com");

        let listed = admin.get(&admin.keys()).ok();
        let listed = listed["data"].as_array().expect("keys");
        assert_eq!(listed.len(), 2);
        assert!(listed.iter().all(|key| key["lastUsedAt"].is_string()), "{listed:?}");
        assert!(!json!(listed).to_string().contains("bskey_"), "no secret is shown again");
        let asked = admin.graphql(
            "query($u: ID!) { apiKeys(user: $u) { id name scopes createdAt expiresAt lastUsedAt } }", json!({ "u": admin.id() }));
        assert_eq!(asked["data"]["apiKeys"], json!(listed), "{asked}");
    }

    fn a_key_has_at_most_the_current_permissions_of_its_owner(kind) {
        let site = Site::empty(kind);
        let admin = site.sign_in_as("admin@example.com", "admin");
        let ben = site.sign_in_as("ben@example.com", "admin");
        let key = ben.make_key(&["users:manage"]);
        let list = || site.get_with("/v1/users", &[("authorization", &format!("Bearer {}", secret(&key)))]);
        assert_eq!(list().status, 200);
        let path = format!("/v1/users/{}", ben.id());
        assert_eq!(admin.send("PATCH", &path, &json!({ "role": "editor" })).status, 200);
        list().problem(403, "access.denied");
        assert_eq!(admin.send("PATCH", &path, &json!({ "disabled": true })).status, 200);
        list().problem(401, "token.worthless");
    }

    fn keys_are_made_by_their_owners_and_revoked_by_administrators_too(kind) {
        let site = Site::empty(kind);
        let admin = site.sign_in_as("admin@example.com", "admin");
        let ben = site.sign_in_as("ben@example.com", "contributor");
        let cleo = site.sign_in_as("cleo@example.com", "editor");
        let input = json!({ "name": "wire", "scopes": ["articles:read"] });
        let key = ben.make_key(&["articles:read", "users:manage"]);
        let path = format!("{}/{}", ben.keys(), key["apiKey"]["id"].as_str().expect("an id"));

        // Nobody can create keys for other accounts, and an API key can neither create nor list keys.
        admin.send("POST", &ben.keys(), &input).problem(403, "access.denied");
        cleo.send("POST", &ben.keys(), &input).problem(403, "access.denied");
        cleo.get(&ben.keys()).problem(403, "access.denied");
        cleo.send("DELETE", &path, &Value::Null).problem(403, "access.denied");
        with_key(&site, secret(&key), "POST", &ben.keys(), &input).problem(403, "access.denied");
        with_key(&site, secret(&key), "GET", &ben.keys(), &Value::Null).problem(403, "access.denied");
        site.get(&ben.keys()).problem(401, "access.sign_in");
        let asked = cleo.graphql(
            "mutation($u: ID!) { createApiKey(input: { user: $u, name: \"x\", scopes: [\"articles:read\"] }) { secret } }",
            json!({ "u": ben.id() }),
        );
        assert_eq!(asked["errors"][0]["extensions"]["code"], "access.denied", "{asked}");

        assert_eq!(admin.get(&ben.keys()).ok()["data"].as_array().map(Vec::len), Some(1));
        assert_eq!(admin.send("DELETE", &path, &Value::Null).status, 204);
        with_key(&site, secret(&key), "GET", "/v1/me", &Value::Null).problem(401, "token.worthless");
        admin.send("DELETE", &path, &Value::Null).problem(404, "api_key.not_found");

        let mine = ben.graphql(
            "mutation($u: ID!) { createApiKey(input: { user: $u, name: \"x\", scopes: [\"articles:read\"], days: 1 }) { secret apiKey { id } } }",
            json!({ "u": ben.id() }),
        );
        let made = &mine["data"]["createApiKey"];
        assert_eq!(with_key(&site, secret(made), "GET", "/v1/me", &Value::Null).ok()["email"], "ben@example.com");
        let gone = ben.graphql(
            "mutation($u: ID!, $id: ID!) { revokeApiKey(input: { user: $u, id: $id }) { done } }",
            json!({ "u": ben.id(), "id": made["apiKey"]["id"] }),
        );
        assert_eq!(gone["data"]["revokeApiKey"]["done"], true, "{gone}");
        with_key(&site, secret(made), "GET", "/v1/me", &Value::Null).problem(401, "token.worthless");
    }

    fn an_invalid_key_is_refused_and_its_field_named(kind) {
        let site = Site::empty(kind);
        let ben = site.sign_in_as("ben@example.com", "editor");
        for (input, pointer) in [
            (json!({ "name": "", "scopes": ["articles:read"] }), "/name"),
            (json!({ "name": "x", "scopes": [] }), "/scopes"),
            (json!({ "name": "x", "scopes": ["everything"] }), "/scopes"),
            (json!({ "name": "x", "scopes": ["articles:read"], "days": 0 }), "/days"),
            (json!({ "name": "x", "scopes": ["articles:read"], "days": 366 }), "/days"),
            (json!({ "name": "x", "scopes": ["articles:read"], "owner": "y" }), "/owner"),
        ] {
            let problem = ben.send("POST", &ben.keys(), &input).problem(400, "request.invalid");
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{input}: {problem}");
        }
        for _ in 0..50 {
            ben.make_key(&["articles:read"]);
        }
        let input = json!({ "name": "one more", "scopes": ["articles:read"] });
        ben.send("POST", &ben.keys(), &input).problem(409, "api_key.too_many");
    }

    fn the_command_line_creates_lists_and_revokes_keys(kind) {
        let site = Site::empty(kind);
        site.add_user("wire@example.com", "contributor");
        let said = |arguments: &[&str]| {
            let output = site.command(arguments);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).expect("UTF-8")
        };
        let help = said(&["key", "add", "--help"]).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(help.contains("articles:read, users:manage") && help.contains("articles:publish"), "{help}");
        let text = said(&["key", "add", "wire@example.com", "--name", "wire", "--scopes", "articles:read"]);
        let key = text.lines().last().expect("a key");
        let id = text.split(' ').next().expect("an id");
        assert!(said(&["key", "list", "wire@example.com"]).contains("never used [articles:read] wire"));
        assert_eq!(with_key(&site, key, "GET", "/v1/me", &Value::Null).ok()["email"], "wire@example.com");
        assert!(said(&["key", "list", "wire@example.com"]).contains(" used 20"));
        said(&["key", "revoke", "wire@example.com", id]);
        with_key(&site, key, "GET", "/v1/me", &Value::Null).problem(401, "token.worthless");
        let refused = site.command(&["key", "add", "wire@example.com", "--name", "x", "--scopes", "all"]);
        assert!(String::from_utf8_lossy(&refused.stderr).contains("scopes: are one or more of articles:read, users:manage"));
    }

    fn a_key_cannot_gain_permissions(kind) {
        let site = Site::empty(kind);
        let admin = site.sign_in_as("admin@example.com", "admin");
        let ben = site.sign_in_as("ben@example.com", "editor");
        let key = admin.make_key(&["users:manage"]);
        let ask = |method, path: &str, body| with_key(&site, secret(&key), method, path, &body);
        for id in [admin.id(), ben.id()] {
            ask("POST", &format!("/v1/users/{id}/password-link"), json!({})).problem(403, "access.denied");
        }
        let another = json!({ "email": "x@example.com", "name": "X", "role": "admin" });
        ask("POST", "/v1/users", another).problem(403, "access.denied");
        ask("PATCH", &format!("/v1/users/{}", ben.id()), json!({ "role": "admin" })).problem(403, "access.denied");
        ask("PATCH", &format!("/v1/users/{}", admin.id()), json!({ "name": "Y" })).problem(403, "access.denied");
        assert_eq!(ask("PATCH", &format!("/v1/users/{}", ben.id()), json!({ "role": "author" })).status, 200);
        ask("GET", "/v1/changes", Value::Null).problem(403, "access.denied");
    }
}
