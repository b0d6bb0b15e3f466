//! Creating, changing, merging and deleting tags, sections and authors over GraphQL.

use async_graphql::{Context, Enum, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use domain::term::{self, Role, Term, TermPatch};

use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    super::view::{Author, Section, Tag, TagType},
    LinkInput,
};
use crate::{
    graphql::{Done, RemoveInput, non_null, nullable, write},
    http::problem::Failure,
};

/// What to do if the tag, section or author already exists. It exists if one has the same slug or, if
/// no slug is given, the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema, Enum)]
#[serde(rename_all = "lowercase")]
pub enum OnExisting {
    /// Fail with `term.exists`. `extensions.existing` contains the id of the existing one.
    #[default]
    Refuse,
    /// Return the existing one unchanged.
    Return,
}

impl From<OnExisting> for term::OnExisting {
    fn from(wish: OnExisting) -> Self {
        match wish {
            OnExisting::Refuse => Self::Refuse,
            OnExisting::Return => Self::Return,
        }
    }
}

/// The tag to create.
#[derive(InputObject)]
pub struct CreateTagInput {
    /// The name, 1 to 200 characters.
    name: String,
    /// The slug, used in URLs. Default: derived from the name.
    slug: Option<String>,
    /// A description in one or two sentences. At most 5,000 characters.
    description: Option<String>,
    /// The tag above this one in the hierarchy: an id or slug.
    parent: Option<String>,
    /// The type of the tag. Default: a keyword.
    r#type: Option<TagType>,
    /// What to do if it already exists.
    #[graphql(default)]
    on_existing: OnExisting,
}

/// The fields of the tag to change. Omitted fields are left unchanged; `null` clears a field.
#[derive(InputObject)]
pub struct UpdateTagInput {
    /// The tag's id or slug.
    id: ID,
    /// The revision when you read it, for detecting conflicting changes. Required.
    expected_revision: Option<u32>,
    /// The name, 1 to 200 characters.
    name: MaybeUndefined<String>,
    /// The slug, used in URLs. The old slug keeps working. A number is appended if the slug is taken.
    slug: MaybeUndefined<String>,
    /// A description in one or two sentences. At most 5,000 characters.
    description: MaybeUndefined<String>,
    /// The tag above this one in the hierarchy: an id or slug.
    parent: MaybeUndefined<String>,
    /// The type of the tag.
    r#type: MaybeUndefined<TagType>,
}

/// The result of creating, changing or merging a tag.
#[derive(SimpleObject)]
pub struct TagPayload {
    /// The tag after the change.
    tag: Tag,
}

/// The section to create.
#[derive(InputObject)]
pub struct CreateSectionInput {
    /// The name, 1 to 200 characters.
    name: String,
    /// The slug, used in URLs. Default: derived from the name.
    slug: Option<String>,
    /// A description in one or two sentences. At most 5,000 characters.
    description: Option<String>,
    /// The section above this one in the hierarchy: an id or slug.
    parent: Option<String>,
    /// What to do if it already exists.
    #[graphql(default)]
    on_existing: OnExisting,
}

/// The fields of the section to change. Omitted fields are left unchanged; `null` clears a field.
#[derive(InputObject)]
pub struct UpdateSectionInput {
    /// The section's id or slug.
    id: ID,
    /// The revision when you read it, for detecting conflicting changes. Required.
    expected_revision: Option<u32>,
    /// The name, 1 to 200 characters.
    name: MaybeUndefined<String>,
    /// The slug, used in URLs. The old slug keeps working. A number is appended if the slug is taken.
    slug: MaybeUndefined<String>,
    /// A description in one or two sentences. At most 5,000 characters.
    description: MaybeUndefined<String>,
    /// The section above this one in the hierarchy: an id or slug.
    parent: MaybeUndefined<String>,
}

/// The result of creating or changing a section.
#[derive(SimpleObject)]
pub struct SectionPayload {
    /// The section after the change.
    section: Section,
}

