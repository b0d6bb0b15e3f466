//! Terms, their ids and roles, references to terms, and filters of term lists.

use serde::{Deserialize, Serialize};

use crate::{
    account::AccountId,
    error::{Error, Result},
    id::{Entity, Id},
    media::{Media, MediaId},
    page::{Position, SortValue},
    revision,
    slug::Slug,
    text,
};

/// Type marker for ids of tags.
pub enum Tag {}

/// Type marker for ids of sections.
pub enum Section {}

/// Type marker for ids of authors.
pub enum Author {}

impl Entity for Tag {
    const PREFIX: &'static str = "tag";
}

impl Entity for Section {
    const PREFIX: &'static str = "section";
}

impl Entity for Author {
    const PREFIX: &'static str = "author";
}

/// The id of a term of any role, for where the role is known or does not matter. Unique across
/// roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TermId(pub [u8; 16]);

impl<T> From<Id<T>> for TermId {
    fn from(id: Id<T>) -> Self {
        Self(id.bytes())
    }
}

/// The role of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// A tag: what an article is about.
    Tag,
    /// A section of the newspaper.
    Section,
    /// An author.
    Author,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 3] = [Self::Tag, Self::Section, Self::Author];

    /// Returns the name of the role. It is also the type prefix of its ids.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tag => Tag::PREFIX,
            Self::Section => Section::PREFIX,
            Self::Author => Author::PREFIX,
        }
    }

    /// Returns the id of a term in this role as text, with the type prefix.
    pub fn write(self, id: TermId) -> String {
        match self {
            Self::Tag => Id::<Tag>::from_bytes(id.0).to_string(),
            Self::Section => Id::<Section>::from_bytes(id.0).to_string(),
            Self::Author => Id::<Author>::from_bytes(id.0).to_string(),
        }
    }

    /// Parses an id or a slug of a term in this role. Returns `None` if the text is neither.
    pub fn read(self, text: &str) -> Option<TermKey> {
        let id = match self {
            Self::Tag => text.parse::<Id<Tag>>().map(TermId::from),
            Self::Section => text.parse::<Id<Section>>().map(TermId::from),
            Self::Author => text.parse::<Id<Author>>().map(TermId::from),
        };
        id.map(TermKey::Id).ok().or_else(|| text.parse().map(TermKey::Slug).ok())
    }
}

/// A reference to a term, by id or by slug.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TermKey {
    /// By id.
    Id(TermId),
    /// By slug.
    Slug(Slug),
}

/// The term that a reference leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundTerm {
    /// The role of the reference.
    pub role: Role,
    /// The reference.
    pub key: TermKey,
    /// The id of the term.
    pub id: TermId,
    /// The approximate number of articles. Use it to choose a query plan, not to show it.
    pub weight: u64,
    /// Whether the slug or id is the term's current one, not a former one.
    pub is_present: bool,
}

/// Parses one filter value. `name` is the query parameter to name in the error.
pub fn read_key(role: Role, text: &str, name: &'static str) -> Result<TermKey> {
    role.read(text).ok_or_else(|| {
        Error::parameter(
            name,
            "term.malformed",
            format!("\"{}\" is neither a slug nor an id of a {}", shown(text), role.as_str()),
        )
    })
}

/// Returns the start of a client's text, for an error message.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

/// The type of a tag. It affects the score of related articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum TagType {
    #[default]
    Keyword,
    Person,
    Organisation,
    Place,
    Event,
    Series,
    Tone,
    Campaign,
}

/// A link with a label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The label.
    pub label: String,
    /// The URL.
    pub url: String,
}

/// The id, slug and name of a term, for where another thing refers to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermRef {
    /// The id.
    pub id: TermId,
    /// The slug.
    pub slug: Slug,
    /// The name.
    pub name: String,
}

/// A tag, a section or an author.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// The id.
    pub id: TermId,
    /// The role.
    pub role: Role,
    /// The revision number, which each change raises by one.
    pub revision: u32,
    /// The slug, unique within the role.
    pub slug: Slug,
    /// The name.
    pub name: String,
    /// The description; for an author, the biography.
    pub description: Option<String>,
    /// The parent term.
    pub parent: Option<TermRef>,
    /// The type of a tag; [`TagType::Keyword`] for sections and authors.
    pub tag_type: TagType,
    /// The slugs from the top-level section down to this one, separated by `/`: `world/asia`.
    pub path: String,
    /// Links to an author's profiles and pages elsewhere.
    pub links: Vec<Link>,
    /// The id of an author's photo.
    pub photo: Option<MediaId>,
    /// The photo itself, if it exists.
    pub portrait: Option<Media>,
    /// The number of listed articles that readers see under this term. For a section, it includes
    /// the sections below.
    pub article_count: u64,
}

impl Term {
    /// The maximum length of a name, in characters.
    pub const MAX_NAME: usize = text::MAX_NAME;

    /// The maximum depth of nested terms, in levels.
    pub const MAX_DEPTH: usize = 8;

    /// Returns a new term with only a name and a slug.
    pub fn named(id: TermId, role: Role, name: &str, slug: Slug) -> Self {
        Self {
            id,
            role,
            revision: revision::FIRST,
            path: slug.to_string(),
            slug,
            name: name.to_owned(),
            description: None,
            parent: None,
            tag_type: TagType::default(),
            links: Vec::new(),
            photo: None,
            portrait: None,
            article_count: 0,
        }
    }

    /// Returns the term with the next revision number.
    pub(crate) fn revised(self) -> Self {
        Self { revision: self.revision + 1, ..self }
    }

    /// Returns the position of the term in a list by name.
    pub fn position(&self) -> Position {
        Position { value: SortValue::Text(text::sort_key(&self.name)), id: self.id.0 }
    }
}

/// Conditions on a list of terms. All that are set must hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct TermFilter {
    /// Only tags of these types; all types if empty.
    pub types: Vec<TagType>,
    /// Only terms directly below this one.
    pub parent: Option<TermKey>,
    /// Only authors that are linked to this account.
    pub user: Option<AccountId>,
}

/// A [`TermFilter`] with its references resolved to ids, for one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermSelection {
    /// The role.
    pub role: Role,
    /// Only tags of these types; all types if empty.
    pub types: Vec<TagType>,
    /// Only terms directly below this one.
    pub parent: Option<TermId>,
    /// Only authors that are linked to this account.
    pub user: Option<AccountId>,
}
