//! Invalid and hostile requests: the answer is a 4xx that names the mistake, and the server keeps running.

use serde_json::{Value, json};

use crate::support::{
    Answer, Kind, Site,
    newsroom::{lines, stories},
    on_each_database,
};

fn post(site: &Site, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let mut all = vec![("content-type", "application/json")];
    all.extend_from_slice(headers);
    site.send("POST", "/graphql", &all, Some(body))
}

fn query(site: &Site, text: &str) -> Answer {
    post(
        site,
        &[("accept", "application/graphql-response+json")],
        json!({ "query": text }).to_string().as_bytes(),
    )
}

/// Asserts that the GraphQL endpoint refused the request with this code and executed nothing.
#[track_caller]
fn refused(answer: &Answer, code: &str) -> Value {
    assert_eq!(answer.status, 400, "{}", String::from_utf8_lossy(&answer.bytes));
    let body = answer.json();
    assert_eq!(body["errors"][0]["extensions"]["code"], code, "{body}");
    assert_eq!(body.get("data"), None, "nothing was executed");
    body["errors"][0]["extensions"].clone()
}

on_each_database! {
    fn a_cached_query_is_checked_for_every_request(kind) {
        let site = Site::with(kind, &lines(&stories(5)));
        let text = "query One($slug: String!, $n: Int, $sort: ArticleSort! = HEADLINE_ASC, $more: Boolean = false) {
            article(slug: $slug) { slug related(first: $n) @include(if: $more) { nodes { related(first: $n) { nodes { slug } } } } }
            articles(first: $n, sort: $sort) { nodes { slug } } }
            query Two($slug: ID!, $n: Int) { article(id: $slug) { slug } articles(first: $n) { nodes { id } } }";
        let ask = |operation: &str, variables: Value| {
            let body = json!({ "query": text, "operationName": operation, "variables": variables }).to_string();
            post(&site, &[("accept", "application/graphql-response+json")], body.as_bytes())
        };
        let cost = |answer: &Answer| answer.json()["extensions"]["cost"]["requested"].as_u64().expect("a cost");
        let first = ask("One", json!({ "slug": "story-1", "n": 2 }));
        // From the second request on, the server has the checked document in its cache.
        let second = ask("One", json!({ "slug": "story-2", "n": 2 }));
        assert_eq!((first.status, second.status), (200, 200));
        assert_eq!(cost(&first), cost(&second));
        assert_eq!(second.json()["data"]["article"]["slug"], "story-2");

        refused(&ask("One", json!({ "slug": null, "n": 2 })), "graphql.invalid");
        refused(&ask("One", json!({ "n": 2 })), "graphql.invalid");
        refused(&ask("One", json!({ "slug": 3, "n": 2 })), "graphql.invalid");
        refused(&ask("One", json!({ "slug": "story-1", "n": "2" })), "graphql.invalid");
        refused(&ask("One", json!({ "slug": "story-1", "n": 2, "sort": null })), "graphql.invalid");
        let dear = refused(&ask("One", json!({ "slug": "story-1", "n": 100, "more": true })), "graphql.too_costly");
        assert!(dear["cost"].as_u64().is_some_and(|figure| figure > 20_000), "{dear}");
        assert!(cost(&ask("One", json!({ "slug": "story-1", "n": 3 }))) > cost(&first));
        let other = ask("Two", json!({ "slug": "article_00000000000000000000000000", "n": 2 })).json();
        assert_eq!(other["data"]["article"], Value::Null, "{other}");
        assert_eq!(other["data"]["articles"]["nodes"].as_array().map(Vec::len), Some(2), "{other}");
        refused(&ask("Three", json!({ "slug": "story-1", "n": 2 })), "graphql.invalid");

        let nameless = |more: Value| {
            let mut body = json!({ "query": "{ __typename }" });
            body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            post(&site, &[("accept", "application/graphql-response+json")], body.to_string().as_bytes())
        };
        assert_eq!(nameless(json!({})).status, 200);
        refused(&nameless(json!({ "operationName": "" })), "graphql.invalid");
    }

    fn invalid_parameters_are_named(kind) {
        let site = Site::with(kind, &lines(&stories(5)));
        for (query, parameter, code) in [
            ("limit=0", "limit", "limit.out_of_range"),
            ("limit=101", "limit", "limit.out_of_range"),
            ("limit=-1", "limit", "limit.out_of_range"),
            ("limit=99999999999999999999", "limit", "limit.malformed"),
            ("limit=", "limit", "limit.malformed"),
            ("limit=1.5", "limit", "limit.malformed"),
            ("limit=5&limit=5", "limit", "parameter.given_twice"),
            ("lmit=5", "lmit", "parameter.unknown"),
            ("Limit=5", "Limit", "parameter.unknown"),
            ("tag=a|", "tag", "term.malformed"),
            ("tag=", "tag", "term.malformed"),
            ("tag=section_01h455vb4pex5vsknk084sn02q", "tag", "term.malformed"),
            ("tag=tag_zzzzzzzzzzzzzzzzzzzzzzzzzz", "tag", "term.malformed"),
            ("tag=%ff%fe", "tag", "parameter.not_utf8"),
            ("tag=%zz", "tag", "parameter.not_utf8"),
            ("tag=%00", "tag", "parameter.malformed"),
            ("tag=-a|b", "tag", "filter.malformed"),
            ("author=%27%20OR%201%3D1", "author", "term.malformed"),
            ("ids=x", "ids", "id.malformed"),
            ("ids=tag_01h455vb4pex5vsknk084sn02q", "ids", "id.malformed"),
            ("exclude=", "exclude", "id.malformed"),
            ("kind=news", "kind", "kind.unknown"),
            ("language=not%20a%20language", "language", "language.malformed"),
            ("publishedAfter=2025-02-30T00:00:00Z", "publishedAfter", "time.malformed"),
            ("publishedBefore=yesterday", "publishedBefore", "time.malformed"),
            ("modifiedAfter=2025-01-01", "modifiedAfter", "time.malformed"),
            ("sort=random", "sort", "sort.unknown"),
            ("count=yes", "count", "count.unknown"),
            ("fields=secret", "fields", "fields.unknown"),
            ("after=AAAA", "after", "cursor.malformed"),
        ] {
            site.get(&format!("/v1/articles?{query}")).blames(parameter, code);
        }
        let many = vec!["a"; 51].join(",");
        site.get(&format!("/v1/articles?tag={many}")).blames("tag", "filter.too_long");
        let several = site.get("/v1/articles?limit=0&sort=x&count=y&kind=z").problem(400, "request.invalid");
        assert_eq!(several["errors"].as_array().map(Vec::len), Some(4), "all at once: {several}");
        site.get("/v1/articles/story-1?include=secrets").blames("include", "include.unknown");
        site.get("/v1/tags?type=planet").blames("type", "type.unknown");
        site.get("/v1/articles/story-1?limit=3").blames("limit", "parameter.unknown");
        site.get("/openapi.json?x").blames("x", "parameter.unknown");
        for odd in ["%00", "%ff", "a%2fb", "..%2f..", "article_x", &"x".repeat(5_000), "%F0%9F%A6%80"] {
            let answer = site.get(&format!("/v1/articles/{odd}"));
            assert!((400..500).contains(&answer.status), "{odd}: {}", answer.status);
        }
        site.get(&format!("/v1/articles?tag={}", "a".repeat(9_000))).problem(414, "request.uri_too_long");
        site.get("/v1/articles").ok();
    }
}

