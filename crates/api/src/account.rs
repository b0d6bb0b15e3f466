//! Accounts, for those who manage them.

pub mod graphql;
pub mod rest;
pub mod view;
