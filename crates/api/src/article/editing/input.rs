//! What clients say of an article, the same for both faces.

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
    graphql::{maybe, there},
    scalar::DateTime,
    sent::Object,
};

/// What is said of an article. What is absent stays, or is as it is without a word; null takes away what an
/// article can be without. The names are those of a manuscript.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema, InputObject)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ArticleInput {
    /// The headline, 1 to 500 characters, at least one of them visible. A new article needs one. Spaces around it
    /// are removed; each line break becomes a space.
    #[schema(value_type = Option<String>, nullable = false, min_length = 1, max_length = 500, pattern = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$")]
    headline: MaybeUndefined<String>,
    /// The name in addresses. Without it, it follows the headline until readers have seen it; a taken one
    /// gets a number, and one that readers knew goes on to lead here.
    #[schema(value_type = Option<String>, nullable = false, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", max_length = 96)]
    slug: MaybeUndefined<String>,
    /// What it is.
    #[schema(value_type = Option<ArticleKind>, nullable = false)]
    kind: MaybeUndefined<ArticleKind>,
    /// A word or two above the headline. At most 200 characters.
    #[schema(value_type = Option<String>, max_length = 200, pattern = "^[^\\u0000]*$")]
    kicker: MaybeUndefined<String>,
    /// The sentence or two that stand between headline and body. At most 5,000 characters.
    #[schema(value_type = Option<String>, max_length = 5000, pattern = "^[^\\u0000]*$")]
    standfirst: MaybeUndefined<String>,
    /// Who wrote it, as it should be printed; the authors' names without it. At most 500 characters.
    #[schema(value_type = Option<String>, max_length = 500, pattern = "^[^\\u0000]*$")]
    byline: MaybeUndefined<String>,
    /// The body, as it is written.
    #[schema(value_type = Option<BodyInput>, nullable = false)]
    #[serde(deserialize_with = "object")]
    body: MaybeUndefined<BodyInput>,
    /// The picture or film at its head, by id.
    #[schema(value_type = Option<String>)]
    lead_media: MaybeUndefined<ID>,
    /// What search engines and social networks show of it; null takes all of it away.
    #[schema(value_type = Option<SeoInput>)]
    #[serde(deserialize_with = "object")]
    seo: MaybeUndefined<SeoInput>,
    /// Its language, a BCP 47 tag; the site's for a new article without one.
    #[schema(value_type = Option<String>, nullable = false, example = "en-GB")]
    language: MaybeUndefined<String>,
    /// Where in the newspaper it stands: a section, by id or slug.
    #[schema(value_type = Option<String>)]
    section: MaybeUndefined<ID>,
    /// What it is about, the most important first: tags, by ids and slugs. At most 100.
    #[schema(value_type = Option<Vec<String>>, nullable = false, max_items = 100)]
    tags: MaybeUndefined<Vec<ID>>,
    /// Who wrote it, in the order of the byline: authors, by ids and slugs. At most 100.
    #[schema(value_type = Option<Vec<String>>, nullable = false, max_items = 100)]
    authors: MaybeUndefined<Vec<ID>>,
    /// When readers see it first, once it is published; then, without it. For those who may publish.
    #[schema(value_type = Option<DateTime>)]
    published_at: MaybeUndefined<DateTime>,
    /// When readers stop seeing it. For those who may publish.
    #[schema(value_type = Option<DateTime>)]
    expires_at: MaybeUndefined<DateTime>,
    /// Whom the whole body is for. For editors.
    #[schema(value_type = Option<Access>, nullable = false)]
    access: MaybeUndefined<Access>,
    /// Whether readers may comment.
    #[schema(value_type = Option<bool>, nullable = false)]
    comments_open: MaybeUndefined<bool>,
    /// Whether advertisements have no place on its page. For editors.
    #[schema(value_type = Option<bool>, nullable = false)]
    hide_ads: MaybeUndefined<bool>,
    /// Whether it may distress.
    #[schema(value_type = Option<bool>, nullable = false)]
    sensitive: MaybeUndefined<bool>,
    /// Other paths of the site that lead here, at most 100: the whole list. For editors.
    #[schema(value_type = Option<Vec<String>>, nullable = false, max_items = 100)]
    alias_paths: MaybeUndefined<Vec<String>>,
    /// What was corrected, clarified or updated after publication, at most 100: the whole list, in the
    /// order it is shown. For those who may publish.
    #[schema(value_type = Option<Vec<CorrectionInput>>, nullable = false, max_items = 100)]
    #[serde(deserialize_with = "objects")]
    corrections: MaybeUndefined<Vec<CorrectionInput>>,
    /// The article that this one is a translation of, by id or slug.
    #[schema(value_type = Option<String>)]
    translation_of: MaybeUndefined<ID>,
    /// Whether it may appear among the related articles of others. For editors.
    #[schema(value_type = Option<bool>, nullable = false)]
    show_in_related: MaybeUndefined<bool>,
    /// What stands first among its related articles, by ids and slugs, at most 100: the whole list in its
    /// order. For editors.
    #[schema(value_type = Option<Vec<String>>, nullable = false, max_items = 100)]
    related_pins: MaybeUndefined<Vec<ID>>,
    /// What stays out of its related articles, by ids and slugs, at most 100: the whole list. For editors.
    #[schema(value_type = Option<Vec<String>>, nullable = false, max_items = 100)]
    related_blocks: MaybeUndefined<Vec<ID>>,
    /// Whether to publish the article in the same request. Default: `draft`. Only where an article is
    /// created or upserted, and for those who may publish; if it cannot be published, nothing is saved.
    #[schema(value_type = Option<WantedStatus>, nullable = false)]
    status: MaybeUndefined<WantedStatus>,
    /// Publish the article in the same request, from this moment on; a later one schedules it. Only where
    /// an article is created or upserted, and for those who may publish. Takes precedence over `publishedAt`.
    #[schema(value_type = Option<DateTime>, nullable = false)]
    publish_at: MaybeUndefined<DateTime>,
    /// The lists in which an entry that is no id or slug of a term is taken for a name: the term of this name is
    /// used, or else created in the same request. Only where an article is created or upserted, and for those
    /// who may edit terms.
    #[schema(value_type = Option<Vec<TermList>>, nullable = false, max_items = 2)]
    create_missing: MaybeUndefined<Vec<TermList>>,
}

