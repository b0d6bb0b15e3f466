//! The cost of a GraphQL query is in proportion to the bytes, SQL statements and rows that it takes.

use std::collections::{BTreeMap, VecDeque};

use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_types::BigInt};
use serde_json::{Value, json};

use crate::support::{
    Kind, Site,
    newsroom::{lines, stories},
    on_each_database,
    people::Person,
    site::Answer,
};

/// The introspection query that tools send (`getIntrospectionQuery` of graphql-js, with all options).
const STANDARD: &str = "query IntrospectionQuery { __schema { description queryType { name } mutationType { name } \
    subscriptionType { name } types { ...FullType } directives { name description isRepeatable locations \
    args(includeDeprecated: true) { ...InputValue } } } } \
    fragment FullType on __Type { kind name description specifiedByURL isOneOf fields(includeDeprecated: true) { name \
    description args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason } \
    inputFields(includeDeprecated: true) { ...InputValue } interfaces { ...TypeRef } enumValues(includeDeprecated: true) \
    { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } } \
    fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason } \
    fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name \
    ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } } }";

/// Returns a query of little more than a kilobyte that selects most of the schema fifty times.
fn greedy() -> String {
    let roots: String = (0..50).map(|n| format!("a{n}: __schema {{ ...S }} ")).collect();
    format!(
        "{{ {roots} }} fragment S on __Schema {{ types {{ fields {{ description type {{ description fields {{ \
         description type {{ description ofType {{ description fields {{ description }} }} }} }} }} }} }} }}"
    )
}

fn post(site: &Site, query: &str) -> Answer {
    let body = json!({ "query": query }).to_string();
    site.send("POST", "/graphql", &[("content-type", "application/json")], Some(body.as_bytes()))
}

#[test]
fn introspection_costs_what_it_returns() {
    let site = Site::empty(Kind::Sqlite);
    let standard = post(&site, STANDARD);
    let answer = standard.ok();
    assert!(answer["errors"].is_null(), "{}", answer["errors"]);
    let fields = fields_of(&answer["data"]["__schema"]);
    let cost = &answer["extensions"]["cost"];
    let (counted, limit) = (
        cost["introspection"].as_u64().expect("a figure"),
        cost["introspectionLimit"].as_u64().expect("a limit"),
    );
    assert_eq!(counted, fields, "{cost}");
    assert!(counted * 2 < limit, "tools may go on asking while the schema grows: {cost}");
    assert_eq!(post(&site, STANDARD).bytes, standard.bytes, "the same text each time");

    let refused = post(&site, &greedy()).ok();
    assert!(refused.get("data").is_none());
    let error = &refused["errors"][0]["extensions"];
    assert_eq!((&error["code"], &error["limit"]), (&json!("graphql.too_costly"), &json!(limit)), "{refused}");
    assert!(error["cost"].as_u64() > Some(limit), "{refused}");
    let by_get = site.get(&format!("/graphql?query={}", encoded(&greedy())));
    assert_eq!(by_get.ok()["errors"][0]["extensions"]["code"], "graphql.too_costly");

    // Introspection is also counted beside data, and behind fragments, aliases and variables.
    for (query, fields) in [
        ("{ site { title } a: __schema { ...S } } fragment S on __Schema { queryType { b: name } }", 2),
        ("{ __type(name: \"Nothing\") { name } }", 0),
        ("{ __type(name: \"TagType\") { enumValues { name } } }", 9),
        ("query($n: String = \"TagType\") { __type(name: $n) { enumValues { name } } }", 9),
    ] {
        let answer = post(&site, query).ok();
        assert!(answer["errors"].is_null(), "{answer}");
        let figure = answer["extensions"]["cost"]["introspection"].as_u64().unwrap_or_default();
        assert_eq!(figure, fields, "{query}: {answer}");
    }
}

