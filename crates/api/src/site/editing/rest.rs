//! Changing the site over REST.

use actix_web::{patch, web::Data};
use domain::site::{self, SitePatch as DomainPatch};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{super::view::Site, NavigationInput, PlacementInput, SocialInput, all};
use crate::{
    app::App,
    if_match::{IfMatch, IfMatchHeader},
    problem::Problem,
    query::{Nothing, Query},
    reply::Reply,
    sent::{Sent, given, there},
    session::bearer::Signed,
};

/// What is to be other about the site; what is absent stays, null takes away.
#[derive(Deserialize, ToSchema, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SitePatch {
    /// The newspaper's name, 1 to 200 characters.
    #[serde(deserialize_with = "there")]
    #[schema(nullable = false, min_length = 1, max_length = 200)]
    title: Option<String>,
    /// Where readers find it on the web: scheme, host, and perhaps a path. At most 500 bytes.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 500, example = "https://news.example.com")]
    url: Option<Option<String>>,
    /// A line below the name, at most 5,000 characters.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 5000)]
    tagline: Option<Option<String>>,
    /// What it is, in a sentence or two, at most 5,000 characters.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 5000)]
    description: Option<Option<String>>,
    /// The language of its words, a BCP 47 tag.
    #[serde(deserialize_with = "there")]
    #[schema(nullable = false, example = "en-GB")]
    language: Option<String>,
    /// Where its days begin: a name of the IANA time zone database.
    #[serde(deserialize_with = "there")]
    #[schema(nullable = false, example = "Europe/Lisbon")]
    time_zone: Option<String>,
    /// Where articles are on the site; their `canonicalPath` follows it.
    #[serde(deserialize_with = "there")]
    #[schema(nullable = false, example = "/{section}/{slug}")]
    article_path: Option<String>,
    /// Its sign, by the id of a medium.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    logo: Option<Option<String>>,
    /// What stands in its header: the whole of it.
    #[serde(deserialize_with = "there")]
    #[schema(nullable = false, max_items = 100)]
    navigation: Option<Vec<NavigationInput>>,
    /// Where else to find it: the whole list.
    #[serde(deserialize_with = "there")]
    #[schema(nullable = false, max_items = 100)]
    social: Option<Vec<SocialInput>>,
    /// Places for advertisements: the whole list.
    #[serde(deserialize_with = "there")]
    #[schema(nullable = false, max_items = 100)]
    placements: Option<Vec<PlacementInput>>,
}

/// Change the site
///
/// What is absent stays, null takes away; lists are given whole. For administrators.
#[utoipa::path(
    tag = "site",
    operation_id = "update_site",
    security(("bearer" = [])),
    params(IfMatchHeader),
    request_body(content((SitePatch = "application/json"), (SitePatch = "application/merge-patch+json"))),
    responses((
        status = 200,
        description = "The site as it is now.",
        body = Site,
        headers(("ETag" = String, description = "The revision, for `If-Match`."))
    ))
)]
#[patch("/v1/site")]
pub async fn update_site(
    app: Data<App>,
    asking: Signed,
    seen: IfMatch,
    _: Query<Nothing>,
    sent: Sent<SitePatch>,
) -> Result<Reply, Problem> {
    let sent = sent.0;
    let patch = DomainPatch {
        title: sent.title,
        url: sent.url,
        tagline: sent.tagline,
        description: sent.description,
        language: sent.language,
        time_zone: sent.time_zone,
        article_path: sent.article_path,
        logo: sent.logo,
        navigation: sent.navigation.map(all),
        social: sent.social.map(all),
        placements: sent.placements.map(all),
    };
    let now = app.write(&asking, move |cx, repos| site::edit(cx, repos, patch, seen.strong())).await?;
    let now = Site::from(now);
    Ok(Reply::one(&now, None, &asking)?.tagged(now.revision))
}
