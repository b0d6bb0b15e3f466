//! Making, changing and removing tags, sections and authors over GraphQL.

use async_graphql::{Context, Enum, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use domain::term::{self, Role, Term, TermPatch};

use super::{
    super::view::{Author, Section, Tag, TagType},
    LinkInput,
};
use crate::{
    graphql::{maybe, there, write},
    problem::Failure,
    session::graphql::Done,
};

/// What to remove.
#[derive(InputObject)]
pub struct RemoveInput {
    /// Its id or slug.
    pub(crate) id: ID,
    /// The revision that you have read.
    pub(crate) expected_revision: Option<u32>,
}

/// What to do when the tag, section or author exists: one with this slug, or, without a slug, one with this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Enum)]
pub enum OnExisting {
    /// Fail with `term.exists`; `extensions.existing` is its id.
    #[default]
    Refuse,
    /// Return it as it is.
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

/// A tag to be made.
#[derive(InputObject)]
pub struct CreateTagInput {
    /// The name, 1 to 200 characters.
    name: String,
    /// The name in addresses; made of the name without it.
    slug: Option<String>,
    /// What it is, in a sentence or two. At most 5,000 characters.
    description: Option<String>,
    /// The next broader tag, by id or slug.
    parent: Option<String>,
    /// What it stands for; a keyword without it.
    r#type: Option<TagType>,
    /// What to do when it exists.
    #[graphql(default)]
    on_existing: OnExisting,
}

/// What is to be other about a tag; what is absent stays, null takes away.
#[derive(InputObject)]
pub struct UpdateTagInput {
    /// The tag, by id or slug.
    id: ID,
    /// The revision that you have read.
    expected_revision: Option<u32>,
    /// The name, 1 to 200 characters.
    name: MaybeUndefined<String>,
    /// The name in addresses. The one before goes on to lead here; a taken one gets a number.
    slug: MaybeUndefined<String>,
    /// What it is, in a sentence or two. At most 5,000 characters.
    description: MaybeUndefined<String>,
    /// The next broader tag, by id or slug.
    parent: MaybeUndefined<String>,
    /// What it stands for.
    r#type: MaybeUndefined<TagType>,
}

/// A tag that was made or changed.
#[derive(SimpleObject)]
pub struct TagPayload {
    /// The tag as it is now.
    tag: Tag,
}

/// A section to be made.
#[derive(InputObject)]
pub struct CreateSectionInput {
    /// The name, 1 to 200 characters.
    name: String,
    /// The name in addresses; made of the name without it.
    slug: Option<String>,
    /// What it is, in a sentence or two. At most 5,000 characters.
    description: Option<String>,
    /// The next broader section, by id or slug.
    parent: Option<String>,
    /// What to do when it exists.
    #[graphql(default)]
    on_existing: OnExisting,
}

/// What is to be other about a section; what is absent stays, null takes away.
#[derive(InputObject)]
pub struct UpdateSectionInput {
    /// The section, by id or slug.
    id: ID,
    /// The revision that you have read.
    expected_revision: Option<u32>,
    /// The name, 1 to 200 characters.
    name: MaybeUndefined<String>,
    /// The name in addresses. The one before goes on to lead here; a taken one gets a number.
    slug: MaybeUndefined<String>,
    /// What it is, in a sentence or two. At most 5,000 characters.
    description: MaybeUndefined<String>,
    /// The next broader section, by id or slug.
    parent: MaybeUndefined<String>,
}

/// A section that was made or changed.
#[derive(SimpleObject)]
pub struct SectionPayload {
    /// The section as it is now.
    section: Section,
}

/// An author to be made.
#[derive(InputObject)]
pub struct CreateAuthorInput {
    /// The name, 1 to 200 characters.
    name: String,
    /// The name in addresses; made of the name without it.
    slug: Option<String>,
    /// Who they are. At most 5,000 characters.
    bio: Option<String>,
    /// A photograph, by the id of a medium.
    photo: Option<ID>,
    /// Where else to find them, at most 20.
    links: Option<Vec<LinkInput>>,
    /// The account of the one whose byline it is, by id: the author's articles are that account's own. For
    /// administrators.
    user: Option<ID>,
    /// What to do when it exists.
    #[graphql(default)]
    on_existing: OnExisting,
}

/// What is to be other about an author; what is absent stays, null takes away.
#[derive(InputObject)]
pub struct UpdateAuthorInput {
    /// The author, by id or slug.
    id: ID,
    /// The revision that you have read.
    expected_revision: Option<u32>,
    /// The name, 1 to 200 characters.
    name: MaybeUndefined<String>,
    /// The name in addresses. The one before goes on to lead here; a taken one gets a number.
    slug: MaybeUndefined<String>,
    /// Who they are. At most 5,000 characters.
    bio: MaybeUndefined<String>,
    /// A photograph, by the id of a medium.
    photo: MaybeUndefined<ID>,
    /// Where else to find them, at most 20.
    links: MaybeUndefined<Vec<LinkInput>>,
    /// The account of the one whose byline it is, by id: the author's articles are that account's own. For
    /// administrators.
    user: MaybeUndefined<ID>,
}

/// An author that was made or changed.
#[derive(SimpleObject)]
pub struct AuthorPayload {
    /// The author as it is now.
    pub(crate) author: Author,
}

/// A tag that another one takes the place of.
#[derive(InputObject)]
pub struct MergeTagsInput {
    /// The tag that goes, by id or slug.
    id: ID,
    /// The revision of it that you have read.
    expected_revision: Option<u32>,
    /// The other tag, by id or slug.
    into: ID,
}

/// Making, changing and removing tags, sections and authors.
#[derive(Default)]
pub struct TermMutations;

#[Object]
impl TermMutations {
    /// Merges a tag into another: its articles follow, and its slugs and its id lead there from then on. For
    /// editors.
    async fn merge_tags(&self, ctx: &Context<'_>, input: MergeTagsInput) -> Result<TagPayload, Failure> {
        let MergeTagsInput { id, expected_revision, into } = input;
        let now =
            write(ctx, move |cx, repos| term::merge(cx, repos, &id, &into, expected_revision.into())).await?;
        Ok(TagPayload { tag: now.into() })
    }

    /// Makes a tag. For editors.
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

    /// Changes a tag. An old slug goes on to lead to it. For editors.
    async fn update_tag(&self, ctx: &Context<'_>, input: UpdateTagInput) -> Result<TagPayload, Failure> {
        let (key, expected) = (input.id.0, input.expected_revision.into());
        let patch = TermPatch {
            name: there(input.name, "name")?,
            slug: there(input.slug, "slug")?,
            description: maybe(input.description),
            parent: maybe(input.parent),
            tag_type: there(input.r#type, "type")?.map(Into::into),
            ..TermPatch::default()
        };
        let now =
            write(ctx, move |cx, repos| term::edit(cx, repos, Role::Tag, &key, &patch, expected)).await?;
        Ok(TagPayload { tag: now.into() })
    }

    /// Removes a tag that nothing hangs on. For editors.
    async fn remove_tag(&self, ctx: &Context<'_>, input: RemoveInput) -> Result<Done, Failure> {
        remove(ctx, Role::Tag, input).await
    }

    /// Makes a section. For editors.
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

    /// Changes a section. An old slug goes on to lead to it. For editors.
    async fn update_section(
        &self,
        ctx: &Context<'_>,
        input: UpdateSectionInput,
    ) -> Result<SectionPayload, Failure> {
        let (key, expected) = (input.id.0, input.expected_revision.into());
        let patch = TermPatch {
            name: there(input.name, "name")?,
            slug: there(input.slug, "slug")?,
            description: maybe(input.description),
            parent: maybe(input.parent),
            ..TermPatch::default()
        };
        let now =
            write(ctx, move |cx, repos| term::edit(cx, repos, Role::Section, &key, &patch, expected)).await?;
        Ok(SectionPayload { section: now.into() })
    }

    /// Removes a section that nothing hangs on. For editors.
    async fn remove_section(&self, ctx: &Context<'_>, input: RemoveInput) -> Result<Done, Failure> {
        remove(ctx, Role::Section, input).await
    }

    /// Makes an author. For editors.
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

    /// Changes an author. An old slug goes on to lead to it. For editors.
    async fn update_author(
        &self,
        ctx: &Context<'_>,
        input: UpdateAuthorInput,
    ) -> Result<AuthorPayload, Failure> {
        let (key, expected) = (input.id.0, input.expected_revision.into());
        let patch = TermPatch {
            name: there(input.name, "name")?,
            slug: there(input.slug, "slug")?,
            description: maybe(input.bio),
            photo: maybe(input.photo).map(|id| id.map(|id| id.0)),
            user: maybe(input.user).map(|id| id.map(|id| id.0)),
            links: there(input.links, "links")?.map(|links| links.into_iter().map(Into::into).collect()),
            ..TermPatch::default()
        };
        let now =
            write(ctx, move |cx, repos| term::edit(cx, repos, Role::Author, &key, &patch, expected)).await?;
        Ok(AuthorPayload { author: now.into() })
    }

    /// Removes an author that nothing hangs on. For editors.
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
