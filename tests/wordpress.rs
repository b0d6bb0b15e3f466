//! Import of WordPress exports: articles, terms, comments, links, old paths, and the report.

use proptest::{prelude::any, strategy::Strategy, test_runner::TestRunner};
use serde_json::{Value, json};

use crate::support::{
    Kind, Site, on_each_database,
    wordpress::{Item, comment, export, export_in, html, import, meta},
};

/// Returns an export with items of every type.
fn newspaper() -> String {
    let filed = "<category domain=\"category\" nicename=\"asia\"><![CDATA[Asia]]></category>\
                 <category domain=\"category\" nicename=\"undeclared\"><![CDATA[Not &amp; declared]]></category>\
                 <category domain=\"post_tag\" nicename=\"trade\"><![CDATA[Trade]]></category>\
                 <category domain=\"post_format\" nicename=\"post-format-video\"><![CDATA[Video]]></category>\n";
    export(&[
        Item::post(1, "First &amp; <em>best</em>", "Para one\nwith a break.\n\n<h2>Head</h2>\n\nPara two.\n\n[gallery ids=\"10,11\"]")
            .with(filed)
            .with("<excerpt:encoded><![CDATA[What it is <b>about</b>.]]></excerpt:encoded><wp:comment_status>open</wp:comment_status>")
            .with(&meta("_thumbnail_id", "10"))
            .with(&meta("_wp_old_slug", "older-name"))
            .with(&comment(7, 5, ""))
            .with(&comment(5, 0, ""))
            .with(&comment(6, 99, "<wp:comment_type>comment</wp:comment_type>"))
            .with(&comment(8, 0, "<wp:comment_type>pingback</wp:comment_type>")),
        Item { kind: "page", title: "About", link: "http://old.example.com/about/".to_owned(), ..Item::post(2, "", "About us.") },
        Item { status: "draft", ..Item::post(3, "A draft", "x") },
        Item { status: "trash", ..Item::post(4, "Thrown away", "x") }.with(&comment(1, 0, "")),
        Item::post(5, "Behind a password", "secret").with("<wp:post_password>p</wp:post_password>"),
        Item { status: "private", ..Item::post(6, "Private", "x") },
        Item { kind: "nav_menu_item", ..Item::post(7, "Menu", "") },
        Item { kind: "attachment", status: "inherit", link: "http://old.example.com/a-photo/".to_owned(), ..Item::post(10, "Photo", "") }
            .with("<wp:post_parent>1</wp:post_parent><wp:attachment_url>http://old.example.com/wp-content/uploads/a.jpg</wp:attachment_url>")
            .with("<excerpt:encoded><![CDATA[The caption]]></excerpt:encoded>")
            .with(&meta("_wp_attachment_image_alt", "A pier"))
            .with(&meta("_wp_attachment_metadata",
                "a:4:{s:5:\"width\";i:1600;s:6:\"height\";i:900;s:4:\"file\";s:5:\"a.jpg\";s:5:\"sizes\";a:1:{s:6:\"medium\";a:4:{s:4:\"file\";s:13:\"a-300x169.jpg\";s:5:\"width\";i:300;s:6:\"height\";i:169;s:9:\"mime-type\";s:10:\"image/jpeg\";}}}")),
        Item { kind: "attachment", status: "inherit", ..Item::post(11, "Other", "") }
            .with("<wp:attachment_url>http://old.example.com/wp-content/uploads/b.png</wp:attachment_url>"),
        Item::post(12, "Links", "<a href=\"http://old.example.com/2021/11/01/post-1/?x=1#top\">one</a> <a href='http://www.old.example.com/gone/'>gone</a> \
            <a href=\"http://old.example.com/wp-content/uploads/a.pdf\">file</a> <a href=\"http://elsewhere.example.com/\">away</a> \
            <img src=\"/wp-content/uploads/c.jpg\"> [sic] [vc_row width=\"1\"]inner[/vc_row] <script>alert(1)</script><b onclick=\"x()\">bold</b>"),
        Item::post(1, "Another one with the same id", "twin"),
        Item { title: "", ..Item::post(13, "", "No title but words and more of them than eight or nine") },
    ])
}

