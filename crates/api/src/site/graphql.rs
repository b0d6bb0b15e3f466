//! The site over GraphQL.

use async_graphql::{Context, Object};
use domain::site;

use super::view::Site;
use crate::{app::Length, graphql::read, http::problem::Failure};

/// The query for the site.
#[derive(Default)]
pub struct SiteQueries;

#[Object]
impl SiteQueries {
    /// The site's name and settings, navigation, social links and advertisement placements.
    async fn site(&self, ctx: &Context<'_>) -> Result<Site, Failure> {
        Ok(read(ctx, Length::Short, |_, repos| site::get(repos)).await?.into())
    }
}
