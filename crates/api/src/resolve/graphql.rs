//! Resolving a path over GraphQL.

use async_graphql::{ComplexObject, Context, Object};
use domain::resolve;

use super::view::Resolution;
use crate::{
    app::Length,
    graphql::{Node, node_of, read},
    http::problem::Failure,
};

/// The query that resolves a path.
#[derive(Default)]
pub struct ResolveQueries;

#[Object]
impl ResolveQueries {
    /// Finds the page at a path of the site: an article by its current or an old path, a section, tag
    /// or author page, the front page, or an archive of a year, month or day. WordPress paths are also
    /// understood. Null if there is nothing at this path.
    #[graphql(complexity = "5 + child_complexity")]
    async fn resolve(&self, ctx: &Context<'_>, path: String) -> Result<Option<Resolution>, Failure> {
        Ok(read(ctx, Length::Short, move |cx, repos| resolve::path(cx, repos, &path)).await?.map(Into::into))
    }
}

#[ComplexObject]
impl Resolution {
    /// The object itself: an article, section, tag, author or media object. Lets a client load a whole
    /// page with one request. Null for other kinds.
    async fn node(&self, ctx: &Context<'_>) -> Result<Option<Node>, Failure> {
        node_of(ctx, self.id.clone()).await
    }
}
