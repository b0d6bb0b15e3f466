//! Resolving a path of the site to the page that a front end shows there.

pub mod graphql;
pub mod rest;
pub mod view;
