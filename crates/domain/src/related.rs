//! Related articles: what to read next, and the reasons.
//!
//! The score is the cosine similarity of the tag vectors, plus points for a shared section and shared
//! authors. Tags are weighted by rarity and type, and the cosine keeps articles with many tags from always
//! winning. Distance in time reduces the score by at most a tenth.
//!
//! Candidates come from an index, rarest shared term first and nearest in time first, within a budget of
//! rows. So the cost does not grow with unrelated articles, nor with a tag that a third of all articles
//! have. The statements are behind [`crate::store::RelatedData`].

mod reading;
mod scoring;
mod types;

pub use self::{
    reading::{BUDGET, of_each},
    types::{Neighbour, Part, PartKind, Probe, Profile, Related, Source, Weight},
};
