//! Passwords: what is asked of one, and the port to the slow hash that is kept.

use std::fmt;

use crate::error::{Error, Result, Violation};

/// A password that somebody chose. Its `Debug` form does not show it.
///
/// 12 to 256 characters, of any kind: length is what guessing costs (NIST SP 800-63B §3.1.1.2).
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Reads what somebody chose.
    pub fn read(text: &str) -> Result<Self> {
        match (12..=256).contains(&text.chars().count()) {
            true => Ok(Self(text.to_owned())),
            false => Err(Error::violations(vec![Violation::at(
                "password",
                "password.length",
                "has 12 to 256 characters",
            )])),
        }
    }

    /// The password itself, to be hashed.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

/// What is kept of a password: a [PHC string](https://github.com/P-H-C/phc-string-format), which names
/// its method and costs. Its `Debug` form does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash")
    }
}

/// Computes hashes of passwords. Each takes tens of milliseconds and megabytes: never inside a
/// transaction, never on a thread that serves requests, one at a time.
pub trait Passwords: Send + Sync {
    /// Returns what is to be kept of a password.
    fn hash(&self, password: &Password, salt: [u8; 16]) -> Result<PasswordHash>;

    /// Whether what somebody sent is the password. Without a hash it is not, and takes as long.
    fn matches(&self, sent: &str, hash: Option<&PasswordHash>) -> Result<bool>;
}
