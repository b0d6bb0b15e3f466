//! Import of articles.
//!
//! The checks of an item's fields, before any reference is resolved, are in `shape.rs`.

mod shape;

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

use self::shape::{check_shape, pointed, rehearse, taken_body, wanted_slug};
use super::{
    Importer, Item, ItemType, Outcome, Provenance, Report,
    fields::{origins, source_id},
    item::digest,
    references::{article_target, target},
    report::skipped,
    term::{references, unknown},
};
use crate::{
    article::{Article, ArticleId, Document, Publication, Status, schedule, term_aliases},
    body::Body,
    change::{Action, NewChange},
    claimed_paths,
    context::Context,
    error::Result,
    export,
    media::Media,
    revision,
    slug::Slug,
    store::Repos,
    term::{Role, TermId, TermKey},
    time::Time,
};

/// The fields of a line that are not fields of the document.
struct Envelope(Map<String, Value>);

impl Envelope {
    const FIELDS: [&str; 8] =
        ["id", "type", "origins", "revision", "firstPublishedAt", "modifiedAt", "oldSlugs", "draft"];

    /// Moves these fields out of a line.
    fn taken_from(line: &mut Map<String, Value>) -> Self {
        Self(Self::FIELDS.iter().filter_map(|name| line.shift_remove_entry(*name)).collect())
    }

    /// Returns a field that is present and not null.
    fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }
}

/// The limit for numbers that are appended to a slug.
const MOST_NUMBERED: u32 = 1_000;

/// Data that the articles of one batch need, loaded at once.
pub(super) struct Batch {
    known: HashMap<String, Provenance>,
    existing: HashMap<ArticleId, Article>,
    /// Articles that were permanently deleted here. An import does not bring them back.
    purged: Vec<ArticleId>,
    /// The owners of the slugs that were looked up; `None` for free ones. Includes slugs that
    /// articles of this batch took.
    slugs: HashMap<Slug, Option<ArticleId>>,
}

impl Batch {
    pub(super) fn prepare(importer: &Importer, repos: &mut dyn Repos, items: &[Item]) -> Result<Self> {
        let articles =
            || items.iter().filter(|item| item.item_type == ItemType::Article).map(|item| &item.fields);
        let ids: Vec<_> = articles().filter_map(source_id).collect();
        let (own, foreign): (Vec<_>, Vec<_>) =
            ids.into_iter().partition(|id| id.parse::<ArticleId>().is_ok());
        let origins: Vec<_> = foreign.iter().map(|id| importer.origin("article", id)).collect();
        let known: HashMap<_, _> = if origins.is_empty() {
            HashMap::new()
        } else {
            repos.provenances(&origins)?.into_iter().map(|known| (known.origin.id.clone(), known)).collect()
        };
        let mut targets: Vec<ArticleId> = own.iter().filter_map(|id| id.parse().ok()).collect();
        targets.extend(known.values().map(|known| ArticleId::from_bytes(known.target)));
        let existing = if targets.is_empty() {
            HashMap::new()
        } else {
            let mut found = repos.articles_to_change(&targets)?;
            // Articles are compared with exported lines, which have merged terms resolved.
            let documents = found.iter_mut().map(|article| &mut article.document);
            term_aliases::settle(repos, &mut documents.collect::<Vec<_>>())?;
            found.into_iter().map(|article| (article.id, article)).collect()
        };
        repos.hold_names()?;
        let missing: Vec<ArticleId> =
            targets.iter().filter(|id| !existing.contains_key(*id)).copied().collect();
        let purged = if missing.is_empty() { Vec::new() } else { repos.destroyed(&missing)? };
        let wanted: Vec<_> = articles().filter_map(wanted_slug).map(|(slug, _)| slug).collect();
        let mut batch = Self { known, existing, purged, slugs: HashMap::new() };
        if !wanted.is_empty() {
            batch.look_up(repos, &wanted)?;
        }
        Ok(batch)
    }

    fn look_up(&mut self, repos: &mut dyn Repos, slugs: &[Slug]) -> Result<()> {
        self.slugs.extend(slugs.iter().map(|slug| (slug.clone(), None)));
        let taken = repos.slugs_in_use(slugs)?;
        self.slugs.extend(taken.into_iter().map(|(slug, owner)| (slug, Some(owner))));
        Ok(())
    }

