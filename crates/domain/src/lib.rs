//! What a newsroom is, and what may be done in it.
//!
//! Pure and synchronous: no I/O, no HTTP, no SQL, no clock. A use case is one function here
//! (`article::list`, `term::find`, `import::batch`); REST and GraphQL call the same one.
//!
//! | to learn about | read |
//! |---|---|
//! | what a story is, and how it is listed | [`article`] |
//! | its body | [`body`] |
//! | pictures and other media | [`media`] |
//! | tags, sections, authors | [`term`] |
//! | comments | [`comment`] |
//! | front pages and other lists by hand | [`collection`] |
//! | the site around them | [`site`] |
//! | related articles | [`related`] |
//! | what lives at a web path | [`resolve`] |
//! | anything by its id alone | [`node`] |
//! | what is an address in any field | [`address`] |
//! | who may do what | [`access`] |
//! | the people of the newsroom, and how they sign in | [`account`], [`session`], [`api_key`] |
//! | what is handed out once | [`secret`] |
//! | revision numbers, and who may overwrite what | [`revision`] |
//! | lists, pages, cursors | [`page`] |
//! | what is kept, and where | [`store`] |
//! | the log that every change goes through | [`change`] |
//! | how things come in from elsewhere, and go out | [`import`], [`export`] |
//! | deriving again what was derived | [`reindex`] |

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
pub mod cx;
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

pub use error::{Error, Result};
