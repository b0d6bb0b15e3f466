//! Replaces elements that cleaning removes without removing their content.
//!
//! The id, direction and language of such an element must stay with the content, so a `div` or a `span`
//! with these attributes takes its place.

use std::cell::RefCell;

use markup5ever_rcdom::{Handle, Node, NodeData};

use super::dom;

const BLOCKS: [&str; 6] = ["main", "form", "fieldset", "dialog", "search", "menu"];
const INLINE: [&str; 8] = ["font", "big", "label", "legend", "button", "output", "nobr", "blink"];

/// Controls that browsers show separately, so that their text needs a space after it.
const APART: [&str; 7] = ["option", "optgroup", "select", "button", "legend", "label", "output"];

/// Whether HTML may contain something for [`place`]. Does not parse.
pub(super) fn may_concern(html: &str) -> bool {
    dom::may_contain(html, &BLOCKS) || dom::may_contain(html, &INLINE) || dom::may_contain(html, &APART)
}

/// Replaces [`BLOCKS`] and [`INLINE`] elements that have an id, a direction or a language, and appends a
/// space to the controls in [`APART`].
pub(super) fn place(root: &Handle) {
    for control in dom::find_all(root, |node| dom::name(node).is_some_and(|name| APART.contains(&name))) {
        let space = Node::new(NodeData::Text { contents: RefCell::new(" ".into()) });
        control.children.borrow_mut().push(space);
    }
    replace(root, |node| {
        let plain = match dom::name(node)? {
            name if BLOCKS.contains(&name) => "<div></div>",
            name if INLINE.contains(&name) => "<span></span>",
            _ => return None,
        };
        ["id", "dir", "lang"].iter().any(|said| dom::attribute(node, said).is_some()).then_some(plain)
    });
}

/// Replaces each element for which `plain` returns an empty one, and moves its attributes and content there.
pub(super) fn replace(root: &Handle, plain: impl Fn(&Handle) -> Option<&'static str>) {
    let moved = |node: &Handle| {
        let NodeData::Element { attrs, .. } = &node.data else { return None };
        let new = dom::parse(plain(node)?).children.borrow_mut().pop()?;
        if let NodeData::Element { attrs: new_attrs, .. } = &new.data {
            new_attrs.swap(attrs);
        }
        dom::set_children(&new, node.children.take());
        Some(new)
    };
    let mut parents = vec![root.clone()];
    while let Some(parent) = parents.pop() {
        let before = parent.children.take();
        let after: Vec<Handle> = before.into_iter().map(|child| moved(&child).unwrap_or(child)).collect();
        parents.extend(after.iter().cloned());
        dom::set_children(&parent, after);
    }
}