on_each_database! {
    fn an_export_becomes_a_newsroom(kind) {
        let site = Site::empty(kind);
        let report = import(&site, &newspaper());

        let counts = |name: &str| {
            let counts = &report["counts"][name];
            (counts["read"].as_u64().unwrap_or_default(), counts["created"].as_u64().unwrap_or_default(), counts["skipped"].as_u64().unwrap_or_default())
        };
        assert_eq!(counts("post"), (8, 7, 1), "{report}");
        assert_eq!(counts("page"), (1, 1, 0));
        assert_eq!(counts("attachment"), (2, 2, 0));
        assert_eq!(counts("nav_menu_item"), (1, 0, 1));
        assert_eq!(counts("comment"), (4, 3, 1));
        assert_eq!(counts("pingback"), (1, 0, 1));
        assert_eq!(counts("category").1, 2);

        let first = site.get("/v1/articles/post-1?include=comments,blocks").ok();
        assert_eq!(first["headline"], "First & best");
        assert_eq!(first["standfirst"], "What it is about.");
        assert_eq!(first["publishedAt"], "2021-11-01T09:01:00Z");
        assert_eq!(first["language"], "en-US");
        assert_eq!(first["kind"], "video");
        assert_eq!(first["section"]["path"], "/world/asia");
        let tags: Vec<&Value> = first["tags"].as_array().expect("tags").iter().map(|tag| &tag["name"]).collect();
        assert_eq!(tags, ["Not & declared", "Trade"]);
        assert_eq!(first["authors"][0]["name"], "Ada & Co");
        assert_eq!(first["commentsOpen"], true);
        let photo = &first["leadMedia"];
        assert_eq!((&photo["url"], &photo["alt"], &photo["caption"]),
            (&json!("http://old.example.com/wp-content/uploads/a.jpg"), &json!("A pier"), &json!("The caption")));
        assert_eq!((&photo["width"], &photo["mimeType"]), (&json!(1600), &json!("image/jpeg")));
        assert_eq!(photo["renditions"][0]["url"], "http://old.example.com/wp-content/uploads/a-300x169.jpg");
        let blocks: Vec<&Value> = first["body"]["blocks"].as_array().expect("blocks").iter().map(|block| &block["type"]).collect();
        assert_eq!(blocks, ["paragraph", "heading", "paragraph", "gallery"]);
        assert_eq!(first["body"]["blocks"][3]["images"][0]["alt"], "A pier");
        assert!(first["body"]["html"].as_str().is_some_and(|html| html.contains("Para one<br>\nwith a break.")), "{}", first["body"]["html"]);
        assert_eq!(first["commentCount"], 3);
        let comments: Vec<(&Value, &Value)> =
            first["comments"].as_array().expect("comments").iter().map(|one| (&one["authorName"], &one["depth"])).collect();
        assert_eq!(comments, [(&json!("Reader 5"), &json!(0)), (&json!("Reader 7"), &json!(1)), (&json!("Reader 6"), &json!(0))]);
        assert_eq!(first["comments"][0]["body"]["html"], "<p>Comment 5.</p>\n<p>More.</p>\n");

        assert_eq!(site.get("/v1/articles?count=exact").ok()["page"]["total"], 4);
        assert_eq!(site.get("/v1/articles?kind=page").ok()["data"][0]["headline"], "About");
        for hidden in ["post-3", "post-4", "post-5", "post-6", "post-7"] {
            site.get(&format!("/v1/articles/{hidden}")).problem(404, "article.not_found");
        }
        assert_eq!(site.get("/v1/articles/post-13").ok()["headline"], "No title but words and more of them");
        assert_eq!(site.get("/v1/articles/post-1-2").ok()["headline"], "Another one with the same id");
        assert_eq!(report["changes"]["reply to nothing"], 1, "{report}");
        let told = |part: &str| report["notes"].as_array().expect("notes").iter().any(|note| note["reason"].as_str().is_some_and(|text| text.contains(part)));
        for part in ["behind a password", "is private", "1 is taken by an earlier one", "has no title"] {
            assert!(told(part), "{part}: {report}");
        }
        let about = site.get("/v1/site").ok();
        assert_eq!((&about["title"], &about["tagline"], &about["language"]), (&json!("The Old Paper"), &json!("Since 1999"), &json!("en-US")));
    }

    fn items_with_the_same_name_or_id_stay_separate(kind) {
        let site = Site::empty(kind);
        let category = |nicename: &str, parent: &str| format!(
            "<wp:category><wp:category_nicename>{nicename}</wp:category_nicename><wp:category_parent>{parent}</wp:category_parent><wp:cat_name>Local</wp:cat_name></wp:category>");
        let filed = "<category domain=\"category\" nicename=\"local-world\">Local</category>";
        let twins = comment(1, 0, "") + &comment(1, 0, "").replace("More.", "Other words.");
        let text = export(&[Item::post(1, "One", "x").with(filed).with(&twins), Item::post(2, "", "")])
            .replace("<wp:tag>", &(category("local", "") + &category("local-world", "world") + "<wp:tag>"));
        let report = import(&site, &text);
        assert_eq!(site.get("/v1/articles/post-1").ok()["section"]["path"], "/world/local-world");
        assert_eq!(site.get("/v1/sections/local").ok()["parent"], Value::Null);
        assert_eq!(site.get("/v1/articles/post-1").ok()["commentCount"], 2);
        assert_eq!(site.get("/v1/articles?count=exact").ok()["page"]["total"], 1, "an empty item is not published");
        assert_eq!(report["changes"]["repeated id"], 1, "{report}");
        let again = import(&site, &text);
        assert_eq!((&again["counts"]["comment"]["unchanged"], &again["counts"]["category"]["updated"]), (&json!(2), &json!(0)), "{again}");
        let found = site.get("/v1/resolve?path=/category/world/local-world/").ok();
        assert_eq!((&found["kind"], &found["path"]), (&json!("section"), &json!("/world/local-world")));
        // The old and the new permalink of a post resolve to its article.
        import(&site, &text.replace("/2021/11/01/post-1/", "/2022/11/01/post-1/"));
        assert_eq!(site.get("/v1/resolve?path=/2021/11/01/post-1/").ok()["path"], "/local-world/post-1");
        assert_eq!(site.get("/v1/resolve?path=/2022/11/01/post-1/").ok()["path"], "/local-world/post-1");
    }

    fn old_urls_resolve(kind) {
        let site = Site::empty(kind);
        import(&site, &newspaper());
        let resolve = |path: &str| site.get(&format!("/v1/resolve?path={path}")).ok();
        for path in ["/2021/11/01/post-1/", "/2021/11/01/post-1", "/%3Fp%3D1", "/%3Fp%3D1%23comments"] {
            let found = resolve(path);
            assert_eq!((&found["kind"], &found["path"], &found["moved"]), (&json!("article"), &json!("/asia/post-1"), &json!(true)), "{path}");
        }
        assert_eq!(resolve("/about")["slug"], "post-2");
        assert_eq!(resolve("/%3Fpage_id%3D2")["slug"], "post-2");
        for path in ["/a-photo", "/%3Fattachment_id%3D10"] {
            let found = resolve(path);
            assert_eq!((&found["kind"], &found["path"]), (&json!("media"), &json!("http://old.example.com/wp-content/uploads/a.jpg")));
        }
        assert_eq!(site.get("/v1/articles/older-name").status, 301);
        site.get("/v1/resolve?path=/%3Fp%3D3").problem(404, "path.not_found");
    }

    fn links_are_rewritten_and_losses_are_reported(kind) {
        let site = Site::empty(kind);
        let report = import(&site, &newspaper());
        let body = html(&site, "/v1/articles/post-12");
        for kept in [
            "href=\"/2021/11/01/post-1/?x=1#top\"", "href=\"/gone/\"", "href=\"http://old.example.com/wp-content/uploads/a.pdf\"",
            "href=\"http://elsewhere.example.com/\"", "src=\"http://old.example.com/wp-content/uploads/c.jpg\"", "[sic]</p>", "<p>inner</p>",
        ] {
            assert!(body.contains(kept), "{kept}: {body}");
        }
        assert!(!body.contains("alert") && !body.contains("vc_row"), "{body}");
        assert_eq!(report["changes"]["broken link"], 1, "{report}");
        assert_eq!(report["changes"]["shortcode [vc_row]"], 1);
        assert_eq!(report["changes"]["<script>"], 1);
        assert_eq!(report["changes"]["script attribute"], 1);
        let place = report["notes"].as_array().expect("notes").iter()
            .find(|note| note["reason"].as_str().is_some_and(|text| text.contains("/gone/"))).expect("the broken link");
        assert_eq!((&place["id"], place["line"].as_u64()), (&json!("12"), newspaper().lines().position(|line| line.contains("<title>Links")).map(|n| n as u64 + 1)));
    }

    fn importing_again_updates_only_what_changed(kind) {
        let site = Site::empty(kind);
        import(&site, &newspaper());
        let before = site.export();
        let again = import(&site, &newspaper());
        for counts in again["counts"].as_object().expect("counts").values() {
            assert_eq!((&counts["created"], &counts["updated"]), (&json!(0), &json!(0)), "{again}");
        }
        assert!(site.export() == before, "nothing is doubled");
        assert_eq!((&again["counts"]["site"]["read"], &again["counts"]["site"]["unchanged"]), (&json!(1), &json!(1)), "{again}");
        let changed = import(&site, &newspaper().replace("Para two.", "Para two, mended."));
        assert_eq!((&changed["counts"]["post"]["updated"], &changed["counts"]["post"]["unchanged"]), (&json!(1), &json!(6)));
        assert!(html(&site, "/v1/articles/post-1").contains("mended"));
        // A post that is now in WordPress's trash is unpublished here.
        let posts = |status: &'static str| export(&[Item::post(1, "One", "x"), Item { status, ..Item::post(70, "Gone", "x") }]);
        import(&site, &posts("publish"));
        site.get("/v1/articles/post-70").ok();
        let trashed = import(&site, &posts("trash"));
        assert_eq!(trashed["counts"]["post"]["updated"], 1, "{trashed}");
        site.get("/v1/articles/post-70").problem(404, "article.not_found");
        assert_eq!(import(&site, &posts("trash"))["counts"]["post"]["unchanged"], 2);
        import(&site, &posts("publish"));
        site.get("/v1/articles/post-70").ok();
    }

    fn a_dry_run_reports_the_same_and_writes_nothing(kind) {
        let site = Site::empty(kind);
        let (output, dry) = site.import_as(&["wxr", "-", "--dry-run"], newspaper().as_bytes());
        assert!(output.status.success());
        assert_eq!(site.export(), "");
        let wet = import(&site, &newspaper());
        for part in ["counts", "changes", "skipped", "notes"] {
            assert_eq!(dry[part], wet[part], "{part}");
        }
    }

    fn a_truncated_file_is_told_where_and_the_whole_one_completes_it(kind) {
        let posts: Vec<Item> = (1..=40).map(|n| Item::post(n, "A story", "Some words.").with(&comment(n % 50, 0, ""))).collect();
        let whole = export(&posts);
        let reference = Site::empty(kind);
        import(&reference, &whole);
        let expected = reference.get("/v1/articles?limit=100&fields=slug,headline,commentCount,canonicalPath").ok();
        let slugs = |list: &Value| list["data"].as_array().expect("a list").iter().map(|one| (one["slug"].clone(), one["commentCount"].clone())).collect::<Vec<_>>();
        let mut runner = TestRunner::deterministic();
        for _ in 0..4 {
            let cut = any::<prop::Index>().new_tree(&mut runner).expect("a value").current().index(whole.len() - 20);
            let cut = (0..=cut).rev().find(|at| whole.is_char_boundary(*at)).unwrap_or(0);
            let site = Site::empty(kind);
            let (output, report) = site.import_as(&["wxr", "-"], &whole.as_bytes()[..cut]);
            assert_eq!(output.status.code(), Some(1), "cut at {cut}");
            let line = whole[..cut].matches('\n').count() as u64 + 1;
            assert_eq!(report["broken"]["line"], line, "cut at {cut}: {report}");
            let created = report["counts"]["post"]["created"].as_u64().unwrap_or_default();
            assert_eq!(site.get("/v1/articles?count=exact&limit=1").ok()["page"]["total"], created, "what the report says is in");
            import(&site, &whole);
            assert_eq!(slugs(&site.get("/v1/articles?limit=100").ok()), slugs(&expected));
        }
    }
}

