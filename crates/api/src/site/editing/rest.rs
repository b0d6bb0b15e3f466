//! Changing the site over REST.

use actix_web::{patch, web::Data};
use domain::site::{self, SitePatch as DomainPatch};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{super::view::Site, NavigationInput, PlacementInput, SocialInput, all};
use crate::{
    app::App,
    http::json_body::{JsonBody, non_null, nullable},
    http::preconditions::{IfMatch, IfMatchHeader},
    http::problem::Problem,
    http::query::{Nothing, Query},
    http::reply::Reply,
    session::bearer::RequireBearer,
};

/// The fields of the site to change. Omitted fields are left unchanged; `null` clears a field.
#[derive(Deserialize, ToSchema, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SitePatch {
    /// The newspaper's name, 1 to 200 characters.
    #[serde(deserialize_with = "non_null")]
    #[schema(nullable = false, min_length = 1, max_length = 200)]
    title: Option<String>,
    /// The public URL of the site: scheme, host and optionally a path. At most 500 bytes.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, max_length = 500, example = "https://news.example.com")]
    url: Option<Option<String>>,
    /// A short line below the name. At most 5,000 characters.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, max_length = 5000)]
    tagline: Option<Option<String>>,
    /// A description in one or two sentences. At most 5,000 characters.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, max_length = 5000)]
    description: Option<Option<String>>,
    /// The language of the site, as a BCP 47 tag.
    #[serde(deserialize_with = "non_null")]
    #[schema(nullable = false, example = "en-GB")]
    language: Option<String>,
    /// The time zone in which days begin and end, by its IANA name.
    #[serde(deserialize_with = "non_null")]
    #[schema(nullable = false, example = "Europe/Lisbon")]
    time_zone: Option<String>,
    /// The pattern of article paths: `{slug}` once, and optionally `{section}`, `{year}`, `{month}` and
    /// `{day}`.
    #[serde(deserialize_with = "non_null")]
    #[schema(nullable = false, example = "/{section}/{slug}")]
    article_path: Option<String>,
    /// The logo: a media id.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    logo: Option<Option<String>>,
    /// The navigation. Replaces the whole list.
    #[serde(deserialize_with = "non_null")]
    #[schema(nullable = false, max_items = 100)]
    navigation: Option<Vec<NavigationInput>>,
    /// Links to the newspaper's pages on other networks. Replaces the whole list.
    #[serde(deserialize_with = "non_null")]
    #[schema(nullable = false, max_items = 100)]
    social: Option<Vec<SocialInput>>,
    /// The places for advertisements. Replaces the whole list.
    #[serde(deserialize_with = "non_null")]
    #[schema(nullable = false, max_items = 100)]
    placements: Option<Vec<PlacementInput>>,
}

/// Change the site
///
/// Omitted fields are left unchanged; `null` clears a field. Lists are replaced as a whole. Requires
/// the admin role.
#[utoipa::path(
    tag = "site",
    operation_id = "update_site",
    security(("bearer" = [])),
    params(IfMatchHeader),
    request_body(content((SitePatch = "application/json"), (SitePatch = "application/merge-patch+json"))),
    responses((
        status = 200,
        description = "The site after the change.",
        body = Site,
        headers(("ETag" = String, description = "The revision, for `If-Match`."))
    ))
)]
#[patch("/v1/site")]
pub async fn update_site(
    app: Data<App>,
    context: RequireBearer,
    seen: IfMatch,
    _: Query<Nothing>,
    sent: JsonBody<SitePatch>,
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
    let now = app.write(&context, move |cx, repos| site::edit(cx, repos, patch, seen.strong())).await?;
    let now = Site::from(now);
    Ok(Reply::one(&now, None, &context)?.tagged(now.revision))
}
