//! Rules for names and single lines of text, and keys for comparing and sorting text.
//!
//! The keys are computed here, so that both databases compare and sort in the same way.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The maximum length of a name, in characters.
pub const MAX_NAME: usize = 200;

/// Returns a name in the form in which it is stored: NFC, without surrounding white space.
pub fn name(text: &str) -> String {
    text.trim().nfc().collect()
}

/// Returns whether a text can be a name: 1 to 200 characters, at least one of them visible, and no
/// control characters.
pub fn is_name(text: &str) -> bool {
    (1..=MAX_NAME).contains(&text.chars().count()) && !text.chars().any(char::is_control) && is_visible(text)
}

/// The rule of [`is_name`], worded for error messages.
pub const NAME_RULE: &str =
    "must have 1 to 200 characters, at least one of them visible, and no control characters";

/// Returns whether a text has a visible character: not white space, a control or format character,
/// a filler, or a combining mark.
pub fn is_visible(text: &str) -> bool {
    text.chars().any(|c| !c.is_whitespace() && !c.is_control() && !is_combining_mark(c) && !is_ignorable(c))
}

/// Returns a text as a single line.
///
/// Surrounding white space is removed. A run of white space that contains a line break or a tab
/// becomes one space.
pub fn one_line(text: &str) -> String {
    let is_break = |c: char| c.is_whitespace() && (c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'));
    let text = text.trim();
    if !text.contains(is_break) {
        return text.to_owned();
    }
    let mut line = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(gap) = rest.find(char::is_whitespace) {
        let (word, after) = rest.split_at(gap);
        let end = after.find(|c: char| !c.is_whitespace()).unwrap_or(after.len());
        line.push_str(word);
        line.push_str(if after[..end].contains(is_break) { " " } else { &after[..end] });
        rest = &after[end..];
    }
    line + rest
}

/// Returns whether a character is invisible: Unicode lists it as `Default_Ignorable_Code_Point`, or
/// fonts leave it blank.
fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{115F}'
            | '\u{1160}'
            | '\u{17B4}'
            | '\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Returns a key that is equal for two spellings of the same name.
///
/// Compatibility forms, case, invisible characters and runs of white space make no difference.
/// Accents do, and so do joiners, because they change words.
pub fn name_key(name: &str) -> String {
    let counts = |c: &char| !is_ignorable(*c) || matches!(c, '\u{200C}' | '\u{200D}');
    let folded: String = name.nfkc().filter(counts).flat_map(char::to_lowercase).collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns text for finding words in: case and accents make no difference.
pub fn fold(text: &str) -> String {
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// Returns the key that text is sorted by. Case, accents and leading punctuation make no
/// difference.
///
/// Compare keys byte by byte, as both databases do. Only the first 200 characters count.
pub fn sort_key(text: &str) -> String {
    let folded: String =
        text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).take(200).collect();
    folded.trim_start_matches(|c: char| !c.is_alphanumeric()).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_ignores_case_accents_and_leading_punctuation() {
        let mut headlines = ["Zebra", "“Éclair”", "apple", "Eclipse"];
        headlines.sort_by_key(|headline| sort_key(headline));
        assert_eq!(headlines, ["apple", "“Éclair”", "Eclipse", "Zebra"]);
    }

    #[test]
    fn what_shows_nothing_is_no_name() {
        for text in [
            "",
            " ",
            "\u{200b}\u{200d}",
            "\u{3164}",
            "\u{115f}\u{1160}\u{ffa0}",
            "\u{ad}",
            "\u{202e}\u{2066}\u{61c}",
            "\u{301}\u{308}",
            "\u{feff}",
            "\u{2800}",
            "\u{e0061}\u{fe0f}",
            "\u{2028}",
            "\u{34f}\u{180e}",
        ] {
            assert!(!is_name(text), "{text:?}");
        }
        for text in ["a", "\u{200f}שלום", "می\u{200c}خواهم", "❤\u{fe0f}", "e\u{301}", "・", "\u{e000}"]
        {
            assert!(is_name(text), "{text:?}");
        }
        assert_eq!(name(" A\u{301} "), "Á");
    }

    #[test]
    fn a_line_has_no_breaks() {
        for (text, line) in [
            (" a  b ", "a  b"),
            ("a\nb", "a b"),
            ("a \r\n\t b\u{2028}c\u{85}d", "a b c d"),
            ("\n", ""),
            ("a\u{a0}\u{b}b", "a b"),
        ] {
            assert_eq!(one_line(text), line);
        }
    }

    #[test]
    fn names_differ_by_accents_but_not_by_case_or_space() {
        assert_eq!(name_key("  Old\u{a0} Harbour"), name_key("old harbour"));
        assert_ne!(name_key("Resume"), name_key("Résumé"));
        assert_eq!(name_key("A\u{301}"), name_key("Á"));
        assert_eq!(name_key("Sto\u{ad}rm\u{200b}"), name_key("storm"));
    }
}
