//! Articles: reading in this module, writing in [`editing`], the body's blocks in [`block`].

pub mod block;
pub mod editing;
pub mod graphql;
pub mod preview;
pub mod rest;
pub mod sort;
pub mod view;
pub mod words;
