//! The fields of an article that clients can set, the same in both APIs.

use async_graphql::{ID, InputObject, MaybeUndefined};
use domain::{
    article::{ArticlePatch, CorrectionPatch, SeoPatch},
    body::Format,
    error::Result,
};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::super::view::{Access, ArticleKind, CorrectionKind};
use crate::{
    graphql::{non_null, nullable},
    http::json_body::Object,
    scalar::DateTime,
};

/// The fields of an article. Omitted fields are left unchanged, or get their defaults in a new article;
/// `null` clears an optional field. The fields have the same names as in `Manuscript`.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema, InputObject)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ArticleInput {
    /// The headline, 1 to 500 characters, not only whitespace. Required for a new article. Surrounding
    /// whitespace is removed; line breaks become spaces.
    #[schema(value_type = Option<String>, nullable = false, min_length = 1, max_length = 500, pattern = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$")]
    headline: MaybeUndefined<String>,
    /// The slug, used in URLs. Default: derived from the headline, until the article is first
    /// published. A number is appended if the slug is taken. Slugs of a published article keep working
    /// after a change.
    #[schema(value_type = Option<String>, nullable = false, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", max_length = 96)]
    slug: MaybeUndefined<String>,
    /// The kind of article. Default: an article.
    #[schema(value_type = Option<ArticleKind>, nullable = false)]
    kind: MaybeUndefined<ArticleKind>,
    /// A short line above the headline. At most 200 characters.
    #[schema(value_type = Option<String>, max_length = 200, pattern = "^[^\\u0000]*$")]
    kicker: MaybeUndefined<String>,
    /// An introduction of one or two sentences between headline and body. At most 5,000 characters.
    #[schema(value_type = Option<String>, max_length = 5000, pattern = "^[^\\u0000]*$")]
    standfirst: MaybeUndefined<String>,
    /// The credit line to print. Default: the authors' names. At most 500 characters.
    #[schema(value_type = Option<String>, max_length = 500, pattern = "^[^\\u0000]*$")]
    byline: MaybeUndefined<String>,
    /// The body in its source format.
    #[schema(value_type = Option<BodyInput>, nullable = false)]
    #[serde(deserialize_with = "object")]
    body: MaybeUndefined<BodyInput>,
    /// The image or video at the top of the article: a media id.
    #[schema(value_type = Option<String>)]
    lead_media: MaybeUndefined<ID>,
    /// Metadata for search engines and social networks. `null` clears all of it.
    #[schema(value_type = Option<SeoInput>)]
    #[serde(deserialize_with = "object")]
    seo: MaybeUndefined<SeoInput>,
    /// The language, as a BCP 47 tag. Default for a new article: the language of the site.
    #[schema(value_type = Option<String>, nullable = false, example = "en-GB")]
    language: MaybeUndefined<String>,
    /// The section the article belongs to: an id or slug.
    #[schema(value_type = Option<String>)]
    section: MaybeUndefined<ID>,
    /// The tags, most important first: ids or slugs. At most 100.
    #[schema(value_type = Option<Vec<String>>, nullable = false, max_items = 100)]
    tags: MaybeUndefined<Vec<ID>>,
    /// The authors, in byline order: ids or slugs. At most 100.
    #[schema(value_type = Option<Vec<String>>, nullable = false, max_items = 100)]
    authors: MaybeUndefined<Vec<ID>>,
    /// When readers first see the article, once it is published. Default: when it is published.
    /// Requires permission to publish.
    #[schema(value_type = Option<DateTime>)]
    published_at: MaybeUndefined<DateTime>,
    /// When readers stop seeing the article. Requires permission to publish.
    #[schema(value_type = Option<DateTime>)]
    expires_at: MaybeUndefined<DateTime>,
    /// Who can read the whole body. Requires the editor role.
    #[schema(value_type = Option<Access>, nullable = false)]
    access: MaybeUndefined<Access>,
    /// Whether readers can comment.
    #[schema(value_type = Option<bool>, nullable = false)]
    comments_open: MaybeUndefined<bool>,
    /// Whether to hide advertisements on the article's page. Requires the editor role.
    #[schema(value_type = Option<bool>, nullable = false)]
    hide_ads: MaybeUndefined<bool>,
    /// Whether the content may be distressing.
    #[schema(value_type = Option<bool>, nullable = false)]
    sensitive: MaybeUndefined<bool>,
    /// Other paths of the site that redirect to the article. Replaces the whole list; at most 100.
    /// Requires the editor role.
    #[schema(value_type = Option<Vec<String>>, nullable = false, max_items = 100)]
    alias_paths: MaybeUndefined<Vec<String>>,
    /// Corrections, clarifications and updates made after publication, in display order. Replaces the
    /// whole list; at most 100. Requires permission to publish.
    #[schema(value_type = Option<Vec<CorrectionInput>>, nullable = false, max_items = 100)]
    #[serde(deserialize_with = "objects")]
    corrections: MaybeUndefined<Vec<CorrectionInput>>,
    /// The article that this one translates: an id or slug.
    #[schema(value_type = Option<String>)]
    translation_of: MaybeUndefined<ID>,
    /// Whether the article may appear in the related articles of others. Requires the editor role.
    #[schema(value_type = Option<bool>, nullable = false)]
    show_in_related: MaybeUndefined<bool>,
    /// Articles to show first in the related articles of this one: ids or slugs. Replaces the whole
    /// list, in order; at most 100. Requires the editor role.
    #[schema(value_type = Option<Vec<String>>, nullable = false, max_items = 100)]
    related_pins: MaybeUndefined<Vec<ID>>,
    /// Articles to leave out of the related articles of this one: ids or slugs. Replaces the whole
    /// list; at most 100. Requires the editor role.
    #[schema(value_type = Option<Vec<String>>, nullable = false, max_items = 100)]
    related_blocks: MaybeUndefined<Vec<ID>>,
    /// Whether to publish the article in the same request. Default: `draft`. Only for creating and
    /// upserting; requires permission to publish. If publishing fails, nothing is saved.
    #[schema(value_type = Option<WantedStatus>, nullable = false)]
    status: MaybeUndefined<WantedStatus>,
    /// Publishes the article in the same request, at this time; a time in the future schedules it. Only
    /// for creating and upserting; requires permission to publish. Takes precedence over `publishedAt`.
    #[schema(value_type = Option<DateTime>, nullable = false)]
    publish_at: MaybeUndefined<DateTime>,
    /// Lists in which an entry that is neither an id nor a slug is treated as a name: the tag or author
    /// with this name is used, or created if there is none. Only for creating and upserting; requires
    /// the editor role.
    #[schema(value_type = Option<Vec<TermList>>, nullable = false, max_items = 2)]
    create_missing: MaybeUndefined<Vec<TermList>>,
}

