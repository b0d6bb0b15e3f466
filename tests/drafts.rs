//! Unpublished articles: who can see them, and that nobody else can detect them.

use serde_json::{Value, json};

use crate::support::{
    Site, on_each_database,
    people::Person,
    writing::{Api, id, in_seconds, refused, revision},
};

fn newsroom() -> Vec<Value> {
    vec![
        json!({ "type": "section", "id": "world", "slug": "world", "name": "World" }),
        json!({ "type": "tag", "id": "storm", "slug": "storm", "name": "Storm" }),
        json!({ "type": "tag", "id": "quiet", "slug": "quiet", "name": "Quiet" }),
        json!({ "type": "author", "id": "mara", "slug": "mara", "name": "Mara Lind" }),
        json!({ "id": "seen", "slug": "seen", "headline": "Seen", "publishedAt": "2025-01-01T00:00:00Z",
                "section": "world", "tags": ["storm"], "authors": ["mara"] }),
    ]
}

/// Returns the paths of all reads, including those of articles with these ids and slugs.
fn read_paths(ids: &[String], slugs: &[&str]) -> Vec<String> {
    let mut paths: Vec<String> = [
        "/v1/articles?limit=100&count=exact",
        "/v1/articles?limit=100&sort=headline&count=estimate",
        "/v1/articles?sort=-modifiedAt&limit=100",
        "/v1/articles?tag=storm&count=exact",
        "/v1/articles?tag=quiet&count=exact",
        "/v1/articles?section=world&count=exact",
        "/v1/articles?author=mara&count=exact",
        "/v1/articles?kind=page,article&count=exact",
        "/v1/articles?modifiedAfter=2025-06-01T00:00:00Z&count=exact",
        "/v1/articles?publishedAfter=2025-06-01T00:00:00Z&count=exact",
        "/v1/articles/seen",
        "/v1/articles/seen/related",
        "/v1/articles/seen?include=related,latest,comments,blocks,text",
        "/v1/tags?limit=100",
        "/v1/tags/storm",
        "/v1/tags/quiet",
        "/v1/sections",
        "/v1/sections/world",
        "/v1/authors",
        "/v1/authors/mara",
        "/v1/collections",
        "/v1/collections/front",
        "/v1/site",
        "/reader/",
    ]
    .map(str::to_owned)
    .to_vec();
    for name in ids.iter().map(String::as_str).chain(slugs.iter().copied()) {
        paths.extend([
            format!("/v1/articles/{name}"),
            format!("/v1/articles/{name}?include=related,latest,comments"),
            format!("/v1/articles/{name}/related"),
            format!("/v1/articles/{name}/comments"),
            format!("/v1/articles?tag={name}"),
            format!("/v1/resolve?path=/world/{name}"),
            format!("/v1/resolve?path=/{name}"),
        ]);
    }
    for id in ids {
        paths.extend([format!("/v1/articles?ids={id}"), format!("/v1/articles?exclude={id}&count=exact")]);
    }
    paths.push("/v1/resolve?path=/hidden/alias".to_owned());
    paths
}

/// Returns the same reads as GraphQL queries.
fn queries(ids: &[String], slugs: &[&str]) -> Vec<String> {
    let card = "id slug headline revision modifiedAt related(first: 20) { nodes { id } } translations { id } page { latest { id } related { article { id } } }";
    let mut queries = vec![
        format!("{{ articles(first: 20) {{ totalCount estimatedCount nodes {{ {card} }} }} }}"),
        "{ tags { nodes { slug articleCount articles { totalCount nodes { id } } } } sections { nodes { articleCount articles { nodes { id } } } } authors { nodes { articleCount } } }".to_owned(),
        "{ collection(slug: \"front\") { articles { id } } site { title } }".to_owned(),
        format!("{{ article(slug: \"seen\") {{ {card} }} }}"),
    ];
    for id in ids {
        queries.push(format!("{{ article(id: \"{id}\") {{ id }} node(id: \"{id}\") {{ id }} nodes(ids: [\"{id}\"]) {{ id }} articles(filter: {{ ids: [\"{id}\"] }}) {{ totalCount nodes {{ id }} }} }}"));
    }
    for slug in slugs {
        queries.push(format!(
            "{{ article(slug: \"{slug}\") {{ id }} resolve(path: \"/world/{slug}\") {{ path }} }}"
        ));
    }
    queries
}

