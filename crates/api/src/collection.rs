//! Collections: front pages and other lists that editors put in order.

pub mod editing;
pub mod graphql;
pub mod rest;
pub mod view;
