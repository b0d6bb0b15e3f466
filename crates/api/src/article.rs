//! Articles.

pub mod block;
pub mod graphql;
pub mod rest;
pub mod view;
