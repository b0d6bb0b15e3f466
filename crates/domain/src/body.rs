//! The body of an article, and how it is derived from the source an editor writes.
//!
//! `source → HTML → cleaned HTML → blocks, table of contents, text, counts`. The source is stored as
//! written. The body of a published revision is derived once, when it is stored, with the [`VERSION`] of
//! the derivation. Cleaning is in `clean.rs`, blocks are in `blocks.rs`.

mod anchors;
mod blocks;
mod clean;
mod dom;
mod embed;
mod inherited;
mod lazy;
mod markdown;
mod player;
mod raw;
mod srcset;
mod stand_ins;
mod text;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub use self::{
    blocks::{Block, Image},
    dom::escape,
    embed::provider_of,
};
use crate::{
    comment::Words,
    error::{Error, Result},
};

/// The version of the derivation. Raise it with each change, so that `reindex` derives older bodies again.
pub const VERSION: u32 = 4;

/// The maximum size of a body's source, in bytes.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;

/// The maximum depth of nested elements: more than any text needs, and little enough for any stack.
pub const MAX_DEPTH: usize = 256;

/// The format of a body's source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// HTML. Everything executable is removed.
    #[default]
    Html,
    /// CommonMark with tables, strikethrough and footnotes. HTML in it is cleaned too.
    Markdown,
    /// Plain text. An empty line separates paragraphs.
    Text,
}

/// An entry of a table of contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TocEntry {
    /// The anchor of the heading in the HTML.
    pub id: String,
    /// The heading's level, 1 to 6.
    pub level: u8,
    /// The heading as plain text.
    pub text: String,
}

/// A derived body, as readers get it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Body {
    /// The cleaned HTML. Its headings have the ids listed in `toc`.
    pub html: String,
    /// The table of contents: the headings in document order.
    pub toc: Vec<TocEntry>,
    /// The number of words, by the Unicode rules for word boundaries.
    pub word_count: u32,
    /// The reading time in minutes. At least 1 if the body has any words.
    pub reading_minutes: u32,
    /// The same content as typed blocks.
    pub blocks: Vec<Block>,
    /// The same content as plain text.
    pub text: String,
}

/// The parts of a body to load besides its HTML, table of contents and counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct BodyParts {
    /// [`Body::blocks`].
    pub blocks: bool,
    /// [`Body::text`].
    pub text: bool,
}

impl BodyParts {
    /// All parts.
    pub const ALL: Self = Self { blocks: true, text: true };
    /// Only the HTML, the table of contents and the counts.
    pub const NONE: Self = Self { blocks: false, text: false };
}

impl Body {
    /// Empties the parts that `parts` does not include.
    #[must_use]
    pub fn with(mut self, parts: BodyParts) -> Self {
        if !parts.blocks {
            self.blocks.clear();
        }
        if !parts.text {
            self.text.clear();
        }
        self
    }

    /// Returns the errors [`derive`](Self::derive) would return, but is much faster.
    pub fn check(source: &str, format: Format) -> Result<()> {
        written(source, format).map(|_| ())
    }

    /// Derives a body from its source.
    ///
    /// Returns `body.too_large` or `body.too_deep` if the source exceeds [`MAX_BYTES`] or [`MAX_DEPTH`].
    pub fn derive(source: &str, format: Format) -> Result<Self> {
        let html = written(source, format)?;
        let root = clean::parsed(&clean::clean(&shown(&html)));
        clean::settle(&root);
        let toc = anchors::settle(&root);
        let html = dom::inner_html(&root);
        let text = text::of(&root);
        let words = text::count_words(&text);
        // Last, because `blocks::of` changes the tree.
        let blocks = blocks::of(&root);
        Ok(Self { html, toc, word_count: words.count, reading_minutes: words.minutes(), blocks, text })
    }

    /// What a reader without access gets: the first paragraph, and the counts of the whole body.
    #[must_use]
    pub fn teaser(&self) -> Self {
        let first = self.blocks.iter().find(|block| matches!(block, Block::Paragraph { .. }));
        let html = first.map(|block| block.html().to_owned()).unwrap_or_default();
        Self {
            text: text::of(&dom::parse(&html)),
            html,
            toc: Vec::new(),
            blocks: first.cloned().into_iter().collect(),
            word_count: self.word_count,
            reading_minutes: self.reading_minutes,
        }
    }
}

/// Returns the text of a piece of HTML on one line. Empty if its elements nest deeper than [`MAX_DEPTH`].
pub fn plain_text(html: &str) -> String {
    if !html.contains(['<', '&']) {
        return html.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    if dom::nests_deeper_than(html, MAX_DEPTH) {
        return String::new();
    }
    text::line_of(&dom::parse(html))
}

/// Derives the HTML and the text of a comment from its source.
pub fn comment_words(source: &str, format: Format) -> Result<Words> {
    let html = clean::clean_comment(&unscripted(&as_html(source, format)?));
    let text = text::of(&dom::parse(&html));
    Ok(Words { html, text })
}

/// Converts a body's source to HTML, and checks the limits.
fn written(source: &str, format: Format) -> Result<String> {
    if source.len() > MAX_BYTES {
        return Err(Error::invalid("body.too_large", format!("a body has at most {MAX_BYTES} bytes")));
    }
    as_html(source, format)
}

fn as_html(source: &str, format: Format) -> Result<String> {
    let html: Cow<'_, str> = match format {
        Format::Html => source.into(),
        Format::Markdown => markdown::to_html(source).into(),
        Format::Text => paragraphs(source).into(),
    };
    let shallow = (!dom::nests_deeper_than(&html, MAX_DEPTH)).then_some(html);
    shallow
        .and_then(raw::opened)
        .map(Cow::into_owned)
        .ok_or_else(|| Error::invalid("body.too_deep", format!("elements nest at most {MAX_DEPTH} deep")))
}

/// Makes lazy pictures ordinary ones and opens `<noscript>`, as for readers without scripts.
fn unscripted(html: &str) -> Cow<'_, str> {
    if !lazy::may_concern(html) {
        return html.into();
    }
    let root = dom::parse(html);
    lazy::load(&root);
    dom::inner_html(&root).into()
}

/// Replaces content that needs a script or another site by elements that work without.
///
/// Runs before cleaning, which would remove such content.
fn shown(html: &str) -> Cow<'_, str> {
    if !lazy::may_concern(html) && !embed::may_concern(html) && !stand_ins::may_concern(html) {
        return html.into();
    }
    let root = dom::parse(html);
    lazy::load(&root);
    embed::keep_known(&root);
    stand_ins::place(&root);
    dom::inner_html(&root).into()
}

fn paragraphs(source: &str) -> String {
    let mut out = String::with_capacity(source.len() + 64);
    let lines = source.lines().map(str::trim_end).collect::<Vec<_>>();
    for paragraph in lines.split(|line| line.is_empty()).filter(|lines| !lines.is_empty()) {
        out.push_str("<p>");
        for (n, line) in paragraph.iter().enumerate() {
            if n > 0 {
                out.push_str("<br>");
            }
            out.push_str(&dom::escape(line));
        }
        out.push_str("</p>\n");
    }
    out
}

#[cfg(test)]
mod tests;
