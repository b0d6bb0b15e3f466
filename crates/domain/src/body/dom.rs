//! Parsing and serialising HTML fragments, and functions to search and change the tree.
//!
//! What to search for and change is decided in the other modules of [`super`].

use html5ever::{
    Attribute, LocalName, ParseOpts, QualName, local_name, ns, parse_fragment,
    serialize::{SerializeOpts, TraversalScope, serialize},
    tendril::TendrilSink,
    tree_builder::TreeBuilderOpts,
};
use markup5ever_rcdom::{Handle, NodeData, RcDom, SerializableHandle};

/// Parses a fragment, and returns the element that contains it.
///
/// Scripting is off, so the content of `<noscript>` is parsed as markup.
pub(super) fn parse(html: &str) -> Handle {
    let context = QualName::new(None, ns!(html), local_name!("body"));
    let tree_builder = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let options = ParseOpts { tree_builder, ..ParseOpts::default() };
    let dom = parse_fragment(RcDom::default(), options, context, Vec::new(), false).one(html);
    // The parser wraps a fragment in one <html> element. It is taken out of the document, because dropping
    // the document removes the children of all nodes below it.
    dom.document.children.borrow_mut().remove(0)
}

/// Returns the HTML between an element's tags.
pub(super) fn inner_html(node: &Handle) -> String {
    written(node, TraversalScope::ChildrenOnly(None))
}

/// Returns a node's HTML, including its own tags.
pub(super) fn outer_html(node: &Handle) -> String {
    written(node, TraversalScope::IncludeNode)
}

fn written(node: &Handle, scope: TraversalScope) -> String {
    let mut bytes = Vec::new();
    let options =
        SerializeOpts { scripting_enabled: false, traversal_scope: scope, create_missing_parent: true };
    // Writing to memory does not fail, and the serialiser writes UTF-8.
    let written = serialize(&mut bytes, &SerializableHandle::from(node.clone()), options);
    debug_assert!(written.is_ok());
    String::from_utf8(bytes).unwrap_or_default()
}

/// Returns an element's name. `None` for text and comments.
pub(super) fn name(node: &Handle) -> Option<&str> {
    match &node.data {
        NodeData::Element { name, .. } => Some(&name.local),
        _ => None,
    }
}

/// Returns an attribute's value.
pub(super) fn attribute(node: &Handle, wanted: &str) -> Option<String> {
    match &node.data {
        NodeData::Element { attrs, .. } => {
            attrs.borrow().iter().find(|attr| &*attr.name.local == wanted).map(|attr| attr.value.to_string())
        }
        _ => None,
    }
}

/// Sets an attribute and moves it to the end. Does nothing for text and comments.
pub(super) fn set_attribute(node: &Handle, name: &str, value: &str) {
    if let NodeData::Element { attrs, .. } = &node.data {
        let mut attrs = attrs.borrow_mut();
        attrs.retain(|attr| &*attr.name.local != name);
        let name = QualName::new(None, ns!(), LocalName::from(name));
        attrs.push(Attribute { name, value: value.into() });
    }
}

/// Changes the value of an existing attribute and keeps its place.
pub(super) fn replace_attribute(node: &Handle, name: &str, value: &str) {
    if let NodeData::Element { attrs, .. } = &node.data {
        let mut attrs = attrs.borrow_mut();
        if let Some(attr) = attrs.iter_mut().find(|attr| &*attr.name.local == name) {
            attr.value = value.into();
        }
    }
}

/// Removes an attribute and returns its value.
pub(super) fn take_attribute(node: &Handle, name: &str) -> Option<String> {
    let NodeData::Element { attrs, .. } = &node.data else { return None };
    let mut attrs = attrs.borrow_mut();
    let at = attrs.iter().position(|attr| &*attr.name.local == name)?;
    Some(attrs.remove(at).value.to_string())
}

/// Replaces the children of a node.
pub(super) fn set_children(node: &Handle, children: Vec<Handle>) {
    for child in &children {
        child.parent.set(Some(std::rc::Rc::downgrade(node)));
    }
    *node.children.borrow_mut() = children;
}

