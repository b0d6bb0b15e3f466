//! A cache of access tokens whose signature is verified.

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

/// Maximum number of tokens in the cache.
const TOKENS: NonZeroUsize = NonZeroUsize::new(1_000).expect("is not 0");

/// The claims of verified tokens and the key of each, by the digest of the token.
///
/// A client sends the same token for 15 minutes, and verifying its signature often takes longer than the rest
/// of the request. Only the signature check is cached: every request still checks the key, the times, the
/// session and the account.
pub(crate) struct Verified(Mutex<LruCache<[u8; 32], (SigningKey, Claim)>>);

impl Default for Verified {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(TOKENS)))
    }
}

impl Verified {
    /// Returns the key and the claims of a token, if they are in the cache.
    pub(super) fn recall(&self, token: &str) -> Option<(SigningKey, Claim)> {
        let Digest(digest) = Digest::of(token);
        self.lock().get(&digest).cloned()
    }

    /// Verifies that a token is signed with one of the keys, and adds it to the cache.
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