mod prop {
    pub use proptest::sample::Index;
}

use proptest::strategy::ValueTree;

#[test]
fn every_version_of_the_format_is_read() {
    for (scheme, version) in [("http", "1.0"), ("http", "1.1"), ("https", "1.2"), ("https", "9.9")] {
        let site = Site::empty(Kind::Sqlite);
        import(&site, &export_in(scheme, version, &[Item::post(1, "Hello", "World")]));
        assert_eq!(site.get("/v1/articles/post-1").ok()["headline"], "Hello", "{scheme} {version}");
    }
    // Another XML prefix for the same namespace, and local times instead of UTC.
    let site = Site::empty(Kind::Sqlite);
    let text = export(&[Item::post(1, "Hello", "World")])
        .replace("xmlns:wp=", "xmlns:press=")
        .replace("wp:", "press:")
        .replace(
            "<press:post_date_gmt>2021-11-01 09:01:00",
            "<press:post_date>2021-07-01 09:00:00</press:post_date><press:post_date_gmt>0000-00-00 00:00:00",
        );
    let (output, _) = site.import_as(&["wxr", "-", "--time-zone", "Europe/Lisbon"], text.as_bytes());
    assert!(output.status.success());
    assert_eq!(site.get("/v1/articles/post-1").ok()["publishedAt"], "2021-07-01T08:00:00Z");
    let (output, _) =
        site.import_as(&["wxr", "-", "--time-zone", "Europe/Lisbon"], b"<rss><channel></channel></rss>");
    assert!(output.status.success(), "an empty newspaper is one");
}

