//! Accounts and colleagues.

pub mod graphql;
pub mod rest;
pub mod view;
