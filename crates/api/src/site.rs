//! The site: its name and settings, navigation, social links and advertisement placements.

pub mod editing;
pub mod graphql;
pub mod rest;
pub mod view;