/// A list of an article that can contain names to create.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, async_graphql::Enum)]
#[serde(rename_all = "lowercase")]
pub enum TermList {
    /// The article's tags.
    Tags,
    /// The article's authors.
    Authors,
}

impl From<TermList> for domain::article::TermList {
    fn from(list: TermList) -> Self {
        match list {
            TermList::Tags => Self::Tags,
            TermList::Authors => Self::Authors,
        }
    }
}

/// The status of an article after it is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, async_graphql::Enum)]
#[serde(rename_all = "lowercase")]
pub enum WantedStatus {
    /// Saved, not published.
    Draft,
    /// Published, or scheduled if `publishAt` or `publishedAt` is in the future.
    Published,
}

impl From<WantedStatus> for domain::article::WantedStatus {
    fn from(status: WantedStatus) -> Self {
        match status {
            WantedStatus::Draft => Self::Draft,
            WantedStatus::Published => Self::Published,
        }
    }
}

/// The body of an article, in its source format.
#[derive(Debug, Serialize, Deserialize, ToSchema, InputObject)]
#[serde(deny_unknown_fields)]
pub struct BodyInput {
    /// The format of `source`.
    #[serde(default)]
    #[graphql(default)]
    #[schema(required = false)]
    format: BodyFormat,
    /// The text, at most 2 MiB. Scripts and other unsafe content are removed from what readers get.
    #[schema(pattern = "^[^\\u0000]*$")]
    source: String,
}

/// The source format of a body.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, async_graphql::Enum,
)]
#[serde(rename_all = "lowercase")]
pub enum BodyFormat {
    /// HTML.
    #[default]
    Html,
    /// CommonMark with tables, strikethrough and footnotes. It may contain HTML.
    Markdown,
    /// Plain text. Empty lines separate paragraphs.
    Text,
}

impl From<BodyFormat> for Format {
    fn from(format: BodyFormat) -> Self {
        match format {
            BodyFormat::Html => Self::Html,
            BodyFormat::Markdown => Self::Markdown,
            BodyFormat::Text => Self::Text,
        }
    }
}

impl From<Format> for BodyFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Html => Self::Html,
            Format::Markdown => Self::Markdown,
            Format::Text => Self::Text,
        }
    }
}