    pub(super) fn import(
        &mut self,
        importer: &mut Importer,
        cx: &Context<'_>,
        repos: &mut dyn Repos,
        item: Item,
    ) -> Result<Report> {
        let Item { mut fields, prepared, .. } = item;
        let Some(source_id) = source_id(&fields) else {
            return Ok(skipped("it has neither an id nor a slug"));
        };
        let digest = prepared.digest.unwrap_or_else(|| digest(&fields));
        let known = self.known.get(&source_id).cloned();
        let own_id = source_id.parse::<ArticleId>().ok();
        let id = own_id
            .or(known.as_ref().map(|known| ArticleId::from_bytes(known.target)))
            .or_else(|| importer.named.get(&source_id).copied());
        if id.is_some_and(|id| self.purged.contains(&id)) {
            return Ok(Report {
                outcome: Outcome::LeftAlone,
                notes: vec!["it was destroyed here".to_owned()],
            });
        }
        let before = id.and_then(|id| self.existing.get(&id).cloned());
        if let Some(report) = settled(known.as_ref(), before.as_ref(), digest, &fields, repos)? {
            return Ok(report);
        }
        let id = id.unwrap_or_else(|| cx.new_id());

        let envelope = Envelope::taken_from(&mut fields);
        let mut notes = Vec::new();
        let document = match self.document(importer, cx, repos, id, fields, before.as_ref(), &mut notes)? {
            Ok(document) => document,
            Err(reason) => return Ok(skipped(reason)),
        };
        let article = match article_of(cx, id, document, &envelope, before.as_ref()) {
            Ok(article) => article,
            Err(reason) => return Ok(skipped(reason)),
        };
        let draft = match self.draft(importer, cx, repos, &article, &envelope, &mut notes)? {
            Ok(draft) => draft,
            Err(reason) => return Ok(skipped(format!("draft: {reason}"))),
        };
        // Derived before anything is written, so that a skipped item leaves nothing behind.
        let derived = prepared
            .body
            .unwrap_or_else(|| Body::derive(&article.document.body, article.document.body_format));
        let body = match derived {
            Ok(body) => body,
            Err(error) => return Ok(skipped(format!("body: {error}"))),
        };

        let created = before.is_none();
        let action = match article.document.status {
            Status::Published => Action::Published,
            _ if created => Action::Created,
            _ => Action::Updated,
        };
        let mut saved = match article.document.status {
            Status::Published => {
                let sections = match article.document.section {
                    Some(section) => importer.section_line(repos, TermId::from(section))?,
                    None => Vec::new(),
                };
                let publication = Publication::of(article, before.as_ref(), sections, body)?;
                schedule::save(cx, repos, &publication)?;
                publication.article
            }
            _ => {
                save_unpublished(repos, before.as_ref(), &article)?;
                article
            }
        };
        repos.record(NewChange::of(cx, "article", id.bytes(), action).at_revision(saved.revision));
        if let Some(draft) = draft {
            saved = Article { published: saved.published, known_slugs: saved.known_slugs, ..draft };
            repos.save_draft(&saved)?;
            let drafted = NewChange::of(cx, "article", id.bytes(), Action::Updated);
            repos.record(drafted.at_revision(saved.revision));
        }
        let revision = saved.revision;
        self.remember(saved);
        for provenance in origins("article", &envelope.0, id.bytes()) {
            repos.save_provenance(&provenance)?;
            if provenance.origin.source == importer.source {
                self.known.insert(provenance.origin.id.clone(), provenance);
            }
        }
        if own_id.is_none() {
            let origin = importer.origin("article", &source_id);
            let provenance = Provenance { origin, target: id.bytes(), digest, revision: Some(revision) };
            repos.save_provenance(&provenance)?;
            self.known.insert(source_id, provenance);
        }
        Ok(Report { outcome: if created { Outcome::Created } else { Outcome::Updated }, notes })
    }

