//! Tags, sections and authors.

pub mod byline;
pub mod editing;
pub mod graphql;
pub mod rest;
pub mod view;
