//! The site as clients see it.

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
    /// The words.
    pub label: String,
    /// Where it leads: a web address or a path of the site.
    pub url: String,
    /// The entries below it.
    #[schema(no_recursion)]
    #[graphql(complexity = "1 + 5 * child_complexity")]
    pub children: Vec<NavigationItem>,
}

/// Where else to find the newspaper: "stay connected".
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct SocialLink {
    /// The network, such as `mastodon`; for choosing a sign.
    #[schema(example = "mastodon")]
    pub network: String,
    /// The newspaper's page there.
    pub url: String,
    /// The words.
    pub label: String,
}

/// A place for advertisements or other matter of the publisher.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct Placement {
    /// Names the place, such as `article-top`.
    #[schema(example = "article-top")]
    pub key: String,
    /// What to call it where people see it.
    #[schema(example = "Advertisement")]
    pub label: String,
    /// The publisher's own HTML, which may bring scripts; nobody else can set it.
    pub html: String,
}

/// What the newsroom says of itself.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct Site {
    /// The revision, for `If-Match` and `expectedRevision`: each change raises it by one; 0 until something is
    /// saved.
    #[schema(minimum = 0, example = 3)]
    pub revision: u32,
    /// The newspaper's name.
    pub title: String,
    /// Where readers find it on the web; articles' `canonicalUrl` begins with it. Null if nobody has set it.
    #[schema(example = "https://news.example.com")]
    pub url: Option<String>,
    /// A line below the name.
    pub tagline: Option<String>,
    /// What it is, in a sentence or two.
    pub description: Option<String>,
    /// The language of its words, a BCP 47 tag.
    #[schema(example = "en-GB")]
    pub language: String,
    /// Where its days begin: a name of the IANA time zone database.
    #[schema(example = "Europe/Lisbon")]
    pub time_zone: String,
    /// Where articles are on the site; their `canonicalPath` follows it.
    #[schema(example = "/{section}/{slug}")]
    pub article_path: String,
    /// Its sign.
    pub logo: Option<Media>,
    /// What stands in its header.
    #[graphql(complexity = "1 + 10 * child_complexity")]
    pub navigation: Vec<NavigationItem>,
    /// Where else to find it.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    pub social: Vec<SocialLink>,
    /// Places for advertisements.
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
