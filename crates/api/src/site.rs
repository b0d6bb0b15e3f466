//! The site: what stands around every article.

pub mod editing;
pub mod graphql;
pub mod rest;
pub mod view;
