//! What lives at a web path, over GraphQL.

use async_graphql::{ComplexObject, Context, Object};
use domain::resolve;

use super::view::Resolution;
use crate::{
    app::Length,
    graphql::{Node, node_of, read},
    problem::Failure,
};

/// The site's addresses.
#[derive(Default)]
pub struct ResolveQueries;

#[Object]
impl ResolveQueries {
    /// What lives at a path of the site: an article by its present or an old path, the front of a section, a
    /// tag or an author, the front page, or the articles of a year, a month or a day. Paths that WordPress
    /// makes lead to what they show. Null when nothing lives there.
    #[graphql(complexity = "5 + child_complexity")]
    async fn resolve(&self, ctx: &Context<'_>, path: String) -> Result<Option<Resolution>, Failure> {
        Ok(read(ctx, Length::Short, move |cx, repos| resolve::path(cx, repos, &path)).await?.map(Into::into))
    }
}

#[ComplexObject]
impl Resolution {
    /// The thing itself: an article, a section, a tag, an author or a medium. With it, a page is one request.
    async fn node(&self, ctx: &Context<'_>) -> Result<Option<Node>, Failure> {
        node_of(ctx, self.id.clone()).await
    }
}
