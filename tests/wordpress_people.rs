//! Import of WordPress users, co-authors and guest authors, without publishing their e-mail addresses.

use serde_json::{Value, json};

use crate::support::{
    Site, on_each_database,
    wordpress::{Item, comment, export_with, filed, import, meta, term},
};

fn user(number: u32, login: &str, name: &str) -> String {
    format!(
        "<wp:author><wp:author_id>{number}</wp:author_id><wp:author_login><![CDATA[{login}]]></wp:author_login>\
         <wp:author_email>someone@secret.example</wp:author_email><wp:author_display_name><![CDATA[{name}]]></wp:author_display_name></wp:author>"
    )
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().map(|one| one["name"].as_str().expect("a name")).collect()
}

/// Returns an export with users, co-authors and guest authors.
fn newsroom() -> String {
    let head = user(2, "bob.q", "Bob Quill")
        + &user(3, "cat@secret.example", "cat@secret.example")
        + &user(4, "Zoe+X@secret.example", "Zoe X")
        + &user(5, "dan@secret.example", "Dan")
        + &term("author", "cap-dan-2", "dan@secret.example", "Dan dan@secret.example 5 dan@secret.example")
        + &term("author", "cap-bob-q", "bob.q", "Bob Quill Bob Quill bob.q 2 bob@secret.example")
        + &term("author", "cap-eve", "eve", "Eve Undeclared eve 5 eve@secret.example")
        + &term(
            "author",
            "cap-catsecret-example",
            "cat@secret.example",
            "Cat cat@secret.example 3 cat@secret.example",
        )
        + &term("language", "fr", "Français", "a:1:{s:6:\"locale\";s:5:\"fr_FR\";}")
        + &term("post_translations", "pll_5f1", "pll_5f1", "a:2:{s:2:\"en\";i:1;s:2:\"fr\";i:2;}")
        + &term("term_translations", "pll_6", "pll_6", "a:0:{}")
        + &term("wp_theme", "paper", "paper", "")
        + &term("post_format", "post-format-video", "Video", "")
        + &term("location", "lisbon", "Lisbon", "Where we are. Write to desk@secret.example.")
        + &term("series", "inside", "Inside", "O:8:\"stdClass\":1:{s:1:\"a\";s:18:\"x@secret.example\";}");
    let guest = |id: u32, login: &str, name: &str| {
        Item { kind: "guest-author", ..Item::post(id, "Guest", "") }
            .with(&meta("cap-user_login", login))
            .with(&meta("cap-display_name", name))
            .with(&meta("cap-user_email", "guest@secret.example"))
    };
    let written_by = |id: u32, writers: &[(&str, &str)]| {
        let filed: String = writers.iter().map(|(slug, name)| filed("author", slug, name)).collect();
        Item::post(id, "Story", "x").with(&filed)
    };
    export_with(
        &head,
        &[
            written_by(1, &[("cap-ada", "ada"), ("cap-bob-q", "bob.q"), ("cap-guest-g", "guest-g")])
                .with(&filed("language", "fr", "Français"))
                .with(&filed("post_translations", "pll_5f1", "pll_5f1"))
                .with(&filed("location", "lisbon", "Lisbon"))
                .with(&filed("yst_prominent_words", "inside-word", "Inside word"))
                .with(&comment(1, 0, "").replace("Reader 1", "reader@secret.example")),
            written_by(
                2,
                &[
                    ("cap-eve", "eve"),
                    ("cap-catsecret-example", "cat@secret.example"),
                    ("cap-nobody", "nobody@secret.example"),
                ],
            ),
            Item::post(3, "Alone", "x"),
            guest(51, "guest-g", "Gus Guest")
                .with(&meta("cap-description", "Writes. Reach gus@secret.example."))
                .with(&meta("_thumbnail_id", "60")),
            guest(52, "ada-guest", "Ada the Great").with(&meta("cap-linked_account", "ada")),
            Item { kind: "attachment", status: "inherit", ..Item::post(60, "Photo", "") }.with(
                "<wp:attachment_url>http://old.example.com/wp-content/uploads/a.jpg</wp:attachment_url>",
            ),
        ],
    )
}

