//! The change log over GraphQL.

use async_graphql::{Context, ID, Object};
use domain::change::{self, ChangeFilter};

use super::{
    rest::{actor as read_actor, thing as read_thing},
    view::Change,
};
use crate::{
    app::Length,
    graphql::{Connection, ListArguments, read},
    http::problem::Failure,
};

/// Queries for the change log.
#[derive(Default)]
pub struct ChangeQueries;

#[Object]
impl ChangeQueries {
    /// The change log: every change of content and accounts, newest first. Requires the admin role.
    /// Signing in and out is not logged.
    #[graphql(complexity = "crate::graphql::list_cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only changes of this object: its id, or `site`.")] thing: Option<ID>,
        #[graphql(desc = "Only changes made by this account: its id.")] actor: Option<ID>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Change>, Failure> {
        let filter = ChangeFilter {
            thing: thing.map(|id| read_thing(&id)).transpose()?,
            actor: actor.map(|id| read_actor(&id)).transpose()?,
        };
        let page = ListArguments { first, after, last, before }.read(&ctx.look_ahead())?;
        let page = read(ctx, Length::Long, move |cx, repos| change::list(cx, repos, &filter, &page)).await?;
        Ok(Connection::of(page, Change::from))
    }
}
