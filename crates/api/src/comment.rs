//! Readers' comments.

pub mod graphql;
pub mod rest;
pub mod view;
