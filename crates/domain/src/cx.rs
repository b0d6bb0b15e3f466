//! What a use case knows of the world: the time, who asks, and where new ids come from.

use uuid::Builder;

use crate::{access::Caller, id::Id, time::Time};

/// Where the random part of new ids comes from, and secrets.
pub trait Randomness: Send + Sync {
    /// Returns bytes that nobody can foresee.
    fn draw(&self) -> [u8; 10];
}

/// The circumstances of one request or command.
#[derive(Clone, Copy)]
pub struct Cx<'a> {
    /// When it happens: one moment for the whole of it.
    pub now: Time,
    /// Who asks.
    pub caller: Caller,
    /// Where new ids come from.
    pub randomness: &'a dyn Randomness,
    /// Parameters of a web address that only tell where a reader came from, such as `utm_*`.
    pub ignored_parameters: &'a [String],
    /// So many revisions of an article are kept that readers never saw; `None` for all.
    pub kept_revisions: Option<u32>,
    /// Whether an OpenID Connect issuer is configured: then whoever has the e-mail address of an account
    /// there can sign in to that account, also without a password.
    pub emails_sign_in: bool,
}

impl Cx<'_> {
    /// Returns random bytes, fit for secrets.
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        for part in bytes.chunks_mut(10) {
            part.copy_from_slice(&self.randomness.draw()[..part.len()]);
        }
        bytes
    }

    /// Returns an id that nothing has yet; later ids are greater, to the millisecond.
    pub fn new_id<T>(&self) -> Id<T> {
        let millis = u64::try_from(self.now.micros() / 1_000).unwrap_or_default();
        Id::from_bytes(
            Builder::from_unix_timestamp_millis(millis, &self.randomness.draw()).into_uuid().into_bytes(),
        )
    }
}
