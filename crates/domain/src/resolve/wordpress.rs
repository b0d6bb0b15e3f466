//! Reads paths and queries in the form that WordPress makes, so that old links keep working.
//!
//! It covers feeds, AMP versions, later pages and date archives. Nothing here looks anything up;
//! see [`super`] for that.

use jiff::{civil::Date, tz::TimeZone};

use crate::{secret::Digest, slug::Slug, term::Role, time::Time};

/// The maximum number of view suffixes, such as `/amp` or `/page/2`, that are removed from a path.
const MAX_VIEWS: usize = 3;

/// A view of a page: the same page in another form.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct View {
    /// The path of the page.
    pub(super) page: String,
    /// Whether only articles have such a view.
    pub(super) is_of_article: bool,
}

/// Reads the path of a view: a feed, an AMP version, a later page. Returns `None` for other paths.
///
/// The case of ASCII letters is ignored, and the path of the page keeps its own.
pub(super) fn view(path: &str) -> Option<View> {
    let written: Vec<&str> = path.trim_matches('/').split('/').collect();
    let lower_case = path.to_ascii_lowercase();
    let all: Vec<&str> = lower_case.trim_matches('/').split('/').collect();
    let first = usize::from(all.first() == Some(&"index.php"));
    let mut parts = &all[first..];
    let mut is_of_article = false;
    let is_number =
        |part: &str| !part.is_empty() && part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    for _ in 0..MAX_VIEWS {
        match parts {
            [rest @ .., "feed", "rss" | "rss2" | "atom" | "rdf"]
            | [rest @ .., "amp" | "feed" | "embed" | "trackback"] => parts = rest,
            [rest @ .., "page", number] if is_number(number) => parts = rest,
            [rest @ .., comments] if comments.starts_with("comment-page-") => parts = rest,
            // `/2020/01` is a month, and `/a/2` is the second page of an article.
            [rest @ .., number] if is_number(number) && !rest.is_empty() && dates(parts).is_none() => {
                is_of_article = true;
                parts = rest;
            }
            _ => break,
        }
    }
    let page = &written[first..first + parts.len()];
    (page.len() < written.len()).then(|| View { page: format!("/{}", page.join("/")), is_of_article })
}

/// A date archive: its first day, and the day after its last.
pub(super) struct Days {
    first: Date,
    end: Date,
    /// The archive's own path.
    pub(super) path: String,
}

impl Days {
    /// Returns the start and the end of the archive in the site's time zone, UTC if the zone is
    /// unknown.
    pub(super) fn moments(&self, zone: &str) -> Option<(Time, Time)> {
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        let moment = |day: Date| {
            let at = zone.to_timestamp(day.to_datetime(jiff::civil::Time::midnight())).ok()?;
            Some(Time::from_micros(at.as_microsecond()))
        };
        Some((moment(self.first)?, moment(self.end)?))
    }
}

/// Reads the path of a date archive: `/2020`, `/2020/01` or `/2020/01/02`.
pub(super) fn archive(path: &str) -> Option<Days> {
    dates(&path.trim_matches('/').split('/').collect::<Vec<_>>())
}

fn dates(parts: &[&str]) -> Option<Days> {
    let number = |part: &str, digits: usize| {
        (part.len() == digits && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse::<i8>().ok())?
    };
    let year = |part: &str| {
        (part.len() == 4).then(|| part.parse::<i16>().ok())?.filter(|year| (1900..=2999).contains(year))
    };
    let day = jiff::Span::new();
    let (first, length) = match parts {
        [y] => (Date::new(year(y)?, 1, 1).ok()?, day.years(1)),
        [y, m] => (Date::new(year(y)?, number(m, 2)?, 1).ok()?, day.months(1)),
        [y, m, d] => (Date::new(year(y)?, number(m, 2)?, number(d, 2)?).ok()?, day.days(1)),
        _ => return None,
    };
    Some(Days { first, end: first.checked_add(length).ok()?, path: format!("/{}", parts.join("/")) })
}

