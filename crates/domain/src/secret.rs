//! Secrets that are handed out once, and what is kept of them.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use crate::cx::Cx;

/// A secret on its way to the one who asked for it. Its `Debug` form does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Draws one of 240 random bits. `kind` stands at its head, so that scanners for leaked secrets
    /// and people who find one know what it is.
    pub(crate) fn draw(cx: &Cx<'_>, kind: &str) -> Self {
        Self(format!("{kind}_{}", URL_SAFE_NO_PAD.encode(cx.random_bytes::<30>())))
    }

    /// Derives one from another secret and a salt: the same again, and unknown to whoever lacks either.
    pub(crate) fn derive(kind: &str, from: &str, salt: &[u8; 32]) -> Self {
        let mut hash = Sha256::new();
        // Of fixed length, so that no other salt and secret make the same bytes.
        hash.update(salt);
        hash.update(from.as_bytes());
        Self(format!("{kind}_{}", URL_SAFE_NO_PAD.encode(&hash.finalize()[..30])))
    }

    /// Takes a text for a secret that was drawn.
    pub fn known(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The secret itself, to be handed out.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// The SHA-256 of a secret. Because a secret is drawn and long, it needs no slow hash and no salt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// Returns the digest of what somebody sent.
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }
}
