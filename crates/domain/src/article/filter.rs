//! Which articles a list has: as clients say it, and with the names resolved.

use super::{ArticleId, Kind};
use crate::{
    error::{Error, Result},
    language::Language,
    store::Repos,
    term::{FoundTerm, Role, TermId, TermKey, read_key},
    time::Time,
};

/// The order of a list. The id always breaks ties, in the same direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Sort {
    #[default]
    PublishedAtDesc,
    PublishedAtAsc,
    ModifiedAtDesc,
    ModifiedAtAsc,
    /// By the headline's [sort key](crate::text::sort_key).
    HeadlineAsc,
}

impl Sort {
    /// Whether it begins with the greatest value.
    pub fn is_falling(self) -> bool {
        match self {
            Self::PublishedAtDesc | Self::ModifiedAtDesc => true,
            Self::PublishedAtAsc | Self::ModifiedAtAsc | Self::HeadlineAsc => false,
        }
    }
}

/// A condition on the terms of one role.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct SetFilter {
    /// A conjunction of alternatives: of each group, at least one.
    pub all: Vec<Vec<TermKey>>,
    /// None of these.
    pub none: Vec<TermKey>,
}

impl SetFilter {
    /// At most so many names in one filter.
    pub const MAX_NAMES: usize = 50;

    /// Reads REST's form: `|` means any and binds before `,`, which means all; a leading `-`
    /// means not. `a|b,c,-d` is (a or b) and c and not d.
    pub fn read(text: &str, role: Role, name: &'static str) -> Result<Self> {
        let mut filter = Self::default();
        for part in text.split(',') {
            if let Some(excluded) = part.strip_prefix('-') {
                if excluded.contains('|') {
                    let detail = "a leading - excludes one name; write -a,-b instead of -a|b";
                    return Err(Error::parameter(name, "filter.malformed", detail));
                }
                filter.none.push(read_key(role, excluded, name)?);
            } else {
                filter.all.push(part.split('|').map(|key| read_key(role, key, name)).collect::<Result<_>>()?);
            }
        }
        filter.check(name)?;
        Ok(filter)
    }

    /// Reads GraphQL's form: the groups as lists.
    pub fn of(all: &[Vec<String>], none: &[String], role: Role, name: &'static str) -> Result<Self> {
        if all.iter().any(Vec::is_empty) {
            return Err(Error::parameter(
                name,
                "filter.malformed",
                "a group of alternatives must not be empty",
            ));
        }
        let keys = |texts: &[String]| {
            texts.iter().map(|text| read_key(role, text, name)).collect::<Result<Vec<_>>>()
        };
        let filter =
            Self { all: all.iter().map(|group| keys(group)).collect::<Result<_>>()?, none: keys(none)? };
        filter.check(name)?;
        Ok(filter)
    }

    fn check(&self, name: &'static str) -> Result<()> {
        if self.all.iter().map(Vec::len).sum::<usize>() + self.none.len() > Self::MAX_NAMES {
            return Err(Error::parameter(name, "filter.too_long", "names at most 50 things"));
        }
        Ok(())
    }
}

/// Which articles a list has, as clients say it. Everything in it must hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[expect(missing_docs, reason = "the fields are the parameters of the contract")]
pub struct ArticleFilter {
    pub tags: SetFilter,
    /// A section includes the sections below it.
    pub sections: SetFilter,
    pub authors: SetFilter,
    pub conditions: Conditions,
}

/// The conditions that need no look-up.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Conditions {
    /// This language or a narrower one: `en` matches `en-GB`.
    pub language: Option<Language>,
    /// These kinds; without it, all that lists show unasked.
    pub kinds: Option<Vec<Kind>>,
    /// Only these.
    pub ids: Option<Vec<ArticleId>>,
    /// Not these.
    pub exclude: Vec<ArticleId>,
    /// Strictly later.
    pub published_after: Option<Time>,
    /// Strictly earlier.
    pub published_before: Option<Time>,
    /// Strictly later.
    pub modified_after: Option<Time>,
    /// Strictly earlier.
    pub modified_before: Option<Time>,
    /// Only what may appear among related articles.
    pub only_related: bool,
}

/// A filter with its names resolved, and the way to walk it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Walk these terms' articles; `None` walks all articles. Of the groups that must hold, the
    /// one with the fewest articles.
    pub walk: Option<Vec<TermId>>,
    /// Of each of these groups, at least one.
    pub all: Vec<Vec<TermId>>,
    /// None of these.
    pub none: Vec<TermId>,
    /// And these.
    pub conditions: Conditions,
}

impl ArticleFilter {
    /// Whether a page of this list costs the same however much is stored: no filter or one term,
    /// by time.
    pub fn is_flat(&self, sort: Sort) -> bool {
        let sets = [&self.tags, &self.sections, &self.authors];
        sort != Sort::HeadlineAsc
            && sets.iter().map(|set| set.all.iter().flatten().count()).sum::<usize>() <= 1
            && sets.iter().all(|set| set.none.is_empty())
            && self.conditions == Conditions::default()
    }
}

/// Reads ids of articles; `name` is the parameter to blame.
pub fn read_ids(texts: &[impl AsRef<str>], name: &'static str) -> Result<Vec<ArticleId>> {
    if texts.len() > 100 {
        return Err(Error::parameter(name, "list.too_long", "names at most 100 articles"));
    }
    let read = |text: &dyn AsRef<str>| {
        text.as_ref()
            .parse()
            .map_err(|error: Error| Error::parameter(name, "id.malformed", error.detail().to_owned()))
    };
    texts.iter().map(|text| read(text)).collect()
}

impl ArticleFilter {
    /// Resolves the names, with one look-up; `None` when nothing can match.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_binds_before_all() {
        let filter = SetFilter::read("a|b,c,-d", Role::Tag, "tag").expect("a valid filter");
        let key = |slug: &str| TermKey::Slug(slug.parse().expect("a slug"));
        assert_eq!(filter.all, [vec![key("a"), key("b")], vec![key("c")]]);
        assert_eq!(filter.none, [key("d")]);
    }

    #[test]
    fn what_names_nothing_is_refused() {
        for text in ["", "a,", "|a", "-", "a,-b|c", "Ä", "tag_1", "section_01h455vb4pex5vsknk084sn02q"] {
            assert!(SetFilter::read(text, Role::Tag, "tag").is_err(), "{text}");
        }
    }
}
