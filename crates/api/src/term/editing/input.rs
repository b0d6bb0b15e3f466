//! The request bodies for creating and changing tags, sections and authors over REST.

use domain::term::TermPatch;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{super::view::TagType, LinkInput};
use crate::http::json_body::{non_null, nullable};

/// The tag to create.
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
    /// The slug, used in URLs. Default: derived from the name.
    #[schema(pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", max_length = 96)]
    slug: Option<String>,
    /// A description in one or two sentences. At most 5,000 characters.
    #[schema(max_length = 5000)]
    description: Option<String>,
    /// The tag above this one in the hierarchy: an id or slug.
    parent: Option<String>,
    /// The type of the tag. Default: a keyword.
    r#type: Option<TagType>,
}

/// The fields of the tag to change. Omitted fields are left unchanged; `null` clears a field.
#[derive(Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields, default)]
pub struct TagPatch {
    /// The name, 1 to 200 characters.
    #[serde(deserialize_with = "non_null")]
    #[schema(
        nullable = false,
        min_length = 1,
        max_length = 200,
        pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$"
    )]
    name: Option<String>,
    /// The slug, used in URLs. The old slug keeps working. A number is appended if the slug is taken.
    #[serde(deserialize_with = "non_null")]
    #[schema(nullable = false, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", max_length = 96)]
    slug: Option<String>,
    /// A description in one or two sentences. At most 5,000 characters.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, max_length = 5000)]
    description: Option<Option<String>>,
    /// The tag above this one in the hierarchy: an id or slug.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    parent: Option<Option<String>>,
    /// The type of the tag.
    #[serde(deserialize_with = "non_null")]
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

/// The section to create.
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
    /// The slug, used in URLs. Default: derived from the name.
    #[schema(pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", max_length = 96)]
    slug: Option<String>,
    /// A description in one or two sentences. At most 5,000 characters.
    #[schema(max_length = 5000)]
    description: Option<String>,
    /// The section above this one in the hierarchy: an id or slug.
    parent: Option<String>,
}

/// The fields of the section to change. Omitted fields are left unchanged; `null` clears a field.
#[derive(Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields, default)]
pub struct SectionPatch {
    /// The name, 1 to 200 characters.
    #[serde(deserialize_with = "non_null")]
    #[schema(
        nullable = false,
        min_length = 1,
        max_length = 200,
        pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$"
    )]
    name: Option<String>,
    /// The slug, used in URLs. The old slug keeps working. A number is appended if the slug is taken.
    #[serde(deserialize_with = "non_null")]
    #[schema(nullable = false, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", max_length = 96)]
    slug: Option<String>,
    /// A description in one or two sentences. At most 5,000 characters.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, max_length = 5000)]
    description: Option<Option<String>>,
    /// The section above this one in the hierarchy: an id or slug.
    #[serde(deserialize_with = "nullable")]
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

/// The author to create.
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
    /// The slug, used in URLs. Default: derived from the name.
    #[schema(pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", max_length = 96)]
    slug: Option<String>,
    /// A short biography. At most 5,000 characters.
    #[schema(max_length = 5000)]
    bio: Option<String>,
    /// The author's photo: a media id.
    photo: Option<String>,
    /// Links to the author's pages elsewhere, at most 20.
    #[schema(max_items = 20)]
    links: Option<Vec<LinkInput>>,
    /// The account of this author: an account id. Articles with this author count as the account's own.
    /// Requires the admin role.
    user: Option<String>,
}

/// The fields of the author to change. Omitted fields are left unchanged; `null` clears a field.
#[derive(Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields, default)]
pub struct AuthorPatch {
    /// The name, 1 to 200 characters.
    #[serde(deserialize_with = "non_null")]
    #[schema(
        nullable = false,
        min_length = 1,
        max_length = 200,
        pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$"
    )]
    name: Option<String>,
    /// The slug, used in URLs. The old slug keeps working. A number is appended if the slug is taken.
    #[serde(deserialize_with = "non_null")]
    #[schema(nullable = false, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", max_length = 96)]
    slug: Option<String>,
    /// A short biography. At most 5,000 characters.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, max_length = 5000)]
    bio: Option<Option<String>>,
    /// The author's photo: a media id.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    photo: Option<Option<String>>,
    /// Links to the author's pages elsewhere, at most 20.
    #[serde(deserialize_with = "non_null")]
    #[schema(nullable = false, max_items = 20)]
    links: Option<Vec<LinkInput>>,
    /// The account of this author: an account id. Articles with this author count as the account's own.
    /// Requires the admin role.
    #[serde(deserialize_with = "nullable")]
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
