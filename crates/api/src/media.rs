//! Media, as data.

pub mod view;
