//! Import of media, comments and collections.
//!
//! They share one procedure, because each is stored as a whole in its serialised form.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{
    Importer, Outcome, Provenance, Report,
    fields::{has_nul, origins, source_id, storable},
    item::digest,
    references::{article_target, target},
    report::{reasons, skipped},
    term::unknown,
};
use crate::{
    address::is_address,
    body,
    change::{Action, NewChange},
    collection::{self, Collection, CollectionId},
    comment::{Comment, CommentId},
    context::Context,
    error::Result,
    id::{Entity, Id},
    media::{Media, MediaId},
    revision,
    slug::Slug,
    store::Repos,
    text,
};

/// A thing whose serialised form is the JSONL line it is imported from.
pub(super) trait Thing: Entity + Serialize + DeserializeOwned + PartialEq + Sized {
    /// Replaces references by ids, and fills in defaults. The inner error is the reason to skip the
    /// item.
    fn resolve(
        importer: &mut Importer,
        cx: &Context<'_>,
        repos: &mut dyn Repos,
        own: &Own<'_, Self>,
        fields: &mut Map<String, Value>,
    ) -> Result<Result<(), String>>;

    /// Removes invalid optional fields. Returns a note for each.
    fn mend(_: &mut Map<String, Value>) -> Vec<String> {
        Vec::new()
    }

    fn check(&self) -> Result<()>;

    /// Returns the revision, for things that have one.
    fn revision(&mut self) -> Option<&mut u32> {
        None
    }

    fn load(repos: &mut dyn Repos, id: Id<Self>) -> Result<Option<Self>>;
    fn save(&self, repos: &mut dyn Repos) -> Result<()>;
}

/// The ids of the item: here and at its source.
pub(super) struct Own<'s, T> {
    id: Id<T>,
    source_id: &'s str,
}

impl Importer {
    pub(super) fn import_thing<T: Thing>(
        &mut self,
        cx: &Context<'_>,
        repos: &mut dyn Repos,
        given: &Map<String, Value>,
    ) -> Result<Report> {
        let Some(source_id) = source_id(given) else { return Ok(skipped("it has no id")) };
        let digest = digest(given);
        let own_id = source_id.parse::<Id<T>>().ok();
        let origin = self.origin(T::PREFIX, &source_id);
        let known = match own_id {
            Some(_) => None,
            None => repos.provenances(std::slice::from_ref(&origin))?.pop(),
        };
        if known.as_ref().is_some_and(|known| known.digest == digest) {
            return Ok(Report { outcome: Outcome::Unchanged, notes: Vec::new() });
        }
        let id = own_id.or(known.map(|known| Id::from_bytes(known.target))).unwrap_or_else(|| cx.new_id());

        let mut fields = match own_fields(given) {
            Ok(fields) => fields,
            Err(reason) => return Ok(skipped(reason)),
        };
        fields.insert("id".to_owned(), Value::String(id.to_string()));
        let mut mended = T::mend(&mut fields);
        let own = Own { id, source_id: &source_id };
        if let Err(reason) = T::resolve(self, cx, repos, &own, &mut fields)? {
            return Ok(skipped(reason));
        }
        let (mut thing, notes): (T, _) = match read(&fields) {
            Ok(read) => read,
            Err(reason) => return Ok(skipped(reason)),
        };
        mended.extend(notes);
        let notes = mended;
        if let Err(error) = thing.check() {
            return Ok(skipped(reasons(&error)));
        }

        let mut before = T::load(repos, id)?;
        let given_revision = thing.revision().map(|revision| *revision);
        if given_revision.is_some_and(|given| !(revision::FIRST..=revision::MAX).contains(&given)) {
            return Ok(skipped(format!("revision: must be a number from 1 to {}", revision::MAX)));
        }
        if let (Some(own), Some(stored)) = (thing.revision(), before.as_mut().and_then(T::revision)) {
            *own = *stored;
        }
        let outcome = match &before {
            Some(before) if *before == thing => Outcome::Unchanged,
            Some(_) => Outcome::Updated,
            None => Outcome::Created,
        };
        if outcome != Outcome::Unchanged {
            let action = if before.is_some() { Action::Updated } else { Action::Created };
            let mut change = NewChange::of(cx, T::PREFIX, id.bytes(), action);
            if let Some(revision) = thing.revision() {
                // Exports contain revisions, so that an imported copy continues counting from them.
                *revision = (*revision + u32::from(before.is_some())).max(given_revision.unwrap_or_default());
                change = change.at_revision(*revision);
            }
            thing.save(repos)?;
            repos.record(change);
        }
        for provenance in origins(T::PREFIX, given, id.bytes()) {
            repos.save_provenance(&provenance)?;
        }
        if own_id.is_none() {
            repos.save_provenance(&Provenance { origin, target: id.bytes(), digest, revision: None })?;
        }
        Ok(Report { outcome, notes })
    }
}

/// Returns the fields of the thing itself, without `type`, `origins` and null values.
pub(super) fn own_fields(given: &Map<String, Value>) -> Result<Map<String, Value>, String> {
    if let Some((name, _)) = given.iter().find(|(_, value)| has_nul(value)) {
        return Err(format!("{name}: must not contain the character U+0000"));
    }
    Ok(given
        .iter()
        .filter(|(name, value)| !["type", "origins"].contains(&name.as_str()) && !value.is_null())
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect())
}

/// Deserialises a thing. Returns it with a note for each unknown field.
pub(super) fn read<T: Serialize + DeserializeOwned>(
    fields: &Map<String, Value>,
) -> Result<(T, Vec<String>), String> {
    let thing: T = serde_path_to_error::deserialize(Value::Object(fields.clone())).map_err(|error| {
        let reason: String = error.inner().to_string().chars().take(200).collect();
        match error.path().to_string().as_str() {
            "." => reason,
            path => format!("{path}: {reason}"),
        }
    })?;
    let form = serde_json::to_value(&thing).unwrap_or_default();
    let recognised: Vec<&str> =
        form.as_object().map(|form| form.keys().map(String::as_str).collect()).unwrap_or_default();
    Ok((thing, unknown(fields.keys(), &recognised)))
}

