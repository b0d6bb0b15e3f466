//! Writing articles: what is said of them, their way to readers, and their revisions.

pub mod bulk;
pub mod graphql;
pub mod input;
pub mod rest;
pub mod revisions;
pub mod steps;
pub mod view;
