//! Replaces known shortcodes with HTML. All other text in square brackets stays unchanged.
//!
//! [`known`] is the table of known shortcodes, [`show`] converts them to HTML. Nothing is replaced in
//! code, in a `textarea`, in a script or style, or in the attributes of a tag.

mod attributes;
mod known;
mod show;
mod values;

use std::collections::{HashMap, HashSet};

use self::{
    attributes::{Attributes, is_space},
    known::{Act, Known, Shape},
};
use super::{html, survey::Survey};

/// Elements in which no shortcodes are replaced.
const VERBATIM: [&str; 8] = ["code", "kbd", "pre", "samp", "script", "style", "textarea", "tt"];

/// Those that extend to the end of the text if their closing tag is missing.
const LASTING: [&str; 4] = ["pre", "script", "style", "textarea"];

/// A note for the report about a shortcode.
pub(super) enum Note<'n> {
    /// Its tags are removed, its content stays.
    Opened(&'n str),
    /// It is removed, because it shows nothing here.
    Empty(&'n str),
    /// It is unknown and stays unchanged.
    Unknown(&'n str),
}

/// Replaces the shortcodes in a text. `post` is the id of its post.
pub(super) fn replace(text: &str, post: u64, survey: &Survey, note: &mut dyn FnMut(Note<'_>)) -> String {
    replace_in(&Setting { post, survey, depth: 0 }, text, note)
}

/// The context of a text.
#[derive(Clone, Copy)]
struct Setting<'s> {
    post: u64,
    survey: &'s Survey,
    /// Number of captions around the text.
    depth: usize,
}

/// Maximum nesting depth of captions. Of deeper ones, only the tags are removed.
const MAX_DEPTH: usize = 3;

fn replace_in(setting: &Setting<'_>, text: &str, note: &mut dyn FnMut(Note<'_>)) -> String {
    if !text.contains('[') {
        return text.to_owned();
    }
    let scanned = Scan::of(text);
    scanned.unknown.iter().for_each(|name| note(Note::Unknown(name)));
    let pairs = pairs(&scanned.tokens);
    Writer { text, tokens: &scanned.tokens, pairs: &pairs, setting: *setting, note }.write_all()
}

/// An opening or closing tag of a shortcode, or a whole shortcode.
#[derive(Debug)]
struct Token<'t> {
    part: Part<'t>,
    name: &'t str,
    start: usize,
    end: usize,
}

#[derive(Debug)]
enum Part<'t> {
    Open {
        known: Known,
        attributes: Attributes,
        alone: bool,
    },
    Close,
    /// `[[name]]`, the escaped form of `[name]`.
    Escaped,
    /// Code with its closing tag. Its content is not parsed.
    Code {
        known: Known,
        attributes: Attributes,
        inner: &'t str,
    },
}

/// The shortcodes found in a text.
#[derive(Default)]
struct Scan<'t> {
    tokens: Vec<Token<'t>>,
    /// Unknown names that have a closing tag.
    unknown: Vec<&'t str>,
    open_unknown: HashSet<&'t str>,
    /// Closing tags that the rest of the text does not have, so that they are not searched for again.
    without_end: HashSet<String>,
}

impl<'t> Scan<'t> {
    fn of(text: &'t str) -> Self {
        let mut scan = Self::default();
        let mut at = 0;
        while let Some(found) = text.as_bytes()[at..].iter().position(|byte| matches!(byte, b'<' | b'[')) {
            let here = at + found;
            at = match text.as_bytes()[here] {
                b'<' => here + scan.markup(&text[here..]),
                _ => scan.bracket(text, here),
            };
        }
        scan
    }

    /// Returns the length of the tag or comment at the start, including the content of [`VERBATIM`] elements.
    fn markup(&mut self, text: &str) -> usize {
        let Some(piece) = html::markup(text) else { return 1 };
        let name = html::name(piece);
        if html::is_closing(piece) || piece.starts_with("<!") || !VERBATIM.contains(&name.as_str()) {
            return piece.len();
        }
        match self.end_of(&text[piece.len()..], &format!("</{name}")) {
            Some(length) => piece.len() + length,
            None if LASTING.contains(&name.as_str()) => text.len(),
            None => piece.len(),
        }
    }

    fn end_of(&mut self, text: &str, end: &str) -> Option<usize> {
        if self.without_end.contains(end) {
            return None;
        }
        let found = html::find_ignoring_case(text, end);
        if found.is_none() {
            self.without_end.insert(end.to_owned());
        }
        found
    }

    /// Reads the shortcode at a bracket, if there is one, and returns the position at which to continue.
    fn bracket(&mut self, text: &'t str, open: usize) -> usize {
        let doubled = text[open..].starts_with("[[");
        let inner = open + 1 + usize::from(doubled);
        let closing = text[inner..].starts_with('/');
        let name_start = inner + usize::from(closing);
        let after = &text[name_start..];
        let length = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
        let name = &after[..length.unwrap_or(0)];
        let rest = &after[name.len()..];
        let begins = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && rest.starts_with(|c: char| is_space(c) || matches!(c, ']' | '=' | '/'));
        if !begins {
            return open + 1;
        }
        let Some(length) = attributes::length(rest) else { return open + 1 };
        let end = name_start + name.len() + length + 1;
        let Some(known) = known::find(name) else {
            if closing && length == 0 && self.open_unknown.remove(name) {
                self.unknown.push(name);
            } else if !closing {
                self.open_unknown.insert(name);
            }
            return open + 1;
        };
        if doubled
            && !closing
            && let Some(end) = self.escaped(text, name, end)
        {
            self.tokens.push(Token { part: Part::Escaped, name, start: open, end });
            return end;
        }
        let start = open + usize::from(doubled);
        let written = &rest[..length];
        if closing {
            if !written.trim().is_empty() {
                return open + 1;
            }
            self.tokens.push(Token { part: Part::Close, name, start, end });
            return end;
        }
        let alone = attributes::is_alone(written);
        let attributes = Attributes::read(written);
        if matches!(known.act, Act::Code(_) | Act::InlineCode) {
            let closing = format!("[/{name}]");
            return match self.end_of(&text[end..], &closing).filter(|_| !alone && !attributes.is_prose(name))
            {
                Some(length) => {
                    let inner = &text[end..end + length];
                    let whole = end + length + closing.len();
                    let part = Part::Code { known, attributes, inner };
                    self.tokens.push(Token { part, name, start, end: whole });
                    whole
                }
                None => open + 1,
            };
        }
        self.tokens.push(Token { part: Part::Open { known, attributes, alone }, name, start, end });
        end
    }

