//! The representation of the site in both APIs.

use async_graphql::SimpleObject;
use domain::{
    media::Media as DomainMedia,
    site::{NavigationItem as DomainItem, Site as DomainSite},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::media::view::Media;

/// An entry of the site's navigation.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct NavigationItem {
    /// The label.
    pub label: String,
    /// The target: an absolute URL or a path of the site.
    pub url: String,
    /// The entries below this one.
    #[schema(no_recursion)]
    #[graphql(complexity = "1 + 5 * child_complexity")]
    pub children: Vec<NavigationItem>,
}

/// A link to the newspaper's page on another network.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct SocialLink {
    /// The network, such as `mastodon`. Use it to choose an icon.
    #[schema(example = "mastodon")]
    pub network: String,
    /// The URL of the newspaper's page there.
    pub url: String,
    /// The label.
    pub label: String,
}

/// A place on the pages for advertisements or other HTML of the publisher.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct Placement {
    /// The name of the place, such as `article-top`.
    #[schema(example = "article-top")]
    pub key: String,
    /// The label to show to readers.
    #[schema(example = "Advertisement")]
    pub label: String,
    /// The HTML. It is not sanitized and may contain scripts; only administrators can change it.
    pub html: String,
}

/// The site's name and settings, navigation, social links and advertisement placements.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct Site {
    /// The current revision, for `If-Match` and `expectedRevision`. Every change increases it by one; 0
    /// before the first change.
    #[schema(minimum = 0, example = 3)]
    pub revision: u32,
    /// The newspaper's name.
    pub title: String,
    /// The public URL of the site, with which every `canonicalUrl` of an article begins. Null if it is
    /// not set.
    #[schema(example = "https://news.example.com")]
    pub url: Option<String>,
    /// A short line below the name.
    pub tagline: Option<String>,
    /// A description in one or two sentences.
    pub description: Option<String>,
    /// The language of the site, as a BCP 47 tag.
    #[schema(example = "en-GB")]
    pub language: String,
    /// The time zone in which days begin and end, by its IANA name.
    #[schema(example = "Europe/Lisbon")]
    pub time_zone: String,
    /// The pattern of article paths: `{slug}` once, and optionally `{section}`, `{year}`, `{month}` and
    /// `{day}`.
    #[schema(example = "/{section}/{slug}")]
    pub article_path: String,
    /// The logo.
    pub logo: Option<Media>,
    /// The navigation.
    #[graphql(complexity = "1 + 10 * child_complexity")]
    pub navigation: Vec<NavigationItem>,
    /// Links to the newspaper's pages on other networks.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    pub social: Vec<SocialLink>,
    /// The places for advertisements.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    pub placements: Vec<Placement>,
}

impl From<DomainItem> for NavigationItem {
    fn from(item: DomainItem) -> Self {
        let children = item.children.into_iter().map(Into::into).collect();
        Self { label: item.label, url: item.url, children }
    }
}

impl From<(DomainSite, Option<DomainMedia>)> for Site {
    fn from((site, logo): (DomainSite, Option<DomainMedia>)) -> Self {
        Self {
            revision: site.revision,
            title: site.title,
            url: site.url,
            tagline: site.tagline,
            description: site.description,
            language: site.language.to_string(),
            time_zone: site.time_zone,
            article_path: site.article_path.to_string(),
            logo: logo.map(Into::into),
            navigation: site.navigation.into_iter().map(Into::into).collect(),
            social: site
                .social
                .into_iter()
                .map(|link| SocialLink { network: link.network, url: link.url, label: link.label })
                .collect(),
            placements: site
                .placements
                .into_iter()
                .map(|place| Placement { key: place.key, label: place.label, html: place.html })
                .collect(),
        }
    }
}
