//! Slugs: readable, stable names in URLs.

use std::{borrow::Borrow, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::error::{Error, Result};

/// A URL-safe name, unique among things of the same type.
///
/// Lower-case ASCII letters, digits and single inner hyphens, at most 96 characters: `hello-world`,
/// not `-hello` or `a--b`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Slug(String);

impl Slug {
    /// The maximum length, in characters.
    pub const MAX: usize = 96;

    /// Makes a slug from any text.
    ///
    /// Other scripts are transliterated, and characters that cannot be are left out. A long text is
    /// cut at the end of a word. Returns `fallback` if nothing remains.
    pub fn of(text: &str, fallback: &str) -> Self {
        let mut slug = String::new();
        for c in deunicode::deunicode(text).chars() {
            if c.is_ascii_alphanumeric() {
                slug.push(c.to_ascii_lowercase());
            } else if c != '\'' && !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
        let cut = cut_at_word(&slug, Self::MAX);
        Self(if cut.is_empty() { fallback.to_owned() } else { cut.to_owned() })
    }

    /// Returns the slug with a number appended: `hello-2`.
    #[must_use]
    pub fn numbered(&self, n: u32) -> Self {
        let suffix = format!("-{n}");
        Self(format!("{}{suffix}", cut_at_word(&self.0, Self::MAX - suffix.len())))
    }

    /// Returns the slug, or its first numbered variant that is not taken.
    ///
    /// `taken` returns the taken ones among the given slugs. It is called first with the slug
    /// alone, then with 50 variants at a time.
    pub(crate) fn free(self, mut taken: impl FnMut(&[Self]) -> Result<Vec<Self>>) -> Result<Self> {
        const AT_ONCE: u32 = 50;
        let mut candidates = vec![self.clone()];
        let mut next = 2;
        loop {
            let gone = taken(&candidates)?;
            if let Some(free) = candidates.into_iter().find(|slug| !gone.contains(slug)) {
                return Ok(free);
            }
            candidates = (next..next + AT_ONCE).map(|n| self.numbered(n)).collect();
            next += AT_ONCE;
        }
    }

    /// Returns the slug as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Returns the longest prefix of whole words within `max` bytes. Cuts within the first word if that
/// is longer.
fn cut_at_word(slug: &str, max: usize) -> &str {
    if slug.len() <= max {
        return slug.trim_end_matches('-');
    }
    let head = &slug[..max];
    if slug.as_bytes()[max] == b'-' {
        return head.trim_end_matches('-');
    }
    head.rfind('-').map_or(head, |end| &head[..end]).trim_end_matches('-')
}

impl FromStr for Slug {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let well_formed = text.len() <= Self::MAX
            && text.split('-').all(|part| {
                !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            });
        if !well_formed {
            return Err(Error::invalid(
                "slug.malformed",
                "use lower-case letters, digits and single hyphens, at most 96 characters",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Slug {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(|error: Error| de::Error::custom(error))
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for Slug {
    fn borrow(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headlines_in_any_script_get_a_readable_slug() {
        for (headline, slug) in [
            ("Hello, World!", "hello-world"),
            ("L’été à Paris", "lete-a-paris"),
            ("Größe zählt", "grosse-zahlt"),
            ("北京 2022", "bei-jing-2022"),
            ("Привет, мир", "privet-mir"),
            ("¿?", "article"),
        ] {
            assert_eq!(Slug::of(headline, "article").as_str(), slug);
        }
    }

    #[test]
    fn every_made_slug_is_well_formed() {
        for text in ["a--b", "-x-", "  ", "🦀", "مرحبا بالعالم", &"long word ".repeat(40), &"x".repeat(300)]
        {
            let slug = Slug::of(text, "article");
            assert!(slug.as_str().parse::<Slug>().is_ok(), "{text} became {slug}");
            assert!(slug.numbered(1234).as_str().parse::<Slug>().is_ok());
        }
    }
}
