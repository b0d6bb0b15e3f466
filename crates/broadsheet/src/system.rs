//! The system clock and the source of random bytes, which use cases get through `Context`.

use domain::{
    access::Caller,
    context::{Context, Randomness},
    time::Time,
};

/// Draws random bytes from the operating system.
pub(crate) struct MachineRandomness;

impl Randomness for MachineRandomness {
    #[expect(clippy::disallowed_methods, reason = "the one source of random bytes")]
    fn draw(&self) -> [u8; 10] {
        // Bytes 6 to 11 are skipped: six bits of a UUID are fixed, in the seventh and the ninth byte.
        let drawn = uuid::Uuid::new_v4().into_bytes();
        let mut bytes = [0; 10];
        bytes[..6].copy_from_slice(&drawn[..6]);
        bytes[6..].copy_from_slice(&drawn[12..]);
        bytes
    }
}

/// Returns the current time.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub(crate) fn now() -> Time {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Time::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// Returns the context of a command that needs the permissions of an operator.
pub(crate) fn operator() -> Context<'static> {
    Context { caller: Caller::Operator, ..cx() }
}

/// Returns the context of a command, with the permissions of a reader.
pub(crate) fn cx() -> Context<'static> {
    Context {
        now: now(),
        caller: Caller::Reader,
        randomness: &MachineRandomness,
        ignored_parameters: &[],
        kept_revisions: None,
        emails_sign_in: false,
    }
}
