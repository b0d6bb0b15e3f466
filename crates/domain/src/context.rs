//! The context of a use case: the time, the caller, and a source of new ids.
//!
//! Use cases take all of this as an argument and never read the clock, the environment or a random
//! source themselves.

use uuid::Builder;

use crate::{
    access::{Caller, Permission, denied, sign_in_first},
    error::Result,
    id::Id,
    time::Time,
};

/// A source of random bytes for new ids and secrets.
pub trait Randomness: Send + Sync {
    /// Returns 10 unpredictable random bytes.
    fn draw(&self) -> [u8; 10];
}

/// The context of one request or command.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The time of the request. It stays the same for the whole request.
    pub now: Time,
    /// Who makes the request.
    pub caller: Caller,
    /// The source of new ids and secrets.
    pub randomness: &'a dyn Randomness,
    /// Query parameters to ignore in web paths, because they only track where a reader came from,
    /// such as `utm_*`.
    pub ignored_parameters: &'a [String],
    /// How many revisions that were never published are kept per article; `None` keeps all.
    pub kept_revisions: Option<u32>,
    /// Whether an OpenID Connect issuer is configured. Then a user who has an account's e-mail
    /// address at the issuer can sign in to that account without a password.
    pub emails_sign_in: bool,
}

impl Context<'_> {
    /// Returns an error unless the caller has a permission: `access.sign_in` or `access.denied`.
    ///
    /// Call it before loading anything, so that the error does not depend on what exists.
    pub fn require(&self, permission: Permission) -> Result<()> {
        match self.caller {
            caller if caller.may(permission) => Ok(()),
            Caller::Reader => Err(sign_in_first()),
            Caller::Account { .. } | Caller::Operator => Err(denied()),
        }
    }

    /// Returns random bytes that are suitable for secrets.
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        for part in bytes.chunks_mut(10) {
            part.copy_from_slice(&self.randomness.draw()[..part.len()]);
        }
        bytes
    }

    /// Returns a new unique id. Ids of later milliseconds are greater.
    pub fn new_id<T>(&self) -> Id<T> {
        let millis = u64::try_from(self.now.micros() / 1_000).unwrap_or_default();
        Id::from_bytes(
            Builder::from_unix_timestamp_millis(millis, &self.randomness.draw()).into_uuid().into_bytes(),
        )
    }
}
