//! Copies ids, text direction and language from wrapper elements to the blocks inside.
//!
//! Blocks are shown without their wrappers, so they must have these attributes themselves.

use std::fmt::Write as _;

use markup5ever_rcdom::Handle;

use super::dom;

/// The text direction and the language that apply at a place in the body.
#[derive(Clone, Default)]
pub(super) struct Direction {
    dir: Option<String>,
    lang: Option<String>,
}

impl Direction {
    /// Returns the direction and language inside an element.
    pub(super) fn within(&self, node: &Handle) -> Self {
        Self {
            dir: dom::attribute(node, "dir").or_else(|| self.dir.clone()),
            lang: dom::attribute(node, "lang").or_else(|| self.lang.clone()),
        }
    }

    /// Sets the attributes of an element that it does not have itself.
    pub(super) fn give_to(&self, node: &Handle) {
        for (name, value) in [("dir", &self.dir), ("lang", &self.lang)] {
            if let Some(value) = value
                && dom::attribute(node, name).is_none()
            {
                dom::set_attribute(node, name, value);
            }
        }
    }

    /// Returns the attributes as HTML, for an element that is built as text.
    pub(super) fn attributes(&self) -> String {
        let mut out = String::new();
        for (name, value) in [("dir", &self.dir), ("lang", &self.lang)] {
            if let Some(value) = value {
                let _ = write!(out, r#" {name}="{}""#, dom::escape(value));
            }
        }
        out
    }
}

/// Returns the ids of an element and of the elements inside it.
pub(super) fn ids_of(node: &Handle) -> Vec<String> {
    let below = dom::elements(node);
    std::iter::once(node).chain(&below).filter_map(|node| dom::attribute(node, "id")).collect()
}

/// Returns an empty element with this id, as a target for links.
pub(super) fn anchor(id: &str) -> String {
    format!(r#"<span id="{}"></span>"#, dom::escape(id))
}

/// Adds ids to a block: as its own id if it has none, and as empty elements at its start.
///
/// Returns the ids that the block cannot contain.
pub(super) fn take_anchors(block: &Handle, mut anchors: Vec<String>) -> Vec<String> {
    if anchors.is_empty() {
        return anchors;
    }
    if dom::attribute(block, "id").is_none() {
        dom::set_attribute(block, "id", &anchors.remove(0));
    }
    let takes_text = matches!(
        dom::name(block),
        Some(
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" | "pre" | "div" | "figure" | "aside"
        )
    );
    if anchors.is_empty() || !takes_text {
        return anchors;
    }
    let html: String = anchors.iter().map(|id| anchor(id)).collect();
    let mut children = dom::parse(&html).children.take();
    children.extend(block.children.take());
    dom::set_children(block, children);
    Vec::new()
}

/// Returns the HTML inside a list item or a table cell.
///
/// If the element has an id, a direction or a language, the content is wrapped in a `div` with them.
pub(super) fn content_of(node: &Handle) -> String {
    let inner = dom::inner_html(node);
    let inner = inner.trim();
    let mut attributes = String::new();
    for name in ["id", "dir", "lang"] {
        if let Some(value) = dom::attribute(node, name) {
            let _ = write!(attributes, r#" {name}="{}""#, dom::escape(&value));
        }
    }
    if attributes.is_empty() { inner.to_owned() } else { format!("<div{attributes}>{inner}</div>") }
}
