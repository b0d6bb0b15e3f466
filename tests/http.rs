//! HTTP behaviour of all responses: ETags, compression, HEAD, CORS, request ids, links and shutdown.

use std::io::{Read, Write};

use serde_json::json;

use crate::support::{
    Kind, Site,
    newsroom::{lines, stories},
    on_each_database,
};

fn site() -> Site {
    Site::with(Kind::Sqlite, &lines(&stories(20)))
}

on_each_database! {
    fn etags_are_valid_until_something_changes(kind) {
        let site = Site::with(kind, &lines(&stories(20)));
        for path in ["/v1/articles", "/v1/articles/story-1", "/v1/articles/story-1/related", "/v1/tags/tag-1", "/v1/resolve?path=/world", "/openapi.json"] {
            let first = site.get(path);
            let etag = first.header("etag").expect("an ETag").to_owned();
            assert!(etag.starts_with('"') && etag.ends_with('"'), "strong: {etag}");
            for wanted in [etag.clone(), format!("\"x\", {etag}"), format!("W/{etag}"), "*".to_owned()] {
                let again = site.get_with(path, &[("if-none-match", &wanted)]);
                assert_eq!((again.status, again.bytes.len(), again.header("etag")), (304, 0, Some(etag.as_str())), "{path}");
            }
            assert_eq!(site.get_with(path, &[("if-none-match", "\"other\"")]).status, 200);
        }
        let before = site.get("/v1/articles/story-1").header("etag").expect("an ETag").to_owned();
        assert!(before.starts_with("\"1-"), "an article's begins with its revision: {before}");
        let mut changed = stories(20)[1].line();
        changed["headline"] = json!("Changed");
        site.import("test", &[changed]);
        let after = site.get_with("/v1/articles/story-1", &[("if-none-match", &before)]);
        assert_eq!(after.status, 200, "never stale");
        assert!(after.header("etag").is_some_and(|etag| etag.starts_with("\"2-")));
    }
}

#[test]
fn compressed_responses_have_etags_of_their_own() {
    let site = site();
    let plain = site.get("/v1/articles?limit=20");
    let mut tags = vec![plain.header("etag").expect("an ETag").to_owned()];
    for coding in ["br", "gzip", "zstd"] {
        // The HTTP client decodes only the codings that it requests itself, so these bytes stay compressed.
        let answer = site.get_with("/v1/articles?limit=20", &[("accept-encoding", coding)]);
        assert_eq!(answer.header("content-encoding"), Some(coding));
        assert!(answer.bytes.len() < plain.bytes.len() / 2, "{coding} compresses");
        let etag = answer.header("etag").expect("an ETag").to_owned();
        let again =
            site.get_with("/v1/articles?limit=20", &[("accept-encoding", coding), ("if-none-match", &etag)]);
        assert_eq!((again.status, again.header("etag")), (304, Some(etag.as_str())));
        tags.push(etag);
    }
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 4);
}

