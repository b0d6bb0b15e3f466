//! Import and export of newsrooms as files: JSON Lines in both directions, WordPress exports in.
//!
//! A line of JSONL is the domain's own serialised form, so [`jsonl`] does not interpret fields.
//! [`wxr`] translates a WordPress export into the same items, so that one importer handles both.
//! The importer itself, which decides what each item creates or changes, is [`domain::import`].

pub mod export;
pub mod import;
pub mod jsonl;
pub mod wxr;
