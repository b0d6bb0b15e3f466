//! What the domain does not know of itself: the clock and chance.

use domain::{
    access::Caller,
    cx::{Cx, Randomness},
    time::Time,
};

/// The machine's source of random bytes.
pub(crate) struct MachineRandomness;

impl Randomness for MachineRandomness {
    fn draw(&self) -> [u8; 10] {
        let mut bytes = [0; 10];
        bytes.copy_from_slice(&uuid::Uuid::new_v4().into_bytes()[6..]);
        // A version 4 UUID says so in two bits of its ninth byte; version 7 says the same there.
        bytes
    }
}

/// Returns the machine's time.
pub(crate) fn now() -> Time {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Time::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// The circumstances of a command that runs now.
pub(crate) fn cx() -> Cx<'static> {
    Cx { now: now(), caller: Caller::Reader, randomness: &MachineRandomness }
}