#[test]
fn head_answers_as_get_without_a_body() {
    let site = site();
    for path in ["/v1/articles", "/v1/articles/story-1", "/openapi.json", "/v1/articles/none", "/health/live"]
    {
        let get = site.get(path);
        let head = site.send("HEAD", path, &[], None);
        assert_eq!((head.status, head.bytes.len()), (get.status, 0), "{path}");
        for name in ["etag", "content-type", "link", "cache-control"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
    }
}

#[test]
fn other_methods_and_addresses_are_named() {
    let site = site();
    for method in ["POST", "PUT"] {
        let answer = site.send(method, "/v1/articles/story-1", &[], Some(b"{}"));
        answer.problem(405, "route.method_not_allowed");
        assert_eq!(answer.header("allow"), Some("DELETE, GET, HEAD, OPTIONS, PATCH"));
    }
    let answer = site.send("PUT", "/graphql", &[], Some(b"{}"));
    answer.problem(405, "route.method_not_allowed");
    assert_eq!(answer.header("allow"), Some("GET, HEAD, OPTIONS, POST"));
    assert_eq!(site.send("OPTIONS", "/v1/tags", &[], None).header("allow"), Some("GET, HEAD, OPTIONS, POST"));
    for path in ["/nothing", "/v1", "/v1/nothing", "/v1/articles/a/b/c", "/v2/articles", "/v1/articles/"] {
        site.get(path).problem(404, "route.not_found");
    }
    for accept in ["text/html,*/*;q=0.8", "application/json", "application/*"] {
        site.get_with("/v1/articles", &[("accept", accept)]).ok();
    }
    for accept in ["text/html", "application/json;q=0"] {
        site.get_with("/v1/articles", &[("accept", accept)]).problem(406, "request.not_acceptable");
    }
    site.get("/problems/nothing").problem(404, "problem.not_found");
    let page = site.get("/problems/request.invalid");
    assert!(page.status == 200 && String::from_utf8_lossy(&page.bytes).contains("The request is not valid"));
}

#[test]
fn pages_of_other_origins_may_read() {
    let site = site();
    let answer = site.get_with("/v1/articles", &[("origin", "https://paper.example")]);
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let exposed = answer.header("access-control-expose-headers").expect("exposed").to_lowercase();
    for name in ["etag", "link", "x-request-id"] {
        assert!(exposed.contains(name), "{exposed}");
    }
    let asked = [
        ("origin", "https://paper.example"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type"),
    ];
    let preflight = site.send("OPTIONS", "/graphql", &asked, None);
    assert_eq!(preflight.status, 200);
    assert!(preflight.header("access-control-allow-methods").is_some_and(|methods| methods.contains("POST")));

    let database = crate::support::database::Database::new(Kind::Sqlite);
    let url = database.url.clone();
    let picky = Site::serve_at(database, &url, &["--cors-origins", "https://paper.example"]);
    let allowed = |origin: &str| {
        picky
            .get_with("/v1/articles", &[("origin", origin)])
            .header("access-control-allow-origin")
            .map(str::to_owned)
    };
    assert_eq!(allowed("https://paper.example").as_deref(), Some("https://paper.example"));
    assert_eq!(allowed("https://evil.example"), None);
}

#[test]
fn every_answer_names_its_request() {
    let site = site();
    let given = site.get_with("/v1/articles/none", &[("x-request-id", "from-the-proxy-1")]);
    assert_eq!(given.header("x-request-id"), Some("from-the-proxy-1"));
    assert_eq!(given.json()["requestId"], "from-the-proxy-1");
    let evil = site.get_with("/v1/articles", &[("x-request-id", "a b<script>")]);
    assert!(evil.header("x-request-id").is_some_and(|id| id.len() == 32));
}

#[test]
fn links_lead_to_other_pages() {
    let site = site();
    let first = site.get("/v1/articles?limit=4&tag=tag-1|tag-2&fields=slug");
    let link = first.header("link").expect("a link").to_owned();
    let next = link.trim_start_matches('<').split('>').next().expect("an address");
    assert!(link.ends_with("rel=\"next\""), "{link}");
    let second = site.get(next);
    assert_eq!(second.ok()["page"]["hasPrevious"], true);
    assert!(second.header("link").is_some_and(|link| link.contains("rel=\"prev\"")));

    let database = crate::support::database::Database::new(Kind::Sqlite);
    let url = database.url.clone();
    let public = Site::serve_at(database, &url, &["--public-url", "https://api.paper.example/"]);
    public.import("test", &lines(&stories(5)));
    let link = public.get("/v1/articles?limit=1").header("link").expect("a link").to_owned();
    assert!(link.starts_with("<https://api.paper.example/v1/articles?limit=1&after="), "{link}");
}

#[test]
fn a_request_in_flight_outlives_the_signal_to_end() {
    let mut site = site();
    let address = site.base.trim_start_matches("http://").to_owned();
    let mut slow = std::net::TcpStream::connect(&address).expect("connects");
    let body = json!({ "query": "{ articles { nodes { slug } } }" }).to_string();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    slow.write_all(head.as_bytes()).expect("sent");
    slow.write_all(&body.as_bytes()[..10]).expect("sent");
    std::thread::sleep(std::time::Duration::from_millis(300));
    let signalled =
        std::process::Command::new("kill").arg(site.process_id().to_string()).status().expect("kill");
    assert!(signalled.success());
    std::thread::sleep(std::time::Duration::from_millis(300));
    slow.write_all(&body.as_bytes()[10..]).expect("sent after the signal");
    let mut answer = String::new();
    slow.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("story-"), "{answer}");
    assert!(site.wait().success(), "it ends by itself, with status 0");
}
