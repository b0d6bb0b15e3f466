//! Tests of ids, the links to them, and footnotes.

use super::{Body, Format, html};

fn markdown(source: &str) -> Body {
    Body::derive(source, Format::Markdown).expect("a derivable body")
}

/// Asserts that every link inside the body leads to one element, and that no id occurs twice.
fn assert_links_lead_somewhere(html: &str) {
    let values = |start: &str| -> Vec<String> {
        html.split(start).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect()
    };
    let ids = values(" id=\"");
    let mut unique = ids.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), ids.len(), "an id occurs twice: {html}");
    for target in values("href=\"#") {
        assert!(ids.contains(&target), "#{target} leads nowhere: {html}");
    }
}

#[test]
fn footnotes_in_markdown_lead_there_and_back() {
    let body = markdown(
        "Water[^Rain] rose[^b] and rose[^rain].\n\n[^b]: Second, with *care*[^c].\n[^rain]: First.\n\n    More.\n\
         [^c]: Third.\n[^unused]: Kept.\n",
    );

    assert_links_lead_somewhere(&body.html);
    assert_eq!(body.html.matches("href=\"#body_fn-1\"").count(), 2, "{}", body.html);
    assert!(
        body.html.contains(r##"<a href="#body_fnref-1-2" class="footnote-backref""##)
            || body.html.contains(r##"href="#body_fnref-1-2""##),
        "{}",
        body.html
    );
    let notes = body.html.split_once("<ol class=\"footnotes\"").expect("a list of notes").1;
    let order: Vec<_> = ["First.", "Second,", "Third.", "Kept."].map(|words| notes.find(words)).into();
    assert!(order.iter().all(Option::is_some) && order.is_sorted(), "{notes}");
    // The list block has the targets too.
    let items = body.blocks.iter().find_map(|block| match block {
        super::Block::List { items, .. } => Some(items.join("")),
        _ => None,
    });
    assert!(items.expect("a list").contains("id=\"body_fn-1\""), "{:?}", body.blocks);
}

#[test]
fn a_reference_without_a_note_stays_text_and_a_note_may_be_empty() {
    let body = markdown("See [^nothing] and this[^1].\n\n[^1]:\n");

    assert!(body.html.contains("[^nothing]"), "{}", body.html);
    assert_links_lead_somewhere(&body.html);
}

#[test]
fn footnotes_in_html_lead_there_and_back() {
    for source in [
        r##"<p>Text<sup class="fn"><a href="#u1" id="u1-link">1</a></sup></p><ol><li id="u1">Note <a href="#u1-link">back</a></li></ol>"##,
        r##"<p>Text<a name="_ftnref1" href="#_ftn1">[1]</a></p><p><a name="_ftn1" href="#_ftnref1">[1]</a> Note</p>"##,
        r##"<p>Text<a id="caf%C3%A9" href="#n%C3%B6te">1</a></p><p id="nöte">Note <a href="#caf%C3%A9">back</a></p>"##,
    ] {
        let body = html(source);
        assert_links_lead_somewhere(&body.html);
        assert_eq!(body.html.matches("href=\"#body_").count(), 2, "{}", body.html);
        let blocks: String = body.blocks.iter().map(super::Block::html).collect();
        assert_links_lead_somewhere(&blocks);
    }
}

#[test]
fn links_to_headings_follow_and_other_ids_never_take_a_headings() {
    let body = html(
        r##"<p id="the-flood">x</p><p id="the-flood">y</p><h2>The flood</h2><h2 id="Old_Name">Rain</h2>
           <p><a href="#Old_Name">rain</a> <a href="#the-flood">first</a> <a href="#elsewhere">page</a> <a href="#">top</a></p>"##,
    );

    assert_eq!(body.toc.iter().map(|entry| entry.id.as_str()).collect::<Vec<_>>(), ["the-flood", "rain"]);
    for expected in [
        r#"<p id="body_the-flood">x"#,
        r#"<p id="body_the-flood-2">y"#,
        r#"<h2 id="the-flood">"#,
        r##"<a href="#rain""##,
        r##"<a href="#body_the-flood""##,
        r##"<a href="#elsewhere""##,
        r##"<a href="#""##,
    ] {
        assert!(body.html.contains(expected), "{expected} in {}", body.html);
    }
}

#[test]
fn hostile_ids_become_harmless_ones() {
    let long = "x".repeat(5_000);
    for id in [
        "&quot; onmouseover=alert(1) x=&quot;",
        "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;",
        "a b\tc",
        "location",
        "__proto__",
        "body_",
        "-->",
        "&#0;",
        &long,
    ] {
        let source = format!(r##"<p id="{id}">x</p><p><a href="#{id}">y</a></p>"##);
        let body = html(&source);
        let written = body.html.split_once("id=\"").expect("an id").1.split_once('"').expect("its end").0;
        assert!(written.starts_with("body_") && written.len() <= 110, "{}", body.html);
        assert!(written.chars().all(|c| c.is_alphanumeric() || "-_.:".contains(c)), "{}", body.html);
        assert!(!body.html.contains("<script") && !body.html.contains(" onmouseover"), "{}", body.html);
        assert_links_lead_somewhere(&body.html);
        assert_eq!(Body::derive(&body.html, Format::Html).expect("a body"), body);
    }
    assert!(!html(r#"<p id="  ">x</p>"#).html.contains("id="));
}

#[test]
fn many_equal_ids_and_headings_take_linear_time() {
    let body = html(&"<h2>a</h2><p id=b>c</p>".repeat(40_000));

    assert_eq!(body.toc.last().map(|entry| entry.id.as_str()), Some("a-40000"));
    assert!(body.html.contains("id=\"body_b-40000\""));
}

#[test]
fn blocks_carry_what_wrappers_said() {
    let body = html(
        r#"<section id="intro" dir="rtl" lang="ar"><h2>مقدمة</h2><p>نص</p>loose</section><p id="empty"></p><ul><li id="i" dir="ltr">item</li></ul><div id="last"></div>"#,
    );
    let blocks: Vec<&str> = body.blocks.iter().map(super::Block::html).collect();

    assert!(blocks[0].contains("body_intro") && blocks[0].contains(r#"dir="rtl""#), "{blocks:?}");
    assert!(blocks[1].contains(r#"dir="rtl""#) && blocks[1].contains(r#"lang="ar""#), "{blocks:?}");
    assert!(blocks[2].starts_with(r#"<p dir="rtl" lang="ar">loose"#), "{blocks:?}");
    assert!(blocks[3].contains(r#"id="body_empty""#), "{blocks:?}");
    assert!(
        matches!(&body.blocks[3], super::Block::List { items, .. }
        if items[0] == r#"<div id="body_i" dir="ltr">item</div>"#),
        "{:?}",
        body.blocks
    );
    assert!(blocks[4].contains("body_last"), "{blocks:?}");
    assert!(
        body.html.contains(r#"<section id="body_intro""#) || body.html.contains("body_intro"),
        "{}",
        body.html
    );
}
