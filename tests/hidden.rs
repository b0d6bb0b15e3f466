//! Requests for hidden articles take the same number of SQL statements as for articles that do not exist.

use serde_json::{Value, json};

use crate::support::{Answer, Site, on_each_database, people::Person, writing::Api};

/// Requests that a contributor can send about an article. The response for a hidden article must be the same
/// as for one that does not exist.
const TRIES: [&str; 15] = [
    "query($id: ID!) { manuscript(id: $id, revision: 1) { headline } }",
    "query($id: ID!) { manuscript(id: $id) { headline } }",
    "query($id: ID!) { manuscript(id: $id) { revisions(first: 2) { nodes { number } } } }",
    "query($id: ID!) { compareRevisions(id: $id, from: 1, to: 1) { from } }",
    "mutation($id: ID!) { updateArticle(input: { id: $id, expectedRevision: 1, headline: \"New\" }) { article { id } } }",
    "mutation($id: ID!) { submitArticle(input: { id: $id, expectedRevision: 1 }) { article { id } } }",
    "mutation($id: ID!) { sendBackArticle(input: { id: $id, expectedRevision: 1 }) { article { id } } }",
    "mutation($id: ID!) { publishArticle(input: { id: $id, expectedRevision: 1 }) { article { id } } }",
    "mutation($id: ID!) { unpublishArticle(input: { id: $id, expectedRevision: 1 }) { article { id } } }",
    "mutation($id: ID!) { restoreArticle(input: { id: $id, expectedRevision: 1 }) { article { id } } }",
    "mutation($id: ID!) { trashArticle(input: { id: $id, expectedRevision: 1 }) { done } }",
    "mutation($id: ID!) { purgeArticle(input: { id: $id, expectedRevision: 1 }) { done } }",
    "mutation($id: ID!) { restoreRevision(input: { id: $id, expectedRevision: 1, revision: 1 }) { article { id } } }",
    "mutation($id: ID!) { createPreviewToken(input: { id: $id }) { token } }",
    "mutation($id: ID!) { createArticle(input: { headline: \"Mine\", translationOf: $id }) { article { id } } }",
];

fn ask(who: &Person<'_>, query: &str, id: &str) -> Answer {
    who.send("POST", "/graphql", &json!({ "query": query, "variables": { "id": id } }))
}

/// Returns the data and errors of a response, without the id or slug that was requested.
fn said(answer: &Answer, id: &str) -> String {
    let answer = answer.json();
    json!([answer["data"], answer["errors"]]).to_string().replace(id, "…")
}

on_each_database! {
    fn a_hidden_article_takes_as_many_statements_as_a_missing_one(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for role in ["contributor", "author"] {
            let other = site.sign_in_as(&format!("{role}@example.com"), role);
            // The server caches the verified token.
            other.get("/v1/me").ok();
            let make = |n: u32, published: Option<&str>| {
                let headline = format!("Hidden {role} {n}");
                let made = Api::Rest.create(&editor, json!({ "headline": headline, "body": { "format": "markdown", "source": "Words" } })).expect("made");
                let id = made["id"].as_str().expect("an id").to_owned();
                if let Some(at) = published {
                    let seen = made["newestRevision"].as_u64().or(made["revision"].as_u64()).expect("a revision");
                    Api::Rest.step(&editor, "publish", &id, seen, json!({ "publishedAt": at })).expect("scheduled");
                }
                (id, made["slug"].as_str().expect("a slug").to_owned())
            };
            let hidden = [make(1, None), make(2, Some("2100-01-01T00:00:00Z"))];
            let none = ("article_01h455vb4pex5vsknk084sn02q".to_owned(), "there-is-none".to_owned());
            for query in TRIES {
                for (id, slug) in &hidden {
                    for (name, missing) in [(id, &none.0), (slug, &none.1)] {
                        let [one, other] = [name, missing].map(|name| ask(&other, query, name));
                        assert_eq!(said(&one, name), said(&other, missing), "{role}: {query}");
                        assert!(!said(&one, name).contains("Hidden"), "{role}: {query}");
                        assert_eq!(one.statements(), other.statements(), "{role}: {query} with {name}");
                    }
                }
            }
            let bulk = |name: &str, atomic: bool| {
                let query = "mutation($input: BulkInput!) { updateArticles(input: $input) { results { error { code } } } }";
                let operation = json!({ "article": name, "expectedRevision": 1, "action": "SUBMIT" });
                let input = json!({ "operations": [operation], "atomic": atomic });
                let body = json!({ "query": query, "variables": { "input": input } });
                other.send("POST", "/graphql", &body)
            };
            for (name, missing) in [(&hidden[0].0, &none.0), (&hidden[0].1, &none.1)] {
                for atomic in [true, false] {
                    let [one, other] = [name, missing].map(|name| bulk(name, atomic));
                    assert_eq!(said(&one, name), said(&other, missing));
                    assert_eq!(one.statements(), other.statements(), "many at once: {name}");
                }
            }
            // The hidden article is unchanged.
            let newest: Value = editor.get(&format!("/v1/articles/{}?version=draft", hidden[0].0)).ok();
            assert_eq!(newest["headline"], format!("Hidden {role} 1"));
        }
    }

    fn a_hidden_draft_takes_as_many_statements_as_a_missing_one(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let other = site.sign_in_as("contributor@example.com", "contributor");
        other.get("/v1/me").ok();
        let made = Api::Rest.create(&editor, json!({ "headline": "Hidden" })).expect("made");
        for (query, hidden, missing) in [
            ("query($id: ID!) { article(id: $id, version: DRAFT) { headline } }", made["id"].as_str(), "article_01h455vb4pex5vsknk084sn02q"),
            ("query($id: String!) { article(slug: $id, version: DRAFT) { headline } }", made["slug"].as_str(), "there-is-none"),
        ] {
            let hidden = hidden.expect("a name");
            let [one, two] = [hidden, missing].map(|name| ask(&other, query, name));
            assert_eq!(said(&one, hidden), said(&two, missing), "{query}");
            assert_eq!(one.statements(), two.statements(), "{query}");
        }
    }
}
