//! The lowest and the highest revision number.

/// The revision of a newly created thing.
pub const FIRST: u32 = 1;

/// The maximum revision that an import may set. It leaves room to count on in the column's type.
pub const MAX: u32 = 1_000_000_000;
