//! Access tokens whose signature was found good.

use std::{
    num::NonZeroUsize,
    sync::{Mutex, PoisonError},
};

use domain::{
    secret::Digest,
    session::{Claim, SigningKey},
};
use lru::LruCache;

use super::token;

/// So many tokens are remembered; one is verified again when it comes back after that.
const TOKENS: NonZeroUsize = NonZeroUsize::new(1_000).expect("is not 0");

/// What tokens claim, by their digest, with the key that has signed them: a client sends the same token
/// for a quarter of an hour, and verifying it takes longer than what is asked for.
///
/// Nothing here says what a token is worth: that its key is still kept, its time, its session and its
/// account are looked at with each request.
pub(crate) struct Verified(Mutex<LruCache<[u8; 32], (SigningKey, Claim)>>);

impl Default for Verified {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(TOKENS)))
    }
}

impl Verified {
    /// Returns which key has signed a token, and what it claims, where that is remembered.
    pub(super) fn recall(&self, token: &str) -> Option<(SigningKey, Claim)> {
        let Digest(digest) = Digest::of(token);
        self.lock().get(&digest).cloned()
    }

    /// Reads a token that one of the keys has signed, and remembers it.
    pub(super) fn read(&self, keys: &[SigningKey], token: &str) -> Option<(SigningKey, Claim)> {
        let key = token::signer(keys, token)?;
        let read = (key.clone(), token::read(key, token)?);
        let Digest(digest) = Digest::of(token);
        self.lock().put(digest, read.clone());
        Some(read)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, LruCache<[u8; 32], (SigningKey, Claim)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        id::Id,
        session::{Session, SessionId},
        time::Time,
    };

    use super::*;

    fn key(n: u8, seed: u8) -> SigningKey {
        SigningKey { id: Id::from_bytes([n; 16]), created_at: Time::from_micros(0), seed: [seed; 32] }
    }

    #[test]
    fn a_token_is_remembered_with_the_key_that_has_signed_it() {
        let now = Time::from_micros(0);
        let (account, session) = (Id::from_bytes([1; 16]), SessionId::from_bytes([2; 16]));
        let session = Session { id: session, account, begun_at: now, expires_at: now };
        let token = token::sign_for(&session, &key(1, 1), now).expect("signs");
        let verified = Verified::default();
        assert_eq!(verified.read(&[key(2, 2)], &token), None, "no key has signed it");
        assert_eq!(verified.read(&[key(1, 3)], &token), None, "another key has the name of its own");
        assert_eq!(verified.recall(&token), None);
        let (signer, claim) = verified.read(&[key(2, 2), key(1, 1)], &token).expect("is good");
        assert_eq!((signer, claim.account), (key(1, 1), account));
        assert_eq!(verified.recall(&token), Some((key(1, 1), claim)));
        assert_eq!(verified.recall(&format!("{token}x")), None, "another signature");
    }
}