/// Returns every element below `node`, in document order.
pub(super) fn elements(node: &Handle) -> Vec<Handle> {
    let mut found = Vec::new();
    let mut open: Vec<Handle> = node.children.borrow().iter().rev().cloned().collect();
    while let Some(node) = open.pop() {
        open.extend(node.children.borrow().iter().rev().cloned());
        if name(&node).is_some() {
            found.push(node);
        }
    }
    found
}

/// Whether an element has a class.
pub(super) fn has_class(node: &Handle, wanted: &str) -> bool {
    attribute(node, "class")
        .is_some_and(|classes| classes.split_ascii_whitespace().any(|class| class == wanted))
}

/// Whether a node is white space or a comment.
pub(super) fn is_blank(node: &Handle) -> bool {
    match &node.data {
        NodeData::Text { contents } => contents.borrow().trim().is_empty(),
        NodeData::Comment { .. } => true,
        _ => false,
    }
}

/// Returns every node below `node` that `wanted` accepts, in document order.
///
/// Does not search inside accepted nodes.
pub(super) fn find_all(node: &Handle, wanted: impl Fn(&Handle) -> bool) -> Vec<Handle> {
    let mut found = Vec::new();
    let mut open = vec![node.children.borrow().clone().into_iter()];
    while let Some(level) = open.last_mut() {
        match level.next() {
            None => drop(open.pop()),
            Some(child) if wanted(&child) => found.push(child),
            Some(child) => open.push(child.children.borrow().clone().into_iter()),
        }
    }
    found
}

/// Whether `wanted` accepts a node below `node`.
pub(super) fn any(node: &Handle, wanted: impl Fn(&Handle) -> bool) -> bool {
    let mut open: Vec<Handle> = node.children.borrow().clone();
    while let Some(node) = open.pop() {
        if wanted(&node) {
            return true;
        }
        open.extend(node.children.borrow().iter().cloned());
    }
    false
}

/// Returns the first element with this name below `node`.
pub(super) fn find(node: &Handle, wanted: &str) -> Option<Handle> {
    find_all(node, |child| name(child) == Some(wanted)).into_iter().next()
}

/// Escapes text for use between tags or in a double-quoted attribute.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

/// Whether HTML may contain one of these elements. Does not parse, so it can return true by mistake.
pub(super) fn may_contain(html: &str, names: &[&str]) -> bool {
    html.as_bytes().split(|byte| *byte == b'<').skip(1).any(|tag| {
        names
            .iter()
            .any(|name| tag.get(..name.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(name.as_bytes())))
    })
}

/// Whether elements nest deeper than `max`, by counting start and end tags.
///
/// Runs before any parsing, because an HTML parser's time for nested elements grows with the square of
/// their depth. Elements whose end tag is optional have their own, greater limit.
pub(super) fn nests_deeper_than(html: &str, max: usize) -> bool {
    const UNCOUNTED: [&str; 26] = [
        "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "br", "img", "hr",
        "input", "meta", "link", "source", "track", "wbr", "col", "area", "base", "embed", "param",
        "colgroup",
    ];
    let mut depth = 0_usize;
    let mut unclosed = 0_usize;
    for piece in html.split('<').skip(1) {
        let (closing, rest) = piece.strip_prefix('/').map_or((false, piece), |rest| (true, rest));
        let tag = rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        if tag.is_empty() || !tag.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let counted = !UNCOUNTED.iter().any(|void| void.eq_ignore_ascii_case(tag));
        match (counted, closing) {
            (true, true) => depth = depth.saturating_sub(1),
            (true, false) => depth += 1,
            (false, true) => unclosed = unclosed.saturating_sub(1),
            (false, false) => unclosed += 1,
        }
        // Items and cells nest only through lists and tables, which are counted. Thousands of unclosed ones
        // still cost time.
        if depth > max || unclosed > max * 64 {
            return true;
        }
    }
    false
}
