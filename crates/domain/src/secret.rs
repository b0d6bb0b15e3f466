//! One-time secrets, such as API keys and refresh tokens.
//!
//! A secret is shown once. Only its SHA-256 digest is stored.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use crate::context::Context;

/// A secret in plain text. Its `Debug` form does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Generates a secret with 240 random bits.
    ///
    /// `kind` is its prefix, so that secret scanners and people who find one can tell what it is.
    pub(crate) fn draw(cx: &Context<'_>, kind: &str) -> Self {
        Self(format!("{kind}_{}", URL_SAFE_NO_PAD.encode(cx.random_bytes::<30>())))
    }

    /// Derives a secret from another secret and a salt.
    ///
    /// The same input gives the same secret. Without both inputs it cannot be computed.
    pub(crate) fn derive(kind: &str, from: &str, salt: &[u8; 32]) -> Self {
        let mut hash = Sha256::new();
        // The salt has a fixed length, so no other pair of salt and secret gives the same bytes.
        hash.update(salt);
        hash.update(from.as_bytes());
        Self(format!("{kind}_{}", URL_SAFE_NO_PAD.encode(&hash.finalize()[..30])))
    }

    /// Wraps a text that is known to be a secret.
    pub fn known(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Returns the secret in plain text.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Returns the digest to store.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// The SHA-256 digest of a secret.
///
/// Secrets are long and random, so they need neither a slow hash nor a salt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// Returns the digest of a text that a client sent.
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }
}
