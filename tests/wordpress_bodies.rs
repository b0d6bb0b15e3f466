//! Import of WordPress bodies: shortcodes, blocks, players and page builders.

use serde_json::{Value, json};

use crate::support::{
    Kind, Site, on_each_database,
    wordpress::{Item, export, html, import, meta},
};

fn blocks(site: &Site, slug: &str) -> Vec<Value> {
    let article = site.get(&format!("/v1/articles/{slug}?include=blocks")).ok();
    article["body"]["blocks"].as_array().expect("blocks").clone()
}

fn told(report: &Value, part: &str) -> bool {
    let notes = report["notes"].as_array().expect("notes");
    notes.iter().any(|note| note["reason"].as_str().is_some_and(|text| text.contains(part)))
}

on_each_database! {
    fn brackets_that_are_no_shortcodes_stay(kind) {
        let site = Site::empty(kind);
        let text = "The vote [read our <a href=\"https://x.example/\">guide</a>] is open.\n\n\
            We [semi-]often and [this_name] and [see page=3] and [see [1] and a=b] stay [a href=x].\n\n\
            <pre>if ($a[b_c]) re(\"[a-z]+\")</pre>\n\n[my_box x=\"1\"]Boxed[/my_box] [[gallery]]";
        let report = import(&site, &export(&[Item::post(1, "Brackets", text)]));
        let body = html(&site, "/v1/articles/post-1");
        for kept in [
            "[read our <a href=\"https://x.example/\"", "guide</a>] is open.",
            "We [semi-]often and [this_name] and [see page=3] and [see [1] and a=b] stay [a href=x].",
            "if ($a[b_c]) re(\"[a-z]+\")", "[my_box x=\"1\"]Boxed[/my_box] [gallery]",
        ] {
            assert!(body.contains(kept), "{kept}: {body}");
        }
        assert_eq!(report["changes"], json!({ "unknown shortcode [my_box]": 1 }), "{report}");
        assert!(told(&report, "[my_box] is no shortcode that is known here"), "{report}");
    }

    fn closing_tags_without_an_opening_one_stay(kind) {
        let site = Site::empty(kind);
        let text = "One[/gallery] two[/caption] [/vc_column] [/su_note] three[/audio]\n\n[gallery]four[/gallery] five[/gallery]\n\n[su_note]six[/su_note]";
        import(&site, &export(&[Item::post(1, "Ends", text)]));
        let text = site.get("/v1/articles/post-1?include=text").ok()["body"]["text"].as_str().expect("text").to_owned();
        let words: Vec<&str> = text.split_whitespace().collect();
        assert_eq!(words.join(" "), "One[/gallery] two[/caption] [/vc_column] [/su_note] three[/audio] four five[/gallery] six");
    }

    fn words_in_attributes_are_in_the_text(kind) {
        let cases = [
            ("[vc_progress_bar title=\"Skills\" values=\"%5B%7B%22label%22%3A%22Development%20%E2%80%93%20web%22%2C%22value%22%3A%2290%22%7D%2C%7B%22label%22%3A%22Design%22%2C%22value%22%3A80%7D%5D\" units=\"%\"]",
                "Skills Development – web 90% Design 80%"),
            ("[vc_progress_bar values=\"90|Development,80|Design\"]", "Development 90 Design 80"),
            ("[vc_round_chart title=\"Votes\" values=\"%5B%7B%22title%22%3A%22Yes%20votes%22%2C%22value%22%3A%2260%22%2C%22color%22%3A%22blue%22%7D%5D\"]", "Votes Yes votes 60"),
            ("[vc_line_chart x_values=\"JAN; FEB\" values=\"%5B%7B%22title%22%3A%22Rain%22%2C%22y_values%22%3A%2210%3B%2015%22%7D%5D\"]", "JAN; FEB Rain 10; 15"),
            ("[vc_pie value=\"40\" units=\"%\" title=\"Share\" color=\"blue\"]", "Share 40%"),
            ("[vc_video title=\"The film\" link=\"https://vimeo.com/1\"]", "The film https://vimeo.com/1"),
            ("[vc_wp_text title=\"Contact\"]Write to us.[/vc_wp_text]", "Contact Write to us."),
            ("[vc_cta h2=\"Come\" btn_title=\"Sign up\" btn_link=\"url:https%3A%2F%2Fx.example%2F|title:More\"]Now.[/vc_cta]", "Come Sign up Now."),
            ("[ultimate_heading main_heading=\"Main words\" sub_heading=\"Sub words\" heading_tag=\"h3\"]", "Main words Sub words"),
            ("[ultimate_heading main_heading=\"Main words\"]Words below[/ultimate_heading]", "Main words Words below"),
            ("[stat_counter counter_title=\"Readers\" counter_value=\"1200\" counter_suffix=\"+\" icon=\"Defaults-user\"]", "Readers 1200+"),
            ("[icon_counter block_title_front=\"Front\" block_desc_front=\"Front words\" block_title_back=\"Back\" block_desc_back=\"Back words\"]", "Front Front words Back Back words"),
            ("[interactive_banner banner_title=\"Banner\" banner_desc=\"Banner words\"]", "Banner Banner words"),
            ("[ultimate_pricing package_heading=\"Plan\" package_price=\"$9\" package_unit=\"per month\" package_btn_text=\"Order now\"]Lines[/ultimate_pricing]", "Plan $9 per month Order now Lines"),
            ("[bsf-info-box title=\"Info\" read_text=\"Read on\"]Inner[/bsf-info-box]", "Info Read on Inner"),
            ("[ult_ihover][ult_ihover_item title=\"Hovered\"]Words[/ult_ihover_item][/ult_ihover]", "Hovered Words"),
            ("a [su_tooltip content=\"Tip words\" style=\"dark\" position=\"top\"]word[/su_tooltip] b", "a word (Tip words) b"),
            ("a [su_tooltip title=\"Tip\" text=\"more\"]word[/su_tooltip].", "a word (Tip: more)."),
            ("a [tooltip text=\"Tip words\"]word[/tooltip] b", "a word (Tip words) b"),
            ("a [fusion_tooltip title=\"Tip words\" placement=\"top\"]word[/fusion_tooltip] b", "a word (Tip words) b"),
            ("the [abbr title=\"World Health Organization\"]WHO[/abbr].", "the WHO (World Health Organization)."),
            ("[et_pb_pricing_table title=\"Basic\" currency=\"$\" sum=\"49\" per=\"month\" button_text=\"Buy\"]One[/et_pb_pricing_table]", "Basic $49 month Buy One"),
            ("[et_pb_number_counter title=\"Readers\" number=\"65%\" /]", "Readers 65%"),
            ("[et_pb_audio audio=\"http://a.example/b.mp3\" title=\"A song\" artist_name=\"A singer\" /]", "A song A singer http://a.example/b.mp3"),
            ("[et_pb_fullwidth_header title=\"Head\" subhead=\"Below\" button_one_text=\"First\" button_two_text=\"Second\" /]", "Head Below First Second"),
            ("[fusion_flip_box title_front=\"Front\" title_back=\"Back\" text_front=\"Words\"]Inner[/fusion_flip_box]", "Front Words Back Inner"),
            ("[fusion_testimonial name=\"Ann Lee\" company=\"The Paper\"]Said.[/fusion_testimonial]", "Ann Lee The Paper Said."),
            ("[fusion_pricing_price currency=\"$\" price=\"15.55\" time=\"monthly\" /]", "$15.55 monthly"),
            ("[fusion_countdown heading_text=\"Soon\" subheading_text=\"Very soon\" link_text=\"Come here\" /]", "Soon Very soon Come here"),
            ("[su_plan name=\"Business\" price=\"20\" before=\"$\" after=\"a month\" btn_text=\"Sign up\"]One[/su_plan]", "Business $20 a month Sign up One"),
            ("[su_progress_bar percent=\"75\" text=\"Done so far\"]", "Done so far 75"),
            ("[vc_progress_bar values=\"%5B%7B%22label\" title=\"Cut\"] [vc_row css=\"%5B1%5D\"]x[/vc_row]", "Cut x"),
        ];
        let items: Vec<Item> = (1..).zip(&cases).map(|(n, (text, _))| Item::post(n, "Words", text)).collect();
        let site = Site::empty(kind);
        import(&site, &export(&items));
        for (n, (written, wanted)) in (1..).zip(&cases) {
            let text = site.get(&format!("/v1/articles/post-{n}?include=text")).ok()["body"]["text"].as_str().expect("text").to_owned();
            assert_eq!(text.split_whitespace().collect::<Vec<_>>().join(" "), *wanted, "{written}");
        }
        assert!(html(&site, "/v1/articles/post-9").contains("Main words</h"));
        assert!(html(&site, "/v1/articles/post-8").contains("href=\"https://x.example/\""));
    }

    fn code_shortcodes_become_code(kind) {
        let site = Site::empty(kind);
        let text = "[code lang=\"js\"]\nif (a &lt; b) {\n    call(x[i]);\n\n    again();\n}\n[/code]\n\n\
            [sourcecode language=\"html\"]<b>raw</b> <script>f()</script>[/sourcecode]\n\n[php]echo \"<pre>\";[/php]\n\n\
            <pre class=\"brush: ruby; title: x\">a[b_c]</pre>";
        import(&site, &export(&[Item::post(1, "Code", text)]));
        let blocks = blocks(&site, "post-1");
        let seen: Vec<(&str, &str, &str)> = blocks
            .iter()
            .map(|block| ["type", "language", "text"].map(|name| block[name].as_str().unwrap_or_default()))
            .map(|[kind, language, text]| (kind, language, text))
            .collect();
        assert_eq!(seen, [
            ("code", "js", "if (a < b) {\n    call(x[i]);\n\n    again();\n}"),
            ("code", "html", "<b>raw</b> <script>f()</script>"),
            ("code", "php", "echo \"<pre>\";"),
            ("code", "ruby", "a[b_c]"),
        ]);
    }

    fn reusable_blocks_and_footnotes_are_in_the_text(kind) {
        let site = Site::empty(kind);
        let text = "<!-- wp:paragraph --><p>Before.</p><!-- /wp:paragraph --><!-- wp:block {\"ref\":50} /-->\
            <!-- wp:paragraph --><p>After<sup data-fn=\"a1\" class=\"fn\"><a href=\"#a1\" id=\"a1-link\">1</a></sup>.</p><!-- /wp:paragraph -->\
            <!-- wp:block {\"ref\":99} /--><!-- wp:footnotes /-->";
        let reusable = |id: u32, text: &str| Item { kind: "wp_block", ..Item::post(id, "Reusable", text) };
        let report = import(&site, &export(&[
            Item::post(1, "Blocks", text).with(&meta("footnotes", "[{\"content\":\"The <em>note</em> says this.\",\"id\":\"a1\"}]")),
            reusable(50, "<!-- wp:paragraph --><p>Reused words, and <!-- wp:block {\"ref\":51} /--></p><!-- /wp:paragraph -->"),
            reusable(51, "<!-- wp:paragraph --><p>nested ones.</p><!-- /wp:paragraph --><!-- wp:block {\"ref\":50} /-->"),
            reusable(52, "<!-- wp:paragraph --><p>Never shown.</p><!-- /wp:paragraph -->"),
        ]));
        let text = site.get("/v1/articles/post-1?include=text").ok()["body"]["text"].as_str().expect("text").to_owned();
        assert!(text.starts_with("Before.\n\nReused words, and\n\nnested ones."), "{text}");
        assert!(text.contains("After1.") && text.contains("The note says this."), "{text}");
        assert!(told(&report, "the reusable block 99 is not in this file"), "{report}");
        let counts = &report["counts"]["wp_block"];
        assert_eq!((&counts["read"], &counts["merged"], &counts["skipped"]), (&json!(3), &json!(2), &json!(1)));
        assert_eq!(report["skipped"][0]["reason"], "no text in this file shows this reusable block");
    }

    fn players_are_embeds_and_quoted_posts_keep_their_words(kind) {
        let site = Site::empty(kind);
        let text = "<object width=\"1\"><param name=\"movie\" value=\"http://www.youtube.com/v/abcDEF12345\">\
            <embed src=\"http://www.youtube.com/v/abcDEF12345\"></embed></object>\n\nMiddle words.\n\n\
            <embed src=\"//www.youtube.com/v/abcDEF12345&hl=en\">\n\n\
            <iframe src=\"//www.youtube.com/embed/abcDEF12345\"></iframe>\n\n\
            <blockquote class=\"twitter-tweet\"><p>A tweet with <a href=\"https://t.co/x\">words</a></p>&mdash; X (@x) \
            <a href=\"https://twitter.com/x/status/123\">Jan 1</a></blockquote><script async src=\"https://platform.twitter.com/widgets.js\"></script>\n\n\
            <blockquote class=\"instagram-media\" data-instgrm-permalink=\"https://www.instagram.com/p/abc/\"><p>A photo of the pier</p></blockquote>\n\n\
            <object data=\"http://x.example/f.swf\">Fallback words</object>";
        let report = import(&site, &export(&[Item::post(1, "Players", text)]));
        let blocks = blocks(&site, "post-1");
        let embeds: Vec<(&str, &str)> = blocks
            .iter()
            .filter(|block| block["type"] == "embed")
            .map(|block| (block["provider"].as_str().expect("a provider"), block["url"].as_str().expect("a URL")))
            .collect();
        let film = ("youtube", "https://www.youtube.com/watch?v=abcDEF12345");
        assert_eq!(embeds, [film, film, film, ("x", "https://twitter.com/x/status/123"), ("instagram", "https://www.instagram.com/p/abc/")]);
        let text = site.get("/v1/articles/post-1?include=text").ok()["body"]["text"].to_string();
        for words in ["Middle words.", "A tweet with words", "X (@x)", "A photo of the pier", "http://x.example/f.swf", "Fallback words"] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert!(told(&report, "the player of http://x.example/f.swf becomes a link"), "{report}");
        assert!(!told(&report, "youtube"), "{report}");
    }

    fn files_stay_on_the_old_site(kind) {
        let site = Site::empty(kind);
        let text = "<a href=\"http://old.example.com/wordpress/wp-content/uploads/a.pdf\">1</a> <a href=\"http://old.example.com/files/2010/01/a.pdf\">2</a> \
            <a href=\"/wp-content/uploads/b.pdf\">3</a> <a href=\"../c.pdf\">4</a> <a href=\"//old.example.com/d.zip?x=1\">5</a> \
            <a href=\"/2021/11/01/post-1/#top\">6</a> <a href=\"?p=1\">7</a> <a href=\"mailto:a@example.com\">8</a> <a href=\"#here\">9</a> \
            <img src=\"/wp-content/uploads/a.jpg\"><img src=\"//cdn.example.com/b.jpg\">";
        import(&site, &export(&[Item::post(1, "Files", text)]));
        let body = html(&site, "/v1/articles/post-1");
        for address in [
            "href=\"http://old.example.com/wordpress/wp-content/uploads/a.pdf\"", "href=\"http://old.example.com/files/2010/01/a.pdf\"",
            "href=\"http://old.example.com/wp-content/uploads/b.pdf\"", "href=\"http://old.example.com/2021/11/01/c.pdf\"",
            "href=\"https://old.example.com/d.zip?x=1\"", "href=\"/2021/11/01/post-1/#top\"", "href=\"/2021/11/01/post-1/?p=1\"",
            "href=\"mailto:a@example.com\"", "src=\"http://old.example.com/wp-content/uploads/a.jpg\"",
        ] {
            assert!(body.contains(address), "{address}: {body}");
        }
    }

    fn texts_of_page_builders_are_imported(kind) {
        let site = Site::empty(kind);
        let elementor = json!([{ "elements": [
            { "elType": "widget", "settings": { "title": "Big words" } },
            { "elType": "widget", "settings": { "editor": "<p>Built [sic] text</p>", "align": "left" } },
        ] }]);
        import(&site, &export(&[
            Item::post(1, "Builder", "[vc_row][vc_column][vc_column_text]Left words[/vc_column_text][/vc_column]\
                [vc_column][vc_column_text]Right words[/vc_column_text][vc_single_image image=\"10\"][/vc_column][/vc_row]\
                [vc_raw_html]JTNDcCUzRVJhdyUyMHdvcmRzJTNDJTJGcCUzRQ==[/vc_raw_html]\
                [et_pb_toggle title=\"Divi title\"]Divi words[/et_pb_toggle][et_pb_button button_text=\"Press here\" button_url=\"https://x.example/\" /]")
                .with("<excerpt:encoded><![CDATA[[vc_row]Short[/vc_row] [sic]]]></excerpt:encoded>"),
            Item::post(2, "Elementor", "").with(&meta("_elementor_data", &elementor.to_string())),
            Item::post(3, "Old editor", "<!-- wp:freeform -->One\n\nTwo<!-- /wp:freeform --><!-- wp:shortcode -->[vc_row]Three[/vc_row]\n\nfour<!-- /wp:shortcode -->"),
            Item { kind: "attachment", status: "inherit", ..Item::post(10, "Photo", "Internal note to the desk") }
                .with("<wp:attachment_url>http://old.example.com/wp-content/uploads/a.jpg</wp:attachment_url>"),
        ]));
        let text = |slug: &str| site.get(&format!("/v1/articles/{slug}?include=text")).ok()["body"]["text"].as_str().expect("text").to_owned();
        let words = "Left words\n\nRight words\n\nRaw words\n\nDivi title\n\nDivi words\n\nPress here";
        assert_eq!(text("post-1"), words);
        let types: Vec<Value> = blocks(&site, "post-1").iter().map(|block| block["type"].clone()).collect();
        assert_eq!(types, ["paragraph", "paragraph", "image", "paragraph", "paragraph", "paragraph", "paragraph"]);
        assert_eq!(site.get("/v1/articles/post-1").ok()["standfirst"], "Short [sic]");
        assert_eq!(text("post-2"), "Big words\n\nBuilt [sic] text");
        assert_eq!(text("post-3"), "One\n\nTwo\n\nThree\n\nfour");
        assert!(!site.export().contains("Internal note"), "a description is no caption");
    }
}

#[test]
fn reusable_blocks_that_contain_each_other_are_limited() {
    let site = Site::empty(Kind::Sqlite);
    let many = |id: u32| format!("<!-- wp:block {{\"ref\":{id}}} /-->").repeat(500) + "<p>words</p>";
    let reusable = |id: u32, of: u32| Item { kind: "wp_block", ..Item::post(id, "Reusable", &many(of)) };
    let items = [Item::post(1, "Many", &many(50)), reusable(50, 51), reusable(51, 52), reusable(52, 50)];
    import(&site, &export(&items));
    assert!(html(&site, "/v1/articles/post-1").contains("words"));
}