/// Returns the responses that an anonymous reader gets, without request ids.
fn told(site: &Site, paths: &[String], queries: &[String]) -> Vec<(String, u16, String, Vec<String>)> {
    let scrub = |answer: &crate::support::Answer| {
        let mut value: Value = serde_json::from_slice(&answer.bytes)
            .unwrap_or_else(|_| json!(String::from_utf8_lossy(&answer.bytes)));
        if let Some(object) = value.as_object_mut() {
            object.remove("requestId");
        }
        let headers = ["etag", "cache-control", "location", "link", "vary"];
        let headers = headers.iter().map(|name| format!("{name}: {:?}", answer.header(name))).collect();
        (answer.status, value.to_string(), headers)
    };
    let mut all = Vec::new();
    for path in paths {
        let (status, text, headers) = scrub(&site.get(path));
        all.push((path.clone(), status, text, headers));
    }
    for query in queries {
        let answer = site.post("/graphql", &json!({ "query": query }));
        let (status, text, headers) = scrub(&answer);
        all.push((query.clone(), status, text, headers));
    }
    all
}

/// Creates articles that readers cannot see, in every status. Returns their ids and slugs.
fn fill_the_desk(editor: &Person<'_>) -> (Vec<String>, Vec<&'static str>) {
    let hidden = |slug: &str, more: Value| {
        let mut article = json!({
            "headline": format!("Hidden {slug}"), "slug": slug, "section": "world", "tags": ["storm", "quiet"], "authors": ["mara"],
            "standfirst": "Hidden.", "body": { "source": "<h2>Hidden</h2><p>Hidden." }, "translationOf": "seen",
        });
        for (name, value) in more.as_object().expect("an object") {
            article[name] = value.clone();
        }
        let made = Api::Rest.create(editor, article).expect("a draft");
        id(&made)
    };
    let slugs = ["h-draft", "h-review", "h-later", "h-archived", "h-trashed", "h-over"];
    let ids: Vec<String> = slugs
        .iter()
        .map(|slug| match *slug {
            "h-draft" => hidden(slug, json!({ "aliasPaths": ["/hidden/alias"], "relatedPins": ["seen"] })),
            "h-over" => {
                hidden(slug, json!({ "publishedAt": "2025-01-01T00:00:00Z", "expiresAt": in_seconds(1) }))
            }
            _ => hidden(slug, json!({})),
        })
        .collect();
    Api::Rest.step(editor, "submit", &ids[1], 1, json!({})).expect("handed in");
    Api::Rest
        .step(editor, "publish", &ids[2], 1, json!({ "publishedAt": "2999-01-01T00:00:00Z" }))
        .expect("scheduled");
    Api::Rest.step(editor, "archive", &ids[3], 1, json!({})).expect("archived");
    Api::Rest.trash(editor, &ids[4], 1).expect("thrown away");
    Api::Rest.step(editor, "publish", &ids[5], 1, json!({})).expect("published");
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    (ids, slugs.to_vec())
}