#[test]
fn graphql_bombs_are_refused_with_figures() {
    let site = Site::with(Kind::Sqlite, &lines(&stories(5)));

    let deep = format!(
        "{{ articles {{ nodes {{ {} id {} }} }} }}",
        "tags { articles { nodes { ".repeat(8),
        "} } }".repeat(8)
    );
    let figures = refused(&query(&site, &deep), "graphql.too_deep");
    assert!(figures["depth"].as_u64() > figures["limit"].as_u64(), "{figures}");
    let very_deep = format!(
        "{{ articles {{ nodes {{ {} id {} }} }} }}",
        "section { parent { ".repeat(2_000),
        "} } ".repeat(2_000)
    );
    refused(&query(&site, &very_deep), "graphql.too_deep");

    let wide = "{ articles(first: 100) { nodes { tags { articles(first: 100) { nodes { tags { articles(first: 100) { nodes { id } } } } } } } } }";
    let figures = refused(&query(&site, wide), "graphql.too_costly");
    assert!(figures["cost"].as_u64() > figures["limit"].as_u64(), "{figures}");

    let aliases: String = (0..60)
        .map(|n| format!("a{n}: site {{ id }} "))
        .collect::<String>()
        .replace("site", "tag(slug: \"x\")");
    let figures = refused(&query(&site, &format!("{{ {aliases} }}")), "graphql.too_many_aliases");
    assert_eq!(figures["aliases"], 60);

    let long = format!("{{ articles {{ nodes {{ {} }} }} }}", "id ".repeat(40_000));
    refused(&query(&site, &long), "graphql.too_costly");

    for circular in [
        "{ articles { nodes { ...a } } } fragment a on Article { tags { articles { nodes { ...a } } } }",
        "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }",
    ] {
        refused(&query(&site, circular), "graphql.circular_fragment");
    }
    let ids: Vec<String> = (0..5_000).map(|n| n.to_string()).collect();
    let answer = post(
        &site,
        &[],
        json!({ "query": "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", "variables": { "ids": ids } })
            .to_string()
            .as_bytes(),
    );
    assert!(answer.json()["errors"][0]["extensions"]["code"].is_string());
    let nested: String = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let answer = post(
        &site,
        &[],
        format!("{{\"query\": \"{{__typename}}\", \"variables\": {{\"x\": {nested}}}}}").as_bytes(),
    );
    assert_eq!(answer.status, 400);
    post(&site, &[], &vec![b' '; 300 * 1024]).problem(413, "request.too_large");
    assert_eq!(site.ask("{ __typename }", json!({})), json!({ "__typename": "Query" }));
}

