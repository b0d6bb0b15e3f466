//! Media: metadata of images, videos, audio and other files.
//!
//! The files themselves are not stored here, only their URLs.

mod types;

pub use self::types::{FocalPoint, Media, MediaId, MediaKind, Rendition};
pub use crate::address::is_address;
