//! Import of articles, terms, media, comments, collections and the site from other systems.
//!
//! An imported thing is identified by its [`Origin`]. A repeated import updates what changed at the
//! source, creates no duplicates, and does not overwrite articles that were edited here since.
//! References may come before the thing they refer to: it is created with its name, and its own
//! item fills in the rest. Reading files is not done here: see the `interchange` crate.

mod article;
mod fields;
mod importer;
mod item;
mod origin;
mod references;
mod report;
mod site;
mod term;
mod thing;

pub(crate) use self::item::digest_of;
pub use self::{
    importer::Importer,
    item::{Item, ItemType},
    origin::{Origin, Provenance},
    report::{Outcome, Report},
};