/// Replaces the reference in a field by the id that `find` returns for it.
fn resolve_field<T: Entity>(
    fields: &mut Map<String, Value>,
    name: &str,
    find: impl FnOnce(&str) -> Result<Id<T>>,
) -> Result<Result<(), String>> {
    let Some(value) = fields.get_mut(name) else { return Ok(Ok(())) };
    let reference = match value {
        Value::Number(number) => Some(number.to_string()),
        _ => storable(value).filter(|text| !text.is_empty()),
    };
    match reference {
        Some(reference) => {
            *value = Value::String(find(&reference)?.to_string());
            Ok(Ok(()))
        }
        None => Ok(Err(format!("{name}: must be an id"))),
    }
}

impl Thing for Media {
    fn resolve(
        _: &mut Importer,
        _: &Context<'_>,
        _: &mut dyn Repos,
        _: &Own<'_, Self>,
        _: &mut Map<String, Value>,
    ) -> Result<Result<(), String>> {
        Ok(Ok(()))
    }

    fn check(&self) -> Result<()> {
        self.check()
    }

    fn load(repos: &mut dyn Repos, id: MediaId) -> Result<Option<Self>> {
        Ok(repos.media(&[id])?.pop())
    }

    fn save(&self, repos: &mut dyn Repos) -> Result<()> {
        repos.save_media(self)
    }
}

impl Thing for Comment {
    fn resolve(
        importer: &mut Importer,
        cx: &Context<'_>,
        repos: &mut dyn Repos,
        own: &Own<'_, Self>,
        fields: &mut Map<String, Value>,
    ) -> Result<Result<(), String>> {
        let parent = fields.get("parent").and_then(Value::as_str).map(str::to_owned);
        if parent.is_some_and(|parent| parent == own.source_id || parent == own.id.to_string()) {
            return Ok(Err("parent: a comment cannot reply to itself".to_owned()));
        }
        if let Err(reason) =
            resolve_field(fields, "article", |name| article_target(importer, cx, repos, name))?
        {
            return Ok(Err(reason));
        }
        let article = fields.get("article").and_then(Value::as_str).and_then(|id| id.parse().ok());
        if let Some(article) = article
            && !repos.destroyed(&[article])?.is_empty()
        {
            return Ok(Err("article: it was destroyed here".to_owned()));
        }
        if let Err(reason) =
            resolve_field(fields, "parent", |name| target::<Self>(importer, cx, repos, name))?
        {
            return Ok(Err(reason));
        }
        Ok(Ok(()))
    }

    /// Removes an invalid `authorUrl`, which only moderators see, rather than skip the comment.
    fn mend(fields: &mut Map<String, Value>) -> Vec<String> {
        let url = fields.get("authorUrl").and_then(Value::as_str).unwrap_or_default();
        let is_worth_a_note = !url.is_empty();
        if is_address(url) || !fields.get("authorUrl").is_some_and(Value::is_string) {
            return Vec::new();
        }
        fields.shift_remove("authorUrl");
        let note = "authorUrl: is no web address and was removed".to_owned();
        is_worth_a_note.then_some(note).into_iter().collect()
    }

    fn check(&self) -> Result<()> {
        self.check()?;
        body::comment_words(&self.body, self.body_format).map(drop)
    }

    fn load(repos: &mut dyn Repos, id: CommentId) -> Result<Option<Self>> {
        Ok(repos.comments(&[id])?.pop())
    }

    fn save(&self, repos: &mut dyn Repos) -> Result<()> {
        let words = body::comment_words(&self.body, self.body_format)?;
        repos.save_comment(self, &words).map(drop)
    }
}

impl Thing for Collection {
    fn revision(&mut self) -> Option<&mut u32> {
        Some(&mut self.revision)
    }

    fn resolve(
        importer: &mut Importer,
        cx: &Context<'_>,
        repos: &mut dyn Repos,
        own: &Own<'_, Self>,
        fields: &mut Map<String, Value>,
    ) -> Result<Result<(), String>> {
        if let Some(Value::String(title)) = fields.get_mut("title") {
            *title = text::name(&text::one_line(title));
        }
        let named = ["slug", "title"].iter().find_map(|name| fields.get(*name)?.as_str());
        let Some(named) = named else { return Ok(Err("title: is missing".to_owned())) };
        let slug = collection::free_slug(repos, own.id, Slug::of(named, "collection"))?;
        fields.insert("slug".to_owned(), Value::String(slug.to_string()));
        let Some(articles) = fields.get_mut("articles") else { return Ok(Ok(())) };
        let Some(names) = articles.as_array() else {
            return Ok(Err("articles: must be a list of names".to_owned()));
        };
        let mut ids: Vec<Value> = Vec::with_capacity(names.len());
        for name in names {
            let Some(name) = storable(name).filter(|name| !name.is_empty()) else {
                return Ok(Err("articles: must be a list of names".to_owned()));
            };
            let id = Value::String(article_target(importer, cx, repos, &name)?.to_string());
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        *articles = Value::Array(ids);
        Ok(Ok(()))
    }

    fn check(&self) -> Result<()> {
        self.check()
    }

    fn load(repos: &mut dyn Repos, id: CollectionId) -> Result<Option<Self>> {
        Ok(repos.collections(&[id])?.pop())
    }

    fn save(&self, repos: &mut dyn Repos) -> Result<()> {
        repos.save_collection(self)
    }
}
