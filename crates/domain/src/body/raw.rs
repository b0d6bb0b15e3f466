//! Removes elements whose content an HTML parser reads as text instead of markup.
//!
//! Cleaning would remove the element and keep its text, so readers would see escaped tags. Content that
//! browsers show becomes markup; content that they do not show is removed. `<noscript>` is handled by
//! [`super::dom::parse`] and [`super::lazy`].

use std::borrow::Cow;

use markup5ever_rcdom::{Handle, NodeData};

use super::{MAX_DEPTH, dom};

/// Elements whose content browsers show.
const SHOWN: [&str; 3] = ["textarea", "xmp", "plaintext"];

/// Elements whose content browsers do not show.
const HIDDEN: [&str; 4] = ["noembed", "noframes", "iframe", "title"];

/// The content can contain such elements again, escaped. It is removed below this many levels.
const MAX_LEVELS: usize = 3;

/// Returns the HTML with all content as markup. `None` if elements nest deeper than [`MAX_DEPTH`].
pub(super) fn opened(html: Cow<'_, str>) -> Option<Cow<'_, str>> {
    let mut html = html;
    for level in 0..=MAX_LEVELS {
        let is_affected = dom::may_contain(&html, &SHOWN) || dom::may_contain(&html, &HIDDEN);
        if !is_affected {
            return Some(html);
        }
        let root = dom::parse(&html);
        open_below(&root, level < MAX_LEVELS)?;
        html = dom::inner_html(&root).into();
        if dom::nests_deeper_than(&html, MAX_DEPTH) {
            return None;
        }
    }
    Some(html)
}

fn open_below(root: &Handle, keeps_content: bool) -> Option<()> {
    let mut parents = vec![root.clone()];
    while let Some(parent) = parents.pop() {
        let before = parent.children.borrow().clone();
        let is_raw = |node: &Handle| dom::name(node).is_some_and(|name| SHOWN.contains(&name));
        for child in &before {
            match dom::name(child) {
                Some(name) if HIDDEN.contains(&name) => dom::set_children(child, Vec::new()),
                Some(_) if !is_raw(child) => parents.push(child.clone()),
                _ => {}
            }
        }
        if !before.iter().any(is_raw) {
            continue;
        }
        let mut after = Vec::with_capacity(before.len());
        for child in before {
            match is_raw(&child) {
                false => after.push(child),
                true if keeps_content => after.extend(markup(&child)?),
                true => {}
            }
        }
        dom::set_children(&parent, after);
    }
    Some(())
}

/// Parses the content of an element. Adds spaces around it, because browsers show the element separately.
fn markup(node: &Handle) -> Option<Vec<Handle>> {
    let mut source = String::from(" ");
    for child in node.children.borrow().iter() {
        match &child.data {
            NodeData::Text { contents } => source.push_str(&contents.borrow()),
            _ => source.push_str(&dom::outer_html(child)),
        }
    }
    source.push(' ');
    if dom::nests_deeper_than(&source, MAX_DEPTH) {
        return None;
    }
    let holder = dom::parse(&source);
    Some(holder.children.take())
}
