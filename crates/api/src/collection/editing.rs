//! Creating, changing and deleting collections.

pub mod graphql;
pub mod rest;