/// Metadata for search engines and social networks. Omitted fields are left unchanged; `null` clears a
/// field.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema, InputObject)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SeoInput {
    /// The page title. At most 500 characters.
    #[schema(value_type = Option<String>, max_length = 500, pattern = "^[^\\u0000]*$")]
    title: MaybeUndefined<String>,
    /// The description for search results. At most 5,000 characters.
    #[schema(value_type = Option<String>, max_length = 5000, pattern = "^[^\\u0000]*$")]
    description: MaybeUndefined<String>,
    /// The URL where the story was first published, if that is another site.
    #[schema(value_type = Option<String>)]
    canonical_url: MaybeUndefined<String>,
    /// The image to show with links to the article: a media id.
    #[schema(value_type = Option<String>)]
    image: MaybeUndefined<ID>,
}

/// A public note about a change made after publication.
#[derive(Debug, Serialize, Deserialize, ToSchema, InputObject)]
#[serde(deny_unknown_fields)]
pub struct CorrectionInput {
    /// When the change was made. Default: now.
    at: Option<DateTime>,
    /// What was wrong and what is right, 1 to 2,000 characters.
    #[schema(min_length = 1, max_length = 2000, pattern = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$")]
    text: String,
    /// The kind of change.
    kind: CorrectionKind,
}

/// Reads an object or null; serde's default covers a missing field.
fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    reader: D,
) -> std::result::Result<MaybeUndefined<T>, D::Error> {
    let value = Option::<Object<T>>::deserialize(reader)?;
    Ok(value.map_or(MaybeUndefined::Null, |Object(value)| MaybeUndefined::Value(value)))
}

/// Reads a list of objects or null; serde's default covers a missing field.
fn objects<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    reader: D,
) -> std::result::Result<MaybeUndefined<Vec<T>>, D::Error> {
    let value = Option::<Vec<Object<T>>>::deserialize(reader)?;
    Ok(value.map_or(MaybeUndefined::Null, |all| {
        MaybeUndefined::Value(all.into_iter().map(|Object(one)| one).collect())
    }))
}

impl ArticleInput {
    /// Converts the input for the use cases. Fails if a field that cannot be cleared is null.
    pub(crate) fn patch(self) -> Result<ArticlePatch> {
        let name = |id: ID| id.0;
        let names = |ids: Vec<ID>| ids.into_iter().map(|id| id.0).collect::<Vec<_>>();
        Ok(ArticlePatch {
            kind: non_null(self.kind, "kind")?.map(Into::into),
            slug: non_null(self.slug, "slug")?,
            headline: non_null(self.headline, "headline")?,
            kicker: nullable(self.kicker),
            standfirst: nullable(self.standfirst),
            byline: nullable(self.byline),
            body: non_null(self.body, "body")?.map(|body| (body.source, body.format.into())),
            lead_media: nullable(self.lead_media).map(|id| id.map(name)),
            seo: match self.seo {
                MaybeUndefined::Undefined => None,
                MaybeUndefined::Value(seo) => Some(seo.patch()),
                MaybeUndefined::Null => Some(SeoPatch::NOTHING),
            },
            language: non_null(self.language, "language")?,
            section: nullable(self.section).map(|id| id.map(name)),
            tags: non_null(self.tags, "tags")?.map(names),
            authors: non_null(self.authors, "authors")?.map(names),
            published_at: nullable(self.published_at).map(|at| at.map(|at| at.0)),
            expires_at: nullable(self.expires_at).map(|at| at.map(|at| at.0)),
            access: non_null(self.access, "access")?.map(Into::into),
            comments_open: non_null(self.comments_open, "commentsOpen")?,
            hide_ads: non_null(self.hide_ads, "hideAds")?,
            sensitive: non_null(self.sensitive, "sensitive")?,
            alias_paths: non_null(self.alias_paths, "aliasPaths")?,
            corrections: non_null(self.corrections, "corrections")?
                .map(|all| all.into_iter().map(CorrectionInput::patch).collect()),
            translation_of: nullable(self.translation_of).map(|id| id.map(name)),
            show_in_related: non_null(self.show_in_related, "showInRelated")?,
            related_pins: non_null(self.related_pins, "relatedPins")?.map(names),
            related_blocks: non_null(self.related_blocks, "relatedBlocks")?.map(names),
            status: non_null(self.status, "status")?.map(Into::into),
            publish_at: non_null(self.publish_at, "publishAt")?.map(|at| at.0),
            create_missing: non_null(self.create_missing, "createMissing")?
                .map(|lists| lists.into_iter().map(Into::into).collect()),
        })
    }
}

impl SeoInput {
    fn patch(self) -> SeoPatch {
        SeoPatch {
            title: nullable(self.title),
            description: nullable(self.description),
            canonical_url: nullable(self.canonical_url),
            image: nullable(self.image).map(|id| id.map(|id| id.0)),
        }
    }
}

impl CorrectionInput {
    fn patch(self) -> CorrectionPatch {
        CorrectionPatch { at: self.at.map(|at| at.0), text: self.text, kind: self.kind.into() }
    }
}
