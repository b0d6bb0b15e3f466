//! Terms: tags, sections and authors.
//!
//! They are one type here, because articles are found by any of them in the same way. The APIs show
//! them as three types. Creating and changing them is in [`create`], [`edit`], [`merge`] and
//! [`remove`].

pub mod byline;
mod editing;

use serde::{Deserialize, Serialize};

pub use self::editing::{Made, OnExisting, TermPatch, create, edit, merge, remove};

use crate::{
    access::Permission,
    account::AccountId,
    context::Context,
    error::{Error, Result},
    id::{Entity, Id},
    media::{Media, MediaId},
    page::{Count, Fingerprint, Page, PageRequest, Position, SortValue, Total},
    revision,
    slug::Slug,
    store::Repos,
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

/// Lists terms of a role by name.
///
/// Filtering by another user's account requires [`Permission::ManageAccounts`].
pub fn list(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    role: Role,
    filter: &TermFilter,
    page: &PageRequest,
) -> Result<Page<Term>> {
    if filter.user.is_some() && filter.user != cx.caller.account() {
        cx.require(Permission::ManageAccounts)?;
    }
    let window = page.open(Fingerprint::of(&("terms", role, filter)))?;
    let parent = match &filter.parent {
        None => None,
        Some(key) => match repos.term_keys(&[(role, key.clone())])?.pop() {
            Some(found) => Some(found.id),
            None => return Ok(window.close(Vec::new(), Term::position)),
        },
    };
    let selection = TermSelection { role, types: filter.types.clone(), parent, user: filter.user };
    let mut page_of_terms =
        window.fetch(Term::position, |window| repos.term_page(&selection, window, cx.now))?;
    page_of_terms.total = match page.count {
        Count::None => None,
        // Terms are few compared to articles, so they are always counted exactly.
        Count::Exact | Count::Estimate => Some(Total::Exact(repos.term_count(&selection)?)),
    };
    Ok(page_of_terms)
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

/// Finds one term by id or slug. Former slugs and ids of merged tags lead to the current term.
pub fn find(cx: &Context<'_>, repos: &mut dyn Repos, role: Role, key: &str) -> Result<Option<Term>> {
    let Some(key) = role.read(key) else { return Ok(None) };
    let Some(found) = repos.term_keys(&[(role, key)])?.pop() else { return Ok(None) };
    Ok(repos.terms(&[found.id], cx.now)?.pop())
}

/// Like [`find`], but returns an error such as `tag.not_found` if there is none.
pub fn get(cx: &Context<'_>, repos: &mut dyn Repos, role: Role, key: &str) -> Result<Term> {
    find(cx, repos, role, key)?.ok_or_else(|| {
        let code = match role {
            Role::Tag => "tag.not_found",
            Role::Section => "section.not_found",
            Role::Author => "author.not_found",
        };
        Error::not_found(code, format!("there is no such {}", role.as_str()))
    })
}

/// Returns the ids of a term and its ancestors, nearest first. At most [`Term::MAX_DEPTH`].
pub(crate) fn line_of(repos: &mut dyn Repos, id: TermId) -> Result<Vec<TermId>> {
    let mut line = Vec::new();
    let mut next = Some(id);
    while let Some(id) = next.filter(|_| line.len() < Term::MAX_DEPTH) {
        line.push(id);
        next = repos.term_parents(&[id])?.pop().and_then(|(_, parent)| parent);
    }
    Ok(line)
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

/// Returns the term's slug, with a number appended if another term has it now. Former slugs of
/// other terms are free.
pub(crate) fn free_slug(repos: &mut dyn Repos, term: &Term) -> Result<Slug> {
    term.slug.clone().free(|slugs| {
        let keys: Vec<_> = slugs.iter().map(|slug| (term.role, TermKey::Slug(slug.clone()))).collect();
        let taken = repos.term_keys(&keys)?.into_iter().filter(|one| one.id != term.id && one.is_present);
        Ok(taken
            .filter_map(|one| match one.key {
                TermKey::Slug(slug) => Some(slug),
                TermKey::Id(_) => None,
            })
            .collect())
    })
}
