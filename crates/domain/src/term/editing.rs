//! Creating, changing, merging and deleting tags, sections and authors.

use super::{Link, Role, TagType, Term, TermId, TermKey, TermRef, byline, free_slug, get, line_of};
use crate::{
    access::Permission,
    account::AccountId,
    address,
    article::Article,
    change::{self, Action, NewChange, Thing},
    claimed_paths,
    context::Context,
    error::{Error, Kind, Result, Violation},
    id::Entity,
    media::MediaId,
    revision::ExpectedRevision,
    slug::Slug,
    store::Repos,
    text,
};

/// The fields to set. On edit, omitted fields are left unchanged.
#[derive(Debug, Clone, Default)]
pub struct TermPatch {
    /// The name. 1 to 200 characters.
    pub name: Option<String>,
    /// The slug. Default on create: derived from the name. A taken slug gets a number, unless it
    /// was given to [`create`].
    pub slug: Option<String>,
    /// The description, or an author's biography. At most 5,000 characters.
    pub description: Option<Option<String>>,
    /// The parent term, by id or slug.
    pub parent: Option<Option<String>>,
    /// The type of a tag.
    pub tag_type: Option<TagType>,
    /// An author's links. At most 20.
    pub links: Option<Vec<Link>>,
    /// An author's photo, by media id.
    pub photo: Option<Option<String>>,
    /// The account of the person behind this author, by account id.
    ///
    /// The account then owns the articles with this byline. Setting it requires
    /// [`Permission::ManageAccounts`].
    pub user: Option<Option<String>>,
}

impl TermPatch {
    pub(super) fn require(&self, cx: &Context<'_>) -> Result<()> {
        cx.require(Permission::EditTerms)?;
        match self.user {
            Some(_) => cx.require(Permission::ManageAccounts),
            None => Ok(()),
        }
    }
}

/// The maximum number of links of an author.
const MOST_LINKS: usize = 20;

/// What to do if the term to create already exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnExisting {
    /// Fail with `term.exists` and the id of the existing term.
    #[default]
    Refuse,
    /// Return the existing term unchanged.
    Return,
}

/// The result of creating a term.
#[derive(Debug, Clone, PartialEq)]
pub enum Made {
    /// The term was created.
    New(Term),
    /// The term existed already.
    Existing(Term),
}

impl From<Made> for Term {
    fn from(made: Made) -> Self {
        match made {
            Made::New(term) | Made::Existing(term) => term,
        }
    }
}

/// Creates a tag, a section or an author.
///
/// If a term has the given slug, or without a slug the same name, `on_existing` decides: fail with
/// `term.exists`, or return that term. So concurrent requests to create the same tag give one tag.
pub fn create(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    role: Role,
    new: &TermPatch,
    on_existing: OnExisting,
) -> Result<Made> {
    new.require(cx)?;
    repos.change_terms()?;
    let user = linked(repos, new)?.flatten();
    match make(cx, repos, role, new, user)? {
        Made::Existing(existing) if on_existing == OnExisting::Refuse => Err(exists(&existing, new)),
        made => Ok(made),
    }
}

/// Creates a term, linked to an account if one is given, or returns the one that exists. The caller holds the
/// lock on changes of terms.
pub(super) fn make(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    role: Role,
    new: &TermPatch,
    user: Option<AccountId>,
) -> Result<Made> {
    let id = TermId(cx.new_id::<()>().bytes());
    let name = new.name.as_deref().unwrap_or_default();
    let blank = Term::named(id, role, name, Slug::of(name, role.as_str()));
    let term = changed(cx, repos, &blank, new)?;
    if let Some(existing) = existing(cx, repos, &term, new)? {
        return Ok(Made::Existing(existing));
    }
    claimed_paths::expect_free_fronts(cx, repos, None, &term)?;
    let made = save(cx, repos, &term, Action::Created, Vec::new())?;
    if user.is_some() {
        repos.link_author(made.id, user)?;
    }
    Ok(Made::New(made))
}

/// Returns the term that has the given slug, or, if no slug is given, the same name.
fn existing(cx: &Context<'_>, repos: &mut dyn Repos, term: &Term, new: &TermPatch) -> Result<Option<Term>> {
    let id = match new.slug.as_deref().map(str::parse::<Slug>) {
        Some(Ok(slug)) => {
            let found = repos.term_keys(&[(term.role, TermKey::Slug(slug))])?.pop();
            found.filter(|found| found.is_present).map(|found| found.id)
        }
        Some(Err(_)) => None,
        None => repos.terms_named(term.role, &[text::name_key(&term.name)])?.pop().map(|(_, id)| id),
    };
    match id {
        Some(id) => Ok(repos.terms(&[id], cx.now)?.pop()),
        None => Ok(None),
    }
}

fn exists(existing: &Term, new: &TermPatch) -> Error {
    let (role, id) = (existing.role.as_str(), existing.role.write(existing.id));
    let place = if new.slug.is_some() { "slug" } else { "name" };
    let named = format!("the {role} \"{}\" ({id}) has it", existing.name);
    let detail = format!("the {role} exists: {id}; use it, or give another slug");
    Error::new(Kind::Conflict, "term.exists", detail)
        .at(vec![Violation::at(place, "term.exists", named)])
        .naming(id)
}

