//! Comments over GraphQL: the fields of a comment that load other objects. The list of comments is a
//! field of the article.

use async_graphql::{ComplexObject, Context};
use domain::error::Error;

use super::view::Comment;
use crate::{
    article::view::ArticleCard,
    graphql::{loaders, parts},
    http::problem::Failure,
};

#[ComplexObject]
impl Comment {
    /// The article that the comment belongs to.
    async fn article(&self, ctx: &Context<'_>) -> Result<ArticleCard, Failure> {
        let card = loaders::card(ctx, self.about, parts(&ctx.look_ahead())).await?;
        let card =
            card.ok_or_else(|| Error::not_found("article.not_found", "the article is no longer available"))?;
        Ok(card.into())
    }

    /// The comment that this one replies to. Null if it begins a thread.
    async fn parent(&self, ctx: &Context<'_>) -> Result<Option<Comment>, Failure> {
        match self.above {
            Some(id) => Ok(loaders::comment(ctx, id).await?.map(Into::into)),
            None => Ok(None),
        }
    }
}
