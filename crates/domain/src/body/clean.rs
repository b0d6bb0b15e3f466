//! Removes HTML that is not allowed in a body or a comment.
//!
//! Nothing executable stays: no scripts, styles or event handlers, and only `http`, `https`, `mailto` and
//! `tel` addresses. Content that cleaning would remove with its element is replaced before, in `embed.rs`,
//! `lazy.rs`, `raw.rs` and `stand_ins.rs`.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::Builder;
use markup5ever_rcdom::{Handle, NodeData};

use super::{dom, srcset};
use crate::address::is_address;

/// The allowed classes. All others are removed, except `language-…` of `code`.
const CLASSES: [&str; 9] = [
    "pullquote",
    "gallery",
    "embed",
    "video",
    "audio",
    "credit",
    "footnotes",
    "footnote-ref",
    "footnote-backref",
];

/// Elements that may have a class.
const CLASSED: [&str; 12] =
    ["a", "aside", "blockquote", "code", "div", "figure", "ol", "p", "pre", "span", "sup", "ul"];

/// The allowed values of a link's `rel`. `noopener` is added to every link.
const LINK_TYPES: [&str; 4] = ["sponsored", "nofollow", "ugc", "noreferrer"];

/// Elements that may have an alignment: the parts of a table.
const ALIGNED: [&str; 8] = ["col", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr"];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .link_rel(None)
        .add_tags(["address", "col", "colgroup", "section", "tfoot"])
        .add_tags(["picture", "source", "video", "audio", "track"])
        // `super::anchors` replaces ids; `settle` below turns `style` into `align`.
        .add_generic_attributes(["id", "dir"])
        .add_tag_attributes("a", ["href", "title", "hreflang", "rel", "name"])
        .add_tag_attributes("img", ["src", "srcset", "sizes", "alt", "width", "height", "title"])
        .add_tag_attributes("source", ["src", "srcset", "sizes", "media", "type", "width", "height"])
        .add_tag_attributes("video", ["poster", "width", "height", "playsinline"])
        .add_tag_attributes("track", ["src", "kind", "srclang", "label", "default"])
        .add_tag_attributes("blockquote", ["cite"])
        .add_tag_attributes("ol", ["start", "reversed", "type"])
        .add_tag_attributes("li", ["value"])
        .add_tag_attributes("time", ["datetime"])
        .attribute_filter(|element, attribute, value| match attribute {
            "class" => known_classes(element, value),
            // The library does not check `cite` and `srcset` as addresses.
            "cite" => is_address(value.trim()).then(|| value.into()),
            "srcset" => srcset::cleaned(value).map(Cow::from),
            "dir" => one_of(value, &["ltr", "rtl", "auto"]),
            "align" if ALIGNED.contains(&element) => alignment(value),
            "style" => alignment_in(value),
            "type" if element == "ol" => {
                ["1", "a", "A", "i", "I"].contains(&value.trim()).then(|| value.trim().into())
            }
            "start" | "value" => value.trim().parse::<i32>().ok().map(|number| number.to_string().into()),
            "rel" => Some(known_link_types(value).into()),
            _ => Some(value.into()),
        });
    for element in CLASSED {
        builder.add_tag_attributes(element, ["class"]);
    }
    for element in ALIGNED {
        builder.add_tag_attributes(element, ["align", "style"]);
    }
    for player in ["video", "audio"] {
        builder.add_tag_attributes(player, ["controls", "preload", "loop", "muted"]);
    }
    builder.set_tag_attribute_values(HashMap::new());
    builder
});

/// Allows text, lists, quotations, code, and links marked as `nofollow`.
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

/// Returns a comment's HTML without anything that comments may not contain.
pub(super) fn clean_comment(html: &str) -> String {
    COMMENT_CLEANER.clean(html).to_string()
}

/// Returns a body's HTML without anything that bodies may not contain.
pub(super) fn clean(html: &str) -> String {
    CLEANER.clean(html).to_string()
}

/// Parses cleaned HTML, and opens pictures and players with other content than their parts.
pub(super) fn parsed(cleaned: &str) -> Handle {
    let mut root = dom::parse(cleaned);
    // Removing an element can change how its content parses, so the result is parsed again.
    for _ in 0..3 {
        if !open_mixed(&root) {
            break;
        }
        root = dom::parse(&dom::inner_html(&root));
    }
    root
}

