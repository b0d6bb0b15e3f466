//! Creating, changing and removing tags, sections and authors.

use serde_json::{Value, json};

use crate::support::{Site, on_each_database};

const TAG: &str = "id slug name type description parent { id slug name } articleCount";

fn story(n: u32) -> Value {
    json!({ "id": format!("s{n}"), "slug": format!("s{n}"), "headline": format!("S{n}"), "publishedAt": "2025-01-01T00:00:00Z",
            "section": "World", "tags": ["Storm"], "authors": ["Rosa Ek"] })
}

/// Returns a request of each use case, for both APIs.
fn attempts(key: &str) -> Vec<(&'static str, String, Value, String)> {
    let mut all = Vec::new();
    for (role, plural) in [("tag", "tags"), ("section", "sections"), ("author", "authors")] {
        let name = format!("{}{}", role[..1].to_uppercase(), &role[1..]);
        all.push((
            "POST",
            format!("/v1/{plural}"),
            json!({ "name": "New" }),
            format!("mutation {{ create{name}(input: {{ name: \"New\" }}) {{ {role} {{ id }} }} }}"),
        ));
        all.push((
            "PATCH",
            format!("/v1/{plural}/{key}"),
            json!({ "name": "New" }),
            format!(
                "mutation {{ update{name}(input: {{ id: \"{key}\", expectedRevision: 1, name: \"New\" }}) {{ {role} {{ id }} }} }}"
            ),
        ));
        all.push((
            "DELETE",
            format!("/v1/{plural}/{key}"),
            Value::Null,
            format!(
                "mutation {{ remove{name}(input: {{ id: \"{key}\", expectedRevision: 1 }}) {{ done }} }}"
            ),
        ));
    }
    all
}