/// A list of an article's terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, async_graphql::Enum)]
#[serde(rename_all = "lowercase")]
pub enum TermList {
    /// Its tags.
    Tags,
    /// Its authors.
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

/// What an article is to be once it is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, async_graphql::Enum)]
#[serde(rename_all = "lowercase")]
pub enum WantedStatus {
    /// Saved, and not published.
    Draft,
    /// Published, or scheduled if `publishAt` or `publishedAt` lies ahead.
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

/// The body of an article, as it is written.
#[derive(Debug, Serialize, Deserialize, ToSchema, InputObject)]
#[serde(deny_unknown_fields)]
pub struct BodyInput {
    /// How it is written.
    #[serde(default)]
    #[graphql(default)]
    #[schema(required = false)]
    format: BodyFormat,
    /// What is written, at most 2 MiB. What could be executed is left out of what readers get.
    #[schema(pattern = "^[^\\u0000]*$")]
    source: String,
}

/// How a body is written.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, async_graphql::Enum,
)]
#[serde(rename_all = "lowercase")]
pub enum BodyFormat {
    /// HTML.
    #[default]
    Html,
    /// CommonMark with tables, strikethrough and footnotes; HTML in it counts.
    Markdown,
    /// Plain text; an empty line parts paragraphs.
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

/// What search engines and social networks show of an article. What is absent stays, null takes away.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema, InputObject)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SeoInput {
    /// The title of its page. At most 500 characters.
    #[schema(value_type = Option<String>, max_length = 500, pattern = "^[^\\u0000]*$")]
    title: MaybeUndefined<String>,
    /// What to say of it in results. At most 5,000 characters.
    #[schema(value_type = Option<String>, max_length = 5000, pattern = "^[^\\u0000]*$")]
    description: MaybeUndefined<String>,
    /// Where the story was first published, if that is another site.
    #[schema(value_type = Option<String>)]
    canonical_url: MaybeUndefined<String>,
    /// The picture to show for it, by id.
    #[schema(value_type = Option<String>)]
    image: MaybeUndefined<ID>,
}

