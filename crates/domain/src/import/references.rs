//! Resolves references to things whose own items may come later.

use super::{Importer, Provenance};
use crate::{
    article::ArticleId,
    context::Context,
    error::Result,
    id::{Entity, Id},
    slug::Slug,
    store::Repos,
};

/// Returns the id of the thing that a reference of the source names. If it does not exist yet, its
/// id is assigned and stored now.
pub(super) fn target<T: Entity>(
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
pub(super) fn article_target(
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
