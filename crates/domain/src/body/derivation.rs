//! Derives a body from its source, and a teaser from a body.

use std::borrow::Cow;

use super::{
    Body, BodyParts, Format, MAX_BYTES, anchors,
    blocks::{self, Block},
    clean, dom, embed, lazy,
    source::as_html,
    stand_ins, text,
};
use crate::error::{Error, Result};

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
    /// Returns `body.too_large` or `body.too_deep` if the source exceeds [`MAX_BYTES`] or [`MAX_DEPTH`](super::MAX_DEPTH).
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

/// Converts a body's source to HTML, and checks the limits.
fn written(source: &str, format: Format) -> Result<String> {
    if source.len() > MAX_BYTES {
        return Err(Error::invalid("body.too_large", format!("a body has at most {MAX_BYTES} bytes")));
    }
    as_html(source, format)
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