/// Completes the cleaning of a parsed body: the rules that involve several attributes or elements.
pub(super) fn settle(root: &Handle) {
    drop_strays(root);
    for element in dom::elements(root) {
        drop_strays(&element);
        match dom::name(&element) {
            Some("a") => {
                let types = dom::take_attribute(&element, "rel").unwrap_or_default();
                let types = known_link_types(&types);
                let gap = if types.is_empty() { "" } else { " " };
                dom::set_attribute(&element, "rel", &format!("{types}{gap}noopener"));
            }
            Some("pre") => drop_first_lines(&element),
            Some("img") => address_picture(&element, dom::attribute(&element, "srcset")),
            Some("picture") => {
                if let Some(img) = dom::find(&element, "img") {
                    let source = dom::find(&element, "source");
                    address_picture(&img, source.and_then(|source| dom::attribute(&source, "srcset")));
                }
            }
            Some(name) if ALIGNED.contains(&name) => {
                if let Some(alignment) = dom::take_attribute(&element, "style") {
                    dom::set_attribute(&element, "align", &alignment);
                }
            }
            _ => {}
        }
    }
}

/// Removes empty lines at the start of a `pre`.
///
/// HTML parsers drop one of them each time, so the text would change with every derivation.
fn drop_first_lines(pre: &Handle) {
    for child in pre.children.borrow().iter() {
        let NodeData::Text { contents } = &child.data else { break };
        let text = contents.borrow().trim_start_matches('\n').to_owned();
        let is_done = !text.is_empty();
        *contents.borrow_mut() = text.into();
        if is_done {
            break;
        }
    }
}

/// Gives an image without `src` the largest address of `srcset`, for front ends that do not read `srcset`.
fn address_picture(img: &Handle, srcset: Option<String>) {
    if dom::attribute(img, "src").is_none()
        && let Some(address) = srcset.and_then(|srcset| srcset::largest(&srcset))
    {
        dom::set_attribute(img, "src", &address);
    }
}

/// Replaces pictures and players that contain anything but their parts by their content.
///
/// Parsers would move such content with each derivation, and browsers that show the player would hide it.
/// Returns whether anything was replaced.
fn open_mixed(root: &Handle) -> bool {
    let is_text = |node: &Handle| matches!(node.data, NodeData::Text { .. });
    let is_mixed = |node: &Handle| {
        let fits = |child: &Handle| match (dom::name(node), dom::name(child)) {
            (Some("picture"), part) => matches!(part, Some("source" | "img")) || dom::is_blank(child),
            (_, Some("source" | "track")) => true,
            (_, Some("a")) => child.children.borrow().iter().all(is_text),
            _ => is_text(child),
        };
        matches!(dom::name(node), Some("picture" | "video" | "audio"))
            && !node.children.borrow().iter().all(fits)
    };
    let mut found = false;
    let mut parents = vec![root.clone()];
    while let Some(parent) = parents.pop() {
        if parent.children.borrow().iter().any(is_mixed) {
            found = true;
            let mut opened = Vec::new();
            for child in parent.children.take() {
                if is_mixed(&child) { opened.extend(child.children.take()) } else { opened.push(child) }
            }
            dom::set_children(&parent, opened);
            // The content may contain another one.
            parents.push(parent);
        } else {
            parents.extend(parent.children.borrow().iter().cloned());
        }
    }
    found
}

/// Removes `source` and `track` elements outside of pictures and players.
fn drop_strays(parent: &Handle) {
    if !matches!(dom::name(parent), Some("picture" | "video" | "audio")) {
        parent.children.borrow_mut().retain(|child| !matches!(dom::name(child), Some("source" | "track")));
    }
}

fn one_of<'v>(value: &'v str, known: &[&'static str]) -> Option<Cow<'v, str>> {
    known.iter().find(|one| one.eq_ignore_ascii_case(value.trim())).map(|one| Cow::from(*one))
}

fn alignment(value: &str) -> Option<Cow<'_, str>> {
    one_of(value, &["left", "center", "right", "justify"])
}

/// Returns the `text-align` of a style. Everything else in the style is dropped.
fn alignment_in(style: &str) -> Option<Cow<'_, str>> {
    let of = |declaration: &str| {
        let (property, value) = declaration.split_once(':')?;
        let is_alignment = property.trim().eq_ignore_ascii_case("text-align");
        is_alignment.then(|| alignment(value.split('!').next()?).map(Cow::into_owned))?
    };
    style.split(';').rev().find_map(of).map(Cow::from)
}

fn known_link_types(value: &str) -> String {
    let given: Vec<String> = value.split_ascii_whitespace().map(str::to_ascii_lowercase).collect();
    let kept: Vec<&str> =
        LINK_TYPES.into_iter().filter(|known| given.iter().any(|one| one == known)).collect();
    kept.join(" ")
}

fn known_classes<'v>(element: &str, value: &'v str) -> Option<Cow<'v, str>> {
    let kept: Vec<&str> = value
        .split_ascii_whitespace()
        .filter(|class| CLASSES.contains(class) || (element == "code" && class.starts_with("language-")))
        .collect();
    (!kept.is_empty()).then(|| kept.join(" ").into())
}
