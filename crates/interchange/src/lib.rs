//! How newsrooms come in and go out as files: bytes to the domain's items, and back.
//!
//! Nothing here knows what a field means: a line of JSONL is the domain's own serialised form.

pub mod export;
pub mod import;
pub mod jsonl;
