//! Keys for comparing and ordering text the same way on every database.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Returns the key under which two spellings of a name are the same: compatibility forms, case
/// and runs of white space do not count; accents do.
pub fn name_key(name: &str) -> String {
    let folded: String = name.nfkc().flat_map(char::to_lowercase).collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the key that text is ordered by: case, accents and leading punctuation do not count.
///
/// Compared byte by byte, so that both databases agree. At most 200 characters are looked at.
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
    fn names_differ_by_accents_but_not_by_case_or_space() {
        assert_eq!(name_key("  Old\u{a0} Harbour"), name_key("old harbour"));
        assert_ne!(name_key("Resume"), name_key("Résumé"));
    }
}
