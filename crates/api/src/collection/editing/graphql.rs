//! Making, changing and removing collections over GraphQL.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use domain::collection::{self, CollectionPatch};

use super::super::view::Collection;
use crate::{
    graphql::{maybe, there, write},
    problem::Failure,
    session::graphql::Done,
    term::editing::graphql::RemoveInput,
};

/// A collection to be made.
#[derive(InputObject)]
pub struct CreateCollectionInput {
    /// The title, 1 to 200 characters.
    title: String,
    /// The name in addresses; made of the title without it.
    slug: Option<String>,
    /// What it is, in a sentence or two. At most 5,000 characters.
    description: Option<String>,
    /// Its articles in order, by id or slug, each once, whether readers see them yet or not; at most 100.
    articles: Option<Vec<ID>>,
}

/// What is to be other about a collection; what is absent stays, null takes away.
#[derive(InputObject)]
pub struct UpdateCollectionInput {
    /// The collection, by id or slug.
    id: ID,
    /// The revision that you have read.
    expected_revision: Option<u32>,
    /// The title, 1 to 200 characters.
    title: MaybeUndefined<String>,
    /// The name in addresses. A taken one gets a number.
    slug: MaybeUndefined<String>,
    /// What it is, in a sentence or two. At most 5,000 characters.
    description: MaybeUndefined<String>,
    /// Its articles in order, by id or slug, each once: the whole list, at most 100.
    articles: MaybeUndefined<Vec<ID>>,
}

/// A collection that was made or changed.
#[derive(SimpleObject)]
pub struct CollectionPayload {
    /// The collection as it is now.
    collection: Collection,
}

/// Making, changing and removing collections.
#[derive(Default)]
pub struct CollectionMutations;

#[Object]
impl CollectionMutations {
    /// Makes a collection. For editors.
    async fn create_collection(
        &self,
        ctx: &Context<'_>,
        input: CreateCollectionInput,
    ) -> Result<CollectionPayload, Failure> {
        let new = CollectionPatch {
            title: Some(input.title),
            slug: input.slug,
            description: input.description.map(Some),
            articles: input.articles.map(names),
        };
        let made = write(ctx, move |cx, repos| collection::create(cx, repos, &new)).await?;
        Ok(CollectionPayload { collection: made.into() })
    }

    /// Changes a collection. `articles` is the whole list in its new order. For editors.
    async fn update_collection(
        &self,
        ctx: &Context<'_>,
        input: UpdateCollectionInput,
    ) -> Result<CollectionPayload, Failure> {
        let (key, expected) = (input.id.0, input.expected_revision.into());
        let patch = CollectionPatch {
            title: there(input.title, "title")?,
            slug: there(input.slug, "slug")?,
            description: maybe(input.description),
            articles: there(input.articles, "articles")?.map(names),
        };
        let now = write(ctx, move |cx, repos| collection::edit(cx, repos, &key, &patch, expected)).await?;
        Ok(CollectionPayload { collection: now.into() })
    }

    /// Removes a collection. Its articles stay where they are. For editors.
    async fn remove_collection(&self, ctx: &Context<'_>, input: RemoveInput) -> Result<Done, Failure> {
        let RemoveInput { id, expected_revision } = input;
        write(ctx, move |cx, repos| collection::remove(cx, repos, &id, expected_revision.into())).await?;
        Ok(Done { done: true })
    }
}

fn names(ids: Vec<ID>) -> Vec<String> {
    ids.into_iter().map(|id| id.0).collect()
}
