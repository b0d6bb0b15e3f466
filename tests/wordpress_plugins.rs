//! Import of data of WordPress plugins for SEO, languages and menus.

use serde_json::{Value, json};

use crate::support::{
    Site, on_each_database,
    wordpress::{Item, comment, export, export_with, filed, import, meta, term},
};

fn category(id: u32, nicename: &str, name: &str) -> String {
    format!(
        "<wp:category><wp:term_id>{id}</wp:term_id><wp:category_nicename>{nicename}</wp:category_nicename>\
         <wp:category_parent></wp:category_parent><wp:cat_name><![CDATA[{name}]]></wp:cat_name></wp:category>"
    )
}

on_each_database! {
    fn the_category_that_editors_chose_is_the_section(kind) {
        let site = Site::empty(kind);
        let head = category(8, "economy", "Economy") + &category(9, "politics", "Politics");
        let both = filed("category", "economy", "Economy") + &filed("category", "politics", "Politics");
        let posts: Vec<Item> = (1..)
            .zip(["_yoast_wpseo_primary_category", "rank_math_primary_category", "_seopress_robots_primary_cat"])
            .map(|(n, field)| Item::post(n, "Filed", "x").with(&both).with(&meta(field, "9")))
            .chain([Item::post(4, "Filed", "x").with(&both), Item::post(5, "Filed", "x").with(&both).with(&meta("rank_math_primary_category", "77"))])
            .collect();
        import(&site, &export_with(&head, &posts));
        for (slug, section, tag) in [
            ("post-1", "politics", "Economy"), ("post-2", "politics", "Economy"), ("post-3", "politics", "Economy"),
            ("post-4", "economy", "Politics"), ("post-5", "economy", "Politics"),
        ] {
            let article = site.get(&format!("/v1/articles/{slug}")).ok();
            assert_eq!((&article["section"]["slug"], &article["tags"][0]["name"]), (&json!(section), &json!(tag)), "{slug}");
        }
    }

    fn seo_titles_are_imported(kind) {
        let site = Site::empty(kind);
        let fields = |title: &str, description: &str, canonical: &str| {
            meta(title, "%%title%% %%sep%% %%sitename%%") + &meta(description, "What it is about") + &meta(canonical, "https://first.example/story")
        };
        let report = import(&site, &export(&[
            Item::post(1, "Yoast", "x").with(&fields("_yoast_wpseo_title", "_yoast_wpseo_metadesc", "_yoast_wpseo_canonical")),
            Item::post(2, "Rank Math", "x").with(&fields("rank_math_title", "rank_math_description", "rank_math_canonical_url").replace("%%", "%")),
            Item::post(3, "SEOPress", "x").with(&fields("_seopress_titles_title", "_seopress_titles_desc", "_seopress_robots_canonical")),
            Item::post(4, "Own", "x").with(&meta("_yoast_wpseo_canonical", "http://old.example.com/2021/11/04/post-4/")).with(&meta("_yoast_wpseo_title", "%%cf_x%%")),
        ]));
        for (slug, title) in [("post-1", "Yoast - The Old Paper"), ("post-2", "Rank Math - The Old Paper"), ("post-3", "SEOPress - The Old Paper")] {
            let seo = site.get(&format!("/v1/articles/{slug}")).ok()["seo"].clone();
            assert_eq!((&seo["title"], &seo["description"], &seo["canonicalUrl"]), (&json!(title), &json!("What it is about"), &json!("https://first.example/story")), "{slug}");
        }
        let own = site.get("/v1/articles/post-4").ok()["seo"].clone();
        assert_eq!((&own["title"], &own["canonicalUrl"]), (&Value::Null, &Value::Null));
        assert_eq!(report["changes"]["placeholder"], 1, "{report}");
    }

    fn languages_and_translations_are_imported(kind) {
        let site = Site::empty(kind);
        let head = term("language", "en", "English", "a:1:{s:6:\"locale\";s:5:\"en_US\";}")
            + &term("language", "pt", "Português", "a:1:{s:6:\"locale\";s:5:\"pt_PT\";}");
        let polylang = |language: &str| filed("language", language, "x") + &filed("post_translations", "pll_1", "pll_1");
        let wpml = |language: &str, source: &str| {
            meta("_wpml_import_language_code", language) + &meta("_wpml_import_source_language_code", source) + &meta("_wpml_import_translation_group", "7")
        };
        import(&site, &export_with(&head, &[
            Item::post(1, "Olá", "x").with(&polylang("pt")),
            Item::post(2, "Hello", "x").with(&polylang("en")),
            Item::post(3, "Bonjour", "x").with(&wpml("fr", "de")),
            Item::post(4, "Hallo", "x").with(&wpml("de", "")),
            Item::post(5, "None", "x"),
        ]));
        let article = |slug: &str| site.get(&format!("/v1/articles/{slug}")).ok();
        let languages: Vec<Value> = (1..=5).map(|n| article(&format!("post-{n}"))["language"].clone()).collect();
        assert_eq!(languages, ["pt-PT", "en-US", "fr", "de", "en-US"]);
        for (slug, other) in [("post-1", "post-2"), ("post-2", "post-1"), ("post-3", "post-4"), ("post-4", "post-3")] {
            let article = article(slug);
            let translations: Vec<&Value> = article["translations"].as_array().expect("translations").iter().map(|one| &one["slug"]).collect();
            assert_eq!(translations, [other], "{slug}: {article}");
        }
        let data = site.ask("{ article(slug: \"post-1\") { language translations { slug } } }", json!({}));
        assert_eq!(data["article"], json!({ "language": "pt-PT", "translations": [{ "slug": "post-2" }] }));
    }

    fn a_menu_becomes_the_navigation(kind) {
        let site = Site::empty(kind);
        let entry = |id: u32, order: u32, title: &'static str, menu: &str, fields: &[(&str, &str)]| {
            let fields: String = fields.iter().map(|(name, value)| meta(&format!("_menu_item_{name}"), value)).collect();
            Item { kind: "nav_menu_item", ..Item::post(id, title, "") }
                .with(&format!("<wp:menu_order>{order}</wp:menu_order>"))
                .with(&filed("nav_menu", menu, menu))
                .with(&fields)
        };
        let page = Item { kind: "page", link: "http://old.example.com/about/".to_owned(), ..Item::post(2, "About us", "x") };
        let head = category(8, "economy", "Economy") + &term("nav_menu", "primary-menu", "Primary menu", "");
        let text = export_with(&head, &[
            entry(21, 2, "", "primary-menu", &[("type", "post_type"), ("object", "page"), ("object_id", "2")]),
            entry(20, 1, "Money", "primary-menu", &[("type", "taxonomy"), ("object", "category"), ("object_id", "8")]),
            entry(22, 3, "Home", "primary-menu", &[("type", "custom"), ("url", "http://old.example.com/"), ("menu_item_parent", "20")]),
            entry(23, 4, "Lost", "primary-menu", &[("type", "post_type"), ("object", "page"), ("object_id", "99")]),
            entry(24, 1, "Shop", "footer", &[("type", "custom"), ("url", "https://shop.example/")]),
            page,
        ]);
        let report = import(&site, &text);
        let navigation = site.get("/v1/site").ok()["navigation"].clone();
        assert_eq!(navigation, json!([
            { "label": "Money", "url": "/economy", "children": [{ "label": "Home", "url": "/", "children": [] }] },
            { "label": "About us", "url": "/about/", "children": [] },
        ]));
        let counts = &report["counts"]["nav_menu_item"];
        assert_eq!((&counts["merged"], &counts["skipped"]), (&json!(3), &json!(2)), "{report}");
        let skipped = report["skipped"].to_string();
        for reason in ["the entry leads to nothing in this file", "it is of the menu footer; the navigation is that of Primary menu"] {
            assert!(skipped.contains(reason), "{skipped}");
        }
        // The second import leaves the site's settings unchanged, and reports it.
        let again = import(&site, &text);
        assert!(again["skipped"].to_string().contains("what the site says of itself is here already"), "{again}");
    }

    fn custom_post_types_become_articles_if_asked(kind) {
        let site = Site::empty(kind);
        let event = Item { kind: "event", link: "http://old.example.com/event/harbour-day/".to_owned(), ..Item::post(9, "Harbour day", "Event words") }
            .with(&filed("event_place", "pier", "The pier"))
            .with(&comment(1, 0, ""));
        let text = export(&[
            Item::post(1, "Story", "See <a href=\"/event/harbour-day/\">the event</a>."),
            event,
            Item { kind: "event", status: "draft", ..Item::post(10, "Secret event", "x") },
            Item { kind: "event", status: "trash", ..Item::post(11, "Old event", "x") },
            Item { kind: "review", ..Item::post(12, "A review", "Review words") },
            Item { kind: "custom_css", ..Item::post(13, "Style", "b {}") },
        ])
        .replace("/?p=9<", "/?post_type=event&#038;p=9<");
        let told = |report: &Value| report["notes"].to_string();
        let report = import(&site, &text);
        assert_eq!(report["counts"]["event"]["skipped"], 3, "{report}");
        assert!(told(&report).contains("left out: 2 of type event, 1 of type review;"), "{report}");
        assert!(told(&report).contains("--post-types event,review"), "{report}");
        assert!(!told(&report).contains("custom_css"), "{report}");

        let with = |types: &str| {
            let (output, report) = site.import_as(&["wxr", "-", "--post-types", types], text.as_bytes());
            assert!(output.status.success(), "{report}");
            report
        };
        let report = with("event");
        assert_eq!(report["counts"]["event"]["created"], 2, "{report}");
        assert!(told(&report).contains("left out: 1 of type review;"), "{report}");
        let article = site.get("/v1/articles/post-9?include=text,comments").ok();
        assert_eq!((&article["kind"], &article["body"]["text"]), (&json!("article"), &json!("Event words")));
        assert_eq!((&article["tags"][0]["name"], &article["commentCount"]), (&json!("The pier"), &json!(1)));
        for path in ["/event/harbour-day/", "/%3Fp%3D9", "/%3Fpost_type%3Devent%26p%3D9"] {
            assert_eq!(site.get(&format!("/v1/resolve?path={path}")).ok()["slug"], "post-9", "{path}");
        }
        for hidden in ["post-10", "post-11", "post-12"] {
            site.get(&format!("/v1/articles/{hidden}")).problem(404, "article.not_found");
        }
        let report = with("review, event,page");
        assert_eq!((&report["counts"]["review"]["created"], &report["counts"]["event"]["unchanged"]), (&json!(1), &json!(2)), "{report}");
        assert_eq!(site.get("/v1/articles/post-12").ok()["headline"], "A review");
        assert!(!told(&report).contains("--post-types"), "{report}");
        assert!(told(&with("evnt")).contains("nothing in this file is of type evnt"));

        for (types, says) in [
            ("nav_menu_item", "nav_menu_item is internal to WordPress"), ("event,wp_template", "wp_template is internal to WordPress"),
            ("revision", "revision is internal"), ("custom_css", "custom_css is internal"), ("shop_order", "shop_order is internal"),
            ("attachment", "attachment is always imported, as media"), ("Two words", "Two words is no name of a type"),
        ] {
            let output = site.command(&["import", "wxr", "-", "--post-types", types]);
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{types}: {said}");
            assert!(said.contains("--post-types: ") && said.contains(says), "{types}: {said}");
        }
        let output = site.command(&["import", "jsonl", "-", "--post-types", "event"]);
        assert!(String::from_utf8_lossy(&output.stderr).contains("only a WXR file"), "{output:?}");
    }

    fn terms_of_the_same_name_stay_and_are_reported(kind) {
        let site = Site::empty(kind);
        let tag = |id: &str, name: &str| json!({ "type": "tag", "id": id, "name": name });
        let section = |id: &str, parent: Option<&str>| json!({ "type": "section", "id": id, "name": "Local", "parent": parent });
        let lines = [
            tag("a", "Caf\u{e9}"), tag("b", "CAFE\u{301}"), tag("c", "Tea"),
            json!({ "type": "section", "id": "world", "name": "World" }), section("l1", None), section("l2", Some("world")), section("l3", Some("world")),
        ];
        let report = site.import("test", &lines);
        assert_eq!(report["counts"]["tag"]["created"], 3, "{report}");
        let notes: Vec<(&str, &str)> = report["notes"].as_array().expect("notes").iter()
            .map(|note| (note["id"].as_str().expect("an id"), note["reason"].as_str().expect("a reason"))).collect();
        assert_eq!(notes, [
            ("b", "name: has the same name as the tag cafe, and both stay"),
            ("l3", "name: has the same name as the section local-2, and both stay"),
        ]);
        assert_eq!(site.import("test", &lines)["notes"], json!([]), "only what changed is reported");
        // WordPress has two tags of one name with different slugs.
        let second = "<wp:tag><wp:tag_slug>trade-talks</wp:tag_slug><wp:tag_name>trade</wp:tag_name></wp:tag>";
        let report = import(&site, &export_with("", &[Item::post(1, "One", "x").with(&filed("post_tag", "trade-talks", "trade"))]).replace("</wp:tag>\n", &format!("</wp:tag>{second}")));
        assert!(report["notes"].to_string().contains("has the same name as the tag trade, and both stay"), "{report}");
        assert_eq!(site.get("/v1/articles/post-1").ok()["tags"][0]["slug"], "trade-talks");
    }

    fn skipped_items_are_reported_with_a_reason(kind) {
        let site = Site::empty(kind);
        let report = import(&site, &export(&[
            Item { kind: "event", ..Item::post(9, "An event", "Words") },
            Item { status: "trash", ..Item::post(4, "Thrown away", "x") },
            Item { kind: "wp_template", ..Item::post(5, "Template", "x") },
            Item::post(6, "Written with a T", "x"),
        ]).replace("2021-11-01 09:06:00", "2021-11-01T09:06:00"));
        let reasons: Vec<(&str, &str)> = report["skipped"].as_array().expect("a list").iter()
            .map(|one| (one["id"].as_str().expect("an id"), one["reason"].as_str().expect("a reason"))).collect();
        assert_eq!(reasons, [
            ("9", "type: event becomes articles only with --post-types event"),
            ("4", "it is deleted at its source, and was never here"),
            ("5", "type: wp_template is internal to WordPress or to a plugin"),
        ]);
        assert_eq!(site.get("/v1/articles/post-6").ok()["publishedAt"], "2021-11-01T09:06:00Z");
        assert!(!report.to_string().contains("no time of publication"), "{report}");
    }
}
