//! Objects by their global ids: the interface `Node` and its queries.

use async_graphql::{Context, ID, Interface, Object};
use domain::{article::Parts, node, term::Role};

use super::request::read;
use crate::{
    app::Length,
    article::view::ArticleCard,
    collection::view::Collection,
    comment::view::Comment,
    http::problem::Failure,
    media::view::Media,
    term::view::{Author, Section, Tag},
};

/// An object with a globally unique id.
#[derive(Interface)]
#[graphql(field(
    name = "id",
    ty = "&ID",
    desc = "Unique id (a TypeID). The prefix is the type of the object."
))]
#[expect(
    missing_docs,
    clippy::large_enum_variant,
    reason = "the types say what they are; few nodes live at once"
)]
pub enum Node {
    Article(ArticleCard),
    Tag(Tag),
    Section(Section),
    Author(Author),
    Media(Media),
    Comment(Comment),
    Collection(Collection),
}

impl From<node::Node> for Node {
    fn from(node: node::Node) -> Self {
        match node {
            node::Node::Article(card) => Self::Article((*card).into()),
            node::Node::Term(term) => match term.role {
                Role::Tag => Self::Tag((*term).into()),
                Role::Section => Self::Section((*term).into()),
                Role::Author => Self::Author((*term).into()),
            },
            node::Node::Media(media) => Self::Media((*media).into()),
            node::Node::Comment(shown) => Self::Comment((*shown).into()),
            node::Node::Collection(collection) => Self::Collection((*collection).into()),
        }
    }
}

/// Returns the object with this id, if readers can see it.
pub(crate) async fn node_of(ctx: &Context<'_>, id: ID) -> Result<Option<Node>, Failure> {
    let found =
        read(ctx, Length::Short, move |cx, repos| node::nodes(cx, repos, &[id.0], Parts::ALL)).await?;
    Ok(found.into_iter().flatten().next().map(Into::into))
}

/// Queries by id for any type of object.
#[derive(Default)]
pub struct NodeQueries;

#[Object]
impl NodeQueries {
    /// Any object, by its id. Null if readers cannot see it.
    async fn node(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Node>, Failure> {
        node_of(ctx, id).await
    }

    /// Several objects by their ids, at most 100, in the order of the ids. Null for each that readers
    /// cannot see.
    #[graphql(complexity = "1 + ids.len() * child_complexity")]
    async fn nodes(&self, ctx: &Context<'_>, ids: Vec<ID>) -> Result<Vec<Option<Node>>, Failure> {
        let ids: Vec<String> = ids.into_iter().map(|id| id.0).collect();
        let found =
            read(ctx, Length::Short, move |cx, repos| node::nodes(cx, repos, &ids, Parts::ALL)).await?;
        Ok(found.into_iter().map(|node| node.map(Into::into)).collect())
    }
}
