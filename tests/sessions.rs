//! Signing in and out, access tokens and refresh tokens.

use serde_json::{Value, json};

use crate::support::{
    Site, on_each_database,
    people::{PASSWORD, Person},
};

fn renew(site: &Site, refresh_token: &str) -> crate::support::Answer {
    site.post("/v1/auth/refresh", &json!({ "refreshToken": refresh_token }))
}

on_each_database! {
    fn signing_in_returns_a_token_for_the_account(kind) {
        let site = Site::empty(kind);
        site.add_user("Anna@Example.com", "editor");
        let answer = site.log_in(" anna@example.COM ", PASSWORD);
        assert_eq!(answer.header("cache-control"), Some("private, no-store"));
        assert_eq!(answer.header("etag"), None);
        let tokens = answer.ok();
        assert_eq!(tokens["tokenType"], "Bearer");
        assert_eq!(tokens["expiresIn"], 900);
        assert_eq!(tokens["user"]["email"], "anna@example.com");
        assert_eq!(tokens["user"]["role"], "editor");
        assert_eq!(tokens["user"].get("password"), None);

        let anna = Person { site: &site, tokens };
        let me = anna.get("/v1/me");
        assert_eq!(me.header("cache-control"), Some("private, no-store"));
        assert_eq!(me.ok(), anna.tokens["user"]);
        let asked = anna.graphql("{ me { id email name role disabled hasPassword createdAt } }", json!({}));
        let mut me = asked["data"]["me"].clone();
        me["role"] = json!("editor");
        assert_eq!(me, anna.tokens["user"], "{asked}");
        site.get("/v1/me").problem(401, "access.sign_in");
        let asked = site.graphql("{ me { id } }", json!({}));
        assert_eq!(asked["errors"][0]["extensions"]["code"], "access.sign_in");
    }

    fn every_failed_sign_in_gets_the_same_response(kind) {
        let site = Site::empty(kind);
        let admin = site.sign_in_as("admin@example.com", "admin");
        for email in ["gone@example.com", "new@example.com"] {
            let made = admin.send("POST", "/v1/users", &json!({ "email": email, "name": "N", "role": "author" }));
            assert_eq!(made.status, 201);
        }
        site.add_user("kept-out@example.com", "author");
        let done = site.command(&["user", "set", "kept-out@example.com", "--disabled", "true"]);
        assert!(done.status.success());

        let mut seen = Vec::new();
        for (email, password) in [
            ("admin@example.com", "not the password"),
            ("nobody@example.com", PASSWORD),
            ("no address", PASSWORD),
            ("new@example.com", PASSWORD),
            ("new@example.com", ""),
            ("kept-out@example.com", PASSWORD),
        ] {
            let answer = site.log_in(email, password);
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
            let mut problem = answer.problem(401, "credentials.wrong");
            problem["requestId"] = Value::Null;
            seen.push(problem);
        }
        assert!(seen.iter().all(|problem| *problem == seen[0]), "{seen:?}");
        let asked = site.graphql(
            "mutation { login(input: { email: \"nobody@example.com\", password: \"x\" }) { accessToken } }",
            json!({}),
        );
        assert_eq!(asked["errors"][0]["extensions"]["code"], "credentials.wrong");
    }

    fn without_a_grace_period_a_refresh_token_works_once_and_its_reuse_ends_the_session(kind) {
        let site = Site::empty_with(kind, &["--refresh-grace", "0"]);
        let anna = site.sign_in_as("anna@example.com", "editor");
        let other = Person { site: &site, tokens: site.log_in("anna@example.com", PASSWORD).ok() };

        let second = Person { site: &site, tokens: renew(&site, anna.refresh_token()).ok() };
        assert_ne!(anna.refresh_token(), second.refresh_token());
        assert_eq!(second.get("/v1/me").status, 200);
        assert_eq!(anna.get("/v1/me").status, 200, "the session goes on");

        renew(&site, anna.refresh_token()).problem(401, "session.ended");
        renew(&site, second.refresh_token()).problem(401, "session.ended");
        second.get("/v1/me").problem(401, "token.worthless");
        anna.get("/v1/articles").problem(401, "token.worthless");
        assert_eq!(other.get("/v1/me").status, 200, "another session of the same account is none of it");
        renew(&site, "bsrt_never_was_one").problem(401, "session.ended");
    }

    fn tabs_that_renew_at_once_get_the_same_tokens_and_stay_signed_in(kind) {
        let site = Site::empty(kind);
        let anna = site.sign_in_as("anna@example.com", "editor");
        let token = anna.refresh_token();
        let renewed: Vec<Value> = std::thread::scope(|scope| {
            let all: Vec<_> = (0..8).map(|_| scope.spawn(|| renew(&site, token).ok())).collect();
            all.into_iter().map(|one| one.join().expect("answers")).collect()
        });
        let successor = renewed[0]["refreshToken"].as_str().expect("a token");
        assert_ne!(successor, token);
        assert!(successor.starts_with("bsrt_") && successor.len() == token.len(), "{successor}");
        for tokens in renewed.iter().cloned() {
            assert_eq!(tokens["refreshToken"], successor);
            assert_eq!(Person { site: &site, tokens }.get("/v1/me").status, 200);
        }
        // The same over GraphQL: renewing twice, as after a lost response, returns the same token.
        let mutation = "mutation($t: String!) { refresh(input: { refreshToken: $t }) { refreshToken } }";
        let third: Vec<Value> =
            (0..2).map(|_| site.ask(mutation, json!({ "t": successor }))["refresh"]["refreshToken"].clone()).collect();
        assert_eq!(third[0], third[1]);
        assert_ne!(third[0], successor);
        assert_eq!(renew(&site, token).ok()["refreshToken"], successor, "the first one still leads to the second");
        assert_eq!(anna.get("/v1/me").status, 200);
    }

    fn a_used_refresh_token_from_another_client_ends_the_session(kind) {
        let site = Site::empty(kind);
        let from = |agent: &str, token: &str| {
            let headers = [("content-type", "application/json"), ("user-agent", agent)];
            site.send("POST", "/v1/auth/refresh", &headers, Some(json!({ "refreshToken": token }).to_string().as_bytes()))
        };
        let anna = site.sign_in_as("anna@example.com", "editor");
        let second = from("Browser/1", anna.refresh_token()).ok();
        assert_eq!(from("Browser/1", anna.refresh_token()).ok()["refreshToken"], second["refreshToken"]);
        from("Thief/1", anna.refresh_token()).problem(401, "session.ended");
        from("Browser/1", second["refreshToken"].as_str().expect("a token")).problem(401, "session.ended");
        anna.get("/v1/me").problem(401, "token.worthless");
    }

    fn basic_credentials_for_a_proxy_are_ignored(kind) {
        let site = Site::empty(kind);
        let basic = [("authorization", "Basic cHJveHk6c2VjcmV0")];
        for path in ["/v1/articles", "/v1/site", "/v1/tags", "/v1/resolve?path=/", "/openapi.json", "/"] {
            let plain = site.get(path);
            let answer = site.get_with(path, &basic);
            assert_eq!((answer.status, &answer.bytes[..40]), (plain.status, &plain.bytes[..40]), "{path}");
            assert_eq!(answer.header("cache-control"), plain.header("cache-control"), "{path}");
        }
        site.get_with("/v1/me", &basic).problem(401, "access.sign_in");
        site.get_with("/v1/users", &basic).problem(401, "access.sign_in");
        let headers = [basic[0], ("content-type", "application/json")];
        let ask = |query: &str| {
            site.send("POST", "/graphql", &headers, Some(json!({ "query": query }).to_string().as_bytes())).json()
        };
        assert_eq!(ask("{ articles { totalCount } }")["data"]["articles"]["totalCount"], 0);
        assert_eq!(ask("{ me { id } }")["errors"][0]["extensions"]["code"], "access.sign_in");
    }

    fn without_a_grace_period_at_most_one_concurrent_renewal_succeeds(kind) {
        let site = Site::empty_with(kind, &["--refresh-grace", "0"]);
        let anna = site.sign_in_as("anna@example.com", "editor");
        let token = anna.refresh_token();
        let renewed = std::thread::scope(|scope| {
            let all: Vec<_> = (0..8).map(|_| scope.spawn(|| renew(&site, token).status)).collect();
            all.into_iter().map(|one| one.join().expect("answers")).filter(|status| *status == 200).count()
        });
        assert!(renewed <= 1, "{renewed}");
        anna.get("/v1/me").problem(401, "token.worthless");
    }

    fn signing_out_ends_the_session(kind) {
        let site = Site::empty(kind);
        let anna = site.sign_in_as("anna@example.com", "editor");
        for _ in 0..2 {
            let answer = site.post("/v1/auth/logout", &json!({ "refreshToken": anna.refresh_token() }));
            assert_eq!((answer.status, answer.bytes.len()), (204, 0));
        }
        anna.get("/v1/me").problem(401, "token.worthless");
        renew(&site, anna.refresh_token()).problem(401, "session.ended");

        let ben = site.sign_in_as("ben@example.com", "author");
        let asked = site.graphql(
            "mutation($t: String!) { logout(input: { refreshToken: $t }) { done } }",
            json!({ "t": ben.refresh_token() }),
        );
        assert_eq!(asked["data"]["logout"]["done"], true, "{asked}");
        ben.get("/v1/me").problem(401, "token.worthless");
    }

    fn an_invalid_token_is_refused_everywhere(kind) {
        let site = Site::empty(kind);
        let anna = site.sign_in_as("anna@example.com", "editor");
        let good = anna.access_token();
        let parts: Vec<&str> = good.split('.').collect();
        let (head, body) = (parts[0], parts[1]);
        for header in [
            "Bearer", "Bearer ", "Digest YTpi", "bearer x", "Bearer a.b.c", &format!("Bearer {head}.{body}."),
            &format!("Bearer {good}A"), &format!("Bearer {good} {good}"), anna.refresh_token(),
        ] {
            for path in ["/v1/articles", "/v1/me", "/v1/site", "/v1/users"] {
                let answer = site.get_with(path, &[("authorization", header)]);
                answer.problem(401, "token.worthless");
                assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{header}");
            }
        }
        let answer = site.get_with("/v1/me", &[("authorization", &format!("bEARER {good}"))]);
        assert_eq!(answer.status, 200, "the scheme's case does not count");
    }

    fn rotating_the_key_signs_nobody_out(kind) {
        let site = Site::empty(kind);
        let anna = site.sign_in_as("anna@example.com", "editor");
        let keys = |site: &Site| site.get("/.well-known/jwks.json").ok()["keys"].as_array().cloned().expect("keys");
        let before = keys(&site);
        assert_eq!(before.len(), 1);
        assert_eq!(before[0]["kty"], "OKP");
        assert_eq!(before[0].as_object().map(|key| key.contains_key("d")), Some(false), "the public half alone");

        assert!(site.command(&["user", "rotate-key"]).status.success());
        let after = keys(&site);
        assert_eq!(after.len(), 2);
        assert_eq!(after[1], before[0], "the newest first");
        assert_eq!(anna.get("/v1/me").status, 200);
        let later = Person { site: &site, tokens: renew(&site, anna.refresh_token()).ok() };
        assert_eq!(later.get("/v1/me").status, 200);
    }

    fn too_many_sign_in_attempts_are_throttled(kind) {
        let site = Site::empty(kind);
        let anna = site.sign_in_as("anna@example.com", "editor");
        let throttled = (0..12).map(|_| site.log_in("ben@example.com", "guess")).find(|one| one.status == 429);
        let throttled = throttled.expect("too many on one account");
        throttled.problem(429, "sign_in.throttled");
        assert_eq!(throttled.header("retry-after"), Some("6"));
        site.log_in("BEN@example.com", "guess").problem(429, "sign_in.throttled");
        assert_eq!(site.log_in("anna@example.com", PASSWORD).status, 200, "another account is none of it");
        assert_eq!(anna.get("/v1/me").status, 200);
    }

    fn an_invalid_access_token_does_not_prevent_renewing(kind) {
        let site = Site::empty(kind);
        let anna = site.sign_in_as("anna@example.com", "editor");
        let dead = [("authorization", "Bearer a.b.c"), ("content-type", "application/json")];
        let post = |path: &str, body: Value| site.send("POST", path, &dead, Some(body.to_string().as_bytes()));
        let second = post("/v1/auth/refresh", json!({ "refreshToken": anna.refresh_token() })).ok();
        let mutation = "mutation($t: String!) { refresh(input: { refreshToken: $t }) { refreshToken accessToken } }";
        let body = json!({ "query": mutation, "variables": { "t": second["refreshToken"] } });
        let answer = post("/graphql", body);
        assert_eq!(answer.header("cache-control"), Some("private, no-store"));
        let third = answer.json()["data"]["refresh"].clone();
        assert!(third["accessToken"].is_string(), "{third}");
        assert_eq!(post("/v1/auth/logout", json!({ "refreshToken": third["refreshToken"] })).status, 204);
        anna.get("/v1/me").problem(401, "token.worthless");
        assert_eq!(site.get_with("/.well-known/jwks.json", &dead[..1]).status, 200);
        assert_eq!(post("/v1/auth/login", json!({ "email": "anna@example.com", "password": PASSWORD })).status, 200);
    }
}
