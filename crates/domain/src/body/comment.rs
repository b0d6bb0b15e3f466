//! Derives the text of a comment from its source.

use std::borrow::Cow;

use super::{Format, clean, dom, lazy, source::as_html, text};
use crate::error::Result;

/// The rendered text of a comment, derived when the comment is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Sanitised HTML. It contains only text, links, lists, quotations and code.
    pub html: String,
    /// The same as plain text.
    pub text: String,
}

/// Derives the HTML and the text of a comment from its source.
pub fn comment_words(source: &str, format: Format) -> Result<Words> {
    let html = clean::clean_comment(&unscripted(&as_html(source, format)?));
    let text = text::of(&dom::parse(&html));
    Ok(Words { html, text })
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