on_each_database! {
    fn only_editors_change_terms(kind) {
        let site = Site::with(kind, &[story(1)]);
        for role in ["contributor", "author"] {
            let person = site.sign_in_as(&format!("{role}@example.com"), role);
            for key in ["storm", "nothing"] {
                for (method, path, body, mutation) in attempts(key) {
                    person.send(method, &path, &body).problem(403, "access.denied");
                    let asked = person.graphql(&mutation, json!({}));
                    assert_eq!(asked["errors"][0]["extensions"]["code"], "access.denied", "{mutation}: {asked}");
                }
            }
        }
        for (method, path, body, mutation) in attempts("storm") {
            let headers = [("content-type", "application/json")];
            site.send(method, &path, &headers, Some(body.to_string().as_bytes())).problem(401, "access.sign_in");
            assert_eq!(site.graphql(&mutation, json!({}))["errors"][0]["extensions"]["code"], "access.sign_in", "{mutation}");
        }
        assert_eq!(site.get("/v1/tags?count=exact").ok()["page"]["total"], 1);
    }

    fn readers_see_terms_that_an_editor_creates(kind) {
        let site = Site::with(kind, &[story(1)]);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let made = editor.send("POST", "/v1/tags", &json!({ "name": " Flood ", "description": "Water.", "type": "event", "parent": "storm" }));
        assert_eq!(made.status, 201, "{}", String::from_utf8_lossy(&made.bytes));
        let flood = site.get(made.header("location").expect("an address")).ok();
        assert_eq!(flood["slug"], "flood");
        assert_eq!(made.json(), flood);
        assert_eq!((&flood["name"], &flood["type"], &flood["parent"]["slug"]), (&json!("Flood"), &json!("event"), &json!("storm")));

        let asked = editor.graphql(
            &format!("mutation {{ createTag(input: {{ name: \"Flood\", slug: \"flood-2\", type: PLACE }}) {{ tag {{ {TAG} }} }} }}"), json!({}));
        assert_eq!(asked["data"]["createTag"]["tag"]["slug"], "flood-2", "{asked}");
        let asked = editor.graphql(
            &format!("mutation {{ updateTag(input: {{ id: \"flood-2\", expectedRevision: 1, description: \"More.\", parent: \"flood\" }}) {{ tag {{ {TAG} }} }} }}"), json!({}));
        assert_eq!(asked["data"]["updateTag"]["tag"]["parent"]["slug"], "flood", "{asked}");
        assert_eq!(editor.send("PATCH", "/v1/tags/flood-2", &json!({ "description": null, "parent": null })).status, 200);
        let second = site.get("/v1/tags/flood-2").ok();
        assert_eq!((&second["description"], &second["parent"], &second["type"]), (&Value::Null, &Value::Null, &json!("place")));

        let rosa = editor.send("PATCH", "/v1/authors/rosa-ek", &json!({ "bio": "Writes.", "links": [{ "label": "Web", "url": "https://example.com/rosa" }] })).ok();
        assert_eq!((&rosa["bio"], &rosa["links"][0]["label"], &rosa["articleCount"]), (&json!("Writes."), &json!("Web"), &json!(1)));
        assert_eq!(site.get("/v1/articles/s1").ok()["authors"][0]["bio"], "Writes.", "in articles too, at once");

        let asia = editor.send("POST", "/v1/sections", &json!({ "name": "Asia", "parent": "world" }));
        assert_eq!(asia.json()["path"], "/world/asia");
        let told = site.sign_in_as("admin@example.com", "admin");
        let changes = told.get(&format!("/v1/changes?thing={}", rosa["id"].as_str().expect("an id"))).ok();
        assert_eq!(changes["data"][0]["fields"], json!(["bio", "links"]), "by the names that clients know");
        assert_eq!(changes["data"][0]["actor"], editor.tokens["user"]["id"]);
    }

    fn an_existing_term_is_named_and_not_created_again(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for (folder, role) in [("tags", "Tag"), ("sections", "Section"), ("authors", "Author")] {
            let path = format!("/v1/{folder}");
            let made = editor.send("POST", &path, &json!({ "name": "Storm Odalys" })).json();
            for (input, pointer) in [
                (json!({ "name": "Storm Odalys" }), "/name"),
                (json!({ "name": "  storm   ODALYS " }), "/name"),
                (json!({ "name": "Another", "slug": "storm-odalys" }), "/slug"),
            ] {
                let refused = editor.send("POST", &path, &input).problem(409, "term.exists");
                assert_eq!((&refused["existing"], &refused["errors"][0]["pointer"]), (&made["id"], &json!(pointer)), "{refused}");
                let returned = editor.send("POST", &format!("{path}?onExisting=return"), &input);
                assert_eq!((returned.status, returned.header("location")), (200, None));
                assert_eq!(returned.json(), made);
            }
            let lower = role.to_lowercase();
            let ask = |more: &str| editor.graphql(&format!("mutation {{ create{role}(input: {{ name: \"Storm Odalys\"{more} }}) {{ {lower} {{ id slug }} }} }}"), json!({}));
            let refused = ask("");
            let told = &refused["errors"][0]["extensions"];
            assert_eq!((&told["code"], &told["existing"]), (&json!("term.exists"), &made["id"]), "{refused}");
            assert_eq!(ask(", onExisting: RETURN")["data"][format!("create{role}")][&lower]["id"], made["id"]);
            // The same name is allowed with another slug.
            assert_eq!(ask(", slug: \"the-other-storm\"")["data"][format!("create{role}")][&lower]["slug"], "the-other-storm");
            editor.send("POST", &format!("{path}?onExisting=maybe"), &json!({ "name": "X" })).blames("onExisting", "on_existing.unknown");

            let ids: std::collections::BTreeSet<String> = std::thread::scope(|scope| {
                let all: Vec<_> = (0..8)
                    .map(|_| scope.spawn(|| editor.send("POST", &format!("{path}?onExisting=return"), &json!({ "name": "At once" })).json()["id"].to_string()))
                    .collect();
                all.into_iter().map(|one| one.join().expect("answers")).collect()
            });
            assert_eq!(ids.len(), 1, "{folder}");
        }
    }

    fn an_old_slug_redirects_to_its_term(kind) {
        let site = Site::with(kind, &[story(1)]);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let before = site.get("/v1/tags/storm").ok();
        assert_eq!(editor.send("PATCH", "/v1/tags/storm", &json!({ "slug": "storm-odalys" })).status, 200);

        let moved = site.get("/v1/tags/storm?fields=name");
        assert_eq!((moved.status, moved.header("location")), (301, Some("/v1/tags/storm-odalys?fields=name")));
        assert_eq!(site.get("/v1/tags/storm-odalys").ok()["id"], before["id"]);
        assert_eq!(site.ask("{ tag(slug: \"storm\") { slug } }", json!({}))["tag"]["slug"], "storm-odalys");
        assert_eq!(site.get("/v1/articles?tag=storm").ok()["data"][0]["slug"], "s1", "in filters too");
        assert_eq!(site.get("/v1/articles/s1").ok()["tags"][0]["slug"], "storm-odalys");

        // A slug that is used again is no longer an old slug.
        for slug in ["storm", "storm-odalys"] {
            assert_eq!(editor.send("PATCH", "/v1/tags/storm", &json!({ "slug": slug })).status, 200);
        }

        // Old slugs survive an export and an import.
        let lines: Vec<Value> = site.export().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        let other = Site::empty(kind.other());
        assert_eq!(other.import("anything", &lines)["broken"], Value::Null);
        assert_eq!(other.get("/v1/tags/storm").status, 301);
        assert_eq!(other.export(), site.export());

        // Another tag can take the old slug. When it is removed, the slug redirects to the first tag again.
        let taken = editor.send("POST", "/v1/tags", &json!({ "name": "Another storm", "slug": "storm" }));
        assert_eq!(taken.json()["slug"], "storm");
        assert_ne!(site.get("/v1/tags/storm").ok()["id"], before["id"]);
        assert_eq!(editor.send("PATCH", "/v1/tags/storm-odalys", &json!({ "slug": "storm" })).ok()["slug"], "storm-2");
        assert_eq!(editor.send("DELETE", "/v1/tags/storm", &Value::Null).status, 204);
        let moved = site.get("/v1/tags/storm");
        assert_eq!((moved.status, moved.header("location")), (301, Some("/v1/tags/storm-2")));
    }

    fn a_term_in_use_cannot_be_removed(kind) {
        let site = Site::with(kind, &[story(1)]);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for path in ["/v1/tags/storm", "/v1/sections/world", "/v1/authors/rosa-ek"] {
            editor.send("DELETE", path, &Value::Null).problem(409, "term.in_use");
        }
        assert_eq!(editor.send("POST", "/v1/tags", &json!({ "name": "Above" })).status, 201);
        assert_eq!(editor.send("POST", "/v1/tags", &json!({ "name": "Below", "parent": "above" })).status, 201);
        editor.send("DELETE", "/v1/tags/above", &Value::Null).problem(409, "term.in_use");
        let gone = editor.graphql("mutation { removeTag(input: { id: \"below\", expectedRevision: 1 }) { done } }", json!({}));
        assert_eq!(gone["data"]["removeTag"]["done"], true, "{gone}");
        assert_eq!(editor.send("DELETE", "/v1/tags/above", &Value::Null).status, 204);
        site.get("/v1/tags/above").problem(404, "tag.not_found");
        editor.send("DELETE", "/v1/tags/above", &Value::Null).problem(404, "tag.not_found");
    }

    fn an_invalid_term_is_refused_and_changes_nothing(kind) {
        let site = Site::with(kind, &[story(1)]);
        let editor = site.sign_in_as("editor@example.com", "editor");
        assert_eq!(editor.send("POST", "/v1/tags", &json!({ "name": "Below", "parent": "storm" })).status, 201);
        let before = site.get("/v1/tags").ok();
        let many: Vec<_> = (0..21).map(|n| json!({ "label": n.to_string(), "url": "https://example.com" })).collect();
        for (path, input, pointer) in [
            ("/v1/tags/storm", json!({ "name": " " }), "/name"),
            ("/v1/tags/storm", json!({ "name": null }), "/name"),
            ("/v1/tags/storm", json!({ "name": "x".repeat(201) }), "/name"),
            ("/v1/tags/storm", json!({ "slug": "No Slug" }), "/slug"),
            ("/v1/tags/storm", json!({ "description": "x".repeat(5_001) }), "/description"),
            ("/v1/tags/storm", json!({ "parent": "nothing" }), "/parent"),
            ("/v1/tags/storm", json!({ "parent": "below" }), "/parent"),
            ("/v1/tags/storm", json!({ "parent": "storm" }), "/parent"),
            ("/v1/tags/storm", json!({ "type": "weather" }), "/type"),
            ("/v1/tags/storm", json!({ "type": null }), "/type"),
            ("/v1/authors/rosa-ek", json!({ "links": [{ "label": " ", "url": "https://example.com" }] }), "/links"),
            ("/v1/tags/storm", json!({ "articleCount": 7 }), "/articleCount"),
            ("/v1/authors/rosa-ek", json!({ "photo": "media_01h455vb4pex5vsknk084sn02q" }), "/photo"),
            ("/v1/authors/rosa-ek", json!({ "links": [{ "label": "x", "url": "javascript:alert(1)" }] }), "/links"),
            ("/v1/authors/rosa-ek", json!({ "links": many }), "/links"),
        ] {
            let problem = editor.send("PATCH", path, &input).problem(400, "request.invalid");
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{input}: {problem}");
        }
        let problem = editor.send("POST", "/v1/tags", &json!({})).problem(400, "request.invalid");
        assert_eq!(problem["errors"][0]["code"], "value.malformed", "{problem}");
        editor.send("PATCH", "/v1/tags/nothing", &json!({ "name": "x" })).problem(404, "tag.not_found");
        assert_eq!(site.get("/v1/tags").ok(), before);
    }

    fn concurrent_changes_overwrite_nothing_and_make_no_cycle(kind) {
        let site = Site::with(kind, &[story(1)]);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let at_once = |requests: &[(&str, &str, Value)]| -> Vec<u16> {
            std::thread::scope(|scope| {
                let all: Vec<_> = requests
                    .iter()
                    .map(|(method, path, body)| scope.spawn(|| editor.send(method, path, body).status))
                    .collect();
                all.into_iter().map(|one| one.join().expect("answers")).collect()
            })
        };
        for n in 0..8 {
            for name in ["a", "b"] {
                assert_eq!(editor.send("POST", "/v1/sections", &json!({ "name": format!("{name}{n}") })).status, 201);
            }
            let (a, b) = (format!("/v1/sections/a{n}"), format!("/v1/sections/b{n}"));
            let mut answers = at_once(&[
                ("PATCH", &a, json!({ "parent": format!("b{n}") })),
                ("PATCH", &b, json!({ "parent": format!("a{n}") })),
            ]);
            answers.sort_unstable();
            assert_eq!(answers, [200, 400], "one stands below the other");

            let tag = format!("/v1/tags/t{n}");
            assert_eq!(editor.send("POST", "/v1/tags", &json!({ "name": format!("T{n}") })).status, 201);
            // Of concurrent changes based on the same revision, one succeeds.
            let changes = [json!({ "name": "Renamed" }), json!({ "description": "Said." }), json!({ "type": "place" })];
            let mut answers: Vec<u16> = std::thread::scope(|scope| {
                let all: Vec<_> = changes
                    .iter()
                    .map(|change| scope.spawn(|| editor.send_if_match("PATCH", &tag, Some("\"1\""), change).status))
                    .collect();
                all.into_iter().map(|one| one.join().expect("answers")).collect()
            });
            answers.sort_unstable();
            assert_eq!(answers, [200, 412, 412]);
            assert_eq!(site.get(&tag).ok()["revision"], 2);

            let answers = at_once(&[
                ("DELETE", &tag, Value::Null),
                ("POST", "/v1/tags", json!({ "name": format!("Below {n}"), "parent": format!("t{n}") })),
            ]);
            assert!(answers == [204, 400] || answers == [409, 201], "{answers:?}");
        }
    }

    fn a_section_cannot_be_moved_too_deep(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for line in ["l", "m"] {
            for n in 1..=8 {
                let parent = (n > 1).then(|| format!("{line}{}", n - 1));
                let made = editor.send("POST", "/v1/sections", &json!({ "name": format!("{line}{n}"), "parent": parent }));
                assert_eq!(made.status, 201, "{}", String::from_utf8_lossy(&made.bytes));
            }
        }
        for (path, parent) in [("/v1/sections/m1", "l7"), ("/v1/sections/m1", "l1"), ("/v1/sections/m2", "l8")] {
            let problem = editor.send("PATCH", path, &json!({ "parent": parent })).problem(400, "request.invalid");
            assert_eq!(problem["errors"][0]["code"], "parent.circular", "{problem}");
        }
        assert_eq!(editor.send("PATCH", "/v1/sections/m7", &json!({ "parent": "l6" })).ok()["path"], "/l1/l2/l3/l4/l5/l6/m7");
        assert_eq!(site.get("/v1/sections/m8").ok()["path"], "/l1/l2/l3/l4/l5/l6/m7/m8");
    }

    fn old_paths_of_sections_resolve(kind) {
        let site = Site::with(kind, &[story(1)]);
        let editor = site.sign_in_as("editor@example.com", "editor");
        assert_eq!(editor.send("POST", "/v1/sections", &json!({ "name": "Asia", "parent": "world" })).status, 201);
        assert_eq!(editor.send("PATCH", "/v1/sections/world", &json!({ "slug": "globe" })).status, 200);
        let resolve = |path: &str| site.get(&format!("/v1/resolve?path={path}"));
        for (path, now) in [("/world", "/globe"), ("/world/asia", "/globe/asia")] {
            let found = resolve(path).ok();
            assert_eq!((&found["path"], &found["moved"]), (&json!(now), &json!(true)), "{found}");
        }
        resolve("/nowhere/asia").problem(404, "path.not_found");
    }

    fn a_draft_with_removed_terms_survives_export_and_import(kind) {
        let site = Site::with(kind, &[json!({ "id": "d", "headline": "D", "status": "draft", "section": "Gone", "tags": ["Lost"], "authors": ["Away"] })]);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for path in ["/v1/sections/gone", "/v1/tags/lost", "/v1/authors/away"] {
            assert_eq!(editor.send("DELETE", path, &Value::Null).status, 204, "{path}");
        }
        let exported = site.export();
        let lines: Vec<Value> = exported.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        let other = Site::empty(kind.other());
        assert_eq!(other.import("anything", &lines)["broken"], Value::Null);
        assert_eq!(other.get("/v1/tags").ok()["data"], json!([]), "no tag is named after an id");
        assert_eq!(other.export(), exported);
    }
}
