//! Finds a slug that no other collection has.

use super::CollectionId;
use crate::{error::Result, slug::Slug, store::Repos};

/// Returns `wanted`, with a number appended if another collection has that slug.
pub(crate) fn free_slug(repos: &mut dyn Repos, own: CollectionId, wanted: Slug) -> Result<Slug> {
    wanted.free(|slugs| {
        let mut taken = Vec::new();
        for slug in slugs {
            if repos.collection_by_slug(slug)?.is_some_and(|owner| owner.id != own) {
                taken.push(slug.clone());
            }
        }
        Ok(taken)
    })
}
