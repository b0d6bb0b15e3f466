//! How newsrooms come in and go out as files: bytes to the domain's items, and back.
//!
//! A line of JSONL is the domain's own serialised form, and nothing there knows what a field means.
//! Other formats are translated into the same items, so that one importer takes them all.

pub mod export;
pub mod import;
pub mod jsonl;
pub mod wxr;
