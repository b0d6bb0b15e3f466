//! Changing the site.

pub mod graphql;
pub mod rest;

use async_graphql::InputObject;
use domain::site;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An entry of the site's navigation.
#[derive(Serialize, Deserialize, ToSchema, InputObject)]
#[serde(deny_unknown_fields)]
pub struct NavigationInput {
    /// The label.
    #[schema(min_length = 1)]
    label: String,
    /// The target: an absolute URL or a path of the site.
    #[schema(example = "/world")]
    url: String,
    /// The entries below this one, at most 100. Entries nest at most 4 levels deep.
    #[serde(default)]
    #[graphql(default)]
    #[schema(no_recursion, max_items = 100)]
    children: Vec<NavigationInput>,
}

/// A link to the newspaper's page on another network.
#[derive(Serialize, Deserialize, ToSchema, InputObject)]
#[serde(deny_unknown_fields)]
pub struct SocialInput {
    /// The network, such as `mastodon`.
    #[schema(min_length = 1, example = "mastodon")]
    network: String,
    /// The URL of the newspaper's page there.
    #[schema(example = "https://social.example/@paper")]
    url: String,
    /// The label.
    label: String,
}

/// A place on the pages for advertisements or other HTML of the publisher.
#[derive(Serialize, Deserialize, ToSchema, InputObject)]
#[serde(deny_unknown_fields)]
pub struct PlacementInput {
    /// The name of the place, such as `article-top`.
    #[schema(min_length = 1, example = "article-top")]
    key: String,
    /// The label to show to readers.
    #[schema(example = "Advertisement")]
    label: String,
    /// The HTML. It is not sanitized and may contain scripts. At most 65,536 bytes.
    #[serde(default)]
    #[graphql(default)]
    html: String,
}

impl From<NavigationInput> for site::NavigationItem {
    fn from(item: NavigationInput) -> Self {
        let children = item.children.into_iter().map(Into::into).collect();
        Self { label: item.label, url: item.url, children }
    }
}

impl From<SocialInput> for site::SocialLink {
    fn from(link: SocialInput) -> Self {
        Self { network: link.network, url: link.url, label: link.label }
    }
}

impl From<PlacementInput> for site::Placement {
    fn from(place: PlacementInput) -> Self {
        Self { key: place.key, label: place.label, html: place.html }
    }
}

fn all<A: Into<B>, B>(items: Vec<A>) -> Vec<B> {
    items.into_iter().map(Into::into).collect()
}
