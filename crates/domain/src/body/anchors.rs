//! Assigns the ids of a body, updates the links to them, and builds the table of contents.
//!
//! A heading keeps its written id if that is a valid slug; otherwise its id is made from its text. Every
//! other id gets [`PREFIX`], so that it cannot clash with ids of headings (slugs have no underscore) or of
//! the surrounding page.

use std::collections::{HashMap, HashSet, hash_map::Entry};

use markup5ever_rcdom::Handle;
use percent_encoding::percent_decode_str;

use super::{TocEntry, dom, text};
use crate::slug::Slug;

/// The prefix of all ids except those of headings.
const PREFIX: &str = "body_";

/// The maximum length of an id without prefix and number, in characters.
const MAX: usize = 100;

/// Makes every id unique, updates the links to ids, and returns the table of contents.
pub(super) fn settle(root: &Handle) -> Vec<TocEntry> {
    let elements = dom::elements(root);
    let mut ids = Ids::default();
    let mut toc = Vec::new();
    for element in &elements {
        // Older HTML uses `<a name>` for anchors.
        let names = [dom::take_attribute(element, "id"), dom::take_attribute(element, "name")];
        let written = || names.iter().flatten().filter(|id| !id.trim().is_empty());
        let id = match (level(element), written().next()) {
            (Some(level), written) => {
                let words = text::line_of(element);
                let slug: Option<Slug> = written.and_then(|id| id.parse().ok());
                let id = ids.of_heading(&slug.unwrap_or_else(|| Slug::of(&words, "section")));
                if !words.is_empty() {
                    toc.push(TocEntry { id: id.clone(), level, text: words });
                }
                id
            }
            (None, Some(written)) => ids.of_other(written),
            (None, None) => continue,
        };
        dom::set_attribute(element, "id", &id);
        for written in written() {
            // If several elements have one id, browsers use the first.
            ids.led.entry(written.clone()).or_insert_with(|| id.clone());
        }
    }
    for element in &elements {
        follow(element, &ids.led);
    }
    toc
}

/// The level of a heading, 1 to 6.
pub(super) fn level(node: &Handle) -> Option<u8> {
    match dom::name(node)?.as_bytes() {
        [b'h', digit @ b'1'..=b'6'] => Some(digit - b'0'),
        _ => None,
    }
}

#[derive(Default)]
struct Ids {
    taken: HashSet<String>,
    /// The next number to try for each id that several elements want.
    next: HashMap<String, u32>,
    /// The final id for each written id.
    led: HashMap<String, String>,
}

impl Ids {
    fn of_heading(&mut self, wanted: &Slug) -> String {
        self.free(wanted.as_str(), |n| wanted.numbered(n).to_string())
    }

    fn of_other(&mut self, written: &str) -> String {
        let own = written.trim().strip_prefix(PREFIX).unwrap_or(written.trim());
        let plain: String = own
            .chars()
            .take(MAX)
            .map(|c| if c.is_alphanumeric() || "-_.:".contains(c) { c } else { '-' })
            .collect();
        let wanted = format!("{PREFIX}{plain}");
        self.free(&wanted, |n| format!("{wanted}-{n}"))
    }

    /// Returns the id, or its first unused numbered variant.
    fn free(&mut self, wanted: &str, numbered: impl Fn(u32) -> String) -> String {
        if self.taken.insert(wanted.to_owned()) {
            return wanted.to_owned();
        }
        let next = match self.next.entry(wanted.to_owned()) {
            Entry::Occupied(next) => next.into_mut(),
            Entry::Vacant(next) => next.insert(2),
        };
        loop {
            let id = numbered(*next);
            *next += 1;
            if self.taken.insert(id.clone()) {
                return id;
            }
        }
    }
}

/// Replaces ids in an element's `href` or `headers` attribute by their final form.
fn follow(element: &Handle, led: &HashMap<String, String>) {
    let final_of = |id: &str| {
        let decoded = || percent_decode_str(id).decode_utf8().ok().and_then(|id| led.get(id.as_ref()));
        led.get(id).or_else(decoded)
    };
    match dom::name(element) {
        Some("a") => {
            let target = dom::attribute(element, "href");
            let fragment = target.as_deref().and_then(|href| href.trim().strip_prefix('#'));
            if let Some(id) = fragment.and_then(final_of) {
                dom::replace_attribute(element, "href", &format!("#{id}"));
            }
        }
        Some("td" | "th") => {
            if let Some(headers) = dom::attribute(element, "headers") {
                let known: Vec<&str> = headers
                    .split_ascii_whitespace()
                    .filter_map(|id| led.get(id))
                    .map(String::as_str)
                    .collect();
                dom::replace_attribute(element, "headers", &known.join(" "));
            }
        }
        _ => {}
    }
}
