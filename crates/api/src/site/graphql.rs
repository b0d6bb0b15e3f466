//! The site over GraphQL.

use async_graphql::{Context, Object};
use domain::site;

use super::view::Site;
use crate::{app::Length, graphql::read, problem::Failure};

/// The site.
#[derive(Default)]
pub struct SiteQueries;

#[Object]
impl SiteQueries {
    /// What the newsroom says of itself, and what stands around every article.
    async fn site(&self, ctx: &Context<'_>) -> Result<Site, Failure> {
        Ok(read(ctx, Length::Short, |_, repos| site::get(repos)).await?.into())
    }
}
