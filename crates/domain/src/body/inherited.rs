//! What elements around a block say of it: anchors, the direction of writing and the language.
//!
//! Blocks are shown without what was around them, so they must carry this themselves.

use std::fmt::Write as _;

use markup5ever_rcdom::Handle;

use super::dom;

/// The direction of writing and the language that hold at a place.
#[derive(Clone, Default)]
pub(super) struct Direction {
    dir: Option<String>,
    lang: Option<String>,
}

impl Direction {
    /// What holds inside an element.
    pub(super) fn within(&self, node: &Handle) -> Self {
        Self {
            dir: dom::attribute(node, "dir").or_else(|| self.dir.clone()),
            lang: dom::attribute(node, "lang").or_else(|| self.lang.clone()),
        }
    }

    /// Writes it to an element that says nothing of its own.
    pub(super) fn give_to(&self, node: &Handle) {
        for (name, value) in [("dir", &self.dir), ("lang", &self.lang)] {
            if let Some(value) = value
                && dom::attribute(node, name).is_none()
            {
                dom::set_attribute(node, name, value);
            }
        }
    }

    /// The attributes of an element that is made from text alone.
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

/// The ids of an element and of what is in it.
pub(super) fn ids_of(node: &Handle) -> Vec<String> {
    let below = dom::elements(node);
    std::iter::once(node).chain(&below).filter_map(|node| dom::attribute(node, "id")).collect()
}

/// An empty element to which links lead.
pub(super) fn anchor(id: &str) -> String {
    format!(r#"<span id="{}"></span>"#, dom::escape(id))
}

/// Adds anchors to a block: as its id, or at its start. Returns those that it cannot contain.
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

/// The HTML in an item or a cell. What its element says is written to an element around the content.
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
