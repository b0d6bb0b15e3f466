//! Revision numbers of tags, sections, authors, collections and the site, and the check that
//! prevents lost updates.
//!
//! Each change raises the revision number by one, including changes that readers do not see. Only
//! the number is stored. Articles, which keep every revision as a whole, are in [`crate::article`].

mod expected;
mod number;

pub(crate) use self::expected::missing;
pub use self::{
    expected::ExpectedRevision,
    number::{FIRST, MAX},
};