/// Changes a term. Its articles keep it, and its old slug redirects to it.
///
/// Fails unless `expected` matches its revision.
pub fn edit(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    role: Role,
    key: &str,
    patch: &TermPatch,
    expected: ExpectedRevision,
) -> Result<Term> {
    let before = byline::to_edit(cx, repos, role, key, patch)?;
    expected.check(repos, &thing(&before), before.revision)?;
    let term = changed(cx, repos, &before, patch)?;
    claimed_paths::expect_free_fronts(cx, repos, Some(&before), &term)?;
    let mut fields = changed_fields(&before, &term);
    if let Some(user) = linked(repos, patch)?
        && repos.account_of_author(before.id)? != user
    {
        repos.link_author(before.id, user)?;
        fields.push("user");
    }
    if fields.is_empty() {
        return Ok(before);
    }
    let now = save(cx, repos, &term.revised(), Action::Updated, fields)?;
    repos.save_old_term_slugs(&now, &[before.slug])?;
    Ok(now)
}

/// Deletes a term that is not in use: no published or scheduled article has it, no term is below
/// it, and it is not linked to an account. Drafts that have it lose it.
///
/// Fails with `term.in_use` otherwise, and unless `expected` matches its revision.
pub fn remove(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    role: Role,
    key: &str,
    expected: ExpectedRevision,
) -> Result<()> {
    cx.require(Permission::EditTerms)?;
    repos.change_terms()?;
    let term = get(cx, repos, role, key)?;
    expected.check(repos, &thing(&term), term.revision)?;
    if repos.is_term_in_use(term.id)? {
        let detail = "it has articles or child terms; move them first";
        return Err(Error::new(Kind::Conflict, "term.in_use", detail));
    }
    if repos.account_of_author(term.id)?.is_some() {
        let detail = "the author is linked to an account; remove the link first";
        return Err(Error::new(Kind::Conflict, "term.in_use", detail));
    }
    repos.remove_term(&term)?;
    repos.record(NewChange::of(cx, role.as_str(), term.id.0, Action::Deleted));
    Ok(())
}

/// Merges a tag into another. Its articles and child tags move to the other tag, and its slugs and
/// id redirect there.
///
/// Fails unless `expected` matches the revision of the tag that is merged away.
pub fn merge(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    key: &str,
    into: &str,
    expected: ExpectedRevision,
) -> Result<Term> {
    cx.require(Permission::EditTerms)?;
    repos.change_terms()?;
    let gone = get(cx, repos, Role::Tag, key)?;
    expected.check(repos, &thing(&gone), gone.revision)?;
    let refused = |code, detail: &'static str| Error::violations(vec![Violation::at("into", code, detail)]);
    let Some(mut other) = super::find(cx, repos, Role::Tag, into)? else {
        return Err(refused("tag.not_found", "there is no such tag"));
    };
    if other.id == gone.id {
        return Err(refused("tag.itself", "is the same tag"));
    }
    let mut fields = Vec::new();
    if line_of(repos, other.id)?.contains(&gone.id) {
        if other.parent.as_ref().is_none_or(|parent| parent.id != gone.id) {
            return Err(refused("parent.circular", "is below this tag, but not directly; move it up first"));
        }
        other.parent = gone.parent.clone();
        fields.push("parent");
        // Saved before the child tags of the merged tag are read.
        repos.save_term(&other)?;
    }
    let below = repos.terms_below(&[gone.id])?;
    for article in repos.merge_terms(&gone, &other)? {
        let refiled = NewChange::of(cx, Article::PREFIX, article.bytes(), Action::Updated);
        repos.record(refiled.of_fields(vec!["tags"]));
    }
    for child in repos.terms(&below, cx.now)? {
        record(cx, repos, &child, Action::Updated, vec!["parent"]);
    }
    repos.record(NewChange::of(cx, Role::Tag.as_str(), gone.id.0, Action::Merged));
    save(cx, repos, &other.revised(), Action::Updated, fields)
}

fn save(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    term: &Term,
    action: Action,
    fields: Vec<&'static str>,
) -> Result<Term> {
    repos.save_term(term)?;
    record(cx, repos, term, action, fields);
    // Read back, because fields such as the path are derived on save.
    repos
        .terms(&[term.id], cx.now)?
        .pop()
        .ok_or_else(|| Error::new(Kind::Internal, "server.fault", "a term is there after it was saved"))
}

fn record(cx: &Context<'_>, repos: &mut dyn Repos, term: &Term, action: Action, fields: Vec<&'static str>) {
    let change = NewChange::of(cx, term.role.as_str(), term.id.0, action);
    repos.record(change.at_revision(term.revision).of_fields(fields));
}

fn thing(term: &Term) -> Thing {
    Thing { entity: term.role.as_str().to_owned(), id: term.id.0 }
}

