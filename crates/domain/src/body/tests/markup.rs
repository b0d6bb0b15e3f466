//! Tests of markup that cleaning keeps, and of content that parsers read as text.

use super::{Block, Body, Format, html};

#[test]
fn tables_keep_alignment_spans_and_their_foot() {
    let markdown =
        Body::derive("| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |\n", Format::Markdown).expect("a body");
    for aligned in [r#"<th align="left">a"#, r#"<td align="center">2"#, r#"<td align="right">3"#] {
        assert!(markdown.html.contains(aligned), "{aligned} in {}", markdown.html);
    }
    assert!(!markdown.html.contains("style"), "{}", markdown.html);

    let body = html(
        r#"<table><tfoot><tr><td colspan="2" align="RIGHT">Sum</td></tr></tfoot><thead><tr><th scope="col" id="h">K</th><th style="color:red;text-align:Center !important">V</th></tr></thead>
           <tbody><tr><td rowspan="2" align="evil" headers="h nobody">k</td><td style="text-align:expression(1)">v</td></tr></tbody></table>"#,
    );
    for kept in [
        "<tfoot>",
        r#"<td colspan="2" align="right">Sum"#,
        r#"<th scope="col" id="body_h">"#,
        r#"<th align="center">V"#,
        r#"<td rowspan="2" headers="body_h">k"#,
        "<td>v",
    ] {
        assert!(body.html.contains(kept), "{kept} in {}", body.html);
    }
    assert!(
        matches!(&body.blocks[0], Block::Table { head, rows, .. }
        if head.len() == 1 && rows.len() == 2 && rows[1] == ["Sum"]),
        "{:?}",
        body.blocks
    );
}

#[test]
fn lists_keep_their_numbers() {
    let body = html(
        r#"<ol type="a" start="3" reversed><li value="7">x</li><li value="many">y</li></ol><ol type="evil" start="1e9"><li>z</li></ol>"#,
    );

    assert!(
        body.html.contains(r#"<ol type="a" start="3" reversed=""><li value="7">x</li><li>y</li></ol>"#),
        "{}",
        body.html
    );
    assert!(body.html.contains("<ol><li>z</li></ol>"), "{}", body.html);
}

#[test]
fn links_keep_what_they_say_of_their_target() {
    let body = html(
        r#"<a href="https://a.example" rel="Sponsored UGC nofollow opener stylesheet">a</a><a href="https://b.example">b</a>"#,
    );

    assert!(body.html.contains(r#"rel="sponsored nofollow ugc noopener""#), "{}", body.html);
    assert!(body.html.contains(r#"<a href="https://b.example" rel="noopener">b"#), "{}", body.html);
    assert!(!body.html.contains("stylesheet") && !body.html.contains(" opener"), "{}", body.html);
}

#[test]
fn direction_and_language_stay() {
    let body = html(r#"<p dir="RTL" lang="he">שלום</p><p dir="evil">x <bdo dir="ltr">y</bdo></p>"#);

    assert!(body.html.contains(r#"<p dir="rtl" lang="he">"#), "{}", body.html);
    assert!(body.html.contains(r#"<p>x <bdo dir="ltr">y</bdo></p>"#), "{}", body.html);
}

#[test]
fn content_that_parsers_take_for_text_is_markup_or_gone() {
    for (source, text) in [
        ("<noscript><p>shown <b>bold</b></p></noscript>", "shown bold"),
        ("a<textarea><p>typed</p></textarea>b", "a\n\ntyped\n\nb"),
        ("<xmp><i>example</i></xmp>", "example"),
        ("<listing><i>old</i></listing>", "old"),
        ("before<plaintext><i>after", "before after"),
        ("<TextArea>&lt;b&gt;escaped&lt;/b&gt;</TextArea>", "escaped"),
        ("<p>x</p><noembed><p>y</p></noembed><noframes><p>z</p></noframes><title><b>t</b></title>", "x"),
        (r#"<p>x</p><iframe src="about:blank"><p>no frames</p></iframe>"#, "x"),
        ("<noscript><textarea><noscript><i>deep</i></noscript></textarea></noscript>", "deep"),
        ("<textarea><script>alert(1)</script><img src=x onerror=alert(1)>safe</textarea>", "safe"),
    ] {
        for format in [Format::Html, Format::Markdown] {
            let body = Body::derive(source, format).expect("a body");
            assert!(!body.html.contains("&lt;"), "{source} became {}", body.html);
            assert!(!body.html.contains("alert") && !body.html.contains("noscript"), "{}", body.html);
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(words(&body.text), words(text), "{source}");
        }
        let comment = super::comment_words(source, Format::Html).expect("a comment");
        assert!(!comment.html.contains("&lt;"), "{source} became {}", comment.html);
    }
    // Escaped tags outside of such elements stay text.
    assert_eq!(html("<p>&lt;textarea&gt;</p>").text, "<textarea>");
}

#[test]
fn hidden_depth_is_refused_and_hidden_levels_end() {
    let escaped = format!("<textarea>{}", "&lt;b&gt;".repeat(1_000));
    assert_eq!(Body::derive(&escaped, Format::Html).map_err(|error| error.code()), Err("body.too_deep"));
    assert_eq!(Body::check(&escaped, Format::Html).map_err(|error| error.code()), Err("body.too_deep"));

    let mut nested = String::from("end");
    for _ in 0..8 {
        nested = format!("<textarea>{}", nested.replace('&', "&amp;").replace('<', "&lt;"));
    }
    let body = html(&nested);
    assert!(!body.html.contains("textarea"), "{}", body.html);
}
