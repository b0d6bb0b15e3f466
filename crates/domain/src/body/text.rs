//! Extracts the plain text of a body, and computes word count and reading time.

use markup5ever_rcdom::{Handle, NodeData};
use unicode_segmentation::UnicodeSegmentation;

use super::dom;

/// Returns the text below a node.
///
/// An empty line separates paragraphs, a line break other blocks, and a tab table cells. White space is
/// collapsed as in browsers, except in `pre`.
pub(super) fn of(root: &Handle) -> String {
    let mut out = String::new();
    let mut preformatted = 0_usize;
    let mut open = vec![(root.clone(), 0_usize)];
    while let Some((node, next)) = open.pop() {
        if next == 0 {
            match &node.data {
                NodeData::Text { contents } if preformatted > 0 => out.push_str(&contents.borrow()),
                NodeData::Text { contents } => push_folded(&mut out, &contents.borrow()),
                NodeData::Element { .. } => before(&mut out, dom::name(&node).unwrap_or_default()),
                _ => {}
            }
            preformatted += usize::from(dom::name(&node) == Some("pre"));
        }
        let child = node.children.borrow().get(next).cloned();
        match child {
            Some(child) => {
                open.push((node, next + 1));
                open.push((child, 0));
            }
            None => {
                after(&mut out, dom::name(&node).unwrap_or_default());
                preformatted -= usize::from(dom::name(&node) == Some("pre"));
            }
        }
    }
    out.trim().to_owned()
}

/// Returns the text below a node on one line.
pub(super) fn line_of(node: &Handle) -> String {
    of(node).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn push_folded(out: &mut String, text: &str) {
    let at_a_gap = |out: &String| out.is_empty() || out.ends_with([' ', '\n', '\t']);
    // Fast path: most text has no white space to collapse.
    if !text.contains("  ") && !text.bytes().any(|byte| byte != b' ' && byte.is_ascii_whitespace()) {
        out.push_str(if at_a_gap(out) { text.strip_prefix(' ').unwrap_or(text) } else { text });
        return;
    }
    for (n, word) in text.split(|c: char| c.is_ascii_whitespace()).enumerate() {
        if n > 0 && !at_a_gap(out) {
            out.push(' ');
        }
        out.push_str(word);
    }
}

fn before(out: &mut String, name: &str) {
    match name {
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" | "figure" | "ul" | "ol" | "dl"
        | "table" | "pre" | "aside" | "hr" => part(out, "\n\n"),
        "li" | "dt" | "dd" | "tr" | "div" | "section" | "article" | "header" | "footer" | "figcaption"
        | "caption" | "details" | "summary" | "nav" | "center" => part(out, "\n"),
        "br" => {
            trim_spaces(out);
            out.push('\n');
        }
        _ => {}
    }
}

fn after(out: &mut String, name: &str) {
    match name {
        "td" | "th" => {
            trim_spaces(out);
            out.push('\t');
        }
        name => {
            if name != "br" {
                before(out, name);
            }
        }
    }
}

/// Ends the text with `gap`, but only once if several blocks start or end here.
fn part(out: &mut String, gap: &str) {
    trim_spaces(out);
    if out.is_empty() {
        return;
    }
    while !out.ends_with(gap) {
        out.push('\n');
    }
}

fn trim_spaces(out: &mut String) {
    out.truncate(out.trim_end_matches([' ', '\t']).len());
}

/// The number of words of a text, for its reading time.
pub(super) struct Words {
    /// All words. Each ideograph counts as one word.
    pub(super) count: u32,
    ideographs: u32,
}

impl Words {
    /// The reading time in minutes, rounded up.
    ///
    /// Assumes 230 words or 500 ideographs a minute, the usual figures for silent reading
    /// (Brysbaert 2019 for English; Trauzettel-Klosinski & Dietz 2012 for Chinese and Japanese).
    pub(super) fn minutes(&self) -> u32 {
        let minutes = f64::from(self.count - self.ideographs) / 230.0 + f64::from(self.ideographs) / 500.0;
        minutes.ceil() as u32
    }
}

/// Counts words by the Unicode rules (UAX #29).
pub(super) fn count_words(text: &str) -> Words {
    let mut words = Words { count: 0, ideographs: 0 };
    for word in text.unicode_words() {
        words.count += 1;
        words.ideographs += u32::from(word.chars().next().is_some_and(is_ideographic));
    }
    words
}

/// Whether a character belongs to a script without spaces, in which UAX #29 makes each character a word.
fn is_ideographic(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}
