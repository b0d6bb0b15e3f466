//! Writing articles: creating and changing them, workflow steps, revisions, and bulk changes.

pub mod bulk;
pub mod graphql;
pub mod input;
pub mod rest;
pub mod revisions;
pub mod view;
pub mod workflow;
