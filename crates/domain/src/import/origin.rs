//! The external identity of an imported thing, and what is stored about it.

/// The external identity of a thing. Unique.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    /// The name of the source, such as a file name.
    pub source: String,
    /// The type prefix of the thing's id.
    pub entity: &'static str,
    /// The id of the thing at the source.
    pub id: String,
}

/// What is stored about an origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// The origin.
    pub origin: Origin,
    /// The id of the thing in this database.
    pub target: [u8; 16],
    /// The digest of the item as last imported; 0 if it was only referred to so far.
    pub digest: i64,
    /// The revision that the import wrote; `None` for things without revisions.
    pub revision: Option<u32>,
}
