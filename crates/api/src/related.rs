//! Related articles.

pub mod graphql;
pub mod rest;
pub mod view;