/// Returns the term with the patch applied, or an error with every violation.
fn changed(cx: &Context<'_>, repos: &mut dyn Repos, before: &Term, patch: &TermPatch) -> Result<Term> {
    let mut wrong = Vec::new();
    let mut term = before.clone();
    if let Some(name) = &patch.name {
        term.name = text::name(name);
    }
    if !text::is_name(&term.name) {
        wrong.push(Violation::at("name", "name.malformed", text::NAME_RULE));
    }
    match patch.slug.as_deref().map(str::parse::<Slug>) {
        None => {}
        Some(Ok(slug)) => term.slug = slug,
        Some(Err(error)) => wrong.push(Violation::at("slug", "slug.malformed", error.detail().to_owned())),
    }
    if let Some(description) = &patch.description {
        term.description = description.clone().filter(|text| !text.trim().is_empty());
        if description.as_ref().is_some_and(|text| text.chars().count() > 5_000 || text.contains('\0')) {
            let detail = "must have at most 5,000 characters and not contain U+0000";
            wrong.push(Violation::at(description_name(term.role), "text.too_long", detail));
        }
    }
    if let Some(tag_type) = patch.tag_type {
        term.tag_type = tag_type;
    }
    if let Some(links) = &patch.links {
        term.links.clone_from(links);
        if links.len() > MOST_LINKS || !links.iter().all(|link| text::is_name(link.label.trim())) {
            let detail = "must be at most 20, each with a label of 1 to 200 characters and a web address";
            wrong.push(Violation::at("links", "links.malformed", detail));
        }
        wrong.extend(address::violation_in("links", links.iter().map(|link| link.url.as_str())));
    }
    if let Some(photo) = &patch.photo {
        match photographed(repos, photo.as_deref())? {
            Ok(photo) => term.photo = photo,
            Err(violation) => wrong.push(violation),
        }
    }
    if let Some(parent) = &patch.parent {
        match placed(cx, repos, before, parent.as_deref())? {
            Ok(parent) => term.parent = parent,
            Err(violation) => wrong.push(violation),
        }
    }
    if !wrong.is_empty() {
        return Err(Error::violations(wrong));
    }
    term.slug = free_slug(repos, &term)?;
    Ok(term)
}

/// Finds the account to link an author to. The outer `None` leaves the link unchanged.
fn linked(repos: &mut dyn Repos, patch: &TermPatch) -> Result<Option<Option<AccountId>>> {
    let Some(user) = &patch.user else { return Ok(None) };
    let Some(text) = user else { return Ok(Some(None)) };
    let known = match text.parse::<AccountId>() {
        Ok(id) => repos.accounts(&[id])?.pop().map(|account| account.id),
        Err(_) => None,
    };
    known.map(|id| Some(Some(id))).ok_or_else(|| {
        Error::violations(vec![Violation::at("user", "account.not_found", "there is no such account")])
    })
}

fn photographed(repos: &mut dyn Repos, id: Option<&str>) -> Result<Result<Option<MediaId>, Violation>> {
    let Some(text) = id else { return Ok(Ok(None)) };
    let known = match text.parse::<MediaId>() {
        Ok(id) => repos.media(&[id])?.pop().map(|media| media.id),
        Err(_) => None,
    };
    Ok(known
        .map(Some)
        .ok_or_else(|| Violation::at("photo", "media.not_found", "there is no such media item")))
}

/// Finds the new parent of a term. It must not be the term or below it, and the tree must stay
/// within [`Term::MAX_DEPTH`].
fn placed(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    term: &Term,
    key: Option<&str>,
) -> Result<Result<Option<TermRef>, Violation>> {
    let Some(key) = key else { return Ok(Ok(None)) };
    let Some(parent) = super::find(cx, repos, term.role, key)? else {
        let detail = format!("there is no such {}", term.role.as_str());
        return Ok(Err(Violation::at("parent", "parent.not_found", detail)));
    };
    let line = line_of(repos, parent.id)?;
    if line.contains(&term.id) || height(repos, term.id)? + line.len() > Term::MAX_DEPTH {
        let detail = "must not be the term itself or below it, and terms nest at most 8 deep";
        return Ok(Err(Violation::at("parent", "parent.circular", detail)));
    }
    Ok(Ok(Some(TermRef { id: parent.id, slug: parent.slug, name: parent.name })))
}

/// Returns the number of levels from a term down to its lowest descendant.
fn height(repos: &mut dyn Repos, id: TermId) -> Result<usize> {
    let mut level = vec![id];
    for height in 1..=Term::MAX_DEPTH {
        level = repos.terms_below(&level)?;
        if level.is_empty() {
            return Ok(height);
        }
    }
    Ok(Term::MAX_DEPTH)
}

/// Returns the name of the description field in the APIs, for a term of this role.
fn description_name(role: Role) -> &'static str {
    match role {
        Role::Author => "bio",
        Role::Tag | Role::Section => "description",
    }
}

fn changed_fields(before: &Term, after: &Term) -> Vec<&'static str> {
    change::changed_fields([
        ("name", before.name != after.name),
        ("slug", before.slug != after.slug),
        (description_name(after.role), before.description != after.description),
        ("parent", before.parent != after.parent),
        ("type", before.tag_type != after.tag_type),
        ("links", before.links != after.links),
        ("photo", before.photo != after.photo),
    ])
}
