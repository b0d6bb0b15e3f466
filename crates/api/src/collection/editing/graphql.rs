//! Creating, changing and deleting collections over GraphQL.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use domain::collection::{self, CollectionPatch};

use super::super::view::Collection;
use crate::{
    graphql::{Done, RemoveInput, non_null, nullable, write},
    http::problem::Failure,
};

/// The collection to create.
#[derive(InputObject)]
pub struct CreateCollectionInput {
    /// The title, 1 to 200 characters.
    title: String,
    /// The slug, used in URLs. Default: derived from the title.
    slug: Option<String>,
    /// A description in one or two sentences. At most 5,000 characters.
    description: Option<String>,
    /// Its articles, in order: ids or slugs, without duplicates. Unpublished articles are allowed. At
    /// most 100.
    articles: Option<Vec<ID>>,
}

/// The fields of the collection to change. Omitted fields are left unchanged; `null` clears a field.
#[derive(InputObject)]
pub struct UpdateCollectionInput {
    /// The collection's id or slug.
    id: ID,
    /// The revision when you read it, for detecting conflicting changes. Required.
    expected_revision: Option<u32>,
    /// The title, 1 to 200 characters.
    title: MaybeUndefined<String>,
    /// The slug, used in URLs. A number is appended if the slug is taken.
    slug: MaybeUndefined<String>,
    /// A description in one or two sentences. At most 5,000 characters.
    description: MaybeUndefined<String>,
    /// Its articles, in order: ids or slugs, without duplicates. Replaces the whole list; at most 100.
    articles: MaybeUndefined<Vec<ID>>,
}

/// The result of creating or changing a collection.
#[derive(SimpleObject)]
pub struct CollectionPayload {
    /// The collection after the change.
    collection: Collection,
}

/// Mutations that create, change and delete collections.
#[derive(Default)]
pub struct CollectionMutations;

#[Object]
impl CollectionMutations {
    /// Creates a collection. Requires the editor role.
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

    /// Changes a collection. `articles` replaces the whole list. Requires the editor role.
    async fn update_collection(
        &self,
        ctx: &Context<'_>,
        input: UpdateCollectionInput,
    ) -> Result<CollectionPayload, Failure> {
        let (key, expected) = (input.id.0, input.expected_revision.into());
        let patch = CollectionPatch {
            title: non_null(input.title, "title")?,
            slug: non_null(input.slug, "slug")?,
            description: nullable(input.description),
            articles: non_null(input.articles, "articles")?.map(names),
        };
        let now = write(ctx, move |cx, repos| collection::edit(cx, repos, &key, &patch, expected)).await?;
        Ok(CollectionPayload { collection: now.into() })
    }

    /// Deletes a collection. Its articles are not deleted. Requires the editor role.
    async fn remove_collection(&self, ctx: &Context<'_>, input: RemoveInput) -> Result<Done, Failure> {
        let RemoveInput { id, expected_revision } = input;
        write(ctx, move |cx, repos| collection::remove(cx, repos, &id, expected_revision.into())).await?;
        Ok(Done { done: true })
    }
}

fn names(ids: Vec<ID>) -> Vec<String> {
    ids.into_iter().map(|id| id.0).collect()
}
