//! Resolves a web path of the site to what readers find there.
//!
//! It knows the paths of articles, terms and media, alias paths, and old slugs of articles and
//! sections. Paths in the form that WordPress uses for lists and views are read in `wordpress.rs`.

mod reading;
mod types;
mod wordpress;

pub(crate) use self::reading::{front_at, have_fronts};
pub use self::{
    reading::{get, path},
    types::{Dates, Resolution, Target, term_path},
    wordpress::address_slug,
};
