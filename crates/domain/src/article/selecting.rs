//! Resolves the terms of a filter, and chooses the index range to read.

use super::{ArticleFilter, Selection};
use crate::{
    error::Result,
    store::Repos,
    term::{FoundTerm, Role, TermId, TermKey},
};

impl ArticleFilter {
    /// Resolves the terms in one query. `None` if no article can match.
    pub fn resolve(&self, repos: &mut dyn Repos) -> Result<Option<Selection>> {
        let sets = [(Role::Tag, &self.tags), (Role::Section, &self.sections), (Role::Author, &self.authors)];
        let mut keys = Vec::new();
        for (role, set) in sets {
            keys.extend(set.all.iter().flatten().chain(&set.none).map(|key| (role, key.clone())));
        }
        let found = if keys.is_empty() { Vec::new() } else { repos.term_keys(&keys)? };
        let look_up =
            |role: Role, key: &TermKey| found.iter().find(|term| term.role == role && term.key == *key);

        let mut groups: Vec<Vec<&FoundTerm>> = Vec::new();
        let mut none = Vec::new();
        for (role, set) in sets {
            for group in &set.all {
                let known: Vec<_> = group.iter().filter_map(|key| look_up(role, key)).collect();
                if known.is_empty() {
                    return Ok(None);
                }
                groups.push(known);
            }
            none.extend(set.none.iter().filter_map(|key| look_up(role, key)).map(|term| term.id));
        }
        let rarest = (0..groups.len()).min_by_key(|&n| groups[n].iter().map(|term| term.weight).sum::<u64>());
        let mut ids = |group: Vec<&FoundTerm>| -> Vec<TermId> {
            let mut ids: Vec<_> = group.into_iter().map(|term| term.id).collect();
            ids.sort_unstable();
            ids.dedup();
            ids
        };
        let walk = rarest.map(|n| groups.swap_remove(n)).map(&mut ids);
        Ok(Some(Selection {
            walk,
            all: groups.into_iter().map(&mut ids).collect(),
            none,
            conditions: self.conditions.clone(),
        }))
    }
}
