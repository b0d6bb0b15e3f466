//! Accounts of the newsroom, and requests as these accounts.

use std::{io::Write as _, process::Stdio};

use serde_json::{Value, json};

use super::site::{Answer, Site, binary};

/// The password of every account.
pub const PASSWORD: &str = "a long enough password";

/// A signed-in account.
pub struct Person<'s> {
    pub site: &'s Site,
    pub tokens: Value,
}

impl Site {
    /// Creates an account on the command line, with [`PASSWORD`].
    pub fn add_user(&self, email: &str, role: &str) {
        let mut child = binary()
            .args(["user", "add", email, "--role", role, "--password-stdin"])
            .args(["--database-url", &self.database.url])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("runs");
        writeln!(child.stdin.take().expect("an input"), "{PASSWORD}").expect("takes a password");
        let output = child.wait_with_output().expect("ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Creates an account and signs in with it.
    pub fn sign_in_as(&self, email: &str, role: &str) -> Person<'_> {
        self.add_user(email, role);
        Person { site: self, tokens: self.log_in(email, PASSWORD).ok() }
    }

    pub fn log_in(&self, email: &str, password: &str) -> Answer {
        self.post("/v1/auth/login", &json!({ "email": email, "password": password }))
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &[("content-type", "application/json")], Some(body.to_string().as_bytes()))
    }
}

impl Person<'_> {
    pub fn access_token(&self) -> &str {
        self.tokens["accessToken"].as_str().expect("an access token")
    }

    pub fn refresh_token(&self) -> &str {
        self.tokens["refreshToken"].as_str().expect("a refresh token")
    }

    pub fn get(&self, path: &str) -> Answer {
        self.site.get_with(path, &[("authorization", &format!("Bearer {}", self.access_token()))])
    }

    /// Sends a request.
    ///
    /// Changes of a tag, a section, an author, a collection or the site get an `If-Match` header with the
    /// current revision, as if the client had just read it.
    pub fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        let is_change = matches!(method, "PATCH" | "DELETE") || path.ends_with("/merge");
        let has_revisions = ["/v1/tags/", "/v1/sections/", "/v1/authors/", "/v1/collections/", "/v1/site"];
        let seen = match is_change && has_revisions.iter().any(|folder| path.starts_with(folder)) {
            true => Some(format!("\"{}\"", self.revision_of(path.trim_end_matches("/merge")))),
            false => None,
        };
        self.send_if_match(method, path, seen.as_deref(), body)
    }

    /// Sends a request, with this `If-Match` header if it is given.
    pub fn send_if_match(&self, method: &str, path: &str, tag: Option<&str>, body: &Value) -> Answer {
        let authorization = format!("Bearer {}", self.access_token());
        let mut headers =
            vec![("authorization", authorization.as_str()), ("content-type", "application/json")];
        headers.extend(tag.map(|tag| ("if-match", tag)));
        self.site.send(method, path, &headers, Some(body.to_string().as_bytes()))
    }

    /// Returns the current revision of the resource at a path, following redirects; 1 if there is none.
    pub fn revision_of(&self, path: &str) -> u64 {
        let found = self.get(path);
        match found.header("location") {
            Some(moved) => self.revision_of(moved),
            None => found.json()["revision"].as_u64().unwrap_or(1),
        }
    }

    pub fn graphql(&self, query: &str, variables: Value) -> Value {
        self.send("POST", "/graphql", &json!({ "query": query, "variables": variables })).json()
    }
}
