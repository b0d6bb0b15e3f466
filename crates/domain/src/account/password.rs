//! Passwords: the length rule, and the port to the slow password hash.

use std::fmt;

use crate::error::{Error, Result, Violation};

/// A password in plain text. Its `Debug` form does not show it.
///
/// 12 to 256 characters of any kind: length makes a password hard to guess (NIST SP 800-63B
/// §3.1.1.2).
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Checks the length of a new password.
    pub fn read(text: &str) -> Result<Self> {
        match (12..=256).contains(&text.chars().count()) {
            true => Ok(Self(text.to_owned())),
            false => Err(Error::violations(vec![Violation::at(
                "password",
                "password.length",
                "must have 12 to 256 characters",
            )])),
        }
    }

    /// Returns the plain text, for hashing.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

/// The stored hash of a password, as a [PHC string](https://github.com/P-H-C/phc-string-format),
/// which contains the algorithm and its parameters. Its `Debug` form does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash")
    }
}

/// Computes password hashes.
///
/// Each computation takes tens of milliseconds and megabytes. Run one at a time, never inside a
/// transaction and never on a thread that serves requests.
pub trait Passwords: Send + Sync {
    /// Returns the hash to store for a password.
    fn hash(&self, password: &Password, salt: [u8; 16]) -> Result<PasswordHash>;

    /// Returns whether `sent` is the password. Without a hash it returns `false` after the same
    /// time.
    fn matches(&self, sent: &str, hash: Option<&PasswordHash>) -> Result<bool>;
}
