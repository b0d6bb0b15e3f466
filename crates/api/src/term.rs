//! Tags, sections and authors.

pub mod editing;
pub mod graphql;
pub mod rest;
pub mod view;
