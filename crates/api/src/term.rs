//! Tags, sections and authors.

pub mod graphql;
pub mod rest;
pub mod view;
