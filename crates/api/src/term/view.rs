//! The representation of tags, sections and authors in both APIs.

use async_graphql::{Enum, ID, SimpleObject, Value};
use domain::term::{Role, TagType as DomainTagType, Term, TermId, TermRef};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    graphql::inline_fields::{InlineFields, RequestedField},
    media::view::Media,
};

/// The type of a tag: what it describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, Enum)]
#[serde(rename_all = "lowercase")]
#[graphql(name = "TagType")]
pub enum TagType {
    /// A topic.
    Keyword,
    /// A person.
    Person,
    /// A company, an institution or a club.
    Organisation,
    /// A place.
    Place,
    /// An event.
    Event,
    /// A series of articles.
    Series,
    /// A form of writing, such as analysis or obituary.
    Tone,
    /// A campaign of the newsroom or of a sponsor.
    Campaign,
}

macro_rules! both_ways {
    ($($name:ident),*) => {
        impl From<DomainTagType> for TagType {
            fn from(tag_type: DomainTagType) -> Self {
                match tag_type { $(DomainTagType::$name => Self::$name,)* }
            }
        }
        impl From<TagType> for DomainTagType {
            fn from(tag_type: TagType) -> Self {
                match tag_type { $(TagType::$name => Self::$name,)* }
            }
        }
    };
}
both_ways!(Keyword, Person, Organisation, Place, Event, Series, Tone, Campaign);

/// The tag or section above this one in the hierarchy.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TermReference {
    /// The id.
    #[schema(value_type = String)]
    pub id: ID,
    /// The slug.
    pub slug: String,
    /// The name.
    pub name: String,
}

/// A tag: a topic, person, place or anything else that articles are about.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
#[graphql(complex)]
pub struct Tag {
    /// Unique id (a TypeID).
    #[schema(value_type = String, example = "tag_01h455vb4pex5vsknk084sn02q")]
    pub id: ID,
    /// The current revision, for `If-Match` and `expectedRevision`. Every change increases it by one.
    #[schema(minimum = 1, example = 3)]
    pub revision: u32,
    /// The slug, used in URLs.
    #[schema(example = "storm-odalys")]
    pub slug: String,
    /// The name.
    pub name: String,
    /// The type of the tag.
    #[serde(rename = "type")]
    pub r#type: TagType,
    /// A description in one or two sentences.
    pub description: Option<String>,
    /// The tag above this one in the hierarchy.
    #[graphql(skip)]
    pub parent: Option<TermReference>,
    /// The number of articles with this tag that readers see.
    pub article_count: u64,
    #[serde(skip)]
    #[graphql(skip)]
    pub(super) term: TermId,
    #[serde(skip)]
    #[graphql(skip)]
    pub(super) above: Option<TermId>,
}

/// A section of the newspaper, such as World or Sport.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
#[graphql(complex)]
pub struct Section {
    /// Unique id (a TypeID).
    #[schema(value_type = String, example = "section_01h455vb4pex5vsknk084sn02q")]
    pub id: ID,
    /// The current revision, for `If-Match` and `expectedRevision`. Every change increases it by one.
    #[schema(minimum = 1, example = 3)]
    pub revision: u32,
    /// The slug, used in URLs.
    #[schema(example = "world")]
    pub slug: String,
    /// The name.
    pub name: String,
    /// A description in one or two sentences.
    pub description: Option<String>,
    /// The section above this one in the hierarchy.
    #[graphql(skip)]
    pub parent: Option<TermReference>,
    /// The path of the section page on the site: the slugs of the sections from the top down.
    #[schema(example = "/world/asia")]
    pub path: String,
    /// The number of articles in this section and the sections below it that readers see.
    pub article_count: u64,
    #[serde(skip)]
    #[graphql(skip)]
    pub(super) term: TermId,
    #[serde(skip)]
    #[graphql(skip)]
    pub(super) above: Option<TermId>,
}

