//! Import of tags, sections and authors, and resolution of references to them.

use serde_json::{Map, Value};

use super::{
    Importer, Origin, Outcome, Provenance, Report,
    fields::{origins, source_id, storable},
    item::digest,
    references::target,
    report::skipped,
};
use crate::{
    address,
    change::{Action, NewChange},
    claimed_paths,
    context::Context,
    error::Result,
    export,
    id::Id,
    media::Media,
    revision,
    slug::Slug,
    store::Repos,
    term::{self, Author, Link, Role, Section, Tag, TagType, Term, TermId, TermKey, TermRef, line_of},
    text,
};

const KNOWN: [&str; 16] = [
    "revision",
    "oldIds",
    "oldSlugs",
    "id",
    "photo",
    "slug",
    "name",
    "description",
    "bio",
    "parent",
    "tagType",
    "links",
    "origins",
    "type",
    "articleCount",
    "path",
];

impl Importer {
    pub(super) fn import_term(
        &mut self,
        cx: &Context<'_>,
        repos: &mut dyn Repos,
        role: Role,
        fields: &Map<String, Value>,
    ) -> Result<Report> {
        let Some(source_id) = source_id(fields) else {
            return Ok(skipped("it has neither an id nor a slug"));
        };
        let name = name_of(fields.get("name").and_then(Value::as_str).unwrap_or(&source_id));
        let Some(name) = name.as_deref() else { return Ok(skipped(format!("name: {}", text::NAME_RULE))) };
        let mut notes = unknown(fields.keys(), &KNOWN);
        let own_id = match role.read(&source_id) {
            Some(TermKey::Id(id)) => Some(id),
            _ => None,
        };
        let digest = digest(fields);
        let origin = self.origin(role.as_str(), &source_id);
        let known = match own_id {
            Some(_) => None,
            None => repos.provenances(std::slice::from_ref(&origin))?.pop(),
        };
        if known.as_ref().is_some_and(|known| known.digest == digest) {
            return Ok(Report { outcome: Outcome::Unchanged, notes });
        }

        let was_defined = known.as_ref().is_some_and(|known| known.digest != 0);
        let id = match own_id.or(known.map(|known| TermId(known.target))) {
            Some(id) => Some(id),
            None => self.not_yet_defined(repos, role, name)?,
        };
        let before = match id {
            Some(id) => repos.terms(&[id], cx.now)?.pop(),
            None => None,
        };
        let id = id.unwrap_or_else(|| TermId(cx.new_id::<()>().bytes()));
        let mut term = match term_of(fields, role, id, name, before.as_ref()) {
            Ok(term) => term,
            Err(reason) => return Ok(skipped(reason)),
        };
        term.parent = match fields.get("parent").and_then(Value::as_str) {
            None => None,
            Some(parent) if name_of(parent).is_none() => {
                return Ok(skipped(format!("parent: {}", text::NAME_RULE)));
            }
            Some(parent) if parent == source_id || text::name_key(parent) == text::name_key(name) => {
                return Ok(skipped("parent: a term cannot be below itself"));
            }
            Some(parent) => {
                let parent = self.term(cx, repos, role, parent)?;
                if is_below(repos, parent, id)? {
                    notes.push("parent: would be below itself or too deep, so it was left out".to_owned());
                    None
                } else {
                    let found = repos.terms(&[parent], cx.now)?.pop();
                    found.map(|found| TermRef { id: found.id, slug: found.slug, name: found.name })
                }
            }
        };

        term.photo = match fields.get("photo") {
            None | Some(Value::Null) => None,
            Some(name) => match storable(name).filter(|name| !name.is_empty()) {
                Some(name) => Some(target::<Media>(self, cx, repos, &name)?),
                None => return Ok(skipped("photo: must be an id")),
            },
        };
        term.slug = term::free_slug(repos, &term)?;
        if role == Role::Section {
            let wanted = term.slug.clone();
            if let Some(owner) = claimed_paths::keep_off_pages(cx, repos, before.as_ref(), &mut term)? {
                notes.push(format!("slug: {owner}, so {wanted} became {}", term.slug));
            }
        }
        let mut old_slugs: Vec<Slug> = match fields.get("oldSlugs") {
            None | Some(Value::Null) => Vec::new(),
            Some(value) => match serde_json::from_value(value.clone()) {
                Ok(slugs) => slugs,
                Err(error) => return Ok(skipped(format!("oldSlugs: {error}"))),
            },
        };
        let old_ids: Vec<TermId> = fields
            .get("oldIds")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|id| match role.read(id.as_str()?) {
                Some(TermKey::Id(id)) => Some(id),
                _ => None,
            })
            .collect();
        for provenance in origins(role.as_str(), fields, id.0) {
            repos.save_provenance(&provenance)?;
        }
        if own_id.is_none() {
            repos.save_provenance(&Provenance { origin, target: id.0, digest, revision: None })?;
        }
        let outcome = match &before {
            Some(before) if same(before, &term) => {
                self.mentioned.remove(&id);
                Outcome::Unchanged
            }
            // A term that was created for a reference counts as created then.
            Some(_) => Outcome::Updated,
            None => Outcome::Created,
        };
        if outcome != Outcome::Unchanged {
            notes.extend(same_name(cx, repos, &term)?);
            let action = if before.is_some() { Action::Updated } else { Action::Created };
            let least = match &before {
                // A term that was created for a reference in this import keeps its first revision.
                Some(before) if !self.mentioned.remove(&id) => before.revision + 1,
                _ => revision::FIRST,
            };
            term.revision = least.max(given_revision(fields));
            self.save_term(cx, repos, &term, action)?;
            // The slug of a term that was only referred to was never public, so it needs no
            // redirect.
            old_slugs.extend(before.filter(|_| was_defined).map(|before| before.slug));
        }
        repos.save_old_term_slugs(&term, &old_slugs)?;
        if !old_ids.is_empty() {
            repos.save_aliases(&old_ids, term.id)?;
        }
        self.terms.insert((role, source_id), id);
        Ok(Report { outcome, notes })
    }

    fn save_term(
        &mut self,
        cx: &Context<'_>,
        repos: &mut dyn Repos,
        term: &Term,
        action: Action,
    ) -> Result<()> {
        repos.save_term(term)?;
        let change = NewChange::of(cx, term.role.as_str(), term.id.0, action);
        repos.record(change.at_revision(term.revision));
        self.ancestors.clear();
        Ok(())
    }

    /// Returns the term that `reference` names: by id, by the source's id, by name or by slug.
    ///
    /// If there is none, a term with that name is created.
    pub(super) fn term(
        &mut self,
        cx: &Context<'_>,
        repos: &mut dyn Repos,
        role: Role,
        reference: &str,
    ) -> Result<TermId> {
        let reference = reference.trim();
        let cached = (role, reference.to_owned());
        if let Some(id) = self.terms.get(&cached) {
            return Ok(*id);
        }
        let own_id = match role.read(reference) {
            Some(TermKey::Id(id)) => Some(id),
            _ => None,
        };
        let found = match own_id {
            Some(id) => repos.terms(&[id], cx.now)?.pop().map(|term| term.id),
            None => {
                let origin: Origin = self.origin(role.as_str(), reference);
                match repos.provenances(&[origin])?.pop() {
                    Some(known) => Some(TermId(known.target)),
                    None => self.find_term(repos, role, reference)?,
                }
            }
        };
        let id = match found {
            Some(id) => id,
            None => {
                let id = own_id.unwrap_or_else(|| TermId(cx.new_id::<()>().bytes()));
                let mut term = Term::named(id, role, reference, Slug::of(reference, role.as_str()));
                term.slug = term::free_slug(repos, &term)?;
                if role == Role::Section {
                    claimed_paths::keep_off_pages(cx, repos, None, &mut term)?;
                }
                self.save_term(cx, repos, &term, Action::Created)?;
                self.mentioned.insert(id);
                if own_id.is_none() {
                    let origin = self.origin(role.as_str(), reference);
                    repos.save_provenance(&Provenance { origin, target: id.0, digest: 0, revision: None })?;
                }
                id
            }
        };
        self.terms.insert(cached, id);
        Ok(id)
    }

    /// Finds the existing term that an item defines, by name or slug.
    ///
    /// A term that another item of this source defined does not count, because a source may have
    /// two things of the same name.
    fn not_yet_defined(&self, repos: &mut dyn Repos, role: Role, name: &str) -> Result<Option<TermId>> {
        let Some(id) = self.find_term(repos, role, name)? else { return Ok(None) };
        let origins = repos.origins(role.as_str(), &[id.0])?;
        let defined = origins.iter().any(|known| known.origin.source == self.source && known.digest != 0);
        Ok((!defined).then_some(id))
    }

    fn find_term(&self, repos: &mut dyn Repos, role: Role, name: &str) -> Result<Option<TermId>> {
        if let Some((_, id)) = repos.terms_named(role, &[text::name_key(name)])?.pop() {
            return Ok(Some(id));
        }
        match name.parse::<Slug>() {
            Ok(slug) => Ok(repos.term_keys(&[(role, TermKey::Slug(slug))])?.pop().map(|found| found.id)),
            Err(_) => Ok(None),
        }
    }

    /// Returns the ids of a section and its ancestors, nearest first.
    pub(super) fn section_line(&mut self, repos: &mut dyn Repos, id: TermId) -> Result<Vec<Id<Section>>> {
        if let Some(line) = self.ancestors.get(&id) {
            return Ok(line.clone());
        }
        let line: Vec<_> = line_of(repos, id)?.into_iter().map(|id| Id::from_bytes(id.0)).collect();
        self.ancestors.insert(id, line.clone());
        Ok(line)
    }
}

