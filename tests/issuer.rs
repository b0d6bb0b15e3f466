//! Access tokens of an external OpenID Connect issuer.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    time::{SystemTime, UNIX_EPOCH},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::support::{Answer, Kind, Site, binary, database::Database, on_each_database};

const SEED: [u8; 32] = [7; 32];
const NAME: &str = "https://id.example.com/realms/newsroom";

/// Returns the issuer's JSON Web Key Set.
fn keys() -> String {
    let pair = ed25519_dalek::SigningKey::from_bytes(&SEED);
    let x = URL_SAFE_NO_PAD.encode(pair.verifying_key().as_bytes());
    json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "first", "x": x }] }).to_string()
}

/// Returns a token signed by the issuer, with these claims changed.
fn token(changes: &Value) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let mut claims = json!({ "iss": NAME, "aud": "broadsheet-test", "sub": "17", "exp": now + 300,
                             "email": "anna@example.com", "email_verified": true });
    for (name, value) in changes.as_object().expect("claims") {
        claims[name] = value.clone();
    }
    let head: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    let der = [head.as_slice(), &SEED].concat();
    let header = Header { kid: Some("first".to_owned()), ..Header::new(Algorithm::EdDSA) };
    encode(&header, &claims, &EncodingKey::from_ed_der(&der)).expect("signs")
}

fn serve(kind: Kind, place: &str) -> Site {
    let database = Database::new(kind);
    let migrated = binary().args(["migrate", "--database-url", &database.url]).output().expect("migrates");
    assert!(migrated.status.success());
    let url = database.url.clone();
    let arguments = ["--oidc-issuer", NAME, "--oidc-audience", "broadsheet-test", "--oidc-jwks", place];
    Site::serve_at(database, &url, &arguments)
}

fn me(site: &Site, token: &str) -> Answer {
    site.get_with("/v1/me", &[("authorization", &format!("Bearer {token}"))])
}

on_each_database! {
    fn an_issuers_token_signs_in_an_existing_account(kind) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("jwks.json");
        std::fs::write(&file, keys()).expect("written");
        let site = serve(kind, &file.display().to_string());
        me(&site, &token(&json!({}))).problem(401, "token.worthless");

        let anna = site.sign_in_as("anna@example.com", "editor");
        assert_eq!(me(&site, &token(&json!({ "email": "Anna@Example.com" }))).ok()["role"], "editor");
        assert_eq!(anna.get("/v1/me").status, 200, "our own tokens are taken too");
        for changes in [
            json!({ "aud": "elsewhere" }), json!({ "iss": "https://id.example.com" }), json!({ "exp": 1 }),
            json!({ "email_verified": false }), json!({ "email": "nobody@example.com" }),
        ] {
            me(&site, &token(&changes)).problem(401, "token.worthless");
        }
        assert!(site.command(&["user", "set", "anna@example.com", "--disabled", "true"]).status.success());
        me(&site, &token(&json!({}))).problem(401, "token.worthless");
    }
}

