mod anchors;
mod markup;
mod pictures;

use super::*;

fn html(source: &str) -> Body {
    Body::derive(source, Format::Html).expect("a derivable body")
}

#[test]
fn headings_get_unique_ids_that_the_contents_name() {
    let body = html("<h2>The flood</h2><p>Water.</p><h2>The flood</h2><h3 id=\"kept\">After</h3>");

    assert_eq!(
        body.toc.iter().map(|entry| entry.id.as_str()).collect::<Vec<_>>(),
        ["the-flood", "the-flood-2", "kept"]
    );
    assert!(body.html.contains(r#"<h2 id="the-flood-2">The flood</h2>"#), "{}", body.html);
    assert!(matches!(&body.blocks[3], Block::Heading { id, level: 3, .. } if id == "kept"));
}

#[test]
fn nothing_executable_stays() {
    let body = html(
        r#"<p onclick="x()">Hi<script>alert(1)</script><a href="javascript:alert(1)">link</a></p>
           <img src="x" onerror="alert(1)"><iframe src="javascript:alert(1)"></iframe><svg onload=alert(1)>"#,
    );

    for evil in ["script", "onclick", "onerror", "onload", "iframe", "svg"] {
        assert!(!body.html.contains(evil), "{evil} in {}", body.html);
    }
    assert_eq!(body.text, "Hilink");
}

#[test]
fn known_frames_become_embeds_and_others_links() {
    let body = html(
        r#"<iframe src="//www.youtube.com/embed/abc123?rel=0"></iframe><p>and</p><iframe src="https://maps.example.org/x?a=1&amp;b=2"></iframe>"#,
    );

    assert!(
        matches!(&body.blocks[0], Block::Embed { provider, url, .. }
            if provider == "youtube" && url == "https://www.youtube.com/watch?v=abc123"),
        "{:?}",
        body.blocks
    );
    assert!(body.html.contains(r#"href="https://maps.example.org/x?a=1&amp;b=2""#), "{}", body.html);
}

#[test]
fn every_kind_of_block_is_recognised() {
    let body = html(
        "<p>Text.</p><h2>Head</h2><blockquote><p>Said.</p><cite>Ada</cite></blockquote>\
         <aside class=\"pullquote\"><p>Big.</p></aside><ul><li>one</li><li>two</li></ul>\
         <figure><img src=\"a.jpg\" alt=\"A\" width=\"10\"><figcaption>Cap <span class=\"credit\">Photo: B</span></figcaption></figure>\
         <div class=\"gallery\"><figure><img src=\"b.jpg\"></figure><figure><img src=\"c.jpg\"></figure></div>\
         <pre><code class=\"language-rust\">fn  main() {}</code></pre>\
         <table><thead><tr><th>K</th></tr></thead><tbody><tr><td>v</td></tr></tbody></table><hr><dl><dt>t</dt></dl>",
    );

    let kinds: Vec<String> = body
        .blocks
        .iter()
        .map(|block| {
            serde_json::to_value(block).expect("serialisable")["type"].as_str().expect("a type").to_owned()
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "paragraph",
            "heading",
            "quote",
            "pullquote",
            "list",
            "image",
            "gallery",
            "code",
            "table",
            "divider",
            "html"
        ]
    );
    assert!(
        matches!(&body.blocks[2], Block::Quote { text, cite: Some(cite), .. } if text == "Said." && cite == "Ada")
    );
    assert!(matches!(&body.blocks[5], Block::Image { image, .. }
        if image.caption.as_deref() == Some("Cap") && image.credit.as_deref() == Some("Photo: B") && image.width == Some(10)));
    assert!(matches!(&body.blocks[7], Block::Code { language: Some(language), text, .. }
        if language == "rust" && text == "fn  main() {}"));
    assert!(
        matches!(&body.blocks[8], Block::Table { head, rows, .. } if head == &[["K"]] && rows == &[["v"]])
    );
}

#[test]
fn text_keeps_words_apart_and_counts_them() {
    let body = html(
        "<ul><li>one</li><li>two</li></ul>three<br>four<table><tr><td>five</td><td>six</td></tr></table>",
    );

    assert_eq!(
        body.text.split_whitespace().collect::<Vec<_>>(),
        ["one", "two", "three", "four", "five", "six"]
    );
    assert_eq!((body.word_count, body.reading_minutes), (6, 1));
    assert_eq!(html("<p>北京欢迎你</p>").word_count, 5);
    assert_eq!(html("").reading_minutes, 0);
}

#[test]
fn markdown_and_text_become_the_same_paragraphs() {
    let markdown = Body::derive("One & only\n\nTwo", Format::Markdown).expect("a body");
    let text = Body::derive("One & only\n\nTwo", Format::Text).expect("a body");

    assert_eq!(markdown.blocks, text.blocks);
}

#[test]
fn what_is_too_deep_or_too_large_is_refused_at_once() {
    let deep = "<b>".repeat(100_000);
    assert_eq!(Body::derive(&deep, Format::Html).map_err(|error| error.code()), Err("body.too_deep"));
    let large = "x".repeat(MAX_BYTES + 1);
    assert_eq!(Body::derive(&large, Format::Text).map_err(|error| error.code()), Err("body.too_large"));
    assert!(Body::derive(&"<p>old markup ".repeat(500), Format::Html).is_ok());
}
