//! The settings of the site.

use serde::{Deserialize, Serialize};

use super::path::ArticlePath;
use crate::{
    address::{self, is_address},
    error::{Error, Result, Violation},
    language::Language,
    media::MediaId,
    text,
};

/// The settings of the site. Their serialised form is a line of JSONL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the views document them for clients")]
pub struct Site {
    /// The revision number, which each change raises by one. It is 0 until the site is saved first.
    pub revision: u32,
    pub title: String,
    /// The public URL of the site, without a trailing slash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    pub tagline: Option<String>,
    pub description: Option<String>,
    pub language: Language,
    /// A name from the IANA time zone database, such as `Europe/Lisbon`.
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

/// A link to the site's profile on a social network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the views document them for clients")]
pub struct SocialLink {
    pub network: String,
    pub url: String,
    pub label: String,
}

/// A slot in the page layout for advertisements or other content of the publisher.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the views document them for clients")]
pub struct Placement {
    pub key: String,
    pub label: String,
    /// The HTML as the publisher entered it. It is not sanitised, because advertisements contain
    /// scripts.
    #[serde(default)]
    pub html: String,
}

impl Default for Site {
    /// Returns the settings of a site that was never saved.
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
    /// The maximum depth of the navigation, in levels.
    pub const MAX_DEPTH: usize = 4;

    /// Checks all fields. Returns an error with every violation.
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
                wrong(name, "text.too_long", "must have at most 5,000 characters");
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
            let detail = "each entry needs a label and a web address or path; at most 100 entries per level, 4 levels deep";
            wrong("navigation", "navigation.malformed", detail);
        }
        if self.social.len() > 100 || self.social.iter().any(|link| !text::is_visible(&link.network)) {
            wrong(
                "social",
                "social.malformed",
                "each link needs a network and a web address; at most 100 links",
            );
        }
        if self.placements.len() > 100
            || self.placements.iter().any(|place| place.key.is_empty() || place.html.len() > 64 * 1024)
        {
            let detail =
                "each placement needs a key and has at most 65,536 bytes of HTML; at most 100 placements";
            wrong("placements", "placements.malformed", detail);
        }
        let mut targets = Vec::new();
        gather_targets(&self.navigation, Self::MAX_DEPTH, &mut targets);
        violations.extend(address::violation_in("navigation", targets));
        violations.extend(address::violation_in("social", self.social.iter().map(|link| link.url.as_str())));
        if violations.is_empty() { Ok(()) } else { Err(Error::violations(violations)) }
    }
}

/// Returns whether a URL can be the base of the site's paths.
fn is_site_url(url: &str) -> bool {
    let host = url.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or_default());
    is_address(url)
        && !url.starts_with('/')
        && !url.contains(['?', '#', '\\', '@'])
        && url.len() <= 500
        && host.is_some_and(|host| host.starts_with(|c: char| c.is_alphanumeric() || c == '['))
}

/// Collects the URLs of the entries, except fragments on the same page, such as `#top`.
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
