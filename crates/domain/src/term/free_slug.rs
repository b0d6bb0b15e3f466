//! Finds a slug that no other term has.

use super::{Term, TermKey};
use crate::{error::Result, slug::Slug, store::Repos};

/// Returns the term's slug, with a number appended if another term has it now. Former slugs of
/// other terms are free.
pub(crate) fn free_slug(repos: &mut dyn Repos, term: &Term) -> Result<Slug> {
    term.slug.clone().free(|slugs| {
        let keys: Vec<_> = slugs.iter().map(|slug| (term.role, TermKey::Slug(slug.clone()))).collect();
        let taken = repos.term_keys(&keys)?.into_iter().filter(|one| one.id != term.id && one.is_present);
        Ok(taken
            .filter_map(|one| match one.key {
                TermKey::Slug(slug) => Some(slug),
                TermKey::Id(_) => None,
            })
            .collect())
    })
}
