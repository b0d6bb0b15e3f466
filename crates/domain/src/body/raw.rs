//! Elements whose content an HTML parser reads as text, not as markup.
//!
//! Cleaning removes the element and keeps its text, so readers would see escaped tags. Here the content
//! becomes markup where a browser shows it, and is dropped where no browser does. `<noscript>` is not
//! among them: see [`super::dom::parse`] and [`super::lazy`].

use std::borrow::Cow;

use markup5ever_rcdom::{Handle, NodeData};

use super::{MAX_DEPTH, dom};

/// Browsers show their content.
const SHOWN: [&str; 3] = ["textarea", "xmp", "plaintext"];

/// Browsers do not show their content.
const HIDDEN: [&str; 4] = ["noembed", "noframes", "iframe", "title"];

/// Content can contain such elements again, escaped. After this many levels it is dropped.
const MAX_LEVELS: usize = 3;

/// Returns HTML in which all content is markup; `None` if it nests too deep to be parsed.
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

/// The content of an element, parsed; with spaces around it, because it was a box of its own.
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
