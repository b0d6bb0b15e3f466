//! Tokens of an OpenID Connect issuer.

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

/// The issuer's set of keys.
fn keys() -> String {
    let pair = ed25519_dalek::SigningKey::from_bytes(&SEED);
    let x = URL_SAFE_NO_PAD.encode(pair.verifying_key().as_bytes());
    json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "first", "x": x }] }).to_string()
}

/// A token that the issuer has signed, with some claims other than usual.
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
    fn an_issuers_token_is_taken_for_an_account_that_is_here(kind) {
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

#[test]
fn keys_are_fetched_from_where_the_issuer_has_them() {
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
fn an_issuer_that_does_not_answer_keeps_nobody_from_reading() {
    let free = TcpListener::bind("127.0.0.1:0").expect("listens").local_addr().expect("an address");
    let site = serve(Kind::Sqlite, &format!("http://{free}/jwks"));
    assert_eq!(site.get("/v1/articles").status, 200);
    me(&site, &token(&json!({}))).problem(401, "token.worthless");
    let refused = binary().args(["check", "--oidc-issuer", NAME]).output().expect("runs");
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("give all three or none"));
}
