//! The change log, for administrators.

pub mod graphql;
pub mod rest;
pub mod view;
