//! Adds paragraphs to a text, as WordPress's `wpautop` does when it shows one.
//!
//! Empty lines separate paragraphs, other line breaks become `<br>`, and block elements stay as they are.

use domain::body::provider_of;

use super::html::{self, Piece};

/// Block elements, which cannot be inside a paragraph.
const BLOCKS: [&str; 42] = [
    "table",
    "thead",
    "tfoot",
    "caption",
    "col",
    "colgroup",
    "tbody",
    "tr",
    "td",
    "th",
    "div",
    "dl",
    "dd",
    "dt",
    "ul",
    "ol",
    "li",
    "pre",
    "form",
    "map",
    "area",
    "blockquote",
    "address",
    "style",
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "fieldset",
    "legend",
    "section",
    "article",
    "aside",
    "figure",
    "figcaption",
    "details",
    "summary",
    "script",
];

/// More block elements.
const MORE_BLOCKS: [&str; 12] = [
    "hgroup", "header", "footer", "nav", "menu", "main", "center", "iframe", "video", "audio", "object",
    "noscript",
];

/// Block elements whose text becomes paragraphs.
const HOLDERS: [&str; 14] = [
    "div",
    "blockquote",
    "section",
    "article",
    "aside",
    "main",
    "center",
    "header",
    "footer",
    "form",
    "fieldset",
    "details",
    "address",
    "hgroup",
];

/// Block elements whose text becomes paragraphs only if there are several.
const CELLS: [&str; 4] = ["li", "td", "th", "dd"];

fn is_block(name: &str) -> bool {
    BLOCKS.contains(&name) || MORE_BLOCKS.contains(&name)
}

/// Returns a text with paragraphs.
pub(super) fn autop(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut out =
        Paragraphs { out: String::with_capacity(text.len() + 64), inline: String::new(), open: Vec::new() };
    let mut verbatim = 0_usize;
    for piece in html::pieces(&text) {
        match piece {
            Piece::Tag(tag) => {
                let name = html::name(tag);
                let closing = html::is_closing(tag);
                if name == "pre" {
                    verbatim = if closing { verbatim.saturating_sub(1) } else { verbatim + 1 };
                }
                match is_block(&name) {
                    _ if verbatim > 0 && name != "pre" => out.out.push_str(tag),
                    true => out.block(tag, name, closing),
                    // Normalise the tag, so that `breaks` adds no second one at the end of the line.
                    false if name == "br" => out.inline.push_str("<br>"),
                    false => out.inline.push_str(tag),
                }
            }
            Piece::Text(text) if verbatim > 0 => out.out.push_str(text),
            Piece::Text(text) => out.inline.push_str(text),
            // The marks of page breaks and teasers separate paragraphs.
            Piece::Comment(comment) if comment.contains("nextpage") || comment.contains("more") => {
                out.inline.push_str("\n\n");
            }
            Piece::Comment(_) => {}
        }
    }
    out.flush();
    if out.open.last().is_some_and(|open| open == "p") {
        out.out.push_str("</p>\n");
    }
    out.out
}

struct Paragraphs {
    out: String,
    inline: String,
    /// Names of the open block elements.
    open: Vec<String>,
}

impl Paragraphs {
    fn block(&mut self, tag: &str, name: String, closing: bool) {
        self.flush();
        let in_paragraph = self.open.last().is_some_and(|open| open == "p");
        if in_paragraph {
            // Any block element closes an open paragraph.
            self.open.pop();
            self.out.push_str("</p>\n");
        }
        if name == "p" {
            if !closing {
                self.open.push(name);
                self.out.push_str(tag);
            }
            return;
        }
        if closing {
            if let Some(at) = self.open.iter().rposition(|open| *open == name) {
                self.open.truncate(at);
            }
        } else if !tag.ends_with("/>") && !["hr", "col", "area"].contains(&name.as_str()) {
            self.open.push(name);
        }
        self.out.push_str(tag);
        self.out.push('\n');
    }

