//! Language tags (BCP 47), in their canonical letter case.

use std::{fmt, str::FromStr};

use oxilangtag::LanguageTag;
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::error::{Error, Result};

/// A language tag, such as `en`, `en-GB` or `zh-Hant`. At most 35 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Language(String);

impl Language {
    /// The default language: `en`.
    pub fn english() -> Self {
        Self("en".to_owned())
    }

    /// Returns the tag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the half-open range of text that holds the narrower tags of this tag, but not the
    /// tag itself.
    ///
    /// For `en` it goes from `en-` to just before `en.`, so it includes `en-GB` but not `eng`.
    pub fn narrower(&self) -> (String, String) {
        (format!("{}-", self.0), format!("{}.", self.0))
    }
}

impl FromStr for Language {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match LanguageTag::parse_and_normalize(text) {
            Ok(tag) if tag.as_str().len() <= 35 => Ok(Self(tag.into_inner())),
            _ => Err(Error::invalid(
                "language.malformed",
                "write a BCP 47 language tag like en, en-GB or zh-Hant",
            )),
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(|error: Error| de::Error::custom(error))
    }
}
