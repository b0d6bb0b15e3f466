//! Terms: what an article is filed under. A tag, a section or an author.
//!
//! They are one concept here, because an article is found by any of them in the same way; towards
//! clients they are three types.

pub mod byline;
mod editing;

use serde::{Deserialize, Serialize};

pub use self::editing::{Made, OnExisting, TermPatch, create, edit, merge, remove};

use crate::{
    access::Permission,
    account::AccountId,
    cx::Cx,
    error::{Error, Result},
    id::{Entity, Id},
    media::{Media, MediaId},
    page::{Count, Fingerprint, Page, PageRequest, Position, SortValue, Total},
    revision,
    slug::Slug,
    store::Repos,
    text,
};

/// Marks ids of tags.
pub enum Tag {}
/// Marks ids of sections.
pub enum Section {}
/// Marks ids of authors.
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

/// The id of a term whose role stands beside it or does not matter. Unique over all roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TermId(pub [u8; 16]);

impl<T> From<Id<T>> for TermId {
    fn from(id: Id<T>) -> Self {
        Self(id.bytes())
    }
}

/// What a term is to an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// What it is about.
    Tag,
    /// Where in the newspaper it stands.
    Section,
    /// Who wrote it.
    Author,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 3] = [Self::Tag, Self::Section, Self::Author];

    /// The word for it in lists and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tag => Tag::PREFIX,
            Self::Section => Section::PREFIX,
            Self::Author => Author::PREFIX,
        }
    }

    /// Writes the id of a term in this role.
    pub fn write(self, id: TermId) -> String {
        match self {
            Self::Tag => Id::<Tag>::from_bytes(id.0).to_string(),
            Self::Section => Id::<Section>::from_bytes(id.0).to_string(),
            Self::Author => Id::<Author>::from_bytes(id.0).to_string(),
        }
    }

    /// Reads an id or a slug of a term in this role; `None` when it can be neither.
    pub fn read(self, text: &str) -> Option<TermKey> {
        let id = match self {
            Self::Tag => text.parse::<Id<Tag>>().map(TermId::from),
            Self::Section => text.parse::<Id<Section>>().map(TermId::from),
            Self::Author => text.parse::<Id<Author>>().map(TermId::from),
        };
        id.map(TermKey::Id).ok().or_else(|| text.parse().map(TermKey::Slug).ok())
    }
}

/// A term named by its id or its slug.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TermKey {
    /// By id.
    Id(TermId),
    /// By slug.
    Slug(Slug),
}

/// What a tag stands for. Weighs in related articles.
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

/// A link with the words to show for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The words.
    pub label: String,
    /// The address.
    pub url: String,
}

/// A term named where it is not the subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermRef {
    /// Its id.
    pub id: TermId,
    /// Its slug.
    pub slug: Slug,
    /// Its name.
    pub name: String,
}

/// A tag, a section or an author.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// Its id.
    pub id: TermId,
    /// Which of the three.
    pub role: Role,
    /// Its revision, which each change raises by one.
    pub revision: u32,
    /// Its slug, unique in its role.
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// What it is, or who: an author's biography.
    pub description: Option<String>,
    /// The next broader one.
    pub parent: Option<TermRef>,
    /// What a tag stands for; [`TagType::Keyword`] for others.
    pub tag_type: TagType,
    /// The slugs from the top down to a section, parted by `/`: `world/asia`.
    pub path: String,
    /// An author's addresses elsewhere.
    pub links: Vec<Link>,
    /// An author's photograph.
    pub photo: Option<MediaId>,
    /// The photograph itself, where it is here.
    pub portrait: Option<Media>,
    /// How many listed articles readers see under it; below it too, for a section.
    pub article_count: u64,
}

impl Term {
    /// The greatest length of a name, in characters.
    pub const MAX_NAME: usize = text::MAX_NAME;

    /// How many levels terms may nest.
    pub const MAX_DEPTH: usize = 8;

    /// Returns a new term that has nothing but a name.
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

    /// The same term with the next revision.
    pub(crate) fn revised(self) -> Self {
        Self { revision: self.revision + 1, ..self }
    }

    /// The place in a list by name.
    pub fn position(&self) -> Position {
        Position { value: SortValue::Text(text::sort_key(&self.name)), id: self.id.0 }
    }
}

/// Which terms a list has.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct TermFilter {
    /// Only tags of these types; all when empty.
    pub types: Vec<TagType>,
    /// Only those directly below this one.
    pub parent: Option<TermKey>,
    /// Only authors whose byline is this account's.
    pub user: Option<AccountId>,
}

/// Lists terms of a role by name. Whose bylines are whose is for who manages accounts, and everybody's own
/// for themselves.
pub fn list(
    cx: &Cx<'_>,
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
        // Terms are few against articles: counting them all is always exact.
        Count::Exact | Count::Estimate => Some(Total::Exact(repos.term_count(&selection)?)),
    };
    Ok(page_of_terms)
}

/// A term filter with its names resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermSelection {
    /// The role.
    pub role: Role,
    /// Only tags of these types; all when empty.
    pub types: Vec<TagType>,
    /// Only those directly below this one.
    pub parent: Option<TermId>,
    /// Only authors whose byline is this account's.
    pub user: Option<AccountId>,
}

/// Finds one term by id or slug.
pub fn find(cx: &Cx<'_>, repos: &mut dyn Repos, role: Role, key: &str) -> Result<Option<Term>> {
    let Some(key) = role.read(key) else { return Ok(None) };
    let Some(found) = repos.term_keys(&[(role, key)])?.pop() else { return Ok(None) };
    Ok(repos.terms(&[found.id], cx.now)?.pop())
}

/// Like [`find`], but absence is an error.
pub fn get(cx: &Cx<'_>, repos: &mut dyn Repos, role: Role, key: &str) -> Result<Term> {
    find(cx, repos, role, key)?.ok_or_else(|| {
        let code = match role {
            Role::Tag => "tag.not_found",
            Role::Section => "section.not_found",
            Role::Author => "author.not_found",
        };
        Error::not_found(code, format!("there is no such {}", role.as_str()))
    })
}

/// A term and those above it, the nearest first.
pub(crate) fn line_of(repos: &mut dyn Repos, id: TermId) -> Result<Vec<TermId>> {
    let mut line = Vec::new();
    let mut next = Some(id);
    while let Some(id) = next.filter(|_| line.len() < Term::MAX_DEPTH) {
        line.push(id);
        next = repos.term_parents(&[id])?.pop().and_then(|(_, parent)| parent);
    }
    Ok(line)
}

/// What a name in a filter leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundTerm {
    /// The role it was asked in.
    pub role: Role,
    /// The name it was asked by.
    pub key: TermKey,
    /// The term.
    pub id: TermId,
    /// About how many articles it has; good for choosing between plans, not for showing.
    pub weight: u64,
    /// Whether it has that name now, and not only had it earlier.
    pub is_present: bool,
}

/// Reads one value of a filter; `name` is the parameter to blame.
pub fn read_key(role: Role, text: &str, name: &'static str) -> Result<TermKey> {
    role.read(text).ok_or_else(|| {
        Error::parameter(
            name,
            "term.malformed",
            format!("\"{}\" is neither a slug nor an id of a {}", shown(text), role.as_str()),
        )
    })
}

/// The start of what a client sent, for naming it in an error.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

/// The term's slug, or with a number where another has it now. One that another had earlier is free.
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
