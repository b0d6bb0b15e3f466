//! Reader comments: stored as they were sent, listed as threads.
//!
//! A reply is listed below the comment it replies to. A comment that a moderator removed or its
//! author withdrew is listed as a tombstone, without name and text, while it has visible replies.

mod reading;
mod types;

pub use self::{
    reading::{by_ids, list_of_each},
    types::{Comment, CommentId, MAX_DEPTH, Shown, Status},
};
pub use crate::body::Words;
