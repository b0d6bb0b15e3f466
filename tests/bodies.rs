//! Bodies of articles keep their anchors, text directions, tables, images and players, without unsafe HTML.

use serde_json::{Value, json};

use crate::support::{
    Site, on_each_database,
    writing::{Api, id},
};

const HTML: &str = r##"<section id="intro" dir="rtl" lang="ar"><p>نص<sup><a href="#note" id="back">1</a></sup></p></section>
<table><tfoot><tr><td align="right">Sum</td></tr></tfoot><tbody><tr><td style="text-align:center" colspan="2">v</td></tr></tbody></table>
<ol type="i" start="3" reversed><li value="9" id="note">Note <a href="#back">back</a></li></ol>
<p><a href="https://shop.example/" rel="sponsored nofollow ugc">shop</a></p>
<img src="data:image/gif;base64,R0" data-src="https://pictures.example/a.jpg" data-srcset="https://pictures.example/b.jpg 2x" alt="A"><noscript><img src="https://pictures.example/a.jpg" alt="A"></noscript>
<picture><source srcset="/c.webp" type="image/webp"><img src="/c.jpg" alt="C"></picture>
<video poster="/p.jpg" src="https://films.example/f.mp4"><track src="/t.vtt" srclang="en"></video>
<iframe src="https://www.youtube.com/embed/abc?start=90"></iframe>
<textarea><b>typed</b></textarea><xmp><i>example</i></xmp>"##;

const MARKDOWN: &str = "Water[^1] rose.\n\n| a | b |\n|--:|:-:|\n| 1 | 2 |\n\n[^1]: A note.\n";

const BLOCKS: &str = "__typename ... on ParagraphBlock { html } ... on ListBlock { html items } ... on TableBlock { html rows } \
    ... on ImageBlock { html image { url srcset sizes alt } } ... on EmbedBlock { html provider url }";

/// Publishes an article, asserts that both APIs return the same body, and returns its HTML and blocks.
fn published(site: &Site, api: Api, format: &str, source: &str) -> (String, Vec<Value>) {
    let editor = site.sign_in_as("editor@example.com", "editor");
    let article =
        json!({ "headline": format!("A {format} story"), "body": { "format": format, "source": source } });
    let made = api.create(&editor, article).expect("is created");
    api.step(&editor, "publish", &id(&made), 1, json!({})).expect("is published");
    let shown = site.get(&format!("/v1/articles/{}?include=blocks", id(&made))).ok();
    let query = format!("query($id: ID!) {{ article(id: $id) {{ body {{ html blocks {{ {BLOCKS} }} }} }} }}");
    let asked = site.ask(&query, json!({ "id": id(&made) }));
    let blocks = shown["body"]["blocks"].as_array().expect("blocks").clone();
    assert_eq!(asked["article"]["body"]["html"], shown["body"]["html"]);
    for (block, of_graphql) in
        blocks.iter().zip(asked["article"]["body"]["blocks"].as_array().expect("blocks"))
    {
        for (name, value) in
            of_graphql.as_object().expect("a block").iter().filter(|(name, _)| *name != "__typename")
        {
            match value {
                Value::Object(image) => {
                    image.iter().for_each(|(name, value)| assert_eq!(&block["image"][name], value));
                }
                value => assert_eq!(&block[name], value, "{block}"),
            }
        }
    }
    (shown["body"]["html"].as_str().expect("html").to_owned(), blocks)
}

fn assert_all(html: &str, kept: &[&str]) {
    for part in kept {
        assert!(html.contains(part), "{part} is not in {html}");
    }
}

on_each_database! {
    fn html_keeps_anchors_directions_tables_and_media(kind) {
        for api in Api::BOTH {
            let site = Site::empty(kind);
            let (html, blocks) = published(&site, api, "html", HTML);

            assert_all(&html, &[
                r#"id="body_intro""#, r##"href="#body_note""##, r#"id="body_back""#, r#"<li value="9" id="body_note">"#, r##"href="#body_back""##,
                r#"dir="rtl""#, r#"lang="ar""#, "<tfoot>", r#"<td align="right">Sum"#, r#"<td colspan="2" align="center">v"#,
                r#"<ol type="i" start="3" reversed="">"#, r#"rel="sponsored nofollow ugc noopener""#,
                r#"src="https://pictures.example/a.jpg""#, r#"srcset="https://pictures.example/b.jpg 2x""#,
                r#"<picture><source srcset="/c.webp" type="image/webp"><img src="/c.jpg" alt="C"></picture>"#,
                r#"poster="/p.jpg""#, r#"<track src="/t.vtt" srclang="en">"#, "https://www.youtube.com/watch?v=abc&amp;t=90",
                "<b>typed</b>", "<i>example</i>",
            ]);
            assert_eq!(html.matches("pictures.example/a.jpg").count(), 1, "{html}");
            for gone in ["&lt;", "data-", "noscript", "textarea", "style="] {
                assert!(!html.contains(gone), "{gone} in {html}");
            }
            // The blocks contain all anchors too.
            let shown: String = blocks.iter().filter_map(|block| block["html"].as_str()).collect();
            assert_all(&shown, &[r#"id="body_intro""#, r#"id="body_back""#, r#"id="body_note""#, r#"dir="rtl""#]);
            let of = |kind: &str| blocks.iter().filter(|block| block["type"] == kind).collect::<Vec<_>>();
            assert_eq!(of("list")[0]["items"][0], r##"<div id="body_note">Note <a href="#body_back" rel="noopener">back</a></div>"##);
            assert_eq!(of("table")[0]["rows"], json!([["v"], ["Sum"]]), "a foot comes last");
            assert_eq!(of("image")[0]["image"]["srcset"], "https://pictures.example/b.jpg 2x");
            assert_eq!(of("embed").iter().map(|block| &block["url"]).collect::<Vec<_>>(),
                       ["https://films.example/f.mp4", "https://www.youtube.com/watch?v=abc&t=90"]);
        }
    }

    fn markdown_keeps_footnotes_and_alignment(kind) {
        for api in Api::BOTH {
            let site = Site::empty(kind);
            let (html, blocks) = published(&site, api, "markdown", MARKDOWN);

            assert_all(&html, &[
                r##"<sup class="footnote-ref"><a href="#body_fn-1" rel="noopener" id="body_fnref-1">1</a></sup>"##,
                r#"<ol class="footnotes">"#, r#"<li id="body_fn-1">"#, r##"<a class="footnote-backref" href="#body_fnref-1""##,
                r#"<td align="right">1"#, r#"<th align="center">b"#,
            ]);
            let list = blocks.iter().find(|block| block["type"] == "list").expect("a list of notes");
            assert_all(list["items"][0].as_str().expect("html"), &[r#"<div id="body_fn-1">"#, "A note."]);
        }
    }

    fn hostile_ids_are_removed(kind) {
        let site = Site::empty(kind);
        let source = r##"<p id="&quot; onclick=&quot;alert(1)">a</p><p id="a&gt;&lt;script&gt;alert(1)&lt;/script&gt;">b</p>
            <h2 id="toc">Toc</h2><p id="toc">c</p><a href="#toc">to the heading</a><a name="&quot;&gt;&lt;svg onload=alert(1)&gt;">d</a>"##;
        let (html, _) = published(&site, Api::Rest, "html", source);

        for evil in ["onclick=\"", "<script", "<svg", "alert(1)\""] {
            assert!(!html.contains(evil), "{evil} in {html}");
        }
        assert_all(&html, &[r#"<h2 id="toc">"#, r#"<p id="body_toc">c"#, r##"<a href="#toc""##]);
    }
}
