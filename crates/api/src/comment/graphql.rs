//! Comments over GraphQL: a connection on the article, and the way back.

use async_graphql::{ComplexObject, Context};
use domain::error::Error;

use super::view::Comment;
use crate::{
    article::view::ArticleCard,
    graphql::{loaders, parts},
    problem::Failure,
};

#[ComplexObject]
impl Comment {
    /// What it is about.
    async fn article(&self, ctx: &Context<'_>) -> Result<ArticleCard, Failure> {
        let card = loaders::card(ctx, self.about, parts(&ctx.look_ahead())).await?;
        let card = card.ok_or_else(|| Error::not_found("article.not_found", "the article is gone"))?;
        Ok(card.into())
    }

    /// What it replies to.
    async fn parent(&self, ctx: &Context<'_>) -> Result<Option<Comment>, Failure> {
        match self.above {
            Some(id) => Ok(loaders::comment(ctx, id).await?.map(Into::into)),
            None => Ok(None),
        }
    }
}
