//! Slugs and paths: no two articles or sections claim the same path, and old paths redirect or answer 410.

use serde_json::{Value, json};

use crate::support::{
    Site, on_each_database,
    people::Person,
    writing::{Api, id, refused, revision},
};

/// Creates and publishes an article, changes its slug and publishes it again. Returns its id.
fn renamed(editor: &Person<'_>, headline: &str, slug: &str) -> String {
    let id = id(&Api::Rest.create(editor, json!({ "headline": headline })).expect("a draft"));
    Api::Rest.step(editor, "publish", &id, 1, json!({})).expect("published");
    Api::Rest.update(editor, &id, 2, json!({ "slug": slug })).expect("renamed");
    Api::Rest.step(editor, "publish", &id, 3, json!({})).expect("published");
    id
}

/// Does the same, then moves the article to a section and publishes it again.
fn renamed_in(editor: &Person<'_>, section: &str, headline: &str, slug: &str) -> String {
    let id = renamed(editor, headline, slug);
    Api::Rest.update(editor, &id, 4, json!({ "section": section })).expect("moved");
    Api::Rest.step(editor, "publish", &id, 5, json!({})).expect("published");
    id
}

on_each_database! {
    fn a_draft_does_not_take_a_published_slug(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let admin = site.sign_in_as("admin@example.com", "admin");
        let reporter = site.sign_in_as("reporter@example.com", "contributor");
        let id = renamed(&editor, "Quay wall cracks", "quay-wall-gives-way");
        for api in Api::BOTH {
            for draft in [json!({ "headline": "Quay wall cracks" }), json!({ "headline": "Other", "slug": "quay-wall-cracks" })] {
                let made = api.create(&reporter, draft).expect("a draft");
                let slug = made["slug"].as_str().expect("a slug");
                assert!(slug.starts_with("quay-wall-cracks-"), "{slug}");
                let old = site.get("/v1/articles/quay-wall-cracks");
                assert_eq!((old.status, old.header("location")), (301, Some("/v1/articles/quay-wall-gives-way")));
            }
        }
        // The article itself can use its old slug again.
        let back = Api::Rest.update(&editor, &id, 4, json!({ "slug": "quay-wall-cracks" })).expect("renamed");
        assert_eq!(back["slug"], "quay-wall-cracks");
        Api::Rest.step(&editor, "publish", &id, revision(&back), json!({})).expect("published");
        assert_eq!(site.get("/v1/articles/quay-wall-gives-way").header("location"), Some("/v1/articles/quay-wall-cracks"));
        // A purged article answers 410 under all of its slugs.
        Api::Rest.purge(&admin, &id, 6).expect("destroyed");
        Api::Rest.create(&reporter, json!({ "headline": "Quay wall gives way" })).expect("a draft");
        for name in ["quay-wall-cracks", "quay-wall-gives-way", &id] {
            site.get(&format!("/v1/articles/{name}")).problem(410, "article.gone");
        }
    }

    fn a_slug_that_was_never_public_does_not_redirect(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let admin = site.sign_in_as("admin@example.com", "admin");
        let id = id(&Api::Rest.create(&editor, json!({ "headline": "Open" })).expect("a draft"));
        Api::Rest.step(&editor, "publish", &id, 1, json!({})).expect("published");
        Api::Rest.step(&editor, "unpublish", &id, 2, json!({})).expect("taken away");
        Api::Rest.update(&editor, &id, 3, json!({ "slug": "secret" })).expect("renamed");
        let due = Api::Rest.step(&editor, "publish", &id, 4, json!({ "publishedAt": "2999-01-01T00:00:00Z" })).expect("scheduled");
        let back = Api::Rest.step(&editor, "unpublish", &id, revision(&due), json!({})).expect("taken back");
        assert_eq!(back["publishedAt"], Value::Null, "a time that never came is not kept");
        let named = Api::Rest.update(&editor, &id, 6, json!({ "slug": "plain" })).expect("renamed");
        let shown = Api::Rest.step(&editor, "publish", &id, revision(&named), json!({})).expect("published at once");
        assert_eq!(shown["status"], "published");
        site.get("/v1/articles/secret").problem(404, "article.not_found");
        assert_eq!(site.get("/v1/articles/open").status, 301);
        Api::Rest.purge(&admin, &id, 8).expect("destroyed");
        site.get("/v1/articles/secret").problem(404, "article.not_found");
        site.get("/v1/articles/open").problem(410, "article.gone");
    }

    fn a_chosen_slug_stays_and_a_generated_slug_follows_the_headline(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for api in Api::BOTH {
            let chosen = api.create(&editor, json!({ "headline": "Election", "slug": format!("election-{api:?}-2026").to_lowercase() })).expect("a draft");
            let kept = api.update(&editor, &id(&chosen), 1, json!({ "kicker": "K" })).expect("changed");
            let kept = api.update(&editor, &id(&kept), 2, json!({ "headline": "The election" })).expect("changed");
            assert_eq!(kept["slug"], chosen["slug"]);
            let made = api.create(&editor, json!({ "headline": format!("Made {api:?}") })).expect("a draft");
            let same = api.update(&editor, &id(&made), 1, json!({ "kicker": "K" })).expect("changed");
            assert_eq!(same["slug"], made["slug"]);
            let other = api.update(&editor, &id(&made), 2, json!({ "headline": format!("Otherwise {api:?}") })).expect("changed");
            assert_eq!(other["slug"], format!("otherwise-{api:?}").to_lowercase());
        }
    }

    fn concurrent_articles_with_one_headline_get_different_slugs(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let mut slugs: Vec<String> = std::thread::scope(|scope| {
            let running: Vec<_> = (0..12).map(|n| {
                let editor = &editor;
                let api = Api::BOTH[n % 2];
                scope.spawn(move || api.create(editor, json!({ "headline": "Breaking" })).expect("a draft")["slug"].as_str().expect("a slug").to_owned())
            }).collect();
            running.into_iter().map(|one| one.join().expect("ends")).collect()
        });
        slugs.sort();
        let mut wanted: Vec<String> = (2..=12).map(|n| format!("breaking-{n}")).chain(["breaking".to_owned()]).collect();
        wanted.sort();
        assert_eq!(slugs, wanted);
    }

    fn an_alias_path_belongs_to_one_published_article(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for api in Api::BOTH {
            let path = format!("/short/{api:?}");
            let make = || id(&api.create(&editor, json!({ "headline": "One", "aliasPaths": ["/of-its-own", path] })).expect("a draft"));
            let (first, second) = (make(), make());
            api.update(&editor, &second, 1, json!({ "aliasPaths": [path] })).expect("changed");
            api.update(&editor, &first, 1, json!({ "aliasPaths": [path] })).expect("changed");
            api.step(&editor, "publish", &first, 2, json!({})).expect("published");
            let body = refused(api.step(&editor, "publish", &second, 2, json!({})), 409, "article.path_taken");
            assert_eq!(body["errors"][0]["pointer"], "/aliasPaths/0");
            api.step(&editor, "unpublish", &first, 3, json!({})).expect("taken away");
            api.step(&editor, "publish", &second, 2, json!({})).expect("free by now");
        }
    }

    fn an_alias_path_cannot_be_the_path_of_a_section_tag_or_other_article(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        assert_eq!(editor.send("POST", "/v1/sections", &json!({ "name": "World" })).status, 201);
        assert_eq!(editor.send("POST", "/v1/tags", &json!({ "name": "Storm" })).status, 201);
        let first = id(&Api::Rest.create(&editor, json!({ "headline": "The sound", "section": "world" })).expect("a draft"));
        Api::Rest.step(&editor, "publish", &first, 1, json!({})).expect("published");
        let second = id(&Api::Rest.create(&editor, json!({ "headline": "Other", "section": "world" })).expect("a draft"));
        let paths = json!(["/free", "/world", "/tags/storm", "/world/the-sound"]);
        Api::Rest.update(&editor, &second, 1, json!({ "aliasPaths": paths })).expect("changed");
        for api in Api::BOTH {
            let body = refused(api.step(&editor, "publish", &second, 2, json!({})), 409, "article.path_taken");
            let named: Vec<&str> = body["errors"].as_array().expect("errors").iter().map(|one| one["pointer"].as_str().expect("a pointer")).collect();
            assert_eq!(named, ["/aliasPaths/1", "/aliasPaths/2", "/aliasPaths/3"]);
        }
        Api::Rest.update(&editor, &second, 2, json!({ "aliasPaths": ["/free", "/world/other"] })).expect("changed");
        Api::Rest.step(&editor, "publish", &second, 3, json!({})).expect("its own page may be among them");
        assert_eq!(site.get("/v1/resolve?path=/free").ok()["id"], second.as_str());
    }

    fn a_section_or_tag_cannot_take_the_path_of_an_article(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for name in ["World", "Sport", "Tags"] {
            assert_eq!(editor.send("POST", "/v1/sections", &json!({ "name": name })).status, 201);
        }
        let publish = |fields: Value| {
            let id = id(&Api::Rest.create(&editor, fields).expect("a draft"));
            Api::Rest.step(&editor, "publish", &id, 1, json!({})).map(|_| id)
        };
        let about = publish(json!({ "headline": "About", "kind": "page", "aliasPaths": ["/old/About-Us"] })).expect("published");
        let asia = renamed_in(&editor, "world", "Asia", "asia-rising");
        let ahead = id(&Api::Rest.create(&editor, json!({ "headline": "Ahead" })).expect("a draft"));
        Api::Rest.step(&editor, "publish", &ahead, 1, json!({ "publishedAt": "2999-01-01T00:00:00Z" })).expect("scheduled");
        let filed = publish(json!({ "headline": "Filed", "section": "tags" })).expect("published");
        let old = id(&Api::Rest.create(&editor, json!({ "headline": "Draft" })).expect("a draft"));

        // Creating a section or tag fails if its path is a current or old path of a published or scheduled
        // article.
        for (path, input, article) in [
            ("sections", json!({ "name": "About" }), &about),
            ("sections", json!({ "name": "Asia rising", "parent": "world" }), &asia),
            ("sections", json!({ "name": "Asia", "parent": "world" }), &asia),
            ("sections", json!({ "name": "Ahead" }), &ahead),
            ("tags", json!({ "name": "Filed" }), &filed),
        ] {
            let problem = editor.send("POST", &format!("/v1/{path}"), &input).problem(409, "term.path_taken");
            let told = problem["errors"][0]["detail"].as_str().expect("a detail");
            assert!(told.contains(article.as_str()), "{input}: {problem}");
            let name = input["name"].as_str().expect("a name");
            let parent = input["parent"].as_str().map(|parent| format!(", parent: \"{parent}\"")).unwrap_or_default();
            let (mutation, of) = if path == "tags" { ("createTag", "tag") } else { ("createSection", "section") };
            let asked = editor.graphql(&format!("mutation {{ {mutation}(input: {{ name: \"{name}\"{parent} }}) {{ {of} {{ id }} }} }}"), json!({}));
            assert_eq!(asked["errors"][0]["extensions"]["code"], "term.path_taken", "{asked}");
        }
        // The same slugs are free below another section, and a draft claims no path.
        for input in [json!({ "name": "Asia", "parent": "sport" }), json!({ "name": "Draft" }), json!({ "name": "Old" })] {
            assert_eq!(editor.send("POST", "/v1/sections", &input).status, 201, "{input}");
        }
        assert_eq!(editor.send("POST", "/v1/sections", &json!({ "name": "About us", "parent": "old" })).json()["code"], "term.path_taken", "an alias, in any case");

        // Renaming a section fails too, also if the conflict is in a section below it.
        editor.send("PATCH", "/v1/sections/sport", &json!({ "slug": "about" })).problem(409, "term.path_taken");
        assert_eq!(editor.send("POST", "/v1/sections", &json!({ "name": "Cup", "parent": "sport" })).status, 201);
        let alias = publish(json!({ "headline": "Elsewhere", "aliasPaths": ["/games/cup"] })).expect("published");
        let problem = editor.send("PATCH", "/v1/sections/sport", &json!({ "slug": "games" })).problem(409, "term.path_taken");
        assert!(problem["errors"][0]["detail"].as_str().expect("a detail").contains(&alias), "{problem}");
        assert_eq!(editor.send("PATCH", "/v1/sections/sport", &json!({ "slug": "sports" })).status, 200);

        // Alias paths are compared without regard to case.
        let other = id(&Api::Rest.create(&editor, json!({ "headline": "Other", "aliasPaths": ["/About"] })).expect("a draft"));
        refused(Api::Rest.step(&editor, "publish", &other, 1, json!({})), 409, "article.path_taken");

        // Publishing an article fails if its page would be at the path of a section.
        let body = refused(Api::Rest.step(&editor, "publish", &old, 1, json!({})), 409, "article.path_taken");
        assert_eq!(body["errors"][0]["pointer"], "/slug");
        let draft = Api::GraphQl.create(&editor, json!({ "headline": "Cup", "section": "sports" })).expect("a draft");
        refused(Api::GraphQl.step(&editor, "publish", &id(&draft), 1, json!({})), 409, "article.path_taken");
        let draft = Api::GraphQl.create(&editor, json!({ "headline": "Cup tie", "slug": "about-us" })).expect("a draft");
        Api::GraphQl.step(&editor, "publish", &id(&draft), 1, json!({})).expect("another path");
        for (path, found) in [("/about", &about), ("/world/asia-rising", &asia), ("/tags/filed", &filed)] {
            assert_eq!(site.get(&format!("/v1/resolve?path={path}")).ok()["id"], found.as_str(), "{path}");
        }
    }

    fn an_article_path_pattern_cannot_put_an_article_at_the_path_of_a_section(kind) {
        let site = Site::with(kind, &[
            json!({ "type": "section", "id": "world", "name": "World" }),
            json!({ "type": "section", "id": "hello", "name": "Hello" }),
            json!({ "id": "hello", "slug": "hello", "headline": "Hello", "section": "world", "publishedAt": "2025-01-01T00:00:00Z" }),
        ]);
        let admin = site.sign_in_as("admin@example.com", "admin");
        let refused = admin.send("PATCH", "/v1/site", &json!({ "articlePath": "/{slug}" })).problem(409, "article.path_taken");
        assert_eq!(refused["errors"][0]["pointer"], "/articlePath", "{refused}");
        let revision = admin.revision_of("/v1/site");
        let asked = admin.graphql(&format!("mutation {{ updateSite(input: {{ expectedRevision: {revision}, articlePath: \"/{{slug}}\" }}) {{ site {{ articlePath }} }} }}"), json!({}));
        assert_eq!(asked["errors"][0]["extensions"]["code"], "article.path_taken", "{asked}");
        assert_eq!(site.get("/v1/articles/hello").ok()["canonicalPath"], "/world/hello");
        assert_eq!(admin.send("PATCH", "/v1/site", &json!({ "articlePath": "/{year}/{slug}" })).ok()["articlePath"], "/{year}/{slug}");
    }

    fn an_import_gives_every_article_and_section_its_own_path(kind) {
        let site = Site::empty(kind);
        let story = |id: &str, more: Value| {
            let mut line = json!({ "id": id, "slug": id, "headline": id, "publishedAt": "2025-01-01T00:00:00Z" });
            line.as_object_mut().expect("fields").extend(more.as_object().expect("fields").clone());
            line
        };
        let section = |id: &str, parent: Option<&str>| json!({ "type": "section", "id": id, "slug": id, "name": id, "parent": parent });
        // An article before a section, a section before an article, and an article in a section.
        site.import("a", &[story("first", json!({}))]);
        let report = site.import("b", &[section("first", None), section("world", None), section("asia", Some("world"))]);
        assert!(report["notes"].to_string().contains("first-2") || report.to_string().contains("first-2"), "{report}");
        let report = site.import("c", &[story("world", json!({})), story("asia", json!({ "section": "world" })), story("sport", json!({ "section": "sport" }))]);
        assert!(report.to_string().contains("world became world-2"), "{report}");
        let lists = ["/v1/articles?fields=canonicalPath", "/v1/sections?fields=path"];
        for thing in lists.iter().flat_map(|list| site.get(list).ok()["data"].as_array().expect("a list").clone()) {
            let path = thing["canonicalPath"].as_str().or(thing["path"].as_str()).expect("a path");
            let found = site.get(&format!("/v1/resolve?path={path}")).ok();
            assert_eq!((&found["id"], &found["moved"]), (&thing["id"], &json!(false)), "{path}");
        }
        let again = site.import("c", &[story("world", json!({ "kicker": "K" }))]);
        assert_eq!(again["counts"]["article"]["updated"], 1, "{again}");
        assert_eq!(site.get("/v1/articles/world-2").ok()["kicker"], "K");
    }

    fn paths_resolve_in_any_case_and_with_campaign_parameters(kind) {
        let site = Site::with(kind, &[
            json!({ "type": "section", "id": "world", "name": "World" }),
            json!({ "id": "hello", "slug": "hello", "headline": "Hello", "section": "world", "publishedAt": "2025-01-01T00:00:00Z",
                    "aliasPaths": ["/Archive/Hello.HTML", "/?p=123", "/caf\u{e9}/a"] }),
            json!({ "type": "media", "id": "m", "kind": "image", "url": "https://example.com/m.jpg", "aliasPaths": ["/Files/M.jpg"] }),
        ]);
        let article = site.get("/v1/articles/hello").ok()["id"].clone();
        let resolve = |path: &str| site.get(&format!("/v1/resolve?path={}", path.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>()));
        for path in [
            "/world/hello", "/World/Hello", "/WORLD/HELLO/", "/archive/hello.html", "/ARCHIVE/HELLO.HTML", "/Archive/Hello.HTML",
            "/world/hello?utm_source=x&utm_medium=mail", "/world/hello?fbclid=abc", "/?p=123", "/?p=123&fbclid=abc", "/?utm_campaign=x&p=123&gclid=1",
            "/caf\u{e9}/a", "/cafe\u{301}/a", "/CAF\u{e9}/A",
        ] {
            let found = resolve(path).ok();
            assert_eq!(found["id"], article, "{path}");
            assert_eq!(found["moved"], !path.starts_with("/world/hello"), "{path}");
            let asked = site.ask("query($path: String!) { resolve(path: $path) { id moved } }", json!({ "path": path }));
            assert_eq!((&asked["resolve"]["id"], &asked["resolve"]["moved"]), (&found["id"], &found["moved"]), "{path}");
        }
        assert_eq!(resolve("/World").ok()["kind"], "section");
        assert_eq!(resolve("/files/m.JPG").ok()["kind"], "media");
        for path in ["/?fbclid=abc&p=124", "/world/hullo"] {
            resolve(path).problem(404, "path.not_found");
        }
    }

    fn an_expiry_in_the_past_and_invalid_corrections_are_refused(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for api in Api::BOTH {
            let over = json!({ "headline": "Over", "publishedAt": "2025-01-01T00:00:00Z", "expiresAt": "2025-01-02T00:00:00Z" });
            let id = id(&api.create(&editor, over).expect("a draft"));
            let body = refused(api.step(&editor, "publish", &id, 1, json!({})), 400, "request.invalid");
            assert_eq!(body["errors"][0]["pointer"], "/expiresAt");
            for (correction, pointer) in [
                (json!({ "text": "  ", "kind": "update" }), "/corrections/0/text"),
                (json!({ "text": "T", "kind": "update", "at": "2999-01-01T00:00:00Z" }), "/corrections/0/at"),
            ] {
                let body = refused(api.update(&editor, &id, 1, json!({ "corrections": [correction] })), 400, "request.invalid");
                assert_eq!(body["errors"][0]["pointer"], pointer);
            }
        }
    }

    fn a_removed_author_does_not_see_the_draft_on_the_desk(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        let admin = site.sign_in_as("admin@example.com", "admin");
        let bob = site.sign_in_as("bob@example.com", "author");
        let user = bob.get("/v1/me").ok()["id"].clone();
        assert_eq!(admin.send("POST", "/v1/authors", &json!({ "name": "Bob", "user": user })).status, 201);
        let story = id(&Api::Rest.create(&editor, json!({ "headline": "By Bob", "authors": ["bob"] })).expect("a draft"));
        Api::Rest.step(&editor, "publish", &story, 1, json!({})).expect("published");
        let on_the_desk = |status: &str| bob.get(&format!("/v1/articles?status={status}&count=exact")).ok();
        assert_eq!(on_the_desk("published")["page"]["total"], 1);
        Api::Rest.update(&editor, &story, 2, json!({ "headline": "Bob made it up", "authors": [] })).expect("changed");
        for status in ["published", "draft", "draft,published"] {
            let desk = on_the_desk(status);
            assert_eq!((&desk["data"], &desk["page"]["total"]), (&json!([]), &json!(0)), "{status}");
        }
        bob.get(&format!("/v1/articles/{story}?version=draft")).problem(403, "access.denied");
    }
}

#[test]
fn a_failed_field_is_null_and_the_other_fields_are_answered() {
    let site = Site::empty(crate::support::Kind::Sqlite);
    let admin = site.sign_in_as("admin@example.com", "admin");
    let id = renamed(&admin, "Gone", "gone-for-good");
    Api::Rest.purge(&admin, &id, 4).expect("destroyed");
    let answer = site.graphql(
        "query($id: ID!) { site { title } gone: article(id: $id) { id } again: article(id: $id, preview: \"x\") { id } }",
        json!({ "id": id }),
    );
    assert_eq!((&answer["data"]["gone"], &answer["data"]["again"]), (&Value::Null, &Value::Null), "{answer}");
    assert!(answer["data"].as_object().is_some_and(|data| data.len() == 3), "{answer}");
    assert_eq!(answer["errors"].as_array().map(Vec::len), Some(2));
}
