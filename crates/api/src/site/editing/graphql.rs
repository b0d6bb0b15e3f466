//! Changing the site over GraphQL.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use domain::site::{self, SitePatch};

use super::{super::view::Site, NavigationInput, PlacementInput, SocialInput, all};
use crate::{
    graphql::{non_null, nullable, write},
    http::problem::Failure,
};

/// The fields of the site to change. Omitted fields are left unchanged; `null` clears a field.
#[derive(InputObject)]
pub struct UpdateSiteInput {
    /// The revision when you read it, for detecting conflicting changes. Required.
    expected_revision: Option<u32>,
    /// The newspaper's name, 1 to 200 characters.
    title: MaybeUndefined<String>,
    /// The public URL of the site: scheme, host and optionally a path. At most 500 bytes.
    url: MaybeUndefined<String>,
    /// A short line below the name. At most 5,000 characters.
    tagline: MaybeUndefined<String>,
    /// A description in one or two sentences. At most 5,000 characters.
    description: MaybeUndefined<String>,
    /// The language of the site, as a BCP 47 tag.
    language: MaybeUndefined<String>,
    /// The time zone in which days begin and end, by its IANA name.
    time_zone: MaybeUndefined<String>,
    /// The pattern of article paths: `{slug}` once, and optionally `{section}`, `{year}`, `{month}` and
    /// `{day}`.
    article_path: MaybeUndefined<String>,
    /// The logo: a media id.
    logo: MaybeUndefined<ID>,
    /// The navigation. Replaces the whole list.
    navigation: MaybeUndefined<Vec<NavigationInput>>,
    /// Links to the newspaper's pages on other networks. Replaces the whole list.
    social: MaybeUndefined<Vec<SocialInput>>,
    /// The places for advertisements. Replaces the whole list.
    placements: MaybeUndefined<Vec<PlacementInput>>,
}

/// The result of changing the site.
#[derive(SimpleObject)]
pub struct SitePayload {
    /// The site after the change.
    site: Site,
}

/// The mutation that changes the site.
#[derive(Default)]
pub struct SiteMutations;

#[Object]
impl SiteMutations {
    /// Changes the site. Requires the admin role.
    async fn update_site(&self, ctx: &Context<'_>, input: UpdateSiteInput) -> Result<SitePayload, Failure> {
        let patch = SitePatch {
            title: non_null(input.title, "title")?,
            url: nullable(input.url),
            tagline: nullable(input.tagline),
            description: nullable(input.description),
            language: non_null(input.language, "language")?,
            time_zone: non_null(input.time_zone, "timeZone")?,
            article_path: non_null(input.article_path, "articlePath")?,
            logo: nullable(input.logo).map(|id| id.map(|id| id.0)),
            navigation: non_null(input.navigation, "navigation")?.map(all),
            social: non_null(input.social, "social")?.map(all),
            placements: non_null(input.placements, "placements")?.map(all),
        };
        let expected = input.expected_revision.into();
        let now = write(ctx, move |cx, repos| site::edit(cx, repos, patch, expected)).await?;
        Ok(SitePayload { site: now.into() })
    }
}
