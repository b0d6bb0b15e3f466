//! The domain of Broadsheet: its types, its rules, its storage ports and its use cases.
//!
//! Everything here is pure and synchronous: no I/O, no HTTP, no SQL, no clock. A use case is one
//! function (`article::list`, `term::find`, `Importer::batch`), and REST and GraphQL call the same
//! one.
//!
//! | to learn about | read |
//! |---|---|
//! | articles: documents, workflow, lists | [`article`] |
//! | article bodies | [`body`] |
//! | images, videos and other media | [`media`] |
//! | tags, sections, authors | [`term`] |
//! | comments | [`comment`] |
//! | front pages and other curated lists | [`collection`] |
//! | site settings | [`site`] |
//! | related articles | [`related`] |
//! | resolving a web path | [`resolve`], [`web_path`] |
//! | looking up anything by id | [`node`] |
//! | which URLs a field accepts | [`address`] |
//! | permissions | [`access`] |
//! | accounts and authentication | [`account`], [`session`], [`api_key`] |
//! | one-time secrets | [`secret`] |
//! | revision numbers and conflict checks | [`revision`] |
//! | lists, pages, cursors | [`page`] |
//! | the storage ports | [`store`] |
//! | the change log | [`change`] |
//! | import and export | [`import`], [`export`] |
//! | recomputing derived data | [`reindex`] |

pub mod access;
pub mod account;
pub mod address;
pub mod api_key;
pub mod article;
pub mod body;
pub mod change;
mod claimed_paths;
pub mod collection;
pub mod comment;
pub mod context;
pub mod error;
pub mod export;
pub mod id;
pub mod import;
pub mod language;
pub mod media;
pub mod node;
pub mod page;
pub mod reindex;
pub mod related;
pub mod resolve;
pub mod revision;
pub mod secret;
pub mod session;
pub mod site;
pub mod slug;
pub mod store;
pub mod term;
pub mod text;
pub mod time;
pub mod web_path;

pub use error::{Error, Result};