on_each_database! {
    fn co_authors_and_guests_are_authors_in_order(kind) {
        let site = Site::empty(kind);
        let report = import(&site, &newsroom());
        let first = site.get("/v1/articles/post-1").ok();
        assert_eq!(names(&first["authors"]), ["Ada the Great", "Bob Quill", "Gus Guest"]);
        assert_eq!(first["byline"], "Ada the Great, Bob Quill, Gus Guest");
        let data = site.ask("{ article(slug: \"post-1\") { byline authors { name } } }", json!({}));
        assert_eq!((names(&data["article"]["authors"]), &data["article"]["byline"]), (names(&first["authors"]), &first["byline"]));
        assert_eq!(names(&site.get("/v1/articles/post-2").ok()["authors"]), ["Eve Undeclared", "cat", "nobody"]);
        assert_eq!(names(&site.get("/v1/articles/post-3").ok()["authors"]), ["Ada the Great"]);
        let guest = site.get("/v1/authors/gus-guest").ok();
        assert_eq!(guest["photo"]["url"], "http://old.example.com/wp-content/uploads/a.jpg");
        assert!(guest["bio"].as_str().is_some_and(|bio| bio.starts_with("Writes. Reach")), "{guest}");
        for (path, author) in [("bob.q", "bob-quill"), ("bob-q", "bob-quill"), ("ada", "ada-the-great"), ("guest-g", "gus-guest"), ("eve", "eve-undeclared")] {
            let found = site.get(&format!("/v1/resolve?path=/author/{path}/")).ok();
            assert_eq!((&found["kind"], &found["slug"], &found["moved"]), (&json!("author"), &json!(author), &json!(true)), "{path}");
        }
        // Posts before the guests' own elements name both guests, so the import already has them.
        assert_eq!(report["counts"]["guest-author"]["merged"], 2, "{report}");
        let again = import(&site, &newsroom());
        for counts in again["counts"].as_object().expect("counts").values() {
            assert_eq!((&counts["created"], &counts["updated"]), (&json!(0), &json!(0)), "{again}");
        }
    }

    fn authors_with_an_email_login_keep_their_address(kind) {
        let site = Site::empty(kind);
        import(&site, &newsroom());
        let copy = Site::empty(kind);
        copy.import_text("copy", site.export().as_bytes());
        for site in [&site, &copy] {
            for (path, author) in [("catsecret-example", "cat"), ("CatSecret-Example", "cat"), ("nobody", "nobody"), ("dan-2", "dan"), ("zoexsecret-example", "zoe-x")] {
                for view in ["", "feed/", "page/2/"] {
                    let found = site.get(&format!("/v1/resolve?path=/author/{path}/{view}")).ok();
                    assert_eq!((&found["kind"], &found["slug"], &found["moved"]), (&json!("author"), &json!(author), &json!(true)), "{path}");
                    assert!(!found.to_string().contains("secret"), "{found}");
                }
            }
            for nothing in ["/author/cat-secret-example/", "/author/cat@secret.example/", "/catsecret-example/", "/series/catsecret-example/"] {
                site.get(&format!("/v1/resolve?path={nothing}")).problem(404, "path.not_found");
            }
        }
    }

    fn email_addresses_stay_private_and_plugin_records_are_no_tags(kind) {
        let site = Site::empty(kind);
        let report = import(&site, &newsroom());
        let tags = site.get("/v1/tags").ok();
        assert_eq!(names(&tags["data"]), ["Inside", "Lisbon", "Trade"], "{tags}");
        assert_eq!(tags["data"][0]["description"], Value::Null);
        assert_eq!(tags["data"][1]["description"], "Where we are. Write to");
        let public = ["/v1/tags", "/v1/authors", "/v1/sections", "/v1/articles?fields=slug,headline,authors,byline,tags", "/v1/articles/post-1?include=comments,related"]
            .map(|path| site.get(path).ok().to_string());
        for text in public.iter().chain([&report.to_string()]) {
            assert!(!text.contains("secret") && !text.contains("s:6:"), "{text}");
        }
        let data = site.ask("{ tags(first: 50) { nodes { name description slug } } authors(first: 50) { nodes { name slug bio } } }", json!({}));
        assert!(!data.to_string().contains("secret"), "{data}");
        // An export contains none of the authors' e-mail addresses.
        let exported = site.export();
        let with_address = exported.lines().filter(|line| line.contains("secret")).count();
        assert_eq!(with_address, 0, "{exported}");
        assert!(report["skipped"].to_string().contains("taxonomy: wp_theme is not of what posts are about"), "{report}");
    }
}
