//! What the domain does not know of itself: the clock and chance.

use domain::{
    access::Caller,
    cx::{Cx, Randomness},
    time::Time,
};

/// The machine's source of random bytes.
pub(crate) struct MachineRandomness;

impl Randomness for MachineRandomness {
    #[expect(clippy::disallowed_methods, reason = "the one place where chance enters")]
    fn draw(&self) -> [u8; 10] {
        // Six bits of a UUID are fixed, in its seventh and ninth bytes; these are not used.
        let drawn = uuid::Uuid::new_v4().into_bytes();
        let mut bytes = [0; 10];
        bytes[..6].copy_from_slice(&drawn[..6]);
        bytes[6..].copy_from_slice(&drawn[12..]);
        bytes
    }
}

/// Returns the machine's time.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub(crate) fn now() -> Time {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Time::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// The circumstances of a command that does what not everybody may do.
pub(crate) fn operator() -> Cx<'static> {
    Cx { caller: Caller::Operator, ..cx() }
}

/// The circumstances of a command that runs now.
pub(crate) fn cx() -> Cx<'static> {
    Cx {
        now: now(),
        caller: Caller::Reader,
        randomness: &MachineRandomness,
        ignored_parameters: &[],
        kept_revisions: None,
        emails_sign_in: false,
    }
}
