//! Makes ordinary pictures of those that a script loads lazily.
//!
//! Such pictures have their address in an attribute such as `data-src`, often beside a `<noscript>` that
//! contains the same picture. Each becomes one ordinary picture. Other content of `<noscript>` becomes
//! content of the body.

use std::collections::HashSet;

use markup5ever_rcdom::Handle;

use super::{dom, srcset, text};

const ADDRESSES: [&str; 5] = ["data-src", "data-lazy-src", "data-original", "data-lazy", "data-orig-src"];
const SETS: [&str; 4] = ["data-srcset", "data-lazy-srcset", "data-original-set", "data-orig-srcset"];
const SIZES: [&str; 2] = ["data-sizes", "data-lazy-sizes"];

/// Elements that lazy loaders delay.
const DELAYED: [&str; 6] = ["img", "picture", "source", "iframe", "video", "audio"];

/// Whether HTML may contain something for [`load`]. Does not parse.
pub(super) fn may_concern(html: &str) -> bool {
    let has_lazy_attribute = html.match_indices('-').any(|(at, _)| {
        ["data-src", "data-lazy", "data-orig"].iter().any(|start| {
            let bytes = at.checked_sub(4).and_then(|from| html.as_bytes().get(from..from + start.len()));
            bytes.is_some_and(|bytes| bytes.eq_ignore_ascii_case(start.as_bytes()))
        })
    });
    has_lazy_attribute || dom::may_contain(html, &["noscript"])
}

/// Gives lazy pictures, players and frames their addresses, and replaces `<noscript>` by its content.
pub(super) fn load(root: &Handle) {
    let mut shown = HashSet::new();
    for element in outside_noscript(root) {
        if let Some(address) = address_of(&element) {
            shown.insert(address);
        }
    }
    open_noscripts(root, &shown);
    for element in dom::elements(root) {
        resolve(&element);
    }
}

fn outside_noscript(root: &Handle) -> Vec<Handle> {
    let mut found = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(node) = open.pop() {
        open.extend(
            node.children.borrow().iter().filter(|child| dom::name(child) != Some("noscript")).cloned(),
        );
        found.push(node);
    }
    found
}

fn is_delayed(node: &Handle) -> bool {
    dom::name(node).is_some_and(|name| DELAYED.contains(&name))
}

fn first_address(node: &Handle, names: &[&str]) -> Option<String> {
    names
        .iter()
        .filter_map(|name| dom::attribute(node, name))
        .map(|address| address.trim().to_owned())
        .find(|address| srcset::is_picture_address(address))
}

/// Returns the address of a picture, player or frame, from a lazy attribute or from `src`.
fn address_of(node: &Handle) -> Option<String> {
    if !is_delayed(node) {
        return None;
    }
    first_address(node, &ADDRESSES).or_else(|| first_address(node, &["src"]))
}

/// Whether an element waits for a script: it has a lazy attribute or no address at all.
fn is_waiting(node: &Handle) -> bool {
    match dom::name(node) {
        Some("picture") => dom::find(node, "img").is_none_or(|img| is_waiting(&img)),
        Some(_) if is_delayed(node) => {
            let names = ADDRESSES.iter().chain(&SETS);
            names.into_iter().any(|name| dom::attribute(node, name).is_some()) || address_of(node).is_none()
        }
        _ => false,
    }
}

/// Returns the waiting element that a node is, or that is its only content, such as in a link.
fn waiting_in(node: &Handle) -> Option<Handle> {
    let mut node = node.clone();
    while !is_delayed(&node) {
        let children = node.children.borrow();
        let mut full = children.iter().filter(|child| !dom::is_blank(child));
        let only = full.next().filter(|_| dom::name(&node).is_some())?.clone();
        if full.next().is_some() {
            return None;
        }
        drop(children);
        node = only;
    }
    is_waiting(&node).then_some(node)
}

