//! E-mail addresses, as names to sign in with.

use std::fmt;

use crate::error::{Error, Result, Violation};

/// An e-mail address in lower case: to nobody's knowledge do two people share one but for its case.
///
/// Only its form is looked at: something before and after one `@`, at most 254 characters (RFC 5321
/// §4.5.3.1.3), no white space. Whether mail arrives there is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Reads an address; white space around it does not count.
    pub fn read(text: &str) -> Result<Self> {
        // In some scripts a letter becomes longer by that.
        let text = text.trim().to_lowercase();
        let is_sound = text.chars().count() <= 254
            && text.split_once('@').is_some_and(|(before, after)| {
                !before.is_empty() && !after.is_empty() && !after.contains('@')
            })
            && !text.chars().any(|c| c.is_whitespace() || c.is_control());
        match is_sound {
            true => Ok(Self(text)),
            false => Err(Error::violations(vec![Violation::at(
                "email",
                "email.malformed",
                "write an address like reporter@example.com",
            )])),
        }
    }

    /// Takes what was read once and stored.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