on_each_database! {
    fn anonymous_readers_cannot_detect_unpublished_articles(kind) {
        let site = Site::with(kind, &newsroom());
        let editor = site.sign_in_as("editor@example.com", "editor");
        assert_eq!(editor.send("POST", "/v1/collections", &json!({ "title": "Front", "articles": ["seen"] })).status, 201);
        let nobody = ["article_01h455vb4pex5vsknk084sn02q".to_owned()];
        let (empty, none) = (told(&site, &read_paths(&[], &[]), &queries(&[], &[])), told(&site, &read_paths(&nobody, &["nothing-here"]), &queries(&nobody, &["nothing-here"])));

        let (ids, slugs) = fill_the_desk(&editor);
        let seen = site.get("/v1/articles/seen").ok()["id"].as_str().expect("an id").to_owned();
        Api::Rest.update(&editor, &seen, 1, json!({ "headline": "Hidden headline", "slug": "hidden-slug", "tags": ["quiet"], "relatedPins": [ids[0]] })).expect("a newer draft");
        editor.send("PATCH", "/v1/collections/front", &json!({ "articles": [ids[0], "seen", ids[2]] })).ok();

        // Responses to requests that name no hidden article have the same bytes and ETag as before.
        for (now, before) in told(&site, &read_paths(&[], &[]), &queries(&[], &[])).iter().zip(&empty) {
            assert_eq!(now, before);
        }

        // Requests that name a hidden article get the same response as for an article that does not exist.
        for (n, slug) in slugs.iter().copied().chain(["hidden-slug"]).enumerate() {
            let id = ids.get(n).cloned().unwrap_or_else(|| nobody[0].clone());
            let answers = told(&site, &read_paths(std::slice::from_ref(&id), &[slug]), &queries(std::slice::from_ref(&id), &[slug]));
            for (given, nothing) in answers.iter().zip(&none) {
                let anonymous = |text: &str| text.replace(&id, &nobody[0]).replace(&format!("\"{slug}\""), "\"nothing-here\"").replace(&format!("/{slug}"), "/nothing-here");
                assert_eq!((given.1, anonymous(&given.2), &given.3), (nothing.1, anonymous(&nothing.2), &nothing.3), "{}", given.0);
            }
            assert!(!answers.iter().any(|(_, _, text, _)| text.contains("Hidden")), "{slug}");
        }

        // Reads for writers require signing in, and invalid preview tokens are refused.
        for (n, id) in ids.iter().enumerate() {
            for path in [format!("/v1/articles/{id}?version=draft"), format!("/v1/articles/{id}/revisions"), format!("/v1/articles/{id}/revisions/latest"), "/v1/articles?status=draft".to_owned(), "/v1/articles?mine=true".to_owned()] {
                site.get(&path).problem(401, "access.sign_in");
            }
            site.get(&format!("/v1/articles/{id}?preview=x.y.z")).problem(403, "preview.worthless");
            site.get(&format!("/v1/articles/{}?preview=x.y.z", slugs[n])).problem(403, "preview.worthless");
            let asked = site.graphql("query($id: ID!) { article(id: $id, version: DRAFT) { id } }", json!({ "id": id }));
            assert_eq!(asked["errors"][0]["extensions"]["code"], "access.sign_in");
            let asked = site.graphql("query($id: ID!) { manuscript(id: $id) { id } }", json!({ "id": id }));
            assert_eq!(asked["errors"][0]["extensions"]["code"], "access.sign_in");
        }
    }

    fn hidden_and_missing_articles_take_the_same_number_of_statements(kind) {
        let site = Site::with(kind, &newsroom());
        let editor = site.sign_in_as("editor@example.com", "editor");
        let reporter = site.sign_in_as("reporter@example.com", "contributor");
        let (ids, slugs) = fill_the_desk(&editor);
        let statements = |field: &str| {
            let answer = site.post("/graphql", &json!({ "query": format!("{{ {field} {{ __typename }} }}") }));
            assert!(answer.json()["data"].as_object().is_some_and(|data| data.values().all(Value::is_null)), "{}", answer.json());
            answer.statements()
        };
        let nobody = "article_01h455vb4pex5vsknk084sn02q";
        for (id, slug) in ids.iter().zip(&slugs).filter(|(_, slug)| **slug != "h-over") {
            for (hidden, nothing) in [
                (format!("article(id: \"{id}\")"), format!("article(id: \"{nobody}\")")),
                (format!("node(id: \"{id}\")"), format!("node(id: \"{nobody}\")")),
                (format!("article(slug: \"{slug}\")"), "article(slug: \"nothing-here\")".to_owned()),
                (format!("resolve(path: \"/world/{slug}\")"), "resolve(path: \"/world/nothing-here\")".to_owned()),
            ] {
                // Warm the cache, so that both requests take the same statements.
                statements(&nothing);
                assert_eq!(statements(&hidden), statements(&nothing), "{hidden}");
            }
        }
        for path in [format!("/v1/articles/{}?version=draft", ids[0]), format!("/v1/articles/{}/revisions", ids[0])] {
            reporter.get(&path).problem(404, "article.not_found");
            reporter.get(&path.replace(&ids[0], nobody)).problem(404, "article.not_found");
        }
    }

    fn writers_read_drafts_and_the_desk(kind) {
        let site = Site::with(kind, &newsroom());
        let editor = site.sign_in_as("editor@example.com", "editor");
        let reporter = site.sign_in_as("reporter@example.com", "contributor");
        let own = id(&Api::Rest.create(&reporter, json!({
            "headline": "Own", "section": "world", "tags": ["storm"], "authors": ["mara"], "body": { "format": "markdown", "source": "## A\n\nb" },
        })).expect("a draft"));
        let (ids, _) = fill_the_desk(&editor);

        let draft = reporter.get(&format!("/v1/articles/{own}?version=draft&include=blocks,latest"));
        assert_eq!(draft.header("cache-control"), Some("private, no-store"));
        let draft = draft.ok();
        assert_eq!((&draft["status"], &draft["headline"], &draft["byline"]), (&json!("draft"), &json!("Own"), &json!("Mara Lind")));
        assert_eq!((&draft["section"]["name"], &draft["tags"][0]["slug"]), (&json!("World"), &json!("storm")));
        assert_eq!((&draft["body"]["toc"][0]["text"], &draft["body"]["blocks"][1]["html"]), (&json!("A"), &json!("<p>b</p>")));
        assert_eq!((&draft["publishedAt"], &draft["latest"][0]["slug"]), (&draft["modifiedAt"], &json!("seen")));
        let asked = reporter.graphql(
            "query($id: ID!) { article(id: $id, version: DRAFT) { status headline byline section { name } publishedAt body { html toc { text } text } related(first: 3) { nodes { slug } } page { latest { slug } } } }",
            json!({ "id": own }),
        );
        let same = &asked["data"]["article"];
        assert_eq!((&same["status"], &same["byline"], &same["body"]["toc"][0]["text"], &same["body"]["text"]), (&json!("DRAFT"), &json!("Mara Lind"), &json!("A"), &json!("A\n\nb")), "{asked}");
        assert_eq!(same["publishedAt"], draft["publishedAt"]);

        // Without `version`, the published revision is returned.
        let seen = site.get("/v1/articles/seen").ok()["id"].as_str().expect("an id").to_owned();
        Api::Rest.update(&editor, &seen, 1, json!({ "headline": "Newer" })).expect("a newer draft");
        assert_eq!(editor.get("/v1/articles/seen").ok()["headline"], "Seen");
        assert_eq!(editor.get("/v1/articles/seen?version=published").ok()["headline"], "Seen");
        let newer = editor.get("/v1/articles/seen?version=draft").ok();
        assert_eq!((&newer["headline"], &newer["revision"], &newer["status"]), (&json!("Newer"), &json!(2), &json!("draft")));

        // The desk, filtered by status.
        let on_the_desk = |who: &Person<'_>, query: &str| -> Vec<String> {
            let list = who.get(&format!("/v1/articles?{query}")).ok();
            list["data"].as_array().expect("articles").iter().map(|one| one["slug"].as_str().expect("a slug").to_owned()).collect()
        };
        assert_eq!(on_the_desk(&editor, "status=in_review"), ["h-review"]);
        assert_eq!(on_the_desk(&editor, "status=scheduled"), ["h-later"]);
        assert_eq!(on_the_desk(&editor, "status=trashed,archived"), ["h-trashed", "h-archived"], "what was changed last first");
        assert_eq!(on_the_desk(&editor, "status=published"), ["h-over"], "its newest revision is");
        assert_eq!(on_the_desk(&editor, "status=draft&fields=slug"), ["newer", "h-draft", "own"].map(|slug| if slug == "newer" { "seen" } else { slug }));
        assert_eq!(on_the_desk(&editor, "mine=true&limit=100").len(), 6);
        assert_eq!(on_the_desk(&reporter, "status=draft"), ["own"], "a contributor's own alone");
        assert_eq!(on_the_desk(&reporter, "status=draft,in_review,scheduled,published,archived,trashed"), ["own"]);
        let mut walked = Vec::new();
        let mut after = String::new();
        loop {
            let list = editor.get(&format!("/v1/articles?status=draft,in_review,scheduled,published,archived,trashed&limit=3&count=exact{after}")).ok();
            assert_eq!(list["page"]["total"], 8);
            walked.extend(list["data"].as_array().expect("articles").iter().map(|one| one["id"].as_str().expect("an id").to_owned()));
            match list["page"]["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        let mut all = ids;
        all.extend([own, seen]);
        all.sort();
        let mut sorted = walked.clone();
        sorted.sort();
        assert_eq!(sorted, all, "each once");
        let asked = editor.graphql("{ articles(first: 10, filter: { status: [IN_REVIEW, DRAFT] }) { totalCount nodes { slug status body { html } } } }", json!({}));
        let nodes = asked["data"]["articles"]["nodes"].as_array().expect("articles");
        assert_eq!((nodes.len(), &asked["data"]["articles"]["totalCount"]), (4, &json!(4)), "{asked}");
        assert!(nodes.iter().any(|one| one["body"]["html"].as_str().is_some_and(|html| html.contains("Hidden"))));
        editor.get("/v1/articles?status=draft&language=en").blames("language", "status.combined");
        editor.get("/v1/articles?mine=true&sort=headline").blames("sort", "status.combined");
        editor.get("/v1/articles?status=new").blames("status", "status.unknown");
        editor.get("/v1/articles/seen?version=new").blames("version", "version.unknown");
    }

    fn a_preview_token_shows_one_revision_until_it_expires(kind) {
        let site = Site::with(kind, &newsroom());
        let editor = site.sign_in_as("editor@example.com", "editor");
        let one = id(&Api::Rest.create(&editor, json!({ "headline": "One", "body": { "source": "<p>First" }, "access": "paid" })).expect("a draft"));
        let two = id(&Api::Rest.create(&editor, json!({ "headline": "Two" })).expect("a draft"));
        let made = editor.send("POST", &format!("/v1/articles/{one}/preview-tokens"), &json!({}));
        assert_eq!((made.status, made.header("cache-control")), (201, Some("private, no-store")));
        let made = made.json();
        assert_eq!((&made["article"], &made["revision"]), (&json!(one), &json!(1)));
        let token = made["token"].as_str().expect("a token").to_owned();
        Api::Rest.update(&editor, &one, 1, json!({ "headline": "One, later", "slug": "later" })).expect("changed");

        for name in [one.as_str(), "later"] {
            let shown = site.get(&format!("/v1/articles/{name}?preview={token}"));
            assert_eq!(shown.header("cache-control"), Some("private, no-store"));
            let shown = shown.ok();
            assert_eq!((&shown["headline"], &shown["revision"], &shown["body"]["html"]), (&json!("One"), &json!(1), &json!("<p>First</p>")), "that revision, whole");
        }
        let query = "query($id: ID!, $token: String!) { article(id: $id, preview: $token) { headline body { html } } }";
        for asked in [
            site.post("/graphql", &json!({ "query": query, "variables": { "id": one, "token": token } })),
            site.get(&format!("/graphql?query={}&variables={}", urlencode(query), urlencode(&json!({ "id": one, "token": token }).to_string()))),
        ] {
            assert_eq!(asked.header("cache-control"), Some("private, no-store"));
            assert_eq!(asked.json()["data"]["article"]["body"]["html"], "<p>First</p>", "{}", asked.json());
        }

        // A preview token is refused for other articles and other requests.
        site.get(&format!("/v1/articles/{two}?preview={token}")).problem(403, "preview.worthless");
        site.get(&format!("/v1/articles/seen?preview={token}")).problem(403, "preview.worthless");
        site.get(&format!("/v1/articles/{one}/related?preview={token}")).problem(400, "request.invalid");
        site.get_with("/v1/me", &[("authorization", &format!("Bearer {token}"))]).problem(401, "token.worthless");
        site.get(&format!("/v1/articles/{one}?preview={}", editor.access_token())).problem(403, "preview.worthless");
        site.get(&format!("/v1/articles/{one}?preview={token}&version=draft")).blames("preview", "preview.combined");
        let mut parts: Vec<&str> = token.split('.').collect();
        parts[2] = "AAAA";
        site.get(&format!("/v1/articles/{one}?preview={}", parts.join("."))).problem(403, "preview.worthless");
        let asked = site.graphql(query, json!({ "id": two, "token": token }));
        assert_eq!(asked["errors"][0]["extensions"]["code"], "preview.worthless");

        // A preview token lasts from one minute to one week, and needs an existing revision.
        for seconds in [59, 604_801] {
            let refusal = editor.send("POST", &format!("/v1/articles/{one}/preview-tokens"), &json!({ "expiresIn": seconds })).problem(400, "request.invalid");
            assert_eq!(refusal["errors"][0]["pointer"], "/expiresIn");
        }
        editor.send("POST", &format!("/v1/articles/{one}/preview-tokens"), &json!({ "revision": 9 })).problem(404, "revision.not_found");
        let asked = editor.graphql("mutation($id: ID!) { createPreviewToken(input: { id: $id, revision: 2, expiresIn: 60 }) { token revision expiresAt } }", json!({ "id": one }));
        let newer = &asked["data"]["createPreviewToken"];
        assert_eq!(newer["revision"], 2, "{asked}");
        assert_eq!(site.get(&format!("/v1/articles/{one}?preview={}", newer["token"].as_str().expect("a token"))).ok()["headline"], "One, later");
        Api::Rest.trash(&editor, &one, 2).expect("thrown away");
        site.get(&format!("/v1/articles/{one}?preview={token}")).problem(403, "preview.worthless");
    }

    fn published_revisions_survive_export_and_reindex(kind) {
        let site = Site::with(kind, &newsroom());
        let editor = site.sign_in_as("editor@example.com", "editor");
        let id = id(&Api::Rest.create(&editor, json!({ "headline": "Shown", "body": { "source": "<p>Shown" }, "section": "world" })).expect("a draft"));
        Api::Rest.step(&editor, "publish", &id, 1, json!({})).expect("published");
        let now = Api::Rest.update(&editor, &id, 2, json!({ "headline": "Newer", "slug": "newer", "body": { "source": "<p>Newer" } })).expect("a newer draft");
        assert_eq!(revision(&now), 3);
        let before = site.get("/v1/articles/shown").ok();
        assert!(site.command(&["reindex"]).status.success());
        assert_eq!(site.get("/v1/articles/shown").ok(), before);

        let export = site.export();
        let copy = Site::empty(kind.other());
        let (_, report) = copy.import_text("copy", export.as_bytes());
        assert_eq!(report["skipped"], json!([]), "{report}");
        assert_eq!(copy.get("/v1/articles/shown").ok()["body"], before["body"]);
        assert_eq!(copy.get("/v1/articles/shown").ok()["revision"], 2);
        copy.get("/v1/articles/newer").problem(404, "article.not_found");
        assert_eq!(copy.export(), export, "drafts included");
        let there = copy.sign_in_as("editor@example.com", "editor");
        let draft = Api::Rest.manuscript(&there, &id).expect("the draft");
        assert_eq!((&draft["headline"], &draft["slug"], revision(&draft), &draft["publishedRevision"]), (&json!("Newer"), &json!("newer"), 3, &json!(2)));
        let (_, report) = copy.import_text("copy", export.as_bytes());
        assert_eq!(report["counts"]["article"]["unchanged"], 2, "{report}");
        refused(Api::Rest.update(&there, &id, 2, json!({ "kicker": "K" })), 412, "article.changed_meanwhile");
    }
}

fn urlencode(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