#[test]
fn blocks_of_the_new_editor_become_blocks() {
    let site = Site::empty(Kind::Sqlite);
    let content = "<!-- wp:paragraph --><p>One</p><!-- /wp:paragraph -->\n\
        <!-- wp:embed {\"url\":\"https://www.youtube.com/watch?v=x\",\"type\":\"video\"} --><figure class=\"wp-block-embed\"><div>\nhttps://www.youtube.com/watch?v=x\n</div><figcaption>Film</figcaption></figure><!-- /wp:embed -->\n\
        <!-- wp:pullquote --><figure class=\"wp-block-pullquote\"><blockquote><p>Big</p><cite>She</cite></blockquote></figure><!-- /wp:pullquote -->\n\
        <!-- wp:gallery --><figure class=\"wp-block-gallery columns-2\"><!-- wp:image --><figure class=\"wp-block-image\"><img src=\"http://a.example.com/1.jpg\"/></figure><!-- /wp:image --></figure><!-- /wp:gallery -->\n\
        <!-- wp:video --><figure class=\"wp-block-video\"><video controls src=\"http://a.example.com/f.mp4\"></video><figcaption>Moving</figcaption></figure><!-- /wp:video -->\n\
        <!-- wp:latest-posts /-->\n<!-- wp:columns --><div><!-- wp:column --><div><!-- wp:heading --><h2>Deep</h2><!-- /wp:heading --></div><!-- /wp:column --></div><!-- /wp:columns -->\n\
        A text of the old editor.\n\nIn two parts.";
    let report = import(&site, &export(&[Item::post(1, "Blocks", content)]));
    let blocks = site.get("/v1/articles/post-1?include=blocks").ok()["body"]["blocks"].clone();
    let types: Vec<&Value> = blocks.as_array().expect("blocks").iter().map(|block| &block["type"]).collect();
    assert_eq!(
        types,
        ["paragraph", "embed", "pullquote", "gallery", "embed", "heading", "paragraph", "paragraph"]
    );
    assert_eq!(
        (&blocks[1]["provider"], &blocks[1]["url"]),
        (&json!("youtube"), &json!("https://www.youtube.com/watch?v=x"))
    );
    assert!(
        blocks[1]["html"].as_str().is_some_and(|html| html.contains("<figcaption>Film")),
        "{}",
        blocks[1]
    );
    assert_eq!((&blocks[2]["text"], &blocks[2]["cite"]), (&json!("Big"), &json!("She")));
    assert_eq!(
        (&blocks[4]["provider"], &blocks[4]["url"]),
        (&json!("video"), &json!("http://a.example.com/f.mp4"))
    );
    assert_eq!(report["changes"]["block latest-posts"], 1);
}