    /// Returns the end of `[[name …]]` or `[[name …]…[/name]]`.
    fn escaped(&mut self, text: &str, name: &str, end: usize) -> Option<usize> {
        if text[end..].starts_with(']') {
            return Some(end + 1);
        }
        let closing = format!("[/{name}]]");
        self.end_of(&text[end..], &closing).map(|length| end + length + closing.len())
    }
}

impl Attributes {
    /// Returns whether the attributes look like prose: one is an unquoted word without digits, and no URL.
    fn is_prose(&self, name: &str) -> bool {
        let is_word = |value: &String| {
            !value.contains("://") && !value.contains(|c: char| c.is_ascii_digit()) && !value.starts_with('#')
        };
        !name.contains(['_', '-']) && self.has_loose && self.bare.iter().any(is_word)
    }
}

/// Returns the closing tag of each opening tag, by their indexes in `tokens`.
fn pairs(tokens: &[Token<'_>]) -> HashMap<usize, usize> {
    let mut open: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut pairs = HashMap::new();
    for (n, token) in tokens.iter().enumerate() {
        match &token.part {
            Part::Open { alone: false, .. } => open.entry(token.name).or_default().push(n),
            Part::Close => {
                if let Some(opening) = open.get_mut(token.name).and_then(Vec::pop) {
                    pairs.insert(opening, n);
                }
            }
            _ => {}
        }
    }
    pairs
}

/// Returns whether a tag is a shortcode: it must have what the [`Shape`] of its name requires.
fn is_shortcode(known: Known, attributes: &Attributes, name: &str, is_paired: bool) -> bool {
    let has_value = !attributes.named.is_empty() || attributes.bare.iter().any(|value| value.contains("://"));
    let named_by_id = matches!(known.act, Act::Provider(_)) && !attributes.bare.is_empty();
    match known.shape {
        Shape::Any => !attributes.is_prose(name),
        Shape::Marked => !attributes.is_prose(name) && (is_paired || has_value || named_by_id),
        Shape::Closed => false,
    }
}

/// Writes a text with its shortcodes replaced.
struct Writer<'w, 't, 'n> {
    text: &'t str,
    tokens: &'w [Token<'t>],
    pairs: &'w HashMap<usize, usize>,
    setting: Setting<'w>,
    note: &'n mut dyn FnMut(Note<'_>),
}

impl Writer<'_, '_, '_> {
    fn write_all(&mut self) -> String {
        let mut out = String::with_capacity(self.text.len() + 64);
        // The replacements of closing tags, by index. Tags that are no shortcodes replace themselves.
        let mut closings: HashMap<usize, String> = HashMap::new();
        let paired: HashSet<usize> = self.pairs.values().copied().collect();
        let mut rest = 0;
        let mut at = 0;
        while at < self.tokens.len() {
            let token = &self.tokens[at];
            out.push_str(&self.text[rest..token.start]);
            rest = token.end;
            let mut next = at + 1;
            match &token.part {
                Part::Escaped => out.push_str(&self.text[token.start + 1..token.end - 1]),
                Part::Code { known, attributes, inner } => {
                    out.push_str(&show::code(*known, attributes, inner));
                }
                Part::Close => match closings.remove(&at) {
                    Some(closing) => out.push_str(&closing),
                    // Its opening tag is inside of a shortcode that was replaced as a whole.
                    None if paired.contains(&at) => {}
                    // WordPress shows a closing tag without an opening one.
                    None => out.push_str(&self.text[token.start..token.end]),
                },
                Part::Open { known, attributes, .. } => {
                    let closing = self.pairs.get(&at).copied();
                    if !is_shortcode(*known, attributes, token.name, closing.is_some()) {
                        out.push_str(&self.text[token.start..token.end]);
                        if let Some(closing) = closing {
                            let end = &self.tokens[closing];
                            closings.insert(closing, self.text[end.start..end.end].to_owned());
                            (self.note)(Note::Unknown(token.name));
                        }
                    } else {
                        let inner = closing.map(|closing| &self.text[token.end..self.tokens[closing].start]);
                        let code = show::Shortcode { known: *known, name: token.name, attributes, inner };
                        match code.shown(&self.setting, self.note) {
                            show::Shown::Whole(html) => {
                                out.push_str(&html);
                                if let Some(closing) = closing {
                                    rest = self.tokens[closing].end;
                                    next = closing + 1;
                                }
                            }
                            show::Shown::Around(before, after) => {
                                out.push_str(&before);
                                closing.map(|closing| closings.insert(closing, after));
                            }
                        }
                    }
                }
            }
            at = next;
        }
        out.push_str(&self.text[rest..]);
        out
    }
}

#[cfg(test)]
mod tests;
