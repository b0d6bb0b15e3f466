//! Comments of readers.

pub mod graphql;
pub mod rest;
pub mod view;