/// An author of articles.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
#[graphql(complex)]
pub struct Author {
    /// Unique id (a TypeID).
    #[schema(value_type = String, example = "author_01h455vb4pex5vsknk084sn02q")]
    pub id: ID,
    /// The current revision, for `If-Match` and `expectedRevision`. Every change increases it by one.
    #[schema(minimum = 1, example = 3)]
    pub revision: u32,
    /// The slug, used in URLs.
    pub slug: String,
    /// The author's name.
    pub name: String,
    /// A short biography.
    pub bio: Option<String>,
    /// The author's photo.
    pub photo: Option<Media>,
    /// Links to the author's pages elsewhere.
    pub links: Vec<Link>,
    /// The number of articles by this author that readers see.
    pub article_count: u64,
    #[serde(skip)]
    #[graphql(skip)]
    pub(super) term: TermId,
}

/// A link with its label.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct Link {
    /// The label.
    pub label: String,
    /// The URL: absolute, or a path of the site.
    pub url: String,
}

impl InlineFields for Tag {
    fn inline_field(&self, requested: &RequestedField<'_>) -> Option<Value> {
        match requested.name() {
            "id" => requested.leaf(&self.id),
            "revision" => requested.leaf(&self.revision),
            "slug" => requested.leaf(&self.slug),
            "name" => requested.leaf(&self.name),
            "type" => requested.leaf(&self.r#type),
            "description" => requested.leaf(&self.description),
            "parent" if self.above.is_none() => Some(Value::Null),
            "articleCount" => requested.leaf(&self.article_count),
            _ => None,
        }
    }
}

impl InlineFields for Section {
    fn inline_field(&self, requested: &RequestedField<'_>) -> Option<Value> {
        match requested.name() {
            "id" => requested.leaf(&self.id),
            "revision" => requested.leaf(&self.revision),
            "slug" => requested.leaf(&self.slug),
            "name" => requested.leaf(&self.name),
            "description" => requested.leaf(&self.description),
            "parent" if self.above.is_none() => Some(Value::Null),
            "path" => requested.leaf(&self.path),
            "articleCount" => requested.leaf(&self.article_count),
            _ => None,
        }
    }
}

impl InlineFields for Author {
    fn inline_field(&self, requested: &RequestedField<'_>) -> Option<Value> {
        match requested.name() {
            "id" => requested.leaf(&self.id),
            "revision" => requested.leaf(&self.revision),
            "slug" => requested.leaf(&self.slug),
            "name" => requested.leaf(&self.name),
            "bio" => requested.leaf(&self.bio),
            "photo" => requested.optional(self.photo.as_ref()),
            "links" => requested.list(&self.links),
            "articleCount" => requested.leaf(&self.article_count),
            _ => None,
        }
    }
}

impl InlineFields for Link {
    fn inline_field(&self, requested: &RequestedField<'_>) -> Option<Value> {
        match requested.name() {
            "label" => requested.leaf(&self.label),
            "url" => requested.leaf(&self.url),
            _ => None,
        }
    }
}

fn reference(role: Role, parent: &TermRef) -> TermReference {
    TermReference {
        id: role.write(parent.id).into(),
        slug: parent.slug.to_string(),
        name: parent.name.clone(),
    }
}

impl From<Term> for Tag {
    fn from(term: Term) -> Self {
        Self {
            id: Role::Tag.write(term.id).into(),
            revision: term.revision,
            slug: term.slug.to_string(),
            name: term.name,
            r#type: term.tag_type.into(),
            description: term.description,
            parent: term.parent.as_ref().map(|parent| reference(Role::Tag, parent)),
            article_count: term.article_count,
            term: term.id,
            above: term.parent.map(|parent| parent.id),
        }
    }
}

impl From<Term> for Section {
    fn from(term: Term) -> Self {
        Self {
            id: Role::Section.write(term.id).into(),
            revision: term.revision,
            slug: term.slug.to_string(),
            name: term.name,
            description: term.description,
            parent: term.parent.as_ref().map(|parent| reference(Role::Section, parent)),
            path: format!("/{}", term.path),
            article_count: term.article_count,
            term: term.id,
            above: term.parent.map(|parent| parent.id),
        }
    }
}

impl From<Term> for Author {
    fn from(term: Term) -> Self {
        Self {
            id: Role::Author.write(term.id).into(),
            revision: term.revision,
            slug: term.slug.to_string(),
            name: term.name,
            bio: term.description,
            photo: term.portrait.map(Into::into),
            links: term.links.into_iter().map(|link| Link { label: link.label, url: link.url }).collect(),
            article_count: term.article_count,
            term: term.id,
        }
    }
}
