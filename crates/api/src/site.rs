//! The site: what stands around every article.

pub mod graphql;
pub mod rest;
pub mod view;
