//! Making, changing and removing collections.

pub mod graphql;
pub mod rest;
