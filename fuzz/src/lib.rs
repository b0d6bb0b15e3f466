//! Checks that must hold for any input. Each check takes bytes and panics if it fails.
//!
//! `make fuzz` searches for failing inputs. `tests/corpora.rs` replays the inputs found so far.

pub mod body;
pub mod cursor;
pub mod executable;
pub mod filter;
pub mod jsonl;
pub mod wxr;
