//! The URLs of a WordPress site still resolve: lists, variants of a page, and date archives.

use serde_json::{Value, json};

use crate::support::{
    Site, on_each_database,
    wordpress::{Item, export, export_with, filed, import, term},
};

/// Resolves a path and asserts that both APIs return the same.
fn resolve(site: &Site, path: &str) -> Value {
    let rest = site.get(&format!("/v1/resolve?path={}", path.replace('?', "%3F").replace('&', "%26"))).ok();
    let query = "query($path: String!) { resolve(path: $path) { kind id slug path moved publishedAfter publishedBefore } }";
    let data = site.ask(query, json!({ "path": path }));
    for name in ["kind", "id", "slug", "path", "moved", "publishedAfter", "publishedBefore"] {
        let (one, other) = (&rest[name], &data["resolve"][name]);
        let same = one == other
            || (name == "kind" && one.as_str().map(str::to_uppercase).as_deref() == other.as_str());
        assert!(same, "{path}, {name}: {one} and {other}");
    }
    rest
}

on_each_database! {
    fn lists_and_variants_of_a_page_resolve(kind) {
        let site = Site::empty(kind);
        let filed = filed("category", "asia", "Asia") + &filed("post_tag", "snake_case", "snake_case");
        import(&site, &export(&[Item::post(1, "One", "x").with(&filed)]));
        let article = ("article", "/asia/post-1");
        for (path, (kind, own)) in [
            ("/author/ada/", ("author", "/authors/ada-co")),
            ("/author/ada/feed/", ("author", "/authors/ada-co")),
            ("/tag/snake_case/", ("tag", "/tags/snake-case")),
            ("/tag/snake_case/page/2/", ("tag", "/tags/snake-case")),
            ("/category/world/asia/", ("section", "/world/asia")),
            ("/category/world/asia/feed/rss2/", ("section", "/world/asia")),
            ("/world/asia/page/3", ("section", "/world/asia")),
            ("/2021/11/01/post-1/amp/", article),
            ("/2021/11/01/post-1/feed/", article),
            ("/2021/11/01/post-1/2/", article),
            ("/2021/11/01/post-1/?amp=1", article),
            ("/2021/11/01/post-1/comment-page-2/", article),
            ("/asia/post-1/2", article),
            ("/page/2/", ("home", "/")),
            ("/feed/", ("home", "/")),
            ("/?feed=rss2", ("home", "/")),
            ("/?author_name=ada", ("author", "/authors/ada-co")),
            ("/?tag=snake_case", ("tag", "/tags/snake-case")),
            ("/?category_name=asia", ("section", "/world/asia")),
            // The case makes no difference.
            ("/Author/Ada/FEED/", ("author", "/authors/ada-co")),
            ("/World/Asia/Page/3", ("section", "/world/asia")),
            ("/Category/World/Asia/Feed/RSS2/", ("section", "/world/asia")),
            ("/2021/11/01/Post-1/AMP/", article),
            ("/2021/11/01/post-1/Comment-Page-2/", article),
            ("/Index.PHP/2021/11/01/post-1/", article),
            ("/FEED", ("home", "/")),
        ] {
            let found = resolve(&site, path);
            assert_eq!((&found["kind"], &found["path"], &found["moved"]), (&json!(kind), &json!(own), &json!(true)), "{path}");
        }
        assert_eq!(resolve(&site, "/")["kind"], "home");
        assert_eq!(resolve(&site, "/")["moved"], false);
        for nothing in ["/author/nobody/", "/tag/none/amp", "/123", "/world/asia/5", "/amp/x", "/2021/13/", "/?m=20"] {
            site.get(&format!("/v1/resolve?path={}", nothing.replace('?', "%3F"))).problem(404, "path.not_found");
        }
    }

    fn custom_taxonomies_resolve_to_their_tags(kind) {
        let site = Site::empty(kind);
        let head = term("series", "inside", "Inside", "")
            + &term("topic", "inside", "Inside", "")
            + &term("book_genre", "sci-fi", "Science fiction", "")
            + &term("series", "%d1%88%d1%82%d0%be%d1%80%d0%bc", "Шторм", "")
            + &term("wp_theme", "paper", "Paper", "");
        let body = "<a href=\"http://old.example.com/series/inside/\">in</a> <a href=\"/location/lisbon/\">there</a> <a href=\"/series/nothing/\">gone</a>";
        let text = export_with(&head, &[Item::post(1, "One", body).with(&filed("location", "lisbon", "Lisbon")), Item::post(2, "Two", "x")]);
        let report = import(&site, &text);
        let copy = Site::empty(kind);
        copy.import_text("copy", site.export().as_bytes());
        for site in [&site, &copy] {
            for (path, own) in [
                ("/series/inside/", "/tags/inside"),
                ("/Series/Inside/", "/tags/inside"),
                ("/topic/inside/", "/tags/inside"),
                ("/series/inside/page/2/", "/tags/inside"),
                ("/series/inside/feed/", "/tags/inside"),
                ("/index.php/series/inside/", "/tags/inside"),
                ("/book_genre/sci-fi/", "/tags/sci-fi"),
                ("/book_genre/fiction/sci-fi/", "/tags/sci-fi"),
                ("/location/lisbon/", "/tags/lisbon"),
                ("/series/%D1%88%D1%82%D0%BE%D1%80%D0%BC/", "/tags/shtorm"),
            ] {
                let found = resolve(site, path);
                assert_eq!((&found["kind"], &found["path"], &found["moved"]), (&json!("tag"), &json!(own), &json!(true)), "{path}");
            }
            // Only under the taxonomies that they are in.
            for nothing in ["/location/inside/", "/inside/", "/series/lisbon/", "/wp_theme/paper/", "/series/", "/foo/trade/"] {
                site.get(&format!("/v1/resolve?path={nothing}")).problem(404, "path.not_found");
            }
        }
        assert_eq!(report["changes"]["broken link"], 1, "{report}");
        assert_eq!(import(&site, &text)["counts"]["term"]["unchanged"], 3);
    }

    fn date_archives_resolve_to_the_articles_of_that_time(kind) {
        let site = Site::empty(kind);
        let text = export(&[Item::post(1, "October", "x"), Item::post(2, "November", "x")])
            .replace("2021-11-01 09:01:00", "2021-10-31 23:59:59");
        import(&site, &text);
        for (path, own, slugs) in [
            ("/2021/11/", "/2021/11", vec!["post-2"]),
            ("/2021/10/31/", "/2021/10/31", vec!["post-1"]),
            ("/2021/", "/2021", vec!["post-2", "post-1"]),
            ("/2021/11/page/2/", "/2021/11", vec!["post-2"]),
            ("/?m=202111", "/2021/11", vec!["post-2"]),
            ("/2020/", "/2020", vec![]),
        ] {
            let found = resolve(&site, path);
            assert_eq!((&found["kind"], &found["path"]), (&json!("date"), &json!(own)), "{path}");
            let time = |name: &str| found[name].as_str().expect("a time").to_owned();
            let list = site.get(&format!("/v1/articles?publishedAfter={}&publishedBefore={}", time("publishedAfter"), time("publishedBefore"))).ok();
            let seen: Vec<&Value> = list["data"].as_array().expect("a list").iter().map(|one| &one["slug"]).collect();
            assert_eq!(seen, slugs, "{path}");
        }
    }

    fn a_page_keeps_its_path_if_a_category_has_the_same_name(kind) {
        let site = Site::empty(kind);
        let category = "<wp:category><wp:category_nicename>economy</wp:category_nicename><wp:category_parent></wp:category_parent><wp:cat_name>Economy</wp:cat_name></wp:category>\
            <wp:category><wp:category_nicename>markets</wp:category_nicename><wp:category_parent>economy</wp:category_parent><wp:cat_name>Markets</wp:cat_name></wp:category>";
        let page = Item { kind: "page", link: "http://old.example.com/economy/".to_owned(), ..Item::post(7, "Economy", "Words of the page") };
        let text = export_with(category, &[Item::post(1, "Story", "x").with(&filed("category", "markets", "Markets")), page])
            .replace("<wp:post_name>post-7<", "<wp:post_name>economy<");
        let report = import(&site, &text);
        let page = resolve(&site, "/economy/");
        assert_eq!((&page["kind"], &page["path"], &page["moved"]), (&json!("article"), &json!("/economy"), &json!(false)));
        for path in ["/category/economy/", "/economy-2"] {
            let section = resolve(&site, path);
            assert_eq!((&section["kind"], &section["path"]), (&json!("section"), &json!("/economy-2")), "{path}");
        }
        assert_eq!(resolve(&site, "/category/economy/markets/")["path"], "/economy-2/markets");
        let told = report["notes"].to_string();
        assert!(told.contains("a page is called economy and has its path, so the section becomes economy-2"), "{told}");
        let again = import(&site, &text);
        assert_eq!(again["counts"]["category"]["unchanged"], 4, "{again}");
    }
}
