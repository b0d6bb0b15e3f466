//! Site settings: title, URL, path pattern of articles, navigation, social links and placements.
//!
//! Changing them is in [`edit`]; the path pattern is in [`path`].

mod editing;
pub mod path;
mod reading;
mod types;

pub(crate) use self::editing::change;
pub use self::{
    editing::{SitePatch, edit},
    reading::get,
    types::{NavigationItem, Placement, Site, SocialLink},
};