    /// Unpublishes an article that its source deleted, unless it was edited here since the last
    /// import.
    pub(super) fn withdraw(
        &mut self,
        importer: &Importer,
        cx: &Context<'_>,
        repos: &mut dyn Repos,
        fields: &Map<String, Value>,
    ) -> Result<Report> {
        let unknown = || Ok(skipped("it is deleted at its source, and was never here"));
        let Some(source_id) = source_id(fields) else { return unknown() };
        let Some(known) = self.known.get(&source_id).cloned() else { return unknown() };
        let id = ArticleId::from_bytes(known.target);
        let Some(mut article) = self.existing.get(&id).cloned() else { return unknown() };
        let outcome = |outcome| Ok(Report { outcome, notes: Vec::new() });
        if article.published.is_none() {
            return outcome(Outcome::Unchanged);
        }
        if known.revision.is_some_and(|revision| revision != article.revision) {
            return outcome(Outcome::LeftAlone);
        }
        article.revision += 1;
        article.modified_at = cx.now;
        article.document.status = Status::Draft;
        article.published = None;
        schedule::save_withdrawal(repos, &article)?;
        let revision = article.revision;
        repos.record(NewChange::of(cx, "article", id.bytes(), Action::Unpublished).at_revision(revision));
        let origin = importer.origin("article", &source_id);
        let provenance =
            Provenance { origin, target: id.bytes(), digest: digest(fields), revision: Some(revision) };
        repos.save_provenance(&provenance)?;
        self.known.insert(source_id, provenance);
        self.remember(article);
        let notes = vec!["status: deleted at its source, so it was unpublished".to_owned()];
        Ok(Report { outcome: Outcome::Updated, notes })
    }

    /// Returns the draft that a line contains beside the published revision.
    fn draft(
        &mut self,
        importer: &mut Importer,
        cx: &Context<'_>,
        repos: &mut dyn Repos,
        article: &Article,
        envelope: &Envelope,
        notes: &mut Vec<String>,
    ) -> Result<Result<Option<Article>, String>> {
        let Some(Value::Object(fields)) = envelope.get("draft") else { return Ok(Ok(None)) };
        let mut fields = fields.clone();
        let envelope = Envelope::taken_from(&mut fields);
        let document = match self.document(importer, cx, repos, article.id, fields, Some(article), notes)? {
            Ok(document) => document,
            Err(reason) => return Ok(Err(reason)),
        };
        if document.status == Status::Published || article.document.status != Status::Published {
            return Ok(Err("must not be published itself, and needs a published article".to_owned()));
        }
        // An import must not accept a body that an editor could not save.
        if let Err(error) = Body::check(&document.body, document.body_format) {
            return Ok(Err(format!("body: {error}")));
        }
        Ok(article_of(cx, article.id, document, &envelope, Some(article)).map(Some))
    }

    fn remember(&mut self, article: Article) {
        self.existing.insert(article.id, article);
    }

    /// Builds the document that the fields describe, with all references resolved to ids.
    #[expect(clippy::too_many_arguments, reason = "one step of `import`, which owns all of these")]
    fn document(
        &mut self,
        importer: &mut Importer,
        cx: &Context<'_>,
        repos: &mut dyn Repos,
        id: ArticleId,
        mut fields: Map<String, Value>,
        before: Option<&Article>,
        notes: &mut Vec<String>,
    ) -> Result<Result<Document, String>> {
        fields.retain(|_, value| !value.is_null());
        if let Err(reason) = check_shape(&mut fields, importer) {
            return Ok(Err(reason));
        }
        let body = taken_body(&mut fields);
        // An article that is published at its source, without a time, is published now.
        if fields.get("status").and_then(Value::as_str) == Some("published")
            && !fields.contains_key("publishedAt")
        {
            let since = before.and_then(|before| before.document.published_at).unwrap_or(cx.now);
            fields.insert("publishedAt".to_owned(), Value::String(since.to_string()));
        }
        // References are left out of this check, so that an invalid item creates no terms.
        if let Err(reason) = rehearse(&fields) {
            return Ok(Err(reason));
        }
        let slug = self.free_slug(repos, id, &fields, before, notes)?;
        fields.insert("slug".to_owned(), Value::String(slug.to_string()));
        for (name, role) in [("section", Role::Section), ("tags", Role::Tag), ("authors", Role::Author)] {
            if let Some(value) = fields.get(name) {
                match references(importer, cx, repos, role, value)? {
                    Ok(ids) => drop(fields.insert(name.to_owned(), ids)),
                    Err(reason) => return Ok(Err(format!("{name}: {reason}"))),
                }
            }
        }
        for name in ["translationOf", "relatedPins", "relatedBlocks"] {
            if let Some(value) = fields.get_mut(name) {
                resolve_articles(importer, cx, repos, value)?;
            }
        }
        for place in ["/leadMedia", "/seo/image"] {
            if let Some(value) = pointed(&mut fields, place) {
                let name = value.as_str().unwrap_or_default().to_owned();
                *value = Value::String(target::<Media>(importer, cx, repos, &name)?.to_string());
            }
        }
        let names: Vec<String> = fields.keys().cloned().collect();
        let mut document: Document = match serde_json::from_value(Value::Object(fields)) {
            Ok(document) => document,
            Err(error) => return Ok(Err(error.to_string())),
        };
        // Earlier alias paths are kept, like earlier slugs, so that old links keep working.
        for path in before.map(|before| before.document.alias_paths.as_slice()).unwrap_or_default() {
            if document.alias_paths.len() < 100 && !document.alias_paths.contains(path) {
                document.alias_paths.push(path.clone());
            }
        }
        let form = export::document_fields(&document);
        let recognised: Vec<&str> = form.keys().map(String::as_str).collect();
        notes.extend(unknown(&names, &recognised));
        document.body = body;
        self.keep_off_fronts(cx, repos, id, &mut document, before, notes)?;
        Ok(Ok(document))
    }