/// Returns the number of fields in all objects of a response.
fn fields_of(value: &Value) -> u64 {
    match value {
        Value::Object(fields) => fields.values().map(|value| 1 + fields_of(value)).sum(),
        Value::Array(items) => items.iter().map(fields_of).sum(),
        _ => 0,
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Maximum bytes of a response for one unit of cost.
const BYTES_A_UNIT: u64 = 2_500;
/// Maximum SQL statements for one unit of cost.
const STATEMENTS_A_UNIT: u64 = 5;
/// Bytes of any response besides its data.
const FRAME: u64 = 600;

/// Returns a newsroom with texts and lists as long as in large newsrooms.
fn newsroom() -> Vec<Value> {
    let words = "Words that fill a story. ".repeat(20);
    let body: String = (0..24).map(|n| format!("<h2>Part {n}</h2><p>{words}</p>")).collect();
    let mut lines: Vec<Value> = (0..8)
        .map(|n| json!({ "type": "tag", "id": format!("tag-{n}"), "name": format!("Tag {n}"), "description": words, "parent": (n > 0).then(|| format!("tag-{}", n - 1)) }))
        .collect();
    lines.extend((0..3).map(|n| {
        json!({ "type": "author", "id": format!("author-{n}"), "name": format!("Author {n}"), "bio": words, "photo": "photo",
                "links": (0..5).map(|n| json!({ "label": format!("Link {n}"), "url": format!("https://example.com/{n}") })).collect::<Vec<_>>() })
    }));
    lines.push(json!({ "type": "section", "id": "world", "name": "World", "description": words }));
    lines.push(json!({ "type": "section", "id": "asia", "name": "Asia", "parent": "world" }));
    lines.push(json!({ "type": "media", "id": "photo", "kind": "image", "url": "https://example.com/a.jpg", "mimeType": "image/jpeg", "width": 1600, "height": 900,
        "alt": words, "caption": words, "credit": "P", "rights": "R",
        "renditions": (1..6).map(|n| json!({ "url": format!("https://example.com/a-{n}.jpg"), "width": n * 100, "height": n * 50 })).collect::<Vec<_>>() }));
    lines.extend((0..40).map(|n| {
        json!({ "id": format!("s{n}"), "slug": format!("s{n}"), "headline": format!("Story {n}"), "standfirst": words, "body": body,
                "publishedAt": format!("2025-01-{:02}T00:00:00Z", 1 + n % 28), "section": "asia", "leadMedia": "photo", "commentsOpen": true,
                "tags": (0..8).map(|n| format!("tag-{n}")).collect::<Vec<_>>(), "authors": ["author-0", "author-1", "author-2"],
                "aliasPaths": [format!("/old/{n}")], "seo": { "title": "T", "description": words, "image": "photo" },
                "corrections": [{ "at": "2025-06-02T00:00:00Z", "text": words, "kind": "correction" }] })
    }));
    lines.extend(["de", "fr", "es"].map(|language| {
        json!({ "id": language, "headline": language, "publishedAt": "2025-01-01T00:00:00Z", "language": language, "translationOf": "s0" })
    }));
    lines.extend((0..30).map(|n| {
        json!({ "type": "comment", "id": format!("c{n}"), "article": "s0", "parent": (n % 3 > 0).then(|| format!("c{}", n - n % 3)),
                "authorName": "A reader", "body": words, "createdAt": "2025-12-01T01:00:00Z" })
    }));
    lines.push(json!({ "type": "collection", "id": "front", "title": "Front", "description": words,
        "articles": (0..30).map(|n| format!("s{n}")).collect::<Vec<_>>() }));
    lines.push(json!({ "type": "site", "title": "The Paper", "tagline": words, "description": words, "logo": "photo",
        "navigation": (0..8).map(|n| json!({ "label": format!("Entry {n}"), "url": "/world", "children": (0..5).map(|n| json!({ "label": format!("{n}"), "url": "/" })).collect::<Vec<_>>() })).collect::<Vec<_>>(),
        "social": (0..5).map(|n| json!({ "network": "mastodon", "url": format!("https://example.social/@{n}"), "label": "Mastodon" })).collect::<Vec<_>>(),
        "placements": (0..5).map(|n| json!({ "key": format!("place-{n}"), "label": "Advertisement", "html": words })).collect::<Vec<_>>() }));
    lines
}

/// Returns the arguments that a field requires.
fn arguments(person: &Person<'_>, parent: &str, field: &str) -> Option<String> {
    let id = |path: &str| person.get(path).ok()["id"].as_str().expect("an id").to_owned();
    Some(match (parent, field) {
        ("Query", "article") => "(slug: \"s0\")".to_owned(),
        ("Query", "manuscript") => format!("(id: \"{}\")", id("/v1/articles/s0")),
        ("Query", "tag") => "(slug: \"tag-7\")".to_owned(),
        ("Query", "section") => "(slug: \"asia\")".to_owned(),
        ("Query", "author") => "(slug: \"author-0\")".to_owned(),
        ("Query", "collection") => "(slug: \"front\")".to_owned(),
        ("Query", "resolve") => "(path: \"/old/0\")".to_owned(),
        ("Query", "node") => format!("(id: \"{}\")", id("/v1/articles/s0")),
        ("Query", "nodes") => format!("(ids: [\"{}\"])", id("/v1/articles/s0")),
        ("Query", "user" | "apiKeys") => {
            format!("({}: \"{}\")", if field == "user" { "id" } else { "user" }, id("/v1/me"))
        }
        ("Query", "compareRevisions") => format!("(id: \"{}\", from: 1, to: 2)", id("/v1/articles/s0")),
        _ => return None,
    })
}

/// The types of the schema, by name.
struct Types(BTreeMap<String, Value>);

impl Types {
    fn of(site: &Site) -> Self {
        let schema = post(site, STANDARD).ok()["data"]["__schema"].clone();
        let types = schema["types"].as_array().expect("types");
        Self(
            types.iter().map(|one| (one["name"].as_str().expect("a name").to_owned(), one.clone())).collect(),
        )
    }

    fn fields(&self, name: &str) -> Vec<Value> {
        self.0[name]["fields"].as_array().cloned().unwrap_or_default()
    }

    /// Returns the named type inside lists and non-null types.
    fn named(reference: &Value) -> &str {
        match reference["name"].as_str() {
            Some(name) => name,
            None => Self::named(&reference["ofType"]),
        }
    }

    fn is_composite(&self, name: &str) -> bool {
        ["OBJECT", "INTERFACE", "UNION"].contains(&self.0[name]["kind"].as_str().expect("a kind"))
    }
}

on_each_database! {
    fn every_field_costs_enough(kind) {
        let site = Site::with(kind, &newsroom());
        let admin = site.sign_in_as("admin@example.com", "admin");
        admin.send_if_match("PATCH", "/v1/articles/s0", Some("\"1\""), &json!({ "kicker": "K" })).ok();
        let types = Types::of(&site);
        let mut paths: VecDeque<(String, Vec<String>)> = VecDeque::from([("Query".to_owned(), Vec::new())]);
        let mut seen = vec!["Query".to_owned()];
        let mut measured = 0;
        let mut too_cheap = Vec::new();
        while let Some((parent, path)) = paths.pop_front() {
            if types.0[&parent]["kind"] != "OBJECT" {
                for one in types.0[&parent]["possibleTypes"].as_array().expect("types") {
                    let name = one["name"].as_str().expect("a name").to_owned();
                    if !seen.contains(&name) {
                        seen.push(name.clone());
                        let on = [path.clone(), vec![format!("... on {name}")]].concat();
                        paths.push_back((name, on));
                    }
                }
                continue;
            }
            for field in types.fields(&parent) {
                let name = field["name"].as_str().expect("a name");
                let of = Types::named(&field["type"]).to_owned();
                let asked = format!("{name}{}", arguments(&admin, &parent, name).unwrap_or_default());
                let composite = types.is_composite(&of);
                let leaf = format!("{asked}{}", if composite { " { __typename }" } else { "" });
                let query = path.iter().rev().fold(leaf, |inner, outer| format!("{outer} {{ {inner} }}"));
                let query = format!("{{ {query} }}");
                let authorization = format!("Bearer {}", admin.access_token());
                let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
                let answer = site.send("POST", "/graphql", &headers, Some(json!({ "query": query }).to_string().as_bytes()));
                let response = answer.ok();
                assert!(response["errors"].is_null(), "{query}: {response}");
                let cost = response["extensions"]["cost"]["requested"].as_u64().expect("a figure");
                let bytes = (answer.bytes.len() as u64).saturating_sub(FRAME);
                let statements = u64::from(answer.statements());
                if bytes > cost * BYTES_A_UNIT || statements > (cost + 1) * STATEMENTS_A_UNIT {
                    too_cheap.push(format!("{query}: {cost} for {bytes} bytes and {statements} statements"));
                }
                measured += 1;
                if composite && !seen.contains(&of) {
                    seen.push(of.clone());
                    paths.push_back((of, [path.clone(), vec![asked]].concat()));
                }
            }
        }
        assert!(measured > 150, "{measured}");
        assert_eq!(too_cheap, Vec::<String>::new());
    }
}

/// Maximum rows and index entries that are read for one unit of cost.
const ROWS_A_UNIT: i64 = 10;
/// Rows and index entries that any request may read in addition.
const ROWS_OF_ANY: i64 = 100;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Returns the number of rows and index entries that PostgreSQL has read.
///
/// A backend reports its statistics when it ends, so this function terminates all other backends first.
fn rows_read(site: &Site) -> i64 {
    let mut conn = PgConnection::establish(&site.database.url).expect("connects");
    let mut count =
        |sql: &str| -> i64 { diesel::sql_query(sql).get_result::<Count>(&mut conn).expect("counts").count };
    let others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
    // The server may reconnect in the meantime.
    let ended = (0..100_000)
        .any(|_| count(&format!("SELECT COUNT(pg_terminate_backend(pid)) AS count {others}")) == 0);
    assert!(ended, "connections come back without end");
    count(
        "SELECT (SELECT COALESCE(SUM(seq_tup_read + COALESCE(idx_tup_fetch, 0)), 0) FROM pg_stat_user_tables)::bigint \
         + (SELECT COALESCE(SUM(idx_tup_read), 0) FROM pg_stat_user_indexes)::bigint AS count",
    )
}

#[test]
fn lists_that_read_many_rows_cost_more() {
    let stories = stories(2_000);
    let site = Site::with(Kind::Postgres, &lines(&stories));
    // The planner needs current statistics, as it has in production.
    let mut conn = PgConnection::establish(&site.database.url).expect("connects");
    diesel::sql_query("ANALYZE").execute(&mut conn).expect("analyzes");
    drop(conn);
    let worst = "filter: { tags: { all: [[\"tag-1\", \"tag-2\"]], none: [\"tag-3\"] }, language: \"de\", modifiedAfter: \"2020-01-01T00:00:00Z\" }";
    let (mut dearest, mut too_cheap) = (0, Vec::new());
    for list in ["articles", "tags", "sections", "authors", "collections"] {
        let mut lists = vec![format!("{list}(first: 1)"), format!("{list}(last: 1)")];
        if list == "articles" {
            lists.extend([
                format!("{list}(first: 1, {worst})"),
                format!("{list}(first: 1, sort: HEADLINE_ASC)"),
                format!("{list}(first: 1, sort: MODIFIED_AT_DESC)"),
                format!("{list}(first: 1, sort: MODIFIED_AT_ASC)"),
            ]);
        }
        for asked in lists {
            for part in ["nodes { id }", "totalCount", "estimatedCount"] {
                let query = format!("{{ {asked} {{ {part} }} }}");
                let before = rows_read(&site);
                let answer = post(&site, &query).ok();
                assert!(answer["errors"].is_null(), "{query}: {answer}");
                let rows = rows_read(&site) - before;
                let cost = answer["extensions"]["cost"]["requested"].as_i64().expect("a figure");
                if rows > ROWS_OF_ANY + cost * ROWS_A_UNIT {
                    too_cheap.push(format!("{query}: {cost} for {rows} rows"));
                }
                dearest = dearest.max(rows);
            }
        }
    }
    assert_eq!(too_cheap, Vec::<String>::new());
    assert!(dearest > 500, "the worst walks: {dearest}");
}

#[test]
fn a_page_with_longer_lists_costs_more() {
    let site = Site::with(Kind::Sqlite, &newsroom());
    let cost = |sizes: &str| {
        let query = format!(
            "{{ article(slug: \"s0\") {{ page{sizes} {{ related {{ article {{ id }} }} latest {{ id }} comments {{ id }} }} }} }}"
        );
        post(&site, &query).ok()["extensions"]["cost"]["requested"].as_u64().expect("a figure")
    };
    assert!(cost("(related: 100, latest: 100, comments: 100)") > 5 * (cost("") - 100));
}

#[test]
fn an_answer_is_no_larger_than_its_limit() {
    let long = format!("<p>{}</p>", "Long words. ".repeat(90_000));
    let stories: Vec<Value> = (0..20)
        .map(|n| json!({ "id": format!("s{n}"), "headline": "Long", "publishedAt": "2025-01-01T00:00:00Z", "body": long }))
        .collect();
    let site = Site::with(Kind::Sqlite, &stories);
    let refused = post(&site, "{ articles { nodes { body { html } } } }");
    let answer = refused.ok();
    let error = &answer["errors"][0]["extensions"];
    assert_eq!(
        (&error["code"], &error["limit"]),
        (&json!("graphql.answer_too_large"), &json!(16 * 1024 * 1024)),
        "{error}"
    );
    assert!(refused.bytes.len() < 100_000);
    let few = post(&site, "{ articles(first: 10) { nodes { body { html } } } }");
    assert!(few.ok()["errors"].is_null());
    assert!(few.bytes.len() > 10_000_000);
    // Aliases of the same field make the response longer too.
    let again: String = (0..20).map(|n| format!("a{n}: body {{ html }} ")).collect();
    let refused = post(&site, &format!("{{ articles(first: 1) {{ nodes {{ {again} }} }} }}")).ok();
    assert_eq!(
        refused["errors"][0]["extensions"]["code"], "graphql.answer_too_large",
        "{}",
        refused["errors"]
    );
}

#[test]
fn expensive_queries_do_not_delay_other_requests() {
    let site = Site::with(Kind::Sqlite, &newsroom());
    let greedy = greedy();
    // A query with nearly the maximum cost.
    let dear: String = (0..4).map(|n| format!("a{n}: __schema {{ types {{ name description fields {{ name description args {{ name description }} }} }} }} site {{ title }} ")).collect();
    let dear = format!("{{ {dear} }}");
    std::thread::scope(|scope| {
        for n in 0..32 {
            let (site, query) = (&site, if n % 2 == 0 { &greedy } else { &dear });
            scope.spawn(move || {
                let answer = post(site, query);
                assert!(answer.status == 200 || answer.status == 503, "{}", answer.status);
            });
        }
        for _ in 0..20 {
            site.get("/health/live").ok();
            assert_eq!(site.get("/v1/articles/s0").status, 200);
        }
    });
}
