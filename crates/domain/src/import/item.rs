//! An item to import, its type, and its digest.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use xxhash_rust::xxh3::xxh3_64;

use crate::{
    body::{Body, Format},
    collection::Collection,
    comment::Comment,
    error::Result,
    id::Entity,
    media::Media,
    term::Role,
};

/// A type of thing that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemType {
    /// An article.
    Article,
    /// A tag, a section or an author.
    Term(Role),
    /// A media item.
    Media,
    /// A reader's comment.
    Comment,
    /// A collection.
    Collection,
    /// The site settings.
    Site,
}

impl ItemType {
    /// Parses the name of the type.
    pub fn read(text: &str) -> Option<Self> {
        match text {
            "article" => Some(Self::Article),
            Media::PREFIX => Some(Self::Media),
            Comment::PREFIX => Some(Self::Comment),
            Collection::PREFIX => Some(Self::Collection),
            "site" => Some(Self::Site),
            _ => Role::ALL.into_iter().find(|role| role.as_str() == text).map(Self::Term),
        }
    }

    /// Returns the name of the type.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Term(role) => role.as_str(),
            Self::Media => Media::PREFIX,
            Self::Comment => Comment::PREFIX,
            Self::Collection => Collection::PREFIX,
            Self::Site => "site",
        }
    }
}

/// One item to import, as the source has it.
#[derive(Debug, Clone)]
pub struct Item {
    /// The type.
    pub item_type: ItemType,
    /// All other fields.
    pub fields: Map<String, Value>,
    /// Whether the source deleted it. Applies to articles only: a deleted article is not created,
    /// and an existing one is unpublished.
    pub gone: bool,
    pub(super) prepared: Prepared,
}

/// The parts of an item that are computed ahead: see [`Item::prepare`].
#[derive(Debug, Clone, Default)]
pub(super) struct Prepared {
    pub(super) digest: Option<i64>,
    pub(super) body: Option<Result<Body>>,
}

impl Item {
    /// Returns an item that exists at the source.
    pub fn new(item_type: ItemType, fields: Map<String, Value>) -> Self {
        Self { item_type, fields, gone: false, prepared: Prepared::default() }
    }

    /// Computes ahead what is slow and depends only on the item, above all an article's body.
    ///
    /// One thread can do this while another writes earlier items.
    pub fn prepare(&mut self) {
        if self.item_type != ItemType::Article || self.gone {
            return;
        }
        self.prepared.digest = Some(digest(&self.fields));
        let format = match self.fields.get("bodyFormat") {
            None | Some(Value::Null) => Format::default(),
            Some(format) => match serde_json::from_value(format.clone()) {
                Ok(format) => format,
                Err(_) => return,
            },
        };
        if let Some(source) =
            self.fields.get("body").and_then(Value::as_str).filter(|body| !body.contains('\0'))
        {
            self.prepared.body = Some(Body::derive(source, format));
        }
    }
}

/// Returns the digest of an item's fields. Never 0, which stands for "only referred to".
pub(super) fn digest(fields: &Map<String, Value>) -> i64 {
    // The order of the fields makes no difference.
    let sorted: BTreeMap<_, _> = fields.iter().collect();
    digest_of(&serde_json::to_vec(&sorted).unwrap_or_default())
}

/// Returns the digest of a source text. Never 0.
pub(crate) fn digest_of(text: &[u8]) -> i64 {
    (xxh3_64(text) | 1).cast_signed()
}
