//! What must hold for any input, as functions that take bytes and panic where it does not.
//!
//! `make fuzz` looks for such bytes; `tests/corpora.rs` tries those that were found once more, as
//! an ordinary test.

pub mod body;
pub mod cursor;
pub mod executable;
pub mod filter;
pub mod jsonl;
pub mod wxr;