    /// Writes the inline text collected so far.
    fn flush(&mut self) {
        let inline = std::mem::take(&mut self.inline);
        let paragraphs: Vec<&str> = parts(&inline);
        let inside = self.open.last().map(String::as_str);
        let wraps = match inside {
            None => true,
            Some(name) if HOLDERS.contains(&name) => true,
            Some(name) => CELLS.contains(&name) && paragraphs.len() > 1,
        };
        for (n, paragraph) in paragraphs.iter().enumerate() {
            if let (true, Some(embed)) = (wraps, lone_address(paragraph)) {
                self.out.push_str(&embed);
                continue;
            }
            let lines = breaks(paragraph);
            match (wraps, n) {
                (true, _) => {
                    self.out.push_str("<p>");
                    self.out.push_str(&lines);
                    self.out.push_str("</p>\n");
                }
                (false, 0) => self.out.push_str(&lines),
                (false, _) if inside == Some("p") => {
                    self.out.push_str("</p>\n<p>");
                    self.out.push_str(&lines);
                }
                (false, _) => {
                    self.out.push_str("<br><br>");
                    self.out.push_str(&lines);
                }
            }
        }
    }
}

/// Splits a text at empty lines.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut at = 0;
    let bytes = text.as_bytes();
    while at < bytes.len() {
        if bytes[at] == b'\n' {
            let mut end = at + 1;
            let mut empty = false;
            while end < bytes.len() && bytes[end].is_ascii_whitespace() {
                empty |= bytes[end] == b'\n';
                end += 1;
            }
            if empty {
                parts.push(&text[start..at]);
                start = end;
            }
            at = end;
        } else {
            at += 1;
        }
    }
    parts.push(&text[start..]);
    parts
        .into_iter()
        .map(|part| part.trim_matches(|c: char| c.is_ascii_whitespace()))
        .filter(|part| !part.is_empty())
        .collect()
}

/// Replaces line breaks with `<br>`, except after an existing `<br>`.
fn breaks(paragraph: &str) -> String {
    let mut out = String::with_capacity(paragraph.len() + 16);
    for (n, line) in paragraph.split('\n').map(str::trim_end).enumerate() {
        if n > 0 {
            out.push_str(if out.ends_with("<br>") { "\n" } else { "<br>\n" });
        }
        out.push_str(line.trim_start_matches([' ', '\t']));
    }
    out
}

/// Returns the embed for a paragraph that is only a URL of a known provider.
fn lone_address(paragraph: &str) -> Option<String> {
    let address = paragraph.trim().replace("&amp;", "&").replace("&#038;", "&");
    if address.contains(|c: char| c.is_whitespace() || c == '<') {
        return None;
    }
    provider_of(&address)?;
    Some(embed(&address))
}

/// Returns the HTML of an embed as bodies store it.
pub(super) fn embed(address: &str) -> String {
    let escaped = html::escape(address);
    format!("<figure class=\"embed\"><a href=\"{escaped}\">{escaped}</a></figure>\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_lines_part_paragraphs() {
        for (text, html) in [
            ("One\n\nTwo\nlines", "<p>One</p>\n<p>Two<br>\nlines</p>\n"),
            ("One\r\n \r\nTwo", "<p>One</p>\n<p>Two</p>\n"),
            ("<h2>Head</h2>\nText", "<h2>\nHead</h2>\n<p>Text</p>\n"),
            ("A\n<ul>\n<li>b</li>\n</ul>\nC", "<p>A</p>\n<ul>\n<li>\nb</li>\n</ul>\n<p>C</p>\n"),
            ("<blockquote>Q\n\nR</blockquote>", "<blockquote>\n<p>Q</p>\n<p>R</p>\n</blockquote>\n"),
            ("<pre>a\n\nb</pre>", "<pre>\na\n\nb</pre>\n"),
            ("a <b>c</b>\nd<br />\ne", "<p>a <b>c</b><br>\nd<br>\ne</p>\n"),
            ("<td><p>a</p><p>b</p></td>", "<td>\n<p>a</p>\n<p>b</p>\n</td>\n"),
            ("<p>a\n<p>b", "<p>a</p>\n<p>b</p>\n"),
            (
                "<p>kept</p>\n\n<p class=\"x\">too\n\nmore</p>",
                "<p>kept</p>\n<p class=\"x\">too</p>\n<p>more</p>\n",
            ),
        ] {
            assert_eq!(autop(text), html, "{text:?}");
        }
    }

    #[test]
    fn a_lone_address_of_a_known_provider_is_an_embed() {
        assert_eq!(
            autop("a\n\nhttps://www.youtube.com/watch?v=x&#038;t=1\n\nb").matches("class=\"embed\"").count(),
            1
        );
        assert_eq!(autop("see https://www.youtube.com/watch?v=x").matches("embed").count(), 0);
        assert_eq!(autop("https://example.com/").matches("embed").count(), 0);
    }
}
