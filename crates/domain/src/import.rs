//! How things come in from elsewhere.
//!
//! An imported thing is known by its [`Origin`]. Importing again updates what changed at the
//! source, doubles nothing, and leaves alone what was edited here since. Names are resolved in any
//! order: what is named before it is defined comes into being with its name and gets the rest
//! with its definition.

mod article;
mod site;
mod term;
mod thing;

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Map, Value};
use xxhash_rust::xxh3::xxh3_64;

use crate::{
    article::ArticleId,
    body::{Body, Format},
    collection::Collection,
    comment::Comment,
    cx::Cx,
    error::{Error, Place, Result},
    id::{Entity, Id},
    language::Language,
    media::Media,
    slug::Slug,
    store::Repos,
    term::{Role, Section, TermId},
};

/// Where a thing came from. Unique.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    /// The name of the source, such as a file's.
    pub source: String,
    /// The type of the thing, as in its ids.
    pub entity: &'static str,
    /// What the source calls it.
    pub id: String,
}

/// What is known of an origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// The origin.
    pub origin: Origin,
    /// What it became here.
    pub target: [u8; 16],
    /// The digest of what the source said; 0 while it was only named.
    pub digest: i64,
    /// The revision that the import made; `None` for things without revisions.
    pub revision: Option<u32>,
}

/// A type of thing that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemType {
    /// An article.
    Article,
    /// A tag, a section or an author.
    Term(Role),
    /// A picture, a film, a recording or a file.
    Media,
    /// A reader's comment.
    Comment,
    /// A list that editors put in order.
    Collection,
    /// The site itself.
    Site,
}

impl ItemType {
    /// Reads the word for it.
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

    /// The word for it.
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

/// A thing to import, as its source says it.
#[derive(Debug, Clone)]
pub struct Item {
    /// What it is.
    pub item_type: ItemType,
    /// Everything else that is said of it.
    pub fields: Map<String, Value>,
    /// Its source took it away: it is not created, and where it is here, readers see it no longer.
    pub gone: bool,
    prepared: Prepared,
}

/// What of an item is worked out ahead: see [`Item::prepare`].
#[derive(Debug, Clone, Default)]
struct Prepared {
    digest: Option<i64>,
    body: Option<Result<Body>>,
}

impl Item {
    /// A thing that is there.
    pub fn new(item_type: ItemType, fields: Map<String, Value>) -> Self {
        Self { item_type, fields, gone: false, prepared: Prepared::default() }
    }

    /// Works out ahead what takes long and needs nothing but the item, most of all an article's body;
    /// a file's reader may do it while earlier items are written.
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

/// What became of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is new here.
    Created,
    /// It was here and is different now.
    Updated,
    /// The source says the same as last time.
    Unchanged,
    /// It changed at the source, but was edited here since the last import.
    LeftAlone,
    /// It could not be taken, for this reason.
    Skipped(String),
}

/// What became of an item, and what its editors should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What became of it.
    pub outcome: Outcome,
    /// What was changed or passed over on the way in.
    pub notes: Vec<String>,
}

/// An import that goes on over several transactions.
///
/// What it remembers belongs to transactions that were kept: after one that was not, begin anew.
pub struct Importer {
    source: String,
    default_language: Language,
    terms: HashMap<(Role, String), TermId>,
    ancestors: HashMap<TermId, Vec<Id<Section>>>,
    /// Terms that were created because something named them, and whose own lines have not come yet.
    mentioned: HashSet<TermId>,
    /// Articles that things of the present batch named before they came.
    named: HashMap<String, ArticleId>,
    /// The last change when the batch before began.
    seen: Option<i64>,
}

impl Importer {
    /// Begins an import from `source`; what has no language gets `default_language`.
    pub fn new(source: impl Into<String>, default_language: Language) -> Self {
        Self {
            source: source.into(),
            default_language,
            terms: HashMap::new(),
            ancestors: HashMap::new(),
            mentioned: HashSet::new(),
            named: HashMap::new(),
            seen: None,
        }
    }

    /// Imports items in their order, in the transaction that `repos` stands for.
    ///
    /// An item that cannot be taken is skipped; an error means that none of them was taken.
    pub fn batch(&mut self, cx: &Cx<'_>, repos: &mut dyn Repos, items: Vec<Item>) -> Result<Vec<Report>> {
        repos.keep_terms()?;
        repos.hold_source(&self.source)?;
        // What an editor changed since the last batch is remembered wrongly.
        let last = repos.last_change()?;
        if let Some(seen) = self.seen.replace(last)
            && repos.were_terms_edited_after(seen)?
        {
            self.terms.clear();
            self.ancestors.clear();
        }
        self.named.clear();
        let mut articles = article::Batch::prepare(self, repos, &items)?;
        items
            .into_iter()
            .map(|item| match item.item_type {
                ItemType::Article if item.gone => articles.withdraw(self, cx, repos, &item.fields),
                ItemType::Article => articles.import(self, cx, repos, item),
                ItemType::Term(role) => self.import_term(cx, repos, role, &item.fields),
                ItemType::Media => self.import_thing::<Media>(cx, repos, &item.fields),
                ItemType::Comment => self.import_thing::<Comment>(cx, repos, &item.fields),
                ItemType::Collection => self.import_thing::<Collection>(cx, repos, &item.fields),
                ItemType::Site => self.import_site(cx, repos, &item.fields),
            })
            .collect()
    }