#[test]
fn bare_ampersands_and_cdata_ends_are_imported_and_reported() {
    let site = Site::empty(Kind::Sqlite);
    let text =
        export(&[Item::post(1, "Fish & chips", "x")]).replace("<![CDATA[x]]>", "a & b &nbsp; ]]> c &amp; d");
    let report = import(&site, &text);
    assert_eq!(site.get("/v1/articles/post-1").ok()["headline"], "Fish & chips");
    assert!(html(&site, "/v1/articles/post-1").contains("a &amp; b &nbsp; ]]&gt; c &amp; d"));
    let notes = report["notes"].to_string();
    assert!(notes.contains("a bare & outside CDATA") && notes.contains("]]> outside CDATA"), "{notes}");
}

#[test]
fn attacks_end_with_an_error_and_read_no_file() {
    let site = Site::empty(Kind::Sqlite);
    let secret = site.database.url.trim_start_matches("sqlite:").to_owned() + ".secret";
    std::fs::write(&secret, "never to be read").expect("written");
    let plain = export(&[Item::post(1, "Hello", "World")]);
    let doctype = |text: &str| plain.replacen("<!-- made by hand -->", text, 1);
    let deep = format!("{}{}", "<wp:x>".repeat(10_000), "</wp:x>".repeat(10_000));
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(plain.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let attacks: Vec<(&str, Vec<u8>)> = vec![
        (
            "declares entities",
            doctype("<!DOCTYPE rss [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]>").into_bytes(),
        ),
        (
            "declares entities",
            doctype(&format!("<!DOCTYPE rss [<!ENTITY x SYSTEM \"file://{secret}\">]>"))
                .replace("World", "]]>&x;<![CDATA[")
                .into_bytes(),
        ),
        ("written in ISO-8859-1", plain.replace("UTF-8", "ISO-8859-1").into_bytes()),
        ("is written in UTF-16", utf16),
        ("is not UTF-8", plain.bytes().map(|byte| if byte == b'W' { 0xFF } else { byte }).collect()),
        (
            "attribute of more than 64 KiB",
            plain
                .replace("<wp:status>", &format!("<wp:status x=\"{}\">", "y".repeat(1_000_000)))
                .into_bytes(),
        ),
        ("more than 16 MiB", plain.replace("World", &"y".repeat(20_000_000)).into_bytes()),
        ("nest more than 64 deep", plain.replace("<wp:status>", &format!("{deep}<wp:status>")).into_bytes()),
        ("is not well-formed", plain.replace("</wp:status>", "</wp:statu>").into_bytes()),
        ("it is not a WordPress export", b"<html><body>Hello</body></html>".to_vec()),
        ("it is not a WordPress export", b"plain text".to_vec()),
        ("it is not a WordPress export", Vec::new()),
        ("has something after its end", [plain.as_bytes(), b"more"].concat()),
        ("ends in the middle of", plain.replace("</rss>", "").into_bytes()),
    ];
    for (says, text) in attacks {
        let (output, report) = site.import_as(&["wxr", "-", "--source", "attack"], &text);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{says}");
        assert!(said.contains(says) && said.contains("line "), "{says}: {said}");
        assert!(report["broken"]["line"].is_u64(), "{says}");
    }
    assert!(!site.export().contains("never to be read"));
    std::fs::remove_file(&secret).expect("removed");
}
