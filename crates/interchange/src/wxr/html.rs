//! Splits HTML into tags, comments and text, so that it can be rewritten without losing unknown markup.

use std::ops::Range;

pub(super) use domain::body::escape;

/// A piece of HTML, unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'h> {
    Text(&'h str),
    /// A tag with its brackets.
    Tag(&'h str),
    /// A comment with its brackets.
    Comment(&'h str),
}

impl<'h> Piece<'h> {
    pub(super) fn raw(self) -> &'h str {
        match self {
            Self::Text(raw) | Self::Tag(raw) | Self::Comment(raw) => raw,
        }
    }
}

/// Splits HTML into pieces. Joined, they are the input.
pub(super) fn pieces(html: &str) -> Pieces<'_> {
    Pieces { rest: html, verbatim: None }
}

/// An iterator over the pieces of an HTML text.
pub(super) struct Pieces<'h> {
    rest: &'h str,
    /// The open element whose content is text, such as `script`.
    verbatim: Option<&'static str>,
}

impl<'h> Iterator for Pieces<'h> {
    type Item = Piece<'h>;

    fn next(&mut self) -> Option<Piece<'h>> {
        if self.rest.is_empty() {
            return None;
        }
        let whole = self.rest;
        if let Some(name) = self.verbatim.take() {
            let end = find_end(whole, name);
            if end > 0 {
                self.rest = &whole[end..];
                return Some(Piece::Text(&whole[..end]));
            }
        }
        let (piece, length) = first(whole);
        self.rest = &whole[length..];
        if let Piece::Tag(tag) = piece
            && !is_closing(tag)
        {
            self.verbatim = ["script", "style", "textarea"].into_iter().find(|raw| name(tag) == *raw);
        }
        Some(piece)
    }
}

/// Returns the position of the closing tag with this name.
fn find_end(html: &str, name: &str) -> usize {
    let mut from = 0;
    while let Some(at) = html[from..].find("</") {
        let at = from + at;
        if html[at + 2..].get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return at;
        }
        from = at + 2;
    }
    html.len()
}

/// Returns the tag or comment at the start of a text.
pub(super) fn markup(html: &str) -> Option<&str> {
    match html.starts_with("<!--") || begins_tag(html) {
        true => Some(first(html).0.raw()),
        false => None,
    }
}

/// Returns the position of `wanted`, which must be ASCII, ignoring case.
pub(super) fn find_ignoring_case(text: &str, wanted: &str) -> Option<usize> {
    let (text, wanted) = (text.as_bytes(), wanted.as_bytes());
    let first = *wanted.first()?;
    let mut at = 0;
    while let Some(found) = text.get(at..)?.iter().position(|byte| byte.eq_ignore_ascii_case(&first)) {
        let here = at + found;
        if text.get(here..here + wanted.len())?.eq_ignore_ascii_case(wanted) {
            return Some(here);
        }
        at = here + 1;
    }
    None
}

fn first(html: &str) -> (Piece<'_>, usize) {
    if let Some(rest) = html.strip_prefix("<!--") {
        let length = rest.find("-->").map_or(html.len(), |at| at + 7);
        return (Piece::Comment(&html[..length]), length);
    }
    if begins_tag(html) {
        let length = tag_length(html);
        return (Piece::Tag(&html[..length]), length);
    }
    // A `<` that does not begin a tag is text.
    let from = html.chars().next().map_or(1, char::len_utf8);
    let mut end = html.len();
    let mut at = from;
    while let Some(found) = html[at..].find('<') {
        let here = at + found;
        if begins_tag(&html[here..]) || html[here..].starts_with("<!--") {
            end = here;
            break;
        }
        at = here + 1;
    }
    (Piece::Text(&html[..end]), end)
}

fn begins_tag(html: &str) -> bool {
    let rest = html.strip_prefix('<').map(|rest| rest.strip_prefix('/').unwrap_or(rest));
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!' || c == '?'))
}

fn tag_length(html: &str) -> usize {
    let mut quote = None;
    for (at, byte) in html.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    // The quotes are unbalanced, so end the tag at the first `>` instead of at the end of the text.
    html.find('>').map_or(html.len(), |at| at + 1)
}

pub(super) fn is_closing(tag: &str) -> bool {
    tag.starts_with("</")
}

/// Returns the name of a tag in lower case.
pub(super) fn name(tag: &str) -> String {
    tag.trim_start_matches(['<', '/'])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric())
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// Returns the range of an attribute's value in its tag, without the quotes.
pub(super) fn attribute_span(tag: &str, wanted: &str) -> Option<Range<usize>> {
    attributes(tag).find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, span)| span)
}

/// Returns the names of the attributes that have a value.
pub(super) fn attribute_names(tag: &str) -> impl Iterator<Item = &str> {
    attributes(tag).map(|(name, _)| name)
}

/// Returns the attributes that have a value, and the ranges of the values.
fn attributes(tag: &str) -> impl Iterator<Item = (&str, Range<usize>)> {
    let bytes = tag.as_bytes();
    let mut at = 1 + name(tag).len();
    std::iter::from_fn(move || {
        while at < bytes.len() {
            while at < bytes.len() && (bytes[at].is_ascii_whitespace() || bytes[at] == b'/') {
                at += 1;
            }
            let from = at;
            while at < bytes.len() && !bytes[at].is_ascii_whitespace() && !b"=>/".contains(&bytes[at]) {
                at += 1;
            }
            let found = &tag[from..at];
            while at < bytes.len() && bytes[at].is_ascii_whitespace() {
                at += 1;
            }
            if bytes.get(at) != Some(&b'=') {
                if at == from {
                    at += 1;
                }
                continue;
            }
            at += 1;
            while at < bytes.len() && bytes[at].is_ascii_whitespace() {
                at += 1;
            }
            let (start, end) = match bytes.get(at) {
                Some(quote @ (b'"' | b'\'')) => {
                    let end = tag[at + 1..].find(char::from(*quote)).map_or(tag.len(), |end| at + 1 + end);
                    (at + 1, end)
                }
                _ => {
                    let rest = &tag[at.min(tag.len())..];
                    let end = rest.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(rest.len());
                    (at.min(tag.len()), at.min(tag.len()) + end)
                }
            };
            at = end + 1;
            return Some((found, start..end));
        }
        None
    })
}

/// Returns the value of an attribute, with `&amp;` and `&quot;` decoded.
pub(super) fn attribute(tag: &str, wanted: &str) -> Option<String> {
    let value = &tag[attribute_span(tag, wanted)?];
    Some(value.trim().replace("&amp;", "&").replace("&#038;", "&").replace("&quot;", "\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_the_whole() {
        for html in [
            "a<b>c</b>d",
            "1 < 2 <i x='>'>y",
            "<!-- a > b -->x",
            "<script>if (a < b) {}</script>z",
            "<a href=\"x",
            "<",
            "<p",
            "é<é<b>",
        ] {
            let whole: String = pieces(html).map(Piece::raw).collect();
            assert_eq!(whole, html);
        }
    }

    #[test]
    fn attributes_are_found_in_any_quotes() {
        let tag = r#"<a class=x data-href="no" HREF='http://a/?b=1&amp;c=2' title="t">"#;
        assert_eq!(attribute(tag, "href").as_deref(), Some("http://a/?b=1&c=2"));
        assert_eq!(attribute(tag, "class").as_deref(), Some("x"));
        assert_eq!(attribute(tag, "title").as_deref(), Some("t"));
        assert_eq!(attribute(tag, "alt"), None);
    }
}
