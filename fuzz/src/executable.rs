//! Checks that HTML executes nothing, independently of the code that cleans it.

use html5ever::{ParseOpts, parse_document, serialize, tendril::TendrilSink as _};
use markup5ever_rcdom::{Handle, NodeData, RcDom, SerializableHandle};
use url::Url;

/// Elements that execute, load or submit something, or that change how a browser parses their content.
const ACTIVE: [&str; 30] = [
    "animate",
    "applet",
    "base",
    "button",
    "embed",
    "form",
    "frame",
    "frameset",
    "iframe",
    "image",
    "input",
    "isindex",
    "link",
    "marquee",
    "math",
    "meta",
    "noembed",
    "noscript",
    "object",
    "param",
    "plaintext",
    "script",
    "select",
    "set",
    "style",
    "svg",
    "template",
    "textarea",
    "title",
    "xmp",
];
/// Elements that load a file in `picture`, `video` and `audio`, and do nothing elsewhere.
const PARTS: [&str; 2] = ["source", "track"];
const ADDRESSES: [&str; 8] = ["action", "background", "cite", "data", "formaction", "href", "poster", "src"];

/// Panics if a browser could execute something in this HTML, or leave the page without a click.
pub fn assert_none(html: &str) {
    let tree = parse(html);
    walk(&tree.document, html);
    // The HTML must stay harmless if a browser serializes and parses it again.
    let mut again = Vec::new();
    let written = serialize(&mut again, &SerializableHandle::from(tree.document), Default::default());
    assert!(written.is_ok(), "cannot serialize the document");
    let again = String::from_utf8_lossy(&again).into_owned();
    walk(&parse(&again).document, html);
}

fn parse(html: &str) -> RcDom {
    parse_document(RcDom::default(), ParseOpts::default()).one(html)
}

fn walk(root: &Handle, html: &str) {
    let mut waiting = vec![root.clone()];
    while let Some(node) = waiting.pop() {
        if let NodeData::Element { name, attrs, .. } = &node.data {
            let element: &str = name.local.as_ref();
            assert!(!ACTIVE.contains(&element), "<{element}> in {html}");
            let holds_parts = ["picture", "video", "audio"].contains(&element);
            let is_part = |child: &Handle| match &child.data {
                NodeData::Element { name, .. } => PARTS.contains(&name.local.as_ref()),
                _ => false,
            };
            assert!(
                holds_parts || !node.children.borrow().iter().any(is_part),
                "<source> or <track> in <{element}> in {html}"
            );
            for attribute in attrs.borrow().iter() {
                let name: &str = attribute.name.local.as_ref();
                assert!(!name.starts_with("on") && name != "style" && name != "srcdoc", "{name} in {html}");
                assert!(name != "autoplay" && name != "name", "{name} in {html}");
                assert!(!name.contains("href") || name == "href" || name == "hreflang", "{name} in {html}");
                if ADDRESSES.contains(&name) {
                    assert_harmless(&attribute.value, html);
                }
                if name == "srcset" {
                    for candidate in attribute.value.split_ascii_whitespace() {
                        assert_harmless(candidate, html);
                    }
                }
            }
        }
        waiting.extend(node.children.borrow().iter().cloned());
    }
}

/// Checks the scheme of a URL, resolved the way a browser resolves it on a web page.
fn assert_harmless(address: &str, html: &str) {
    let page = Url::parse("https://site.example/page");
    if let Ok(url) = page.and_then(|page| page.join(address)) {
        assert!(matches!(url.scheme(), "http" | "https" | "mailto" | "tel"), "{url} in {html}");
    }
}
