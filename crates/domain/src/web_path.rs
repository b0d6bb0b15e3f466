//! Paths on the site.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de};
use unicode_normalization::UnicodeNormalization;

use crate::error::{Error, Result};

/// An absolute path on the site, without host or fragment: `/2021/11/01/hello`, or `/?p=123`.
///
/// At most 512 bytes. Parsing removes trailing and repeated leading slashes, and decodes
/// percent-encoded non-ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct WebPath(String);

impl WebPath {
    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The forms under which the path may be stored, with ASCII letters in lower case: the composed Unicode
    /// form (NFC) and, if it differs, the decomposed form (NFD), which some systems write.
    pub fn stored_forms(&self) -> Vec<String> {
        let composed = self.0.to_ascii_lowercase();
        let decomposed: Option<String> = (!composed.is_ascii()).then(|| composed.nfd().collect());
        let decomposed = decomposed.filter(|decomposed| *decomposed != composed);
        std::iter::once(composed).chain(decomposed).collect()
    }

    /// The path with its ASCII letters in lower case, like slugs.
    pub(crate) fn lower_case(&self) -> Self {
        Self(self.0.to_ascii_lowercase())
    }

    /// The path without the `ignored` query parameters, such as campaign tracking. A name that ends with
    /// `*` matches every parameter with that prefix.
    pub(crate) fn without_parameters(&self, ignored: &[String]) -> Self {
        let Some((path, query)) = self.0.split_once('?') else { return self.clone() };
        let is_ignored = |pair: &&str| {
            let name = pair.split('=').next().unwrap_or_default();
            ignored.iter().any(|one| match one.strip_suffix('*') {
                Some(start) => name.starts_with(start),
                None => name == one,
            })
        };
        let kept: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !is_ignored(pair)).collect();
        Self(if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) })
    }

    /// The path without its query. `None` if it has no query.
    pub fn without_query(&self) -> Option<Self> {
        self.0.split_once('?').map(|(path, _)| Self(path.to_owned()))
    }
}

impl FromStr for WebPath {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let decoded = decoded(text.split('#').next().unwrap_or_default());
        let address: Cow<'_, str> = match decoded.is_ascii() {
            true => decoded,
            false => decoded.nfc().collect::<String>().into(),
        };
        let well_formed = address.starts_with('/')
            && address.len() <= 512
            && !address.chars().any(|c| c.is_control() || c == '\\');
        if !well_formed {
            return Err(Error::invalid(
                "path.malformed",
                "must be a path of this site such as /2021/11/01/hello, at most 512 bytes",
            ));
        }
        let (path, query) = address.split_once('?').unwrap_or((&address, ""));
        let path = format!("/{}", path.trim_matches('/'));
        Ok(Self(if query.is_empty() { path } else { format!("{path}?{query}") }))
    }
}

/// Decodes percent-encoded non-ASCII characters. Encoded ASCII stays encoded, because `%2F` and `/`, for
/// example, mean different things.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let mut bytes = Vec::new();
        let mut encoded = rest;
        while let Some(byte) = encoded
            .strip_prefix('%')
            .and_then(|hex| u8::from_str_radix(hex.get(..2)?, 16).ok())
            .filter(|byte| *byte >= 0x80)
        {
            bytes.push(byte);
            encoded = &encoded[3..];
        }
        match String::from_utf8(bytes) {
            Ok(read) if !read.is_empty() => {
                out.push_str(&read);
                rest = encoded;
            }
            _ => {
                out.push('%');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out.into()
}

impl fmt::Display for WebPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for WebPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(|error: Error| de::Error::custom(error))
    }
}