/// Returns a note if another term has the same name. Sections below different ones may share a name.
///
/// Both terms stay, because a source may have two things of the same name. A reference by this name
/// can lead to only one of them.
fn same_name(cx: &Context<'_>, repos: &mut dyn Repos, term: &Term) -> Result<Option<String>> {
    let named = repos.terms_named(term.role, &[text::name_key(&term.name)])?;
    let ids: Vec<TermId> = named.into_iter().map(|(_, id)| id).filter(|id| *id != term.id).collect();
    let parent = |term: &Term| term.parent.as_ref().map(|parent| parent.id);
    let others = if ids.is_empty() { Vec::new() } else { repos.terms(&ids, cx.now)? };
    let other = others.iter().find(|other| parent(other) == parent(term));
    Ok(other.map(|other| {
        format!("name: has the same name as the {} {}, and both stay", term.role.as_str(), other.slug)
    }))
}

/// Returns the revision that an exported line contains; 0 if there is none.
fn given_revision(fields: &Map<String, Value>) -> u32 {
    let given = fields.get("revision").and_then(Value::as_u64).unwrap_or_default();
    u32::try_from(given).unwrap_or(revision::MAX).min(revision::MAX)
}

/// Returns whether `term` is `root`, is below it, or is too deep to have children.
fn is_below(repos: &mut dyn Repos, term: TermId, root: TermId) -> Result<bool> {
    let line = line_of(repos, term)?;
    Ok(line.len() >= Term::MAX_DEPTH || line.contains(&root))
}