/// Returns the path that a WordPress query at `/` stands for: `m=202001`, `tag=storm`, `feed=rss2`.
pub(super) fn queried(query: &str) -> Option<String> {
    query.split('&').filter_map(|pair| pair.split_once('=')).find_map(|(name, value)| match name {
        "m" if value.len() >= 4 && value.is_ascii() => {
            let (year, rest) = value.split_at(4);
            let (month, day) = rest.split_at(rest.len().min(2));
            let parts = [year, month, day].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
            dates(&parts).map(|days| days.path)
        }
        "tag" => Some(format!("/tag/{value}")),
        "author_name" => Some(format!("/author/{value}")),
        "category_name" => Some(format!("/category/{value}")),
        "feed" | "paged" => Some("/".to_owned()),
        _ => None,
    })
}

/// Returns the old slug by which an import keeps an address of a term in WordPress that no slug of the
/// term can lead from, such as `/series/storms`: `path-` and a digest of the address.
///
/// `base` is the first part of the address, `name` the last one. The digest is not readable, because
/// WordPress makes the address of an author from the login, which can be an e-mail address.
pub fn address_slug(base: &str, name: &str) -> Slug {
    let address = format!("{}/{}", slug(base), slug(name));
    let start: String = Digest::of(&address).0[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    Slug::of(&format!("path-{start}"), "path")
}

/// Returns the role of the term that a WordPress address can be of, and its [`address_slug`].
///
/// Terms of hierarchical taxonomies can have their parents in the middle of their addresses.
pub(super) fn term_address(path: &str) -> Option<(Role, Slug)> {
    let (base, rest) = path.trim_matches('/').split_once('/')?;
    let role = if base == "author" { Role::Author } else { Role::Tag };
    Some((role, address_slug(base, rest.rsplit('/').next()?)))
}

/// Returns our slug for a WordPress slug, which may contain `_` and capital letters.
pub(super) fn slug(named: &str) -> String {
    Slug::of(named, "-").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_lead_to_what_they_show() {
        for (path, page) in [
            ("/2020/01/02/a/amp", Some("/2020/01/02/a")),
            ("/category/world/asia/page/2", Some("/category/world/asia")),
            ("/category/world/feed/atom", Some("/category/world")),
            ("/a/2", Some("/a")),
            ("/a/2/amp", Some("/a")),
            ("/feed", Some("/")),
            ("/page/3", Some("/")),
            ("/2020/01/page/2", Some("/2020/01")),
            ("/index.php/2020/01/02/a", Some("/2020/01/02/a")),
            ("/a/comment-page-2", Some("/a")),
            ("/A/AMP", Some("/A")),
            ("/INDEX.php/2020/01/02/A/Feed/RSS2", Some("/2020/01/02/A")),
            ("/Category/World/Page/2", Some("/Category/World")),
            ("/2020/01", None),
            ("/2020", None),
            ("/a", None),
            ("/123", None),
            ("/", None),
        ] {
            assert_eq!(view(path).map(|view| view.page).as_deref(), page, "{path}");
        }
    }

    #[test]
    fn archives_are_days_of_the_sites_clock() {
        let moments = |path: &str| {
            archive(path)?.moments("Europe/Lisbon").map(|(from, until)| format!("{from} {until}"))
        };
        assert_eq!(moments("/2021/07").as_deref(), Some("2021-06-30T23:00:00Z 2021-07-31T23:00:00Z"));
        assert_eq!(moments("/2020/02/29").as_deref(), Some("2020-02-29T00:00:00Z 2020-03-01T00:00:00Z"));
        assert_eq!(moments("/2020").as_deref(), Some("2020-01-01T00:00:00Z 2021-01-01T00:00:00Z"));
        for path in
            ["/2020/13", "/2021/02/29", "/20", "/20200", "/2020/1", "/+202", "/2020/01/02/03", "/0000"]
        {
            assert_eq!(moments(path), None, "{path}");
        }
        assert_eq!(queried("m=202001&x=1").as_deref(), Some("/2020/01"));
        assert_eq!(queried("m=20209"), None);
        assert_eq!(queried("p=1"), None);
    }
}
