//! What lives at a web path.

pub mod graphql;
pub mod rest;
pub mod view;