/// Returns a token signed by the issuer, with additional header fields.
fn token_with_header(more: Value) -> String {
    use ed25519_dalek::Signer as _;

    let whole = token(&json!({}));
    let claims = whole.split('.').nth(1).expect("claims");
    let mut header = json!({ "alg": "EdDSA", "kid": "first" });
    for (name, value) in more.as_object().expect("a header") {
        header[name] = value.clone();
    }
    let text = format!("{}.{claims}", URL_SAFE_NO_PAD.encode(header.to_string()));
    let signature = ed25519_dalek::SigningKey::from_bytes(&SEED).sign(text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

/// Starts a server that accepts the issuer's tokens.
fn serve_with_keys(kind: Kind) -> (Site, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("jwks.json");
    std::fs::write(&file, keys()).expect("written");
    (serve(kind, &file.display().to_string()), folder)
}

on_each_database! {
    fn a_token_with_unsupported_headers_or_claims_is_refused(kind) {
        let (site, _folder) = serve_with_keys(kind);
        site.add_user("anna@example.com", "editor");
        me(&site, &token_with_header(json!({}))).ok();
        for header in [
            json!({ "crit": ["exp"] }), json!({ "crit": ["b64"], "b64": false }), json!({ "b64": false }), json!({ "crit": [] }),
        ] {
            me(&site, &token_with_header(header)).problem(401, "token.worthless");
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
        for changes in [
            json!({ "iss": [NAME] }), json!({ "iss": [NAME, "https://evil.example.com"] }), json!({ "nbf": now + 120 }),
            json!({ "nbf": "yesterday" }),
        ] {
            me(&site, &token(&changes)).problem(401, "token.worthless");
        }
    }

    fn with_an_issuer_an_api_key_cannot_change_an_email_address(kind) {
        let (site, _folder) = serve_with_keys(kind);
        let admin = site.sign_in_as("admin@example.com", "admin");
        let of = |email: &str| {
            let made = admin.send("POST", "/v1/users", &json!({ "email": email, "name": "N", "role": "editor" }));
            made.json()["id"].as_str().expect("an id").to_owned()
        };
        let (anna, me) = (of("anna@example.com"), admin.get("/v1/me").ok()["id"].as_str().expect("an id").to_owned());
        let made = admin.send(
            "POST", &format!("/v1/users/{me}/api-keys"), &json!({ "name": "k", "scopes": ["users:manage"], "days": 1 }),
        );
        let secret = made.json()["secret"].as_str().expect("a key").to_owned();
        let by_key = |patch: Value| {
            let headers = [("authorization", format!("Bearer {secret}")), ("content-type", "application/json".to_owned())];
            let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            site.send("PATCH", &format!("/v1/users/{anna}"), &headers, Some(patch.to_string().as_bytes()))
        };
        by_key(json!({ "email": "evil@example.com" })).problem(403, "access.denied");
        by_key(json!({ "name": "Anna" })).ok();
        let query = "mutation($id: ID!) { updateUser(input: { id: $id, email: \"evil@example.com\" }) { user { id } } }";
        let headers = [("authorization", format!("Bearer {secret}")), ("content-type", "application/json".to_owned())];
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let body = json!({ "query": query, "variables": { "id": anna } }).to_string();
        let asked = site.send("POST", "/graphql", &headers, Some(body.as_bytes())).json();
        assert_eq!(asked["errors"][0]["extensions"]["code"], "access.denied", "{asked}");
        admin.send("PATCH", &format!("/v1/users/{anna}"), &json!({ "email": "ann@example.com" })).ok();
    }

    fn the_last_administrator_who_can_sign_in_cannot_be_demoted(kind) {
        let site = Site::empty(kind);
        let admin = site.sign_in_as("admin@example.com", "admin");
        let me = admin.get("/v1/me").ok()["id"].as_str().expect("an id").to_owned();
        let other = json!({ "email": "other@example.com", "name": "N", "role": "admin" });
        let other = admin.send("POST", "/v1/users", &other).json()["id"].as_str().expect("an id").to_owned();
        let path = format!("/v1/users/{me}");
        for patch in [json!({ "disabled": true }), json!({ "role": "editor" })] {
            admin.send("PATCH", &path, &patch).problem(409, "account.last_administrator");
        }
        let refused = site.command(&["user", "set", "admin@example.com", "--role", "editor"]);
        assert!(!refused.status.success());
        // The other administrator has no password and cannot sign in, so it can be demoted.
        admin.send("PATCH", &format!("/v1/users/{other}"), &json!({ "role": "editor" })).ok();

        // With an issuer, an administrator can sign in by e-mail address, without a password.
        let (site, _folder) = serve_with_keys(kind);
        let admin = site.sign_in_as("admin@example.com", "admin");
        let me = admin.get("/v1/me").ok()["id"].as_str().expect("an id").to_owned();
        admin.send("POST", "/v1/users", &json!({ "email": "anna@example.com", "name": "N", "role": "admin" }));
        admin.send("PATCH", &format!("/v1/users/{me}"), &json!({ "role": "editor" })).ok();
    }
}

#[test]
fn keys_are_fetched_from_the_issuer() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("listens");
    let place = format!("http://{}/jwks", listener.local_addr().expect("an address"));
    let issuer = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("somebody asks");
        let mut first = String::new();
        BufReader::new(&stream).read_line(&mut first).expect("a request");
        let keys = keys();
        write!(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{keys}",
            keys.len()
        )
        .expect("answers");
        first
    });
    let site = serve(Kind::Sqlite, &place);
    assert!(issuer.join().expect("was asked").starts_with("GET /jwks "));
    site.add_user("anna@example.com", "author");
    assert_eq!(me(&site, &token(&json!({}))).ok()["role"], "author");
}

#[test]
fn readers_can_read_while_the_issuer_does_not_answer() {
    let free = TcpListener::bind("127.0.0.1:0").expect("listens").local_addr().expect("an address");
    let site = serve(Kind::Sqlite, &format!("http://{free}/jwks"));
    assert_eq!(site.get("/v1/articles").status, 200);
    me(&site, &token(&json!({}))).problem(401, "token.worthless");
    let refused = binary().args(["check", "--oidc-issuer", NAME]).output().expect("runs");
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("give all three or none"));
}
