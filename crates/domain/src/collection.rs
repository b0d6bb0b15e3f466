//! Collections: lists of articles that editors curate, in their order, such as a front page.
//!
//! Anybody can read a collection; only articles that readers see are shown in it. Editing is in
//! [`create`], [`edit`] and [`remove`]; [`entries()`] lists every entry for editors.

mod editing;
mod entries;
mod free_slug;
mod reading;
mod types;

pub use self::{
    editing::{CollectionPatch, create, edit, remove},
    entries::{Entry, entries, entries_of_each},
    reading::{articles_of_each, find, get, list},
    types::{Collection, CollectionId},
};
pub(crate) use self::{free_slug::free_slug, reading::page_of};
