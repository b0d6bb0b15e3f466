//! What editors say of tags, sections and authors, as JSON.

use domain::term::TermPatch;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{super::view::TagType, LinkInput};
use crate::sent::{given, there};

/// A tag to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagInput {
    /// The name, 1 to 200 characters.
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$"
    )]
    name: String,
    /// The name in addresses; made of the name without it.
    #[schema(pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", max_length = 96)]
    slug: Option<String>,
    /// What it is, in a sentence or two. At most 5,000 characters.
    #[schema(max_length = 5000)]
    description: Option<String>,
    /// The next broader tag, by id or slug.
    parent: Option<String>,
    /// What it stands for; a keyword without it.
    r#type: Option<TagType>,
}

/// What is to be other about a tag; what is absent stays, null takes away.
#[derive(Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields, default)]
pub struct TagPatch {
    /// The name, 1 to 200 characters.
    #[serde(deserialize_with = "there")]
    #[schema(
        nullable = false,
        min_length = 1,
        max_length = 200,
        pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$"
    )]
    name: Option<String>,
    /// The name in addresses. The one before goes on to lead here; a taken one gets a number.
    #[serde(deserialize_with = "there")]
    #[schema(nullable = false, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", max_length = 96)]
    slug: Option<String>,
    /// What it is, in a sentence or two. At most 5,000 characters.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 5000)]
    description: Option<Option<String>>,
    /// The next broader tag, by id or slug.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    parent: Option<Option<String>>,
    /// What it stands for.
    #[serde(deserialize_with = "there")]
    #[schema(nullable = false)]
    r#type: Option<TagType>,
}

impl From<TagInput> for TermPatch {
    fn from(sent: TagInput) -> Self {
        Self {
            name: Some(sent.name),
            slug: sent.slug,
            description: sent.description.map(Some),
            parent: sent.parent.map(Some),
            tag_type: sent.r#type.map(Into::into),
            ..Self::default()
        }
    }
}

impl From<TagPatch> for TermPatch {
    fn from(sent: TagPatch) -> Self {
        Self {
            name: sent.name,
            slug: sent.slug,
            description: sent.description,
            parent: sent.parent,
            tag_type: sent.r#type.map(Into::into),
            ..Self::default()
        }
    }
}

/// A section to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SectionInput {
    /// The name, 1 to 200 characters.
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$"
    )]
    name: String,
    /// The name in addresses; made of the name without it.
    #[schema(pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", max_length = 96)]
    slug: Option<String>,
    /// What it is, in a sentence or two. At most 5,000 characters.
    #[schema(max_length = 5000)]
    description: Option<String>,
    /// The next broader section, by id or slug.
    parent: Option<String>,
}

/// What is to be other about a section; what is absent stays, null takes away.
#[derive(Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields, default)]
pub struct SectionPatch {
    /// The name, 1 to 200 characters.
    #[serde(deserialize_with = "there")]
    #[schema(
        nullable = false,
        min_length = 1,
        max_length = 200,
        pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$"
    )]
    name: Option<String>,
    /// The name in addresses. The one before goes on to lead here; a taken one gets a number.
    #[serde(deserialize_with = "there")]
    #[schema(nullable = false, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", max_length = 96)]
    slug: Option<String>,
    /// What it is, in a sentence or two. At most 5,000 characters.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 5000)]
    description: Option<Option<String>>,
    /// The next broader section, by id or slug.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    parent: Option<Option<String>>,
}

impl From<SectionInput> for TermPatch {
    fn from(sent: SectionInput) -> Self {
        Self {
            name: Some(sent.name),
            slug: sent.slug,
            description: sent.description.map(Some),
            parent: sent.parent.map(Some),
            ..Self::default()
        }
    }
}

impl From<SectionPatch> for TermPatch {
    fn from(sent: SectionPatch) -> Self {
        Self {
            name: sent.name,
            slug: sent.slug,
            description: sent.description,
            parent: sent.parent,
            ..Self::default()
        }
    }
}

/// An author to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthorInput {
    /// The name, 1 to 200 characters.
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$"
    )]
    name: String,
    /// The name in addresses; made of the name without it.
    #[schema(pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", max_length = 96)]
    slug: Option<String>,
    /// Who they are. At most 5,000 characters.
    #[schema(max_length = 5000)]
    bio: Option<String>,
    /// A photograph, by the id of a medium.
    photo: Option<String>,
    /// Where else to find them, at most 20.
    #[schema(max_items = 20)]
    links: Option<Vec<LinkInput>>,
    /// The account of the one whose byline it is, by id: the author's articles are that account's own. For
    /// administrators.
    user: Option<String>,
}

/// What is to be other about an author; what is absent stays, null takes away.
#[derive(Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields, default)]
pub struct AuthorPatch {
    /// The name, 1 to 200 characters.
    #[serde(deserialize_with = "there")]
    #[schema(
        nullable = false,
        min_length = 1,
        max_length = 200,
        pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$"
    )]
    name: Option<String>,
    /// The name in addresses. The one before goes on to lead here; a taken one gets a number.
    #[serde(deserialize_with = "there")]
    #[schema(nullable = false, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", max_length = 96)]
    slug: Option<String>,
    /// Who they are. At most 5,000 characters.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 5000)]
    bio: Option<Option<String>>,
    /// A photograph, by the id of a medium.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    photo: Option<Option<String>>,
    /// Where else to find them, at most 20.
    #[serde(deserialize_with = "there")]
    #[schema(nullable = false, max_items = 20)]
    links: Option<Vec<LinkInput>>,
    /// The account of the one whose byline it is, by id: the author's articles are that account's own. For
    /// administrators.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    user: Option<Option<String>>,
}

impl From<AuthorInput> for TermPatch {
    fn from(sent: AuthorInput) -> Self {
        Self {
            name: Some(sent.name),
            slug: sent.slug,
            description: sent.bio.map(Some),
            photo: sent.photo.map(Some),
            user: sent.user.map(Some),
            links: sent.links.map(|links| links.into_iter().map(Into::into).collect()),
            ..Self::default()
        }
    }
}

impl From<AuthorPatch> for TermPatch {
    fn from(sent: AuthorPatch) -> Self {
        Self {
            name: sent.name,
            slug: sent.slug,
            description: sent.bio,
            photo: sent.photo,
            user: sent.user,
            links: sent.links.map(|links| links.into_iter().map(Into::into).collect()),
            ..Self::default()
        }
    }
}
