//! What HTML may stay in a body. Nothing executable does: no script, no style, no event handler,
//! no address but of the web, mail and telephone.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::Builder;

use crate::media::is_address;

/// Classes that mean something to [`super::blocks`]; all others go.
const CLASSES: [&str; 6] = ["pullquote", "gallery", "embed", "video", "audio", "credit"];

/// Elements that may carry such a class.
const CLASSED: [&str; 9] = ["aside", "blockquote", "code", "div", "figure", "p", "pre", "span", "ul"];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .link_rel(Some("noopener"))
        .add_tag_attributes("a", ["href", "title", "hreflang"])
        .add_tag_attributes("img", ["src", "alt", "width", "height", "title"])
        .add_tag_attributes("blockquote", ["cite"])
        .add_tag_attributes("ol", ["start", "reversed"])
        .add_tag_attributes("time", ["datetime"])
        .attribute_filter(|element, attribute, value| match attribute {
            "class" => known_classes(element, value),
            // The library does not take it for an address.
            "cite" => is_address(value.trim()).then(|| value.into()),
            _ => Some(value.into()),
        });
    for element in CLASSED {
        builder.add_tag_attributes(element, ["class"]);
    }
    for heading in ["h1", "h2", "h3", "h4", "h5", "h6"] {
        builder.add_tag_attributes(heading, ["id"]);
    }
    builder.set_tag_attribute_values(HashMap::new());
    builder
});

/// What a comment may have: words, lists, quotations, code, and links that give no rank.
static COMMENT_CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from([
            "a",
            "abbr",
            "b",
            "blockquote",
            "br",
            "cite",
            "code",
            "del",
            "em",
            "i",
            "li",
            "ol",
            "p",
            "pre",
            "q",
            "s",
            "strong",
            "sub",
            "sup",
            "ul",
        ]))
        .add_tag_attributes("a", ["href", "title"])
        .clean_content_tags(HashSet::from(["script", "style"]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .link_rel(Some("nofollow ugc noopener"));
    builder
});

/// Returns a comment's `html` with nothing but what is allowed there.
pub(super) fn clean_comment(html: &str) -> String {
    COMMENT_CLEANER.clean(html).to_string()
}

/// Returns `html` with nothing but what is allowed.
pub(super) fn clean(html: &str) -> String {
    CLEANER.clean(html).to_string()
}

fn known_classes<'v>(element: &str, value: &'v str) -> Option<Cow<'v, str>> {
    let kept: Vec<&str> = value
        .split_ascii_whitespace()
        .filter(|class| CLASSES.contains(class) || (element == "code" && class.starts_with("language-")))
        .collect();
    (!kept.is_empty()).then(|| kept.join(" ").into())
}