/// A public note of what was changed after publication.
#[derive(Debug, Serialize, Deserialize, ToSchema, InputObject)]
#[serde(deny_unknown_fields)]
pub struct CorrectionInput {
    /// When it was changed; now without it.
    at: Option<DateTime>,
    /// What was wrong and what is right. 1 to 2,000 characters.
    #[schema(min_length = 1, max_length = 2000, pattern = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$")]
    text: String,
    /// How grave it is.
    kind: CorrectionKind,
}

/// Reads an object that may be absent or null.
fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    reader: D,
) -> std::result::Result<MaybeUndefined<T>, D::Error> {
    let value = Option::<Object<T>>::deserialize(reader)?;
    Ok(value.map_or(MaybeUndefined::Null, |Object(value)| MaybeUndefined::Value(value)))
}

/// Reads a list of objects that may be absent or null.
fn objects<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    reader: D,
) -> std::result::Result<MaybeUndefined<Vec<T>>, D::Error> {
    let value = Option::<Vec<Object<T>>>::deserialize(reader)?;
    Ok(value.map_or(MaybeUndefined::Null, |all| {
        MaybeUndefined::Value(all.into_iter().map(|Object(one)| one).collect())
    }))
}

impl ArticleInput {
    /// What it says, for the use cases.
    pub(crate) fn patch(self) -> Result<ArticlePatch> {
        let name = |id: ID| id.0;
        let names = |ids: Vec<ID>| ids.into_iter().map(|id| id.0).collect::<Vec<_>>();
        Ok(ArticlePatch {
            kind: there(self.kind, "kind")?.map(Into::into),
            slug: there(self.slug, "slug")?,
            headline: there(self.headline, "headline")?,
            kicker: maybe(self.kicker),
            standfirst: maybe(self.standfirst),
            byline: maybe(self.byline),
            body: there(self.body, "body")?.map(|body| (body.source, body.format.into())),
            lead_media: maybe(self.lead_media).map(|id| id.map(name)),
            seo: match self.seo {
                MaybeUndefined::Undefined => None,
                MaybeUndefined::Value(seo) => Some(seo.patch()),
                MaybeUndefined::Null => Some(SeoPatch::NOTHING),
            },
            language: there(self.language, "language")?,
            section: maybe(self.section).map(|id| id.map(name)),
            tags: there(self.tags, "tags")?.map(names),
            authors: there(self.authors, "authors")?.map(names),
            published_at: maybe(self.published_at).map(|at| at.map(|at| at.0)),
            expires_at: maybe(self.expires_at).map(|at| at.map(|at| at.0)),
            access: there(self.access, "access")?.map(Into::into),
            comments_open: there(self.comments_open, "commentsOpen")?,
            hide_ads: there(self.hide_ads, "hideAds")?,
            sensitive: there(self.sensitive, "sensitive")?,
            alias_paths: there(self.alias_paths, "aliasPaths")?,
            corrections: there(self.corrections, "corrections")?
                .map(|all| all.into_iter().map(CorrectionInput::patch).collect()),
            translation_of: maybe(self.translation_of).map(|id| id.map(name)),
            show_in_related: there(self.show_in_related, "showInRelated")?,
            related_pins: there(self.related_pins, "relatedPins")?.map(names),
            related_blocks: there(self.related_blocks, "relatedBlocks")?.map(names),
            status: there(self.status, "status")?.map(Into::into),
            publish_at: there(self.publish_at, "publishAt")?.map(|at| at.0),
            create_missing: there(self.create_missing, "createMissing")?
                .map(|lists| lists.into_iter().map(Into::into).collect()),
        })
    }
}

impl SeoInput {
    fn patch(self) -> SeoPatch {
        SeoPatch {
            title: maybe(self.title),
            description: maybe(self.description),
            canonical_url: maybe(self.canonical_url),
            image: maybe(self.image).map(|id| id.map(|id| id.0)),
        }
    }
}

impl CorrectionInput {
    fn patch(self) -> CorrectionPatch {
        CorrectionPatch { at: self.at.map(|at| at.0), text: self.text, kind: self.kind.into() }
    }
}