/// The author to create.
#[derive(InputObject)]
pub struct CreateAuthorInput {
    /// The name, 1 to 200 characters.
    name: String,
    /// The slug, used in URLs. Default: derived from the name.
    slug: Option<String>,
    /// A short biography. At most 5,000 characters.
    bio: Option<String>,
    /// The author's photo: a media id.
    photo: Option<ID>,
    /// Links to the author's pages elsewhere, at most 20.
    links: Option<Vec<LinkInput>>,
    /// The account of this author: an account id. Articles with this author count as the account's own.
    /// Requires the admin role.
    user: Option<ID>,
    /// What to do if it already exists.
    #[graphql(default)]
    on_existing: OnExisting,
}

/// The fields of the author to change. Omitted fields are left unchanged; `null` clears a field.
#[derive(InputObject)]
pub struct UpdateAuthorInput {
    /// The author's id or slug.
    id: ID,
    /// The revision when you read it, for detecting conflicting changes. Required.
    expected_revision: Option<u32>,
    /// The name, 1 to 200 characters.
    name: MaybeUndefined<String>,
    /// The slug, used in URLs. The old slug keeps working. A number is appended if the slug is taken.
    slug: MaybeUndefined<String>,
    /// A short biography. At most 5,000 characters.
    bio: MaybeUndefined<String>,
    /// The author's photo: a media id.
    photo: MaybeUndefined<ID>,
    /// Links to the author's pages elsewhere, at most 20.
    links: MaybeUndefined<Vec<LinkInput>>,
    /// The account of this author: an account id. Articles with this author count as the account's own.
    /// Requires the admin role.
    user: MaybeUndefined<ID>,
}

/// The result of creating or changing an author.
#[derive(SimpleObject)]
pub struct AuthorPayload {
    /// The author after the change.
    pub(crate) author: Author,
}

/// The tag to merge and the tag to merge it into.
#[derive(InputObject)]
pub struct MergeTagsInput {
    /// The tag to merge, which is deleted: its id or slug.
    id: ID,
    /// The revision of the tag to merge when you read it, for detecting conflicting changes. Required.
    expected_revision: Option<u32>,
    /// The tag that remains: its id or slug.
    into: ID,
}

/// Mutations that create, change, merge and delete tags, sections and authors.
#[derive(Default)]
pub struct TermMutations;

#[Object]
impl TermMutations {
    /// Merges a tag into another one. Its articles and the tags below it move to the other tag; its
    /// slugs and its id keep working and lead there. Requires the editor role.
    async fn merge_tags(&self, ctx: &Context<'_>, input: MergeTagsInput) -> Result<TagPayload, Failure> {
        let MergeTagsInput { id, expected_revision, into } = input;
        let now =
            write(ctx, move |cx, repos| term::merge(cx, repos, &id, &into, expected_revision.into())).await?;
        Ok(TagPayload { tag: now.into() })
    }

    /// Creates a tag. Requires the editor role.
    async fn create_tag(&self, ctx: &Context<'_>, input: CreateTagInput) -> Result<TagPayload, Failure> {
        let new = TermPatch {
            name: Some(input.name),
            slug: input.slug,
            description: input.description.map(Some),
            parent: input.parent.map(Some),
            tag_type: input.r#type.map(Into::into),
            ..TermPatch::default()
        };
        let made = create(ctx, Role::Tag, new, input.on_existing).await?;
        Ok(TagPayload { tag: made.into() })
    }

