//! The path pattern of articles, such as `/{section}/{slug}`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::{
    error::{Error, Result},
    time::Time,
};

/// A path pattern: literal text with the variables `{slug}`, `{section}`, `{year}`, `{month}` and
/// `{day}`.
///
/// `{slug}` occurs exactly once, as a whole path segment. A segment that is only `{section}` is
/// left out for articles without a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct ArticlePath(String);

impl Default for ArticlePath {
    fn default() -> Self {
        Self("/{section}/{slug}".to_owned())
    }
}

impl ArticlePath {
    /// Returns the pattern as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the path of an article, from its slug, the slug of its section, and the time of its
    /// first publication.
    ///
    /// The first publication decides, so that the path stays the same when the article is published
    /// again.
    pub fn of(&self, section: Option<&str>, slug: &str, first_published_at: Time) -> String {
        let date = first_published_at.to_string();
        let mut path = String::with_capacity(slug.len() + 24);
        for part in self.0.split('/').skip(1) {
            if part == "{section}" && section.is_none() {
                continue;
            }
            path.push('/');
            let filled = part
                .replace("{slug}", slug)
                .replace("{section}", section.unwrap_or("news"))
                .replace("{year}", &date[..4])
                .replace("{month}", &date[5..7])
                .replace("{day}", &date[8..10]);
            path.push_str(&filled);
        }
        path
    }

    /// Returns the slug from a path that this pattern may have made, for an article with or without
    /// a section.
    ///
    /// Only the number of segments is checked.
    pub fn slug_in<'p>(&self, path: &'p str) -> Option<&'p str> {
        let with = self.0.split('/').skip(1).collect::<Vec<_>>();
        let without: Vec<_> = with.iter().copied().filter(|part| *part != "{section}").collect();
        let given: Vec<_> = path.split('/').skip(1).collect();
        [with, without]
            .into_iter()
            .filter(|pattern| pattern.len() == given.len())
            .find_map(|pattern| Some(given[pattern.iter().position(|part| *part == "{slug}")?]))
    }
}

impl FromStr for ArticlePath {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let parts: Vec<_> = text.split('/').collect();
        let plain = |part: &str| {
            let mut rest = part.to_owned();
            for name in ["{section}", "{year}", "{month}", "{day}"] {
                rest = rest.replace(name, "x");
            }
            !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        };
        let well_formed = text.len() <= 200
            && parts.len() >= 2
            && parts[0].is_empty()
            && parts.iter().filter(|part| **part == "{slug}").count() == 1
            && parts[1..].iter().all(|part| *part == "{slug}" || plain(part));
        if !well_formed {
            return Err(Error::invalid(
                "article_path.malformed",
                "must be a path like /{section}/{slug}: {slug} exactly once; {section}, {year}, {month}, {day} are optional",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for ArticlePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ArticlePath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(|error: Error| de::Error::custom(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_follow_the_pattern_and_give_their_slug_back() {
        let at: Time = "2021-11-01T09:00:00Z".parse().expect("a time");
        for (pattern, section, path) in [
            ("/{section}/{slug}", Some("world"), "/world/hello"),
            ("/{section}/{slug}", None, "/hello"),
            ("/{year}/{month}/{day}/{slug}", Some("world"), "/2021/11/01/hello"),
            ("/news-{year}/{slug}", None, "/news-2021/hello"),
        ] {
            let pattern: ArticlePath = pattern.parse().expect("a pattern");
            assert_eq!(pattern.of(section, "hello", at), path);
            assert_eq!(pattern.slug_in(path), Some("hello"));
        }
    }

    #[test]
    fn a_pattern_without_the_slug_is_refused() {
        for text in
            ["", "/", "/x", "{slug}", "/{slug}/{slug}", "/{slug}-{year}", "/{author}/{slug}", "//{slug}"]
        {
            assert!(text.parse::<ArticlePath>().is_err(), "{text}");
        }
    }
}
