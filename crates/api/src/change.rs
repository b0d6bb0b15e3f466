//! The change log.

pub mod graphql;
pub mod rest;
pub mod view;
