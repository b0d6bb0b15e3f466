//! E-mail addresses, used to sign in.

use std::fmt;

use crate::error::{Error, Result, Violation};

/// An e-mail address, in lower case, so that two accounts cannot differ only in case.
///
/// Only the form is checked: one `@` with text on both sides, no white space, at most 254
/// characters (RFC 5321 §4.5.3.1.3). Whether mail can be delivered is not checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Parses an address. Surrounding white space is ignored.
    pub fn read(text: &str) -> Result<Self> {
        // Lower-casing can make a text longer, so it comes before the length check.
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

    /// Wraps an address that was validated before it was stored.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// Returns the address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