    fn origin(&self, entity: &'static str, id: &str) -> Origin {
        Origin { source: self.source.clone(), entity, id: id.to_owned() }
    }
}

fn skipped(reason: impl Into<String>) -> Report {
    Report { outcome: Outcome::Skipped(reason.into()), notes: Vec::new() }
}

/// The digest of what a source says; never 0, which stands for "only named".
fn digest(fields: &Map<String, Value>) -> i64 {
    // The order in which a source writes its fields says nothing.
    let sorted: BTreeMap<_, _> = fields.iter().collect();
    digest_of(&serde_json::to_vec(&sorted).unwrap_or_default())
}

/// The digest of a text that a source says; never 0.
pub(crate) fn digest_of(text: &[u8]) -> i64 {
    (xxh3_64(text) | 1).cast_signed()
}

/// What the source calls a thing: its `id`, else its `slug`.
fn source_id(fields: &Map<String, Value>) -> Option<String> {
    ["id", "slug"].iter().find_map(|name| match fields.get(*name)? {
        text @ Value::String(id) if !id.is_empty() => storable(text),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    })
}

/// A text that both databases can keep.
fn storable(value: &Value) -> Option<String> {
    value.as_str().filter(|text| text.len() <= 1_000 && !text.contains('\0')).map(str::to_owned)
}

/// Reads `origins` as an export writes it.
fn origins(entity: &'static str, fields: &Map<String, Value>, target: [u8; 16]) -> Vec<Provenance> {
    let read = |value: &Value| {
        Some(Provenance {
            origin: Origin { source: storable(&value["source"])?, entity, id: storable(&value["id"])? },
            target,
            digest: value["digest"].as_str()?.parse().ok()?,
            revision: value["revision"].as_u64().and_then(|revision| u32::try_from(revision).ok()),
        })
    };
    fields.get("origins").and_then(Value::as_array).into_iter().flatten().filter_map(read).collect()
}

/// Whether a text anywhere in a value has the one character that PostgreSQL cannot keep.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}

/// Everything that is wrong with an item, on one line.
fn reasons(error: &Error) -> String {
    let reasons: Vec<_> = error
        .all_violations()
        .iter()
        .map(|violation| match &violation.place {
            Place::Pointer(pointer) => format!("{}: {}", pointer.trim_start_matches('/'), violation.detail),
            Place::Parameter(name) => format!("{name}: {}", violation.detail),
        })
        .collect();
    if reasons.is_empty() { error.to_string() } else { reasons.join("; ") }
}

/// Returns the thing that an origin's id is or will be: one that is not here yet gets its id now.
fn target<T: Entity>(
    importer: &Importer,
    cx: &Cx<'_>,
    repos: &mut dyn Repos,
    reference: &str,
) -> Result<Id<T>> {
    if let Ok(id) = reference.parse() {
        return Ok(id);
    }
    let origin = importer.origin(T::PREFIX, reference);
    if let Some(known) = repos.provenances(std::slice::from_ref(&origin))?.pop() {
        return Ok(Id::from_bytes(known.target));
    }
    let id: Id<T> = cx.new_id();
    repos.save_provenance(&Provenance { origin, target: id.bytes(), digest: 0, revision: None })?;
    Ok(id)
}

/// Like [`target`], for articles, which may be named by their slugs too.
fn article_target(
    importer: &mut Importer,
    cx: &Cx<'_>,
    repos: &mut dyn Repos,
    reference: &str,
) -> Result<ArticleId> {
    if let Ok(id) = reference.parse() {
        return Ok(id);
    }
    let origin = importer.origin("article", reference);
    if let Some(known) = repos.provenances(std::slice::from_ref(&origin))?.pop() {
        return Ok(ArticleId::from_bytes(known.target));
    }
    let known = match reference.parse::<Slug>() {
        Ok(slug) => repos.story_by_slug(&slug)?,
        Err(_) => None,
    };
    match known {
        Some(id) => Ok(id),
        None => {
            let id = target(importer, cx, repos, reference)?;
            importer.named.insert(reference.to_owned(), id);
            Ok(id)
        }
    }
}
