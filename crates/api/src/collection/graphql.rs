//! Collections over GraphQL.

use async_graphql::{ComplexObject, Context, ID, Object};
use domain::collection;

use super::view::{Collection, CollectionEntry};
use crate::{
    app::Length,
    article::view::ArticleCard,
    graphql::{Connection, ListArguments, inline_fields::Shown, loaders, one_key, parts, read},
    http::problem::Failure,
};

/// Queries for collections.
#[derive(Default)]
pub struct CollectionQueries;

#[Object]
impl CollectionQueries {
    /// One collection, by either its id or its slug; give exactly one of them.
    async fn collection(
        &self,
        ctx: &Context<'_>,
        id: Option<ID>,
        slug: Option<String>,
    ) -> Result<Option<Collection>, Failure> {
        let key = match (id, slug) {
            (Some(id), None) => id.0,
            (None, Some(slug)) => slug,
            _ => return Err(one_key().into()),
        };
        Ok(read(ctx, Length::Short, move |cx, repos| collection::find(cx, repos, &key))
            .await?
            .map(Into::into))
    }

    /// All collections, by title.
    #[graphql(complexity = "crate::graphql::list_cost(first, last, child_complexity)")]
    async fn collections(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Collection>, Failure> {
        let page = ListArguments { first, after, last, before }.read(&ctx.look_ahead())?;
        let page = read(ctx, Length::Short, move |cx, repos| collection::list(cx, repos, &page)).await?;
        Ok(Connection::of(page, Into::into))
    }
}

#[ComplexObject]
impl Collection {
    /// All entries, in order, including articles that readers do not see; at most 100. Requires the
    /// editor role. Read them before you change `articles`.
    #[graphql(complexity = "1 + 30 * child_complexity")]
    async fn entries(&self, ctx: &Context<'_>) -> Result<Option<Vec<CollectionEntry>>, Failure> {
        let entries = loaders::entries_of(ctx, self.listed.clone()).await?;
        Ok(Some(entries.into_iter().map(Into::into).collect()))
    }

    /// The articles that readers see, in the editors' order; at most 100.
    #[graphql(complexity = "1 + 30 * child_complexity")]
    async fn articles(&self, ctx: &Context<'_>) -> Result<Vec<Shown<ArticleCard>>, Failure> {
        let cards = loaders::articles_of(ctx, self.listed.clone(), parts(&ctx.look_ahead())).await?;
        Ok(cards.into_iter().map(|card| ArticleCard::from(card).into()).collect())
    }
}
