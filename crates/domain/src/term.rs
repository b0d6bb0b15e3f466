//! Terms: tags, sections and authors.
//!
//! They are one type here, because articles are found by any of them in the same way. The APIs show
//! them as three types. Creating and changing them is in [`create`], [`edit`], [`merge`] and
//! [`remove`].

pub mod byline;
mod editing;
mod free_slug;
mod reading;
mod types;

pub use self::{
    editing::{Made, OnExisting, TermPatch, create, edit, merge, remove},
    reading::{find, get, list},
    types::{
        Author, FoundTerm, Link, Role, Section, Tag, TagType, Term, TermFilter, TermId, TermKey, TermRef,
        TermSelection, read_key,
    },
};
pub(crate) use self::{free_slug::free_slug, reading::line_of};