    /// Appends a number to the slug if the article's page would be at a section's front page. An
    /// article that exists keeps its slug, because readers know it.
    fn keep_off_fronts(
        &mut self,
        cx: &Context<'_>,
        repos: &mut dyn Repos,
        id: ArticleId,
        document: &mut Document,
        before: Option<&Article>,
        notes: &mut Vec<String>,
    ) -> Result<()> {
        let is_known = before.is_some_and(|before| before.document.slug == document.slug);
        let Some(published_at) = document.published_at.filter(|_| !is_known) else { return Ok(()) };
        let section = (Role::Section, TermKey::Slug(document.slug.clone()));
        if repos.term_keys(&[section])?.iter().all(|found| !found.is_present) {
            return Ok(());
        }
        let wanted = document.slug.clone();
        let mut owner = None;
        for n in 2..MOST_NUMBERED {
            if !self.slugs.contains_key(&document.slug) {
                self.look_up(repos, std::slice::from_ref(&document.slug))?;
            }
            let is_taken = matches!(self.slugs.get(&document.slug), Some(Some(other)) if *other != id);
            let front = match is_taken {
                true => None,
                false => claimed_paths::page_owner(cx, repos, id, document, published_at)?,
            };
            if !is_taken && front.is_none() {
                break;
            }
            owner = owner.or(front);
            document.slug = wanted.numbered(n);
        }
        if let Some(owner) = owner {
            notes.push(format!("slug: {owner}, so {wanted} became {}", document.slug));
        }
        self.slugs.insert(document.slug.clone(), Some(id));
        Ok(())
    }

    fn free_slug(
        &mut self,
        repos: &mut dyn Repos,
        id: ArticleId,
        fields: &Map<String, Value>,
        before: Option<&Article>,
        notes: &mut Vec<String>,
    ) -> Result<Slug> {
        let Some((wanted, given)) = wanted_slug(fields) else { return Ok(Slug::of("", "article")) };
        // If the source gives no slug, an existing article keeps its own.
        if !given && let Some(before) = before {
            return Ok(before.document.slug.clone());
        }
        let mut slug = wanted.clone();
        for n in 2.. {
            if !self.slugs.contains_key(&slug) {
                self.look_up(repos, std::slice::from_ref(&slug))?;
            }
            match self.slugs.get(&slug) {
                Some(Some(owner)) if *owner != id => slug = wanted.numbered(n),
                _ => break,
            }
        }
        if given && slug != wanted {
            notes.push(format!("slug: {wanted} is taken, so it became {slug}"));
        }
        self.slugs.insert(slug.clone(), Some(id));
        Ok(slug)
    }
}

