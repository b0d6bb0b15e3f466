//! Collections: front pages and other lists of articles that editors arrange.

pub mod editing;
pub mod graphql;
pub mod rest;
pub mod view;