    /// Changes a tag. An old slug keeps working. Requires the editor role.
    async fn update_tag(&self, ctx: &Context<'_>, input: UpdateTagInput) -> Result<TagPayload, Failure> {
        let (key, expected) = (input.id.0, input.expected_revision.into());
        let patch = TermPatch {
            name: non_null(input.name, "name")?,
            slug: non_null(input.slug, "slug")?,
            description: nullable(input.description),
            parent: nullable(input.parent),
            tag_type: non_null(input.r#type, "type")?.map(Into::into),
            ..TermPatch::default()
        };
        let now =
            write(ctx, move |cx, repos| term::edit(cx, repos, Role::Tag, &key, &patch, expected)).await?;
        Ok(TagPayload { tag: now.into() })
    }

    /// Deletes a tag. Fails with `term.in_use` if a published or scheduled article has it, or if there
    /// are tags below it. Requires the editor role.
    async fn remove_tag(&self, ctx: &Context<'_>, input: RemoveInput) -> Result<Done, Failure> {
        remove(ctx, Role::Tag, input).await
    }

    /// Creates a section. Requires the editor role.
    async fn create_section(
        &self,
        ctx: &Context<'_>,
        input: CreateSectionInput,
    ) -> Result<SectionPayload, Failure> {
        let new = TermPatch {
            name: Some(input.name),
            slug: input.slug,
            description: input.description.map(Some),
            parent: input.parent.map(Some),
            ..TermPatch::default()
        };
        let made = create(ctx, Role::Section, new, input.on_existing).await?;
        Ok(SectionPayload { section: made.into() })
    }

    /// Changes a section. An old slug keeps working. Requires the editor role.
    async fn update_section(
        &self,
        ctx: &Context<'_>,
        input: UpdateSectionInput,
    ) -> Result<SectionPayload, Failure> {
        let (key, expected) = (input.id.0, input.expected_revision.into());
        let patch = TermPatch {
            name: non_null(input.name, "name")?,
            slug: non_null(input.slug, "slug")?,
            description: nullable(input.description),
            parent: nullable(input.parent),
            ..TermPatch::default()
        };
        let now =
            write(ctx, move |cx, repos| term::edit(cx, repos, Role::Section, &key, &patch, expected)).await?;
        Ok(SectionPayload { section: now.into() })
    }

    /// Deletes a section. Fails with `term.in_use` if a published or scheduled article is in it, or if
    /// there are sections below it. Requires the editor role.
    async fn remove_section(&self, ctx: &Context<'_>, input: RemoveInput) -> Result<Done, Failure> {
        remove(ctx, Role::Section, input).await
    }

    /// Creates an author. Requires the editor role.
    async fn create_author(
        &self,
        ctx: &Context<'_>,
        input: CreateAuthorInput,
    ) -> Result<AuthorPayload, Failure> {
        let new = TermPatch {
            name: Some(input.name),
            slug: input.slug,
            description: input.bio.map(Some),
            photo: input.photo.map(|id| Some(id.0)),
            user: input.user.map(|id| Some(id.0)),
            links: input.links.map(|links| links.into_iter().map(Into::into).collect()),
            ..TermPatch::default()
        };
        let made = create(ctx, Role::Author, new, input.on_existing).await?;
        Ok(AuthorPayload { author: made.into() })
    }

    /// Changes an author. An old slug keeps working. Requires the editor role.
    async fn update_author(
        &self,
        ctx: &Context<'_>,
        input: UpdateAuthorInput,
    ) -> Result<AuthorPayload, Failure> {
        let (key, expected) = (input.id.0, input.expected_revision.into());
        let patch = TermPatch {
            name: non_null(input.name, "name")?,
            slug: non_null(input.slug, "slug")?,
            description: nullable(input.bio),
            photo: nullable(input.photo).map(|id| id.map(|id| id.0)),
            user: nullable(input.user).map(|id| id.map(|id| id.0)),
            links: non_null(input.links, "links")?.map(|links| links.into_iter().map(Into::into).collect()),
            ..TermPatch::default()
        };
        let now =
            write(ctx, move |cx, repos| term::edit(cx, repos, Role::Author, &key, &patch, expected)).await?;
        Ok(AuthorPayload { author: now.into() })
    }

    /// Deletes an author. Fails with `term.in_use` if a published or scheduled article has them, or if
    /// they belong to an account. Requires the editor role.
    async fn remove_author(&self, ctx: &Context<'_>, input: RemoveInput) -> Result<Done, Failure> {
        remove(ctx, Role::Author, input).await
    }
}

async fn create(
    ctx: &Context<'_>,
    role: Role,
    new: TermPatch,
    on_existing: OnExisting,
) -> Result<Term, Failure> {
    let made = write(ctx, move |cx, repos| term::create(cx, repos, role, &new, on_existing.into())).await?;
    Ok(made.into())
}

async fn remove(ctx: &Context<'_>, role: Role, input: RemoveInput) -> Result<Done, Failure> {
    let RemoveInput { id, expected_revision } = input;
    write(ctx, move |cx, repos| term::remove(cx, repos, role, &id, expected_revision.into())).await?;
    Ok(Done { done: true })
}
