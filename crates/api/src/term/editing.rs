//! Making, changing and removing tags, sections and authors.

pub mod graphql;
pub mod rest;
