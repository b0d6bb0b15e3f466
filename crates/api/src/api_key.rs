//! API keys.

pub mod graphql;
pub mod rest;
pub mod view;
