//! The site: its name and words, where its pages are, and what stands around every article.

use serde::{Deserialize, Serialize};

use crate::{
    address::{self, is_address},
    error::{Error, Result, Violation},
    language::Language,
    media::{Media, MediaId},
    site::path::ArticlePath,
    store::Repos,
    text,
};

mod editing;
pub mod path;

pub(crate) use self::editing::change;
pub use self::editing::{SitePatch, edit};

/// What a newsroom says of itself. Its serialised form is a line of JSONL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the views document them for clients")]
pub struct Site {
    /// Raised by one by each change; 0 until something is saved.
    pub revision: u32,
    pub title: String,
    /// Where readers find it on the web, without a slash at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    pub tagline: Option<String>,
    pub description: Option<String>,
    pub language: Language,
    /// A name of the IANA time zone database.
    pub time_zone: String,
    pub article_path: ArticlePath,
    pub logo: Option<MediaId>,
    pub navigation: Vec<NavigationItem>,
    pub social: Vec<SocialLink>,
    pub placements: Vec<Placement>,
}

/// An entry of the site's navigation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the views document them for clients")]
pub struct NavigationItem {
    pub label: String,
    pub url: String,
    #[serde(default)]
    pub children: Vec<NavigationItem>,
}

/// Where else to find the newspaper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the views document them for clients")]
pub struct SocialLink {
    pub network: String,
    pub url: String,
    pub label: String,
}

/// A place for advertisements or other matter of the publisher.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the views document them for clients")]
pub struct Placement {
    pub key: String,
    pub label: String,
    /// As the publisher gave it; not cleaned, because advertisements bring their own scripts.
    #[serde(default)]
    pub html: String,
}

impl Default for Site {
    /// A site of which nothing has been said yet.
    fn default() -> Self {
        Self {
            revision: 0,
            title: "Broadsheet".to_owned(),
            url: None,
            tagline: None,
            description: None,
            language: Language::english(),
            time_zone: "UTC".to_owned(),
            article_path: ArticlePath::default(),
            logo: None,
            navigation: Vec::new(),
            social: Vec::new(),
            placements: Vec::new(),
        }
    }
}

impl Site {
    /// How deep navigation nests.
    pub const MAX_DEPTH: usize = 4;

    /// Finds what is wrong with it.
    pub fn check(&self) -> Result<()> {
        let mut violations = Vec::new();
        let mut wrong = |name: &str, code, detail: &'static str| {
            violations.push(Violation::at(name, code, detail));
        };
        if !text::is_visible(&self.title) || self.title.chars().count() > 200 {
            wrong("title", "title.length", "must have 1 to 200 characters, one of them visible");
        }
        for (name, text) in [("tagline", &self.tagline), ("description", &self.description)] {
            if text.as_ref().is_some_and(|text| text.chars().count() > 5_000) {
                wrong(name, "text.too_long", "has at most 5,000 characters");
            }
        }
        if self.url.as_ref().is_some_and(|url| !is_site_url(url)) {
            let detail = "must be a web address like https://news.example.com, without a query";
            wrong("url", "url.malformed", detail);
        }
        if jiff::tz::TimeZone::get(&self.time_zone).is_err() {
            wrong("timeZone", "time_zone.unknown", "must be the name of a zone, like Europe/Lisbon");
        }
        if !well_formed(&self.navigation, Self::MAX_DEPTH) {
            let detail = "entries have a label and a web address or path, nest at most 4 deep and are at most 100 each";
            wrong("navigation", "navigation.malformed", detail);
        }
        if self.social.len() > 100 || self.social.iter().any(|link| !text::is_visible(&link.network)) {
            wrong(
                "social",
                "social.malformed",
                "links have a network and a web address, and are at most 100",
            );
        }
        if self.placements.len() > 100
            || self.placements.iter().any(|place| place.key.is_empty() || place.html.len() > 64 * 1024)
        {
            let detail = "have a key and at most 65,536 bytes of HTML, and are at most 100";
            wrong("placements", "placements.malformed", detail);
        }
        let mut targets = Vec::new();
        gather_targets(&self.navigation, Self::MAX_DEPTH, &mut targets);
        violations.extend(address::violation_in("navigation", targets));
        violations.extend(address::violation_in("social", self.social.iter().map(|link| link.url.as_str())));
        if violations.is_empty() { Ok(()) } else { Err(Error::violations(violations)) }
    }
}

/// Whether an address can stand before the paths of a site.
fn is_site_url(url: &str) -> bool {
    let host = url.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or_default());
    is_address(url)
        && !url.starts_with('/')
        && !url.contains(['?', '#', '\\', '@'])
        && url.len() <= 500
        && host.is_some_and(|host| host.starts_with(|c: char| c.is_alphanumeric() || c == '['))
}

/// Gathers where entries lead, but for places on the same page, such as `#top`.
fn gather_targets<'s>(items: &'s [NavigationItem], levels: usize, targets: &mut Vec<&'s str>) {
    let is_place = |url: &str| url.starts_with('#') && is_address(&format!("/{url}"));
    for item in items {
        targets.extend(Some(item.url.as_str()).filter(|url| !is_place(url)));
        if levels > 1 {
            gather_targets(&item.children, levels - 1, targets);
        }
    }
}

fn well_formed(items: &[NavigationItem], levels: usize) -> bool {
    levels > 0
        && items.len() <= 100
        && items.iter().all(|item| {
            text::is_visible(&item.label)
                && (item.children.is_empty() || well_formed(&item.children, levels - 1))
        })
}

/// Returns the site and its logo.
pub fn get(repos: &mut dyn Repos) -> Result<(Site, Option<Media>)> {
    let site = repos.site()?.unwrap_or_default();
    let logo = match site.logo {
        Some(id) => repos.media(&[id])?.pop(),
        None => None,
    };
    Ok((site, logo))
}
