//! Making, changing and removing collections: front pages put in order by hand.

use super::{Collection, CollectionId, free_slug, get};
use crate::{
    access::Permission,
    article::{
        ArticleId,
        naming::{self, Named},
    },
    change::{self, Action, NewChange},
    cx::Cx,
    error::{Error, Result, Violation},
    id::Entity,
    slug::Slug,
    store::Repos,
};

/// What is said of a collection. What is absent stays as it is.
#[derive(Debug, Clone, Default)]
pub struct CollectionPatch {
    /// 1 to 200 characters.
    pub title: Option<String>,
    /// Made of the title where it is absent; a taken one gets a number.
    pub slug: Option<String>,
    /// At most 5,000 characters.
    pub description: Option<Option<String>>,
    /// Its articles in order, by id or slug, whether readers see them yet or not; at most 100.
    pub articles: Option<Vec<String>>,
}

/// Makes a collection.
pub fn create(cx: &Cx<'_>, repos: &mut dyn Repos, new: &CollectionPatch) -> Result<Collection> {
    cx.require(Permission::EditCollections)?;
    repos.take_turn()?;
    let title = new.title.clone().unwrap_or_default();
    let slug = Slug::of(&title, Collection::PREFIX);
    let blank = Collection { id: cx.new_id(), slug, title, description: None, articles: Vec::new() };
    let made = changed(cx, repos, &blank, new)?;
    repos.save_collection(&made)?;
    repos.record(change(cx, made.id, Action::Created));
    Ok(made)
}

/// Fails unless a collection is as the caller has seen it.
pub type Unchanged<'s> = &'s dyn Fn(&mut dyn Repos, &Collection) -> Result<()>;

/// Changes a collection.
pub fn edit(
    cx: &Cx<'_>,
    repos: &mut dyn Repos,
    key: &str,
    patch: &CollectionPatch,
    seen: Unchanged<'_>,
) -> Result<Collection> {
    cx.require(Permission::EditCollections)?;
    repos.take_turn()?;
    let before = get(repos, key)?;
    seen(repos, &before)?;
    let now = changed(cx, repos, &before, patch)?;
    let fields = moved(&before, &now);
    if !fields.is_empty() {
        repos.save_collection(&now)?;
        repos.record(change(cx, now.id, Action::Updated).of_fields(fields));
    }
    Ok(now)
}

/// Removes a collection. Its articles stay where they are.
pub fn remove(cx: &Cx<'_>, repos: &mut dyn Repos, key: &str, seen: Unchanged<'_>) -> Result<()> {
    cx.require(Permission::EditCollections)?;
    repos.take_turn()?;
    let gone = get(repos, key)?;
    seen(repos, &gone)?;
    repos.remove_collection(gone.id)?;
    repos.record(change(cx, gone.id, Action::Deleted));
    Ok(())
}

fn change(cx: &Cx<'_>, id: CollectionId, action: Action) -> NewChange {
    NewChange::of(cx, Collection::PREFIX, id.bytes(), action)
}

/// The collection as it would be, or everything that is wrong with it.
fn changed(
    cx: &Cx<'_>,
    repos: &mut dyn Repos,
    before: &Collection,
    patch: &CollectionPatch,
) -> Result<Collection> {
    let mut now = before.clone();
    let mut wrong = Vec::new();
    if let Some(title) = &patch.title {
        title.trim().clone_into(&mut now.title);
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
    // Its own rules: lengths, and how many articles. Asked before articles are looked up.
    let counted = Collection {
        articles: vec![ArticleId::from_bytes([0; 16]); patch.articles.as_ref().map_or(0, Vec::len)],
        ..now.clone()
    };
    if let Err(error) = counted.check() {
        wrong.extend_from_slice(error.all_violations());
    } else if let Some(names) = &patch.articles {
        now.articles = naming::articles(cx, repos, names, Named::InList("articles"), &mut wrong)?;
    }
    if !wrong.is_empty() {
        return Err(Error::violations(wrong));
    }
    now.slug = free_slug(repos, now.id, now.slug)?;
    Ok(now)
}

fn moved(before: &Collection, after: &Collection) -> Vec<&'static str> {
    change::moved([
        ("title", before.title != after.title),
        ("slug", before.slug != after.slug),
        ("description", before.description != after.description),
        ("articles", before.articles != after.articles),
    ])
}