fn term_of(
    fields: &Map<String, Value>,
    role: Role,
    id: TermId,
    name: &str,
    before: Option<&Term>,
) -> Result<Term, String> {
    let text = |field: &str| match fields.get(field).and_then(Value::as_str) {
        Some(text) if text.contains('\0') || text.len() > 20_000 => {
            Err(format!("{field}: is too long or contains U+0000"))
        }
        text => Ok(text.filter(|text| !text.trim().is_empty()).map(str::to_owned)),
    };
    let slug = match fields.get("slug").and_then(Value::as_str) {
        Some(slug) => Slug::of(slug, role.as_str()),
        // Without a slug in the item, a term keeps its slug as long as it keeps its name.
        None => before
            .filter(|before| before.name == name)
            .map_or_else(|| Slug::of(name, role.as_str()), |before| before.slug.clone()),
    };
    let tag_type = match fields.get("tagType") {
        None | Some(Value::Null) => TagType::default(),
        Some(value) => serde_json::from_value(value.clone()).map_err(|_| {
            "tagType: must be one of keyword person organisation place event series tone campaign".to_owned()
        })?,
    };
    let links: Vec<Link> = match fields.get("links") {
        None | Some(Value::Null) => Vec::new(),
        Some(value) => serde_json::from_value(value.clone())
            .map_err(|_| "links: must be a list of {\"label\", \"url\"}".to_owned())?,
    };
    if let Some(violation) = address::violation_in("links", links.iter().map(|link| link.url.as_str())) {
        return Err(format!("links: {}", violation.detail));
    }
    let description = text("description")?.or(text("bio")?);
    Ok(Term { description, tag_type, links, ..Term::named(id, role, name, slug) })
}

/// Returns whether two states of a term are equal in everything but the revision.
fn same(a: &Term, b: &Term) -> bool {
    let fields = |term: &Term| {
        let mut fields = export::term_fields(term);
        fields.remove("revision");
        fields
    };
    fields(a) == fields(b)
}

/// Returns a note for each unknown field.
pub(super) fn unknown<'f>(fields: impl IntoIterator<Item = &'f String>, known: &[&str]) -> Vec<String> {
    fields
        .into_iter()
        .filter(|field| !known.contains(&field.as_str()))
        .map(|field| format!("{field}: is not a known field"))
        .collect()
}

/// Returns the name in its stored form, if it is valid. Line breaks, which sources often contain
/// unseen, become spaces.
fn name_of(text: &str) -> Option<String> {
    let name = text::name(&text::one_line(text));
    text::is_name(&name).then_some(name)
}

/// Resolves the references in one field to ids, as text. The inner error is the reason to skip the
/// item.
pub(super) fn references(
    importer: &mut Importer,
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    role: Role,
    value: &Value,
) -> Result<Result<Value, String>> {
    let mut resolve = |value: &Value| -> Result<Result<Value, String>> {
        match value.as_str().and_then(name_of) {
            Some(name) => {
                let id = importer.term(cx, repos, role, &name)?;
                Ok(Ok(Value::String(match role {
                    Role::Tag => Id::<Tag>::from_bytes(id.0).to_string(),
                    Role::Section => Id::<Section>::from_bytes(id.0).to_string(),
                    Role::Author => Id::<Author>::from_bytes(id.0).to_string(),
                })))
            }
            None => {
                Ok(Err(format!("has an invalid name of a {}: a name {}", role.as_str(), text::NAME_RULE)))
            }
        }
    };
    let Value::Array(values) = value else { return resolve(value) };
    let mut ids: Vec<Value> = Vec::with_capacity(values.len());
    for value in values {
        match resolve(value)? {
            // Two spellings of one name lead to the same term.
            Ok(id) if ids.contains(&id) => {}
            Ok(id) => ids.push(id),
            Err(reason) => return Ok(Err(reason)),
        }
    }
    Ok(Ok(Value::Array(ids)))
}
