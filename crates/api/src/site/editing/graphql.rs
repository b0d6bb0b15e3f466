//! Changing the site over GraphQL.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use domain::site::{self, SitePatch};

use super::{super::view::Site, NavigationInput, PlacementInput, SocialInput, all};
use crate::{
    graphql::{maybe, there, write},
    problem::Failure,
};

/// What is to be other about the site; what is absent stays, null takes away.
#[derive(InputObject)]
pub struct UpdateSiteInput {
    /// The revision that you have read.
    expected_revision: Option<u32>,
    /// The newspaper's name, 1 to 200 characters.
    title: MaybeUndefined<String>,
    /// Where readers find it on the web: scheme, host, and perhaps a path. At most 500 bytes.
    url: MaybeUndefined<String>,
    /// A line below the name, at most 5,000 characters.
    tagline: MaybeUndefined<String>,
    /// What it is, in a sentence or two, at most 5,000 characters.
    description: MaybeUndefined<String>,
    /// The language of its words, a BCP 47 tag.
    language: MaybeUndefined<String>,
    /// Where its days begin: a name of the IANA time zone database.
    time_zone: MaybeUndefined<String>,
    /// Where articles are on the site; their `canonicalPath` follows it.
    article_path: MaybeUndefined<String>,
    /// Its sign, by the id of a medium.
    logo: MaybeUndefined<ID>,
    /// What stands in its header: the whole of it.
    navigation: MaybeUndefined<Vec<NavigationInput>>,
    /// Where else to find it: the whole list.
    social: MaybeUndefined<Vec<SocialInput>>,
    /// Places for advertisements: the whole list.
    placements: MaybeUndefined<Vec<PlacementInput>>,
}

/// The site that was changed.
#[derive(SimpleObject)]
pub struct SitePayload {
    /// The site as it is now.
    site: Site,
}

/// Changing the site.
#[derive(Default)]
pub struct SiteMutations;

#[Object]
impl SiteMutations {
    /// Changes the site. For administrators.
    async fn update_site(&self, ctx: &Context<'_>, input: UpdateSiteInput) -> Result<SitePayload, Failure> {
        let patch = SitePatch {
            title: there(input.title, "title")?,
            url: maybe(input.url),
            tagline: maybe(input.tagline),
            description: maybe(input.description),
            language: there(input.language, "language")?,
            time_zone: there(input.time_zone, "timeZone")?,
            article_path: there(input.article_path, "articlePath")?,
            logo: maybe(input.logo).map(|id| id.map(|id| id.0)),
            navigation: there(input.navigation, "navigation")?.map(all),
            social: there(input.social, "social")?.map(all),
            placements: there(input.placements, "placements")?.map(all),
        };
        let expected = input.expected_revision.into();
        let now = write(ctx, move |cx, repos| site::edit(cx, repos, patch, expected)).await?;
        Ok(SitePayload { site: now.into() })
    }
}