#[test]
fn too_deep_nesting_is_refused_before_it_is_parsed() {
    let site = Site::with(Kind::Sqlite, &lines(&stories(5)));
    let nested = |open: &str, close: &str| format!("{}{}", open.repeat(10_000), close.repeat(10_000));
    for text in [
        format!("{{ articles(filter: {{ tags: {{ all: {} }} }}) {{ nodes {{ id }} }} }}", nested("[", "]")),
        format!("query($x: {}Int{}) {{ __typename }}", "[".repeat(10_000), "]".repeat(10_000)),
        format!("{{ articles(filter: {}) {{ nodes {{ id }} }} }}", nested("{a:", "}")),
        nested("{a", "}"),
        nested("(", ")"),
        "[".repeat(60_000),
    ] {
        refused(&query(&site, &text), "graphql.too_deep");
    }
    let doubling: String =
        (0..40).map(|n| format!("fragment F{n} on Query {{ ...F{} ...F{} }} ", n + 1, n + 1)).collect();
    let doubling = format!("{{ ...F0 }} {doubling} fragment F40 on Query {{ __typename }}");
    let figures = refused(&query(&site, &doubling), "graphql.too_costly");
    assert!(figures["fields"].as_u64() > figures["limit"].as_u64(), "{figures}");
    let repeated = format!("{{ {} }}", "articles(first: 1) { nodes { id } } ".repeat(1_500));
    refused(&query(&site, &repeated), "graphql.too_costly");
    let harmless = format!("{{ article(slug: \"{}\") {{ id }} }} # {}", "[".repeat(200), "{".repeat(200));
    assert_eq!(query(&site, &harmless).ok()["data"], json!({ "article": null }));
    // The server accepts about 8,000 bytes in the URL of a GET request.
    let by_get = format!("/graphql?query={}", "%5B".repeat(2_500));
    let modern = ("accept", "application/graphql-response+json");
    refused(&site.get_with(&by_get, &[modern]), "graphql.too_deep");
    site.get_with("/v1/articles", &[("accept-encoding", "identity;q=0")])
        .problem(406, "request.not_acceptable");
    assert_eq!(site.ask("{ __typename }", json!({})), json!({ "__typename": "Query" }), "it still answers");
}

#[test]
fn the_graphql_over_http_specification_is_followed() {
    let site = Site::with(Kind::Sqlite, &lines(&stories(5)));
    let modern = ("accept", "application/graphql-response+json");
    let legacy = ("accept", "application/json");
    let good = json!({ "query": "{ __typename }" }).to_string();
    for (accept, media_type) in [
        (modern, "application/graphql-response+json; charset=utf-8"),
        (legacy, "application/json; charset=utf-8"),
        (("accept", "*/*"), "application/json; charset=utf-8"),
        (
            ("accept", "application/json;q=0.5, application/graphql-response+json"),
            "application/graphql-response+json; charset=utf-8",
        ),
    ] {
        let answer = post(&site, &[accept], good.as_bytes());
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(media_type)));
        assert_eq!(answer.json()["extensions"]["cost"]["requested"], 0);
    }
    post(&site, &[("accept", "text/html")], good.as_bytes()).problem(406, "request.not_acceptable");
    site.send("POST", "/graphql", &[("content-type", "text/plain")], Some(good.as_bytes()))
        .problem(415, "request.unsupported_media_type");
    site.send("POST", "/graphql", &[], Some(good.as_bytes())).problem(415, "request.unsupported_media_type");

    for (body, legacy_status, code) in [
        ("{ \"query\": \"{\" }", 200, "graphql.syntax"),
        ("{ \"query\": \"{ nothing }\" }", 200, "graphql.invalid"),
        ("{ \"query\": \"query($id: ID!) { node(id: $id) { id } }\" }", 200, "graphql.invalid"),
        ("{ \"query\": \"query a { __typename } query b { __typename }\" }", 200, "graphql.invalid"),
        ("{ \"query\": ", 400, "request.malformed"),
        ("{}", 400, "request.malformed"),
        ("{ \"query\": 1 }", 400, "request.malformed"),
        ("{ \"query\": \"{ __typename }\", \"variables\": [] }", 400, "request.malformed"),
        ("\"x\"", 400, "request.malformed"),
        ("[{ \"query\": \"{ __typename }\" }]", 400, "graphql.batch_refused"),
    ] {
        refused(&post(&site, &[modern], body.as_bytes()), code);
        let answer = post(&site, &[legacy], body.as_bytes());
        assert_eq!(answer.status, legacy_status, "{body}");
        assert_eq!(answer.json().get("data"), None, "{body}");
    }
    let by_get = site.get("/graphql?query=%7B__typename%7D&variables=%7B%7D");
    assert_eq!(by_get.ok()["data"], json!({ "__typename": "Query" }));
    let mutation = site.get("/graphql?query=mutation%7B__typename%7D");
    assert_eq!((mutation.status, mutation.header("allow")), (405, Some("POST")));
    assert_eq!(site.get("/graphql").status, 400);
    site.get("/graphql?query=%7B__typename%7D&x=1").blames("x", "parameter.unknown");
}
