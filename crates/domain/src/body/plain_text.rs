//! Converts a piece of HTML to plain text.

use super::{MAX_DEPTH, dom, text};

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
