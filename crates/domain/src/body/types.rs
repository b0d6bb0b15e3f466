//! The body of an article as readers get it, and the format of its source.

use serde::{Deserialize, Serialize};

use super::blocks::Block;

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
