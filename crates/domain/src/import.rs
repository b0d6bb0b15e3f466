//! Import of articles, terms, media, comments, collections and the site from other systems.
//!
//! An imported thing is identified by its [`Origin`]. A repeated import updates what changed at the
//! source, creates no duplicates, and does not overwrite articles that were edited here since.
//! References may come before the thing they refer to: it is created with its name, and its own
//! item fills in the rest. Reading files is not done here: see the `interchange` crate.

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
    context::Context,
    error::{Error, Place, Result},
    id::{Entity, Id},
    language::Language,
    media::Media,
    slug::Slug,
    store::Repos,
    term::{Role, Section, TermId},
};

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
    prepared: Prepared,
}

/// The parts of an item that are computed ahead: see [`Item::prepare`].
#[derive(Debug, Clone, Default)]
struct Prepared {
    digest: Option<i64>,
    body: Option<Result<Body>>,
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

/// The outcome of importing an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A new thing was created.
    Created,
    /// An existing thing was updated.
    Updated,
    /// Nothing changed at the source since the last import.
    Unchanged,
    /// It was edited here since the last import, or deleted here, so it was left unchanged.
    LeftAlone,
    /// It was not imported, for this reason.
    Skipped(String),
}

/// The outcome of importing an item, with notes for editors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The outcome.
    pub outcome: Outcome,
    /// What was changed or ignored during the import.
    pub notes: Vec<String>,
}

/// An import that runs over several transactions.
///
/// Its state assumes that they were committed. After a transaction that failed, create a new
/// importer.
pub struct Importer {
    source: String,
    default_language: Language,
    terms: HashMap<(Role, String), TermId>,
    ancestors: HashMap<TermId, Vec<Id<Section>>>,
    /// Terms that were created because something refers to them, and whose own items have not come
    /// yet.
    mentioned: HashSet<TermId>,
    /// Articles that items of the current batch refer to before their own items.
    named: HashMap<String, ArticleId>,
    /// The last change in the log when the previous batch began.
    seen: Option<i64>,
}

impl Importer {
    /// Creates an importer for `source`. Articles without a language get `default_language`.
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

    /// Imports items in order, in the transaction of `repos`.
    ///
    /// An invalid item is skipped and reported. An error means that no item of the batch was
    /// imported.
    pub fn batch(
        &mut self,
        cx: &Context<'_>,
        repos: &mut dyn Repos,
        items: Vec<Item>,
    ) -> Result<Vec<Report>> {
        repos.keep_terms()?;
        repos.hold_source(&self.source)?;
        // Cached terms may be out of date if an editor changed terms since the last batch.
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

/// Returns the digest of an item's fields. Never 0, which stands for "only referred to".
fn digest(fields: &Map<String, Value>) -> i64 {
    // The order of the fields makes no difference.
    let sorted: BTreeMap<_, _> = fields.iter().collect();
    digest_of(&serde_json::to_vec(&sorted).unwrap_or_default())
}

/// Returns the digest of a source text. Never 0.
pub(crate) fn digest_of(text: &[u8]) -> i64 {
    (xxh3_64(text) | 1).cast_signed()
}

/// Returns the item's id at the source: its `id`, or else its `slug`.
fn source_id(fields: &Map<String, Value>) -> Option<String> {
    ["id", "slug"].iter().find_map(|name| match fields.get(*name)? {
        text @ Value::String(id) if !id.is_empty() => storable(text),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    })
}

/// Returns the text if both databases can store it: at most 1,000 bytes and without U+0000.
fn storable(value: &Value) -> Option<String> {
    value.as_str().filter(|text| text.len() <= 1_000 && !text.contains('\0')).map(str::to_owned)
}

/// Parses the `origins` field as an export writes it.
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

/// Returns whether any text in a value contains U+0000, which PostgreSQL cannot store.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}

/// Formats all violations of an item on one line.
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

/// Returns the id of the thing that a reference of the source names. If it does not exist yet, its
/// id is assigned and stored now.
fn target<T: Entity>(
    importer: &Importer,
    cx: &Context<'_>,
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

/// Like [`target`], for articles, which can also be referred to by slug.
fn article_target(
    importer: &mut Importer,
    cx: &Context<'_>,
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
