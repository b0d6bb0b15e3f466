//! Parses the attributes of a shortcode as WordPress does: `name="value"`, `name='value'`, `name=value`, and
//! values without names.

/// Quotation marks, and the forms in which editors write them.
///
/// A value ends with the mark that it begins with. Typographic marks can be mixed.
const QUOTES: [&str; 12] =
    ["\"", "'", "“", "”", "″", "„", "&quot;", "&#8220;", "&#8221;", "&#8243;", "&#34;", "&#039;"];

/// The attributes of one shortcode.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Attributes {
    pub(super) named: Vec<(String, String)>,
    /// Values without names.
    pub(super) bare: Vec<String>,
    /// Whether a value without a name has no quotation marks either. It can be a word of a sentence.
    pub(super) has_loose: bool,
}

impl Attributes {
    /// Parses the attributes after the shortcode's name.
    pub(super) fn read(text: &str) -> Self {
        let mut found = Self::default();
        let mut rest = if is_alone(text) { text.trim_end().trim_end_matches('/') } else { text };
        // As in `[youtube=http…]`.
        rest = rest.strip_prefix('=').unwrap_or(rest);
        loop {
            rest = rest.trim_start_matches(is_space);
            if rest.is_empty() || found.named.len() + found.bare.len() >= 200 {
                return found;
            }
            let name_length = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"_-:".contains(c));
            let name = &rest[..name_length.unwrap_or(rest.len())];
            let after = rest[name.len()..].trim_start_matches(is_space);
            match after.strip_prefix('=') {
                Some(value) if !name.is_empty() && !name.ends_with("http") && !name.ends_with("https") => {
                    let (value, left, _) = value_of(value.trim_start_matches(is_space));
                    found.named.push((name.to_ascii_lowercase(), value.to_owned()));
                    rest = left;
                }
                _ => {
                    let (value, left, quoted) = value_of(rest);
                    found.has_loose |= !quoted;
                    found.bare.push(value.to_owned());
                    rest = left;
                }
            }
        }
    }

    pub(super) fn get(&self, wanted: &str) -> Option<&str> {
        let found = self.named.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    pub(super) fn first(&self, wanted: &[&str]) -> Option<&str> {
        wanted.iter().find_map(|name| self.get(name))
    }
}

/// Returns whether the attributes end with a slash that is not part of a URL. Then there is no closing tag.
pub(super) fn is_alone(text: &str) -> bool {
    let text = text.trim_end();
    text.ends_with('/') && !text.rsplit(is_space).next().unwrap_or_default().contains("://")
}

/// Returns whether a character separates attributes. WordPress accepts no-break and zero-width spaces here.
pub(super) fn is_space(c: char) -> bool {
    c.is_ascii_whitespace() || c == '\u{a0}' || c == '\u{200b}'
}

/// Returns the value at the start of a text, the rest, and whether the value was in quotation marks.
fn value_of(text: &str) -> (&str, &str, bool) {
    if let Some(open) = QUOTES.iter().find(|quote| text.starts_with(**quote)) {
        let inner = &text[open.len()..];
        let is_plain = |quote: &str| matches!(quote, "\"" | "'" | "&#039;");
        let end = QUOTES
            .iter()
            .filter(|quote| if is_plain(open) { *quote == open } else { !matches!(**quote, "'" | "&#039;") })
            .filter_map(|quote| inner.find(*quote).map(|at| (at, quote.len())))
            .min();
        if let Some((end, length)) = end {
            return (&inner[..end], &inner[end + length..], true);
        }
    }
    let end = text.find(is_space).unwrap_or(text.len());
    (&text[..end], &text[end..], false)
}

/// Returns the length of the attributes at the start of a text, up to the closing bracket of the shortcode.
///
/// That is the first closing bracket, as in WordPress, unless it is inside a well-formed quoted value.
pub(super) fn length(text: &str) -> Option<usize> {
    let first = text.bytes().take(MAX_BYTES).position(|byte| byte == b']')?;
    if !text[..first].contains('"') {
        return (!text[..first].contains('[')).then_some(first);
    }
    well_formed_length(text).or_else(|| (!text[..first].contains('[')).then_some(first))
}

/// Maximum bytes in which a closing bracket is searched, so that many open brackets take little time.
const MAX_BYTES: usize = 4_000;

fn well_formed_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len().min(MAX_BYTES) {
        match bytes[at] {
            b']' => return Some(at),
            b'[' => return None,
            b'"' => {
                // A value begins after `=` or white space, and ends before a separator.
                if at == 0 || !matches!(bytes[at - 1], b'=' | b' ' | b'\n' | b'\t') {
                    return None;
                }
                let end = at + 1 + bytes[at + 1..].iter().take(MAX_BYTES).position(|byte| *byte == b'"')?;
                if !matches!(bytes.get(end + 1), Some(b' ' | b'\n' | b'\r' | b'\t' | b'/' | b']')) {
                    return None;
                }
                at = end + 1;
            }
            _ => at += 1,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_in_any_quotes() {
        let read = Attributes::read(r#" a="1 2" B='x' c=y “d” e=&quot;f g&quot; https://x.example/?a=b /"#);
        assert_eq!(read.get("a"), Some("1 2"));
        assert_eq!((read.get("b"), read.get("c"), read.get("e")), (Some("x"), Some("y"), Some("f g")));
        assert_eq!(read.bare, ["d", "https://x.example/?a=b"]);
        assert!(read.has_loose);
        assert_eq!(Attributes::read("=https://x.example/").bare, ["https://x.example/"]);
    }

    #[test]
    fn a_bracket_in_a_value_does_not_end_it() {
        assert_eq!(length(r#" caption="see [1]"]x"#), Some(18));
        assert_eq!(length(r#" ids="1,2] and "so"]"#), Some(9), "a quotation mark too few");
        assert_eq!(length(" x]"), Some(2));
        assert_eq!(length(" x [y]"), None);
        assert_eq!(length(" x"), None);
    }
}
