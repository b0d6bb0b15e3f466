//! Creating, changing and deleting collections.
//!
//! The editors' view of the entries is in `entries.rs`.

use super::{Collection, entries, free_slug, get};
use crate::{
    access::Permission,
    article::{
        ArticleId,
        references::{self, Named},
    },
    change::{self, Action, NewChange, Thing},
    context::Context,
    error::{Error, Kind, Result, Violation},
    id::Entity,
    revision::{self, ExpectedRevision},
    slug::Slug,
    store::Repos,
    text,
};

/// The fields to set. On edit, omitted fields are left unchanged.
#[derive(Debug, Clone, Default)]
pub struct CollectionPatch {
    /// The title. 1 to 200 characters.
    pub title: Option<String>,
    /// The slug. Default on create: derived from the title, numbered if taken. On edit, a taken
    /// slug gets a number.
    pub slug: Option<String>,
    /// The description. At most 5,000 characters.
    pub description: Option<Option<String>>,
    /// The articles in order, by id or slug. They may be unpublished. At most 100.
    pub articles: Option<Vec<String>>,
}

/// Creates a collection. Fails with `collection.exists` if the given slug is taken.
pub fn create(cx: &Context<'_>, repos: &mut dyn Repos, new: &CollectionPatch) -> Result<Collection> {
    cx.require(Permission::EditCollections)?;
    repos.take_turn()?;
    let title = new.title.clone().unwrap_or_default();
    let slug = Slug::of(&title, Collection::PREFIX);
    let blank = Collection {
        id: cx.new_id(),
        revision: revision::FIRST,
        slug,
        title,
        description: None,
        articles: Vec::new(),
    };
    expect_new(repos, new)?;
    let made = changed(cx, repos, &blank, new)?;
    repos.save_collection(&made)?;
    repos.record(change(cx, &made, Action::Created));
    Ok(made)
}

/// Fails with `collection.exists` if a collection has the given slug.
fn expect_new(repos: &mut dyn Repos, new: &CollectionPatch) -> Result<()> {
    let Some(Ok(slug)) = new.slug.as_deref().map(str::parse::<Slug>) else { return Ok(()) };
    let Some(existing) = repos.collection_by_slug(&slug)? else { return Ok(()) };
    let id = existing.id.to_string();
    let detail = format!("the collection exists: {id}; change it, or give another slug");
    let named = format!("the collection \"{}\" ({id}) has it", existing.title);
    let taken = Violation::at("slug", "collection.exists", named);
    Err(Error::new(Kind::Conflict, "collection.exists", detail).at(vec![taken]).naming(id))
}

/// Changes a collection. Fails unless `expected` matches its revision.
pub fn edit(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    key: &str,
    patch: &CollectionPatch,
    expected: ExpectedRevision,
) -> Result<Collection> {
    cx.require(Permission::EditCollections)?;
    repos.take_turn()?;
    let before = get(cx, repos, key)?;
    expected.check(repos, &thing(&before), before.revision)?;
    let mut now = changed(cx, repos, &before, patch)?;
    let fields = changed_fields(&before, &now);
    if !fields.is_empty() {
        now.revision += 1;
        repos.save_collection(&now)?;
        repos.record(change(cx, &now, Action::Updated).of_fields(fields));
    }
    Ok(now)
}

/// Deletes a collection, but not its articles. Fails unless `expected` matches its revision.
pub fn remove(cx: &Context<'_>, repos: &mut dyn Repos, key: &str, expected: ExpectedRevision) -> Result<()> {
    cx.require(Permission::EditCollections)?;
    repos.take_turn()?;
    let gone = get(cx, repos, key)?;
    expected.check(repos, &thing(&gone), gone.revision)?;
    repos.remove_collection(gone.id)?;
    repos.record(change(cx, &gone, Action::Deleted));
    Ok(())
}

fn change(cx: &Context<'_>, collection: &Collection, action: Action) -> NewChange {
    NewChange::of(cx, Collection::PREFIX, collection.id.bytes(), action).at_revision(collection.revision)
}

fn thing(collection: &Collection) -> Thing {
    Thing { entity: Collection::PREFIX.to_owned(), id: collection.id.bytes() }
}

/// Returns the collection with the patch applied, or an error with every violation.
fn changed(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    before: &Collection,
    patch: &CollectionPatch,
) -> Result<Collection> {
    let mut now = before.clone();
    let mut wrong = Vec::new();
    if let Some(title) = &patch.title {
        now.title = text::name(title);
    }
    if now.title.chars().any(char::is_control) {
        wrong.push(Violation::at("title", "title.malformed", "must not contain control characters"));
    }
    match patch.slug.as_deref().map(str::parse::<Slug>) {
        None => {}
        Some(Ok(slug)) => now.slug = slug,
        Some(Err(error)) => wrong.push(Violation::at("slug", "slug.malformed", error.detail().to_owned())),
    }
    if let Some(description) = &patch.description {
        now.description = description.clone().filter(|text| !text.trim().is_empty());
        if description.as_ref().is_some_and(|text| text.contains('\0')) {
            wrong.push(Violation::at("description", "text.control_character", "must not contain U+0000"));
        }
    }
    // Checks lengths and the number of articles before any article is looked up.
    let counted = Collection {
        articles: vec![ArticleId::from_bytes([0; 16]); patch.articles.as_ref().map_or(0, Vec::len)],
        ..now.clone()
    };
    if let Err(error) = counted.check() {
        wrong.extend_from_slice(error.all_violations());
    } else if let Some(names) = &patch.articles {
        now.articles = references::articles(cx, repos, names, Named::InList("articles"), &mut wrong)?;
        entries::expect_known(cx, repos, &before.articles)?;
    }
    if !wrong.is_empty() {
        return Err(Error::violations(wrong));
    }
    now.slug = free_slug(repos, now.id, now.slug)?;
    Ok(now)
}

fn changed_fields(before: &Collection, after: &Collection) -> Vec<&'static str> {
    change::changed_fields([
        ("title", before.title != after.title),
        ("slug", before.slug != after.slug),
        ("description", before.description != after.description),
        ("articles", before.articles != after.articles),
    ])
}
