//! API keys, for their owners.

pub mod graphql;
pub mod rest;
pub mod view;
