//! The body of an article, and how it is derived from the source an editor writes.
//!
//! `source → HTML → cleaned HTML → blocks, table of contents, text, counts`. The source is stored as
//! written. The body of a published revision is derived once, when it is stored, with the [`VERSION`] of
//! the derivation. Cleaning is in `clean.rs`, blocks are in `blocks.rs`.

mod anchors;
mod blocks;
mod clean;
mod comment;
mod derivation;
mod dom;
mod embed;
mod inherited;
mod lazy;
mod markdown;
mod plain_text;
mod player;
mod raw;
mod source;
mod srcset;
mod stand_ins;
#[cfg(test)]
mod tests;
mod text;
mod types;

pub use self::{
    blocks::{Block, Image},
    comment::{Words, comment_words},
    dom::escape,
    embed::provider_of,
    plain_text::plain_text,
    types::{Body, BodyParts, Format, MAX_BYTES, MAX_DEPTH, TocEntry, VERSION},
};