/// Returns a report if the item needs no import: nothing changed, or it was edited here.
fn settled(
    known: Option<&Provenance>,
    before: Option<&Article>,
    digest: i64,
    fields: &Map<String, Value>,
    repos: &mut dyn Repos,
) -> Result<Option<Report>> {
    let Some(before) = before else { return Ok(None) };
    let outcome = match known {
        Some(known) if known.digest == digest => Outcome::Unchanged,
        Some(known) if known.revision.is_some_and(|revision| revision != before.revision) => {
            Outcome::LeftAlone
        }
        Some(_) => return Ok(None),
        None => {
            let origins = repos.origins("article", &[before.id.bytes()])?;
            let mut published = export::published_beside(repos, std::slice::from_ref(before))?;
            let seen = published.values_mut().map(|revision| &mut revision.document);
            term_aliases::settle(repos, &mut seen.collect::<Vec<_>>())?;
            let mut line = export::article_fields(before, published.get(&before.id), &origins);
            line.remove("type");
            let mut fields = fields.clone();
            fields.remove("type");
            let newest = fields.get("draft").and_then(|draft| draft.get("revision"));
            let revision = newest.or_else(|| fields.get("revision")).and_then(Value::as_u64);
            match revision {
                _ if line == fields => Outcome::Unchanged,
                Some(revision) if u64::from(before.revision) > revision => Outcome::LeftAlone,
                _ => return Ok(None),
            }
        }
    };
    Ok(Some(Report { outcome, notes: Vec::new() }))
}

fn resolve_articles(
    importer: &mut Importer,
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    value: &mut Value,
) -> Result<()> {
    match value {
        Value::Array(values) => {
            values.iter_mut().try_for_each(|value| resolve_articles(importer, cx, repos, value))
        }
        Value::String(reference) => {
            *reference = article_target(importer, cx, repos, reference)?.to_string();
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Builds the next revision of an article from the document, or the first one.
fn article_of(
    cx: &Context<'_>,
    id: ArticleId,
    document: Document,
    envelope: &Envelope,
    before: Option<&Article>,
) -> Result<Article, String> {
    let time = |name: &str| -> Result<Option<Time>, String> {
        match envelope.get(name) {
            None => Ok(None),
            Some(value) => {
                serde_json::from_value(value.clone()).map(Some).map_err(|error| format!("{name}: {error}"))
            }
        }
    };
    let given_revision = match envelope.get("revision") {
        None => None,
        Some(value) => match value.as_u64().and_then(|number| u32::try_from(number).ok()) {
            Some(number @ 1..=revision::MAX) => Some(number),
            _ => return Err(format!("revision: must be a number from 1 to {}", revision::MAX)),
        },
    };
    let published_at = document.published_at.filter(|_| document.status == Status::Published);
    let first = time("firstPublishedAt")?
        .or_else(|| before.and_then(|before| before.first_published_at))
        .or(published_at);
    let modified_at = match (time("modifiedAt")?, before) {
        (Some(modified_at), _) => modified_at,
        (None, Some(_)) => cx.now,
        (None, None) => published_at.unwrap_or(cx.now),
    };
    let old: Vec<Slug> = match envelope.get("oldSlugs") {
        None => Vec::new(),
        Some(value) => serde_json::from_value(value.clone()).map_err(|error| format!("oldSlugs: {error}"))?,
    };
    // An export does not contain since when readers know an old slug.
    let mut known_slugs: BTreeMap<Slug, Time> =
        old.into_iter().map(|slug| (slug, Time::from_micros(0))).collect();
    known_slugs.extend(before.into_iter().flat_map(|before| before.known_slugs.clone()));
    Ok(Article {
        id,
        revision: match before {
            Some(before) => (before.revision + 1).max(given_revision.unwrap_or(1)),
            None => given_revision.unwrap_or(1),
        },
        document,
        published: None,
        first_published_at: first,
        modified_at,
        known_slugs,
        created_by: before.and_then(|before| before.created_by),
        saved_by: cx.caller.account(),
        note: None,
    })
}

/// Saves an article that its source does not publish, or no longer publishes.
fn save_unpublished(repos: &mut dyn Repos, before: Option<&Article>, article: &Article) -> Result<()> {
    match before.map_or(article.revision > 1, |before| before.published.is_some()) {
        true => schedule::save_withdrawal(repos, article),
        false => repos.save_draft(article),
    }
}
