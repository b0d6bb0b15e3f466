//! Articles.

pub mod block;
pub mod editing;
pub mod graphql;
pub mod preview;
pub mod rest;
pub mod view;
pub mod words;
