//! The filter and sort order of article lists: as clients send them, and with ids and slugs resolved.
//!
//! Resolving them is in `selecting.rs`.

use super::{ArticleId, Kind};
use crate::{
    error::{Error, Result},
    language::Language,
    term::{Role, TermId, TermKey, read_key},
    time::Time,
};

/// The sort order of a list. The id breaks ties, in the same direction.
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
    /// Whether the sort order is descending.
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
    /// Groups of terms. The article must have at least one term of each group.
    pub all: Vec<Vec<TermKey>>,
    /// Terms the article must not have.
    pub none: Vec<TermKey>,
}

impl SetFilter {
    /// The maximum number of terms in one filter.
    pub const MAX_NAMES: usize = 50;

    /// Reads the syntax of REST: `|` means or and binds before `,`, which means and. A leading `-` means
    /// not: `a|b,c,-d` is (a or b) and c and not d.
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

    /// Reads the form of GraphQL, in which groups are lists.
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
            return Err(Error::parameter(name, "filter.too_long", "has at most 50 values"));
        }
        Ok(())
    }
}

/// The filter of an article list, as clients send it. Articles must match all of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[expect(missing_docs, reason = "the fields are the parameters of the contract")]
pub struct ArticleFilter {
    pub tags: SetFilter,
    /// A section includes the sections below it.
    pub sections: SetFilter,
    pub authors: SetFilter,
    pub conditions: Conditions,
}

/// The filters that need no look-up.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Conditions {
    /// Only articles in this language or a narrower one: `en` matches `en-GB`.
    pub language: Option<Language>,
    /// Only these kinds. Default: all except pages.
    pub kinds: Option<Vec<Kind>>,
    /// Only these articles.
    pub ids: Option<Vec<ArticleId>>,
    /// Without these articles.
    pub exclude: Vec<ArticleId>,
    /// Only articles published after this time.
    pub published_after: Option<Time>,
    /// Only articles published before this time.
    pub published_before: Option<Time>,
    /// Only articles modified after this time.
    pub modified_after: Option<Time>,
    /// Only articles modified before this time.
    pub modified_before: Option<Time>,
    /// Only articles that may appear as related articles.
    pub only_related: bool,
}

impl Conditions {
    /// The name of the first condition that is set, as clients know it.
    pub(super) fn first_set(&self) -> Option<&'static str> {
        let Self {
            language,
            kinds,
            ids,
            exclude,
            published_after,
            published_before,
            modified_after,
            modified_before,
            only_related,
        } = self;
        let names = [
            ("language", language.is_some()),
            ("kind", kinds.is_some()),
            ("ids", ids.is_some()),
            ("exclude", !exclude.is_empty()),
            ("publishedAfter", published_after.is_some()),
            ("publishedBefore", published_before.is_some()),
            ("modifiedAfter", modified_after.is_some()),
            ("modifiedBefore", modified_before.is_some()),
            ("showInRelated", *only_related),
        ];
        names.into_iter().find(|(_, is_set)| *is_set).map(|(name, _)| name)
    }
}

/// A filter with its terms resolved, and the index range to read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// The terms whose articles are read from the index: the group with the fewest articles. `None` reads
    /// all articles.
    pub walk: Option<Vec<TermId>>,
    /// The other groups. The article must have at least one term of each.
    pub all: Vec<Vec<TermId>>,
    /// Terms the article must not have.
    pub none: Vec<TermId>,
    /// The filters that need no look-up.
    pub conditions: Conditions,
}

impl ArticleFilter {
    /// Whether the cost of a page does not depend on the amount of stored data: at most one term, no other
    /// filter, and a sort order by time.
    pub fn is_flat(&self, sort: Sort) -> bool {
        let Self { tags, sections, authors, conditions } = self;
        let sets = [tags, sections, authors];
        sort != Sort::HeadlineAsc
            && sets.iter().map(|set| set.all.iter().flatten().count()).sum::<usize>() <= 1
            && sets.iter().all(|set| set.none.is_empty())
            && *conditions == Conditions::default()
    }
}

/// Reads at most 100 article ids. Errors refer to the parameter `name`.
pub fn read_ids(texts: &[impl AsRef<str>], name: &'static str) -> Result<Vec<ArticleId>> {
    if texts.len() > 100 {
        return Err(Error::parameter(name, "list.too_long", "has at most 100 ids"));
    }
    let read = |text: &dyn AsRef<str>| {
        text.as_ref()
            .parse()
            .map_err(|error: Error| Error::parameter(name, "id.malformed", error.detail().to_owned()))
    };
    texts.iter().map(|text| read(text)).collect()
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
