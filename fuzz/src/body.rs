//! Checks the derivation of bodies: HTML, Markdown or plain text to clean HTML and blocks.

use std::collections::HashSet;

use domain::body::{Body, Format};

use crate::executable;

/// Checks a body. The first byte selects the format, the others are the source.
pub fn check(bytes: &[u8]) {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let Ok(source) = std::str::from_utf8(rest) else { return };
    hold(source, [Format::Html, Format::Markdown, Format::Text][usize::from(choice % 3)]);
}

/// Panics if a derived body breaks a rule. Does nothing if the source is invalid.
pub fn hold(source: &str, format: Format) {
    let Ok(body) = Body::derive(source, format) else { return };
    executable::assert_none(&body.html);

    let mut anchors = HashSet::new();
    for entry in &body.toc {
        assert!(anchors.insert(&entry.id), "two headings have the anchor {}: {}", entry.id, body.html);
        assert!((1..=6).contains(&entry.level));
    }

    assert_ids_are_single(&body.html);

    // A front end that renders the blocks must show the same text as the HTML.
    let blocks: String = body.blocks.iter().map(|block| block.html()).collect::<Vec<_>>().join("\n");
    executable::assert_none(&blocks);
    assert_eq!(words(&blocks), words(&body.html), "blocks and HTML differ");

    let again = Body::derive(&body.html, Format::Html);
    let again = again.unwrap_or_else(|error| panic!("the derived HTML is refused: {error}: {}", body.html));
    assert_eq!(again, body, "deriving the HTML again changes the body");
}

/// Checks that each id is unique, and that ids of elements other than headings start with `body_`.
fn assert_ids_are_single(html: &str) {
    let mut ids = HashSet::new();
    for tag in html.split('<').skip(1) {
        let Some((_, rest)) = tag.split_once('>').and_then(|(tag, _)| tag.split_once(" id=\"")) else {
            continue;
        };
        let id = rest.split('"').next().unwrap_or_default();
        let is_heading = tag.starts_with('h') && tag[1..].starts_with(|c: char| c.is_ascii_digit());
        assert!(is_heading || id.starts_with("body_"), "the id {id} in {html}");
        assert!(ids.insert(id), "the id {id} is not unique in {html}");
    }
}

/// Returns the visible text without whitespace.
fn words(html: &str) -> String {
    domain::body::plain_text(html).split_whitespace().collect()
}