/// Replaces each `<noscript>` by its content, or removes it if the body already shows the same pictures.
///
/// A single picture in a `<noscript>` is copied to the waiting element beside it.
fn open_noscripts(root: &Handle, shown: &HashSet<String>) {
    let mut parents = vec![root.clone()];
    while let Some(parent) = parents.pop() {
        let before = parent.children.borrow().clone();
        let is_noscript = |node: &Handle| dom::name(node) == Some("noscript");
        if !before.iter().any(is_noscript) {
            parents.extend(before);
            continue;
        }
        let mut after: Vec<Handle> = Vec::with_capacity(before.len());
        let mut beside: Option<Handle> = None;
        for (n, child) in before.iter().enumerate() {
            if !is_noscript(child) {
                if !dom::is_blank(child) {
                    beside = Some(child.clone());
                }
                parents.push(child.clone());
                after.push(child.clone());
                continue;
            }
            let content = child.children.take();
            dom::set_children(child, without_pixels(content));
            let pictures = dom::find_all(child, is_delayed);
            let is_only_pictures = !pictures.is_empty() && text::of(child).is_empty();
            if is_only_pictures {
                let is_double =
                    |picture: &Handle| pictures_in(picture).iter().any(|address| shown.contains(address));
                if pictures.iter().all(is_double) {
                    continue;
                }
                let ahead = || before[n + 1..].iter().find(|node| !dom::is_blank(node));
                let waiting = beside.as_ref().and_then(waiting_in).or_else(|| ahead().and_then(waiting_in));
                if let (Some(waiting), [picture]) = (waiting, pictures.as_slice()) {
                    become_like(&waiting, picture);
                    continue;
                }
            }
            let content = child.children.take();
            parents.extend(content.iter().cloned());
            after.extend(content);
        }
        if after.iter().any(is_noscript) {
            // The content contained another one.
            parents.push(parent.clone());
        }
        dom::set_children(&parent, after);
    }
}

fn pictures_in(node: &Handle) -> Vec<String> {
    let own = address_of(node);
    own.into_iter().chain(dom::elements(node).iter().filter_map(address_of)).collect()
}

/// Copies the attributes and content of the picture in a `<noscript>` to the waiting element beside it.
fn become_like(waiting: &Handle, picture: &Handle) {
    if dom::name(waiting) != dom::name(picture) {
        let source = match dom::name(picture) {
            Some("picture") => dom::find(picture, "img"),
            _ => Some(picture.clone()),
        };
        let target = match dom::name(waiting) {
            Some("picture") => dom::find(waiting, "img"),
            _ => Some(waiting.clone()),
        };
        if let (Some(source), Some(target)) = (source, target) {
            copy_attributes(&target, &source);
        }
        return;
    }
    copy_attributes(waiting, picture);
    dom::set_children(waiting, picture.children.take());
}

fn copy_attributes(target: &Handle, source: &Handle) {
    for name in ADDRESSES.iter().chain(&SETS).chain(&SIZES) {
        dom::take_attribute(target, name);
    }
    for name in ["src", "srcset", "sizes", "alt", "title", "width", "height"] {
        if let Some(value) = dom::attribute(source, name) {
            dom::set_attribute(target, name, &value);
        }
    }
}

/// Removes tracking pixels: images of at most one by one pixel.
fn without_pixels(nodes: Vec<Handle>) -> Vec<Handle> {
    let is_pixel = |node: &Handle| {
        let is_one = |name| {
            dom::attribute(node, name).is_some_and(|size| matches!(size.trim_end_matches("px"), "0" | "1"))
        };
        dom::name(node) == Some("img") && is_one("width") && is_one("height")
    };
    for node in &nodes {
        let inner = node.children.take();
        if !inner.is_empty() {
            dom::set_children(node, inner.into_iter().filter(|child| !is_pixel(child)).collect());
        }
    }
    nodes.into_iter().filter(|node| !is_pixel(node)).collect()
}

/// Copies the values of lazy attributes to the attributes that browsers read.
fn resolve(node: &Handle) {
    if !is_delayed(node) {
        return;
    }
    if let Some(address) = first_address(node, &ADDRESSES) {
        dom::set_attribute(node, "src", &address);
    }
    let set = SETS.iter().filter_map(|name| dom::attribute(node, name)).find_map(|set| srcset::cleaned(&set));
    if let Some(set) = set {
        dom::set_attribute(node, "srcset", &set);
    }
    let sizes = SIZES.iter().find_map(|name| dom::attribute(node, name)).filter(|sizes| sizes != "auto");
    if let Some(sizes) = sizes {
        dom::set_attribute(node, "sizes", &sizes);
    }
}
