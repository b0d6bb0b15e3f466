//! The keys that sign tokens, and how long the tokens of each purpose are valid.

use std::time::Duration;

use crate::{
    id::{Entity, Id},
    time::Time,
};

/// The lifetime of an access token.
pub const ACCESS_LIFE: Duration = Duration::from_mins(15);

/// The maximum lifetime of a preview token.
const PREVIEW_LIFE: Duration = Duration::from_hours(7 * 24);

/// An Ed25519 key that signs access tokens or preview tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// The key id in tokens.
    pub id: Id<Self>,
    /// When the key was generated.
    pub created_at: Time,
    /// The private key.
    pub seed: [u8; 32],
}

impl Entity for SigningKey {
    const PREFIX: &'static str = "key";
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({})", self.id)
    }
}

/// The purpose of a signing key. A token that is signed for one purpose is invalid for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPurpose {
    /// Access tokens.
    Access,
    /// Previews of articles.
    Preview,
}

impl KeyPurpose {
    /// Returns the name under which the purpose is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Preview => "preview",
        }
    }

    /// Returns the maximum lifetime of what such a key signs.
    pub(crate) fn longest_life(self) -> Duration {
        match self {
            Self::Access => ACCESS_LIFE,
            Self::Preview => PREVIEW_LIFE,
        }
    }
}
