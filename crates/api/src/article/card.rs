//! The representation of articles in lists: all fields but the body.

use std::sync::Arc;

use async_graphql::{ID, SimpleObject, Value};
use domain::{
    article::{ArticleId, Card, Correction as DomainCorrection, OnDesk, Shown},
    body::{Body, Format},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::words::{Access, ArticleKind, ArticleStatus, CorrectionKind};
use crate::{
    graphql::inline_fields::{InlineFields, RequestedField},
    media::view::Media,
    scalar::DateTime,
    term::view::{Author, Section, Tag},
};

/// An article in a list, without its body.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
#[graphql(name = "Article", complex)]
pub struct ArticleCard {
    /// Unique id (a TypeID).
    #[schema(value_type = String, example = "article_01h455vb4pex5vsknk084sn02q")]
    pub id: ID,
    /// The number of the published revision, starting at 1. In drafts: the number of the newest
    /// revision.
    pub revision: u32,
    /// The kind of article.
    pub kind: ArticleKind,
    /// The slug, used in URLs. It can change; old slugs keep working.
    #[schema(example = "the-night-of-odalys")]
    pub slug: String,
    /// The headline.
    pub headline: String,
    /// A short line above the headline.
    pub kicker: Option<String>,
    /// An introduction of one or two sentences between headline and body.
    pub standfirst: Option<String>,
    /// The credit line to print: the editor's text if there is one, otherwise the authors' names.
    pub byline: Option<String>,
    /// The section the article belongs to.
    pub section: Option<Section>,
    /// The image or video at the top of the article.
    pub lead_media: Option<Media>,
    /// The number of comments that readers see.
    pub comment_count: u64,
    /// The authors, in byline order.
    #[graphql(complexity = "1 + 2 * child_complexity")]
    pub authors: Vec<Author>,
    /// The tags, most important first.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    pub tags: Vec<Tag>,
    /// The language, as a BCP 47 tag.
    #[schema(example = "en-GB")]
    pub language: String,
    /// The workflow status. For readers, always `published`.
    pub status: ArticleStatus,
    /// Whether readers have a revision: its publication time is past. Stays true after `expiresAt`.
    pub is_published: bool,
    /// Whether there is a revision newer than the published or scheduled one. Null unless the desk or `version=draft` is requested.
    pub has_newer_draft: Option<bool>,
    /// When the article was or will be published. For a draft without a publication time: when it was
    /// saved.
    pub published_at: DateTime,
    /// When the article was first published. For a draft that was never published: the same as
    /// `publishedAt`.
    pub first_published_at: DateTime,
    /// When the article was last modified.
    pub modified_at: DateTime,
    /// The path of the article on the site.
    #[schema(example = "/world/the-night-of-odalys")]
    pub canonical_path: String,
    /// The absolute URL of the article: the site's `url` followed by `canonicalPath`. Null if the
    /// site's `url` is not set. If `seo.canonicalUrl` is set, use that instead.
    #[schema(example = "https://news.example.com/world/the-night-of-odalys")]
    pub canonical_url: Option<String>,
    /// Whether readers can comment.
    pub comments_open: bool,
    /// Who can read the whole body.
    pub access: Access,
    /// Whether to hide advertisements on the article's page.
    pub hide_ads: bool,
    /// Whether the content may be distressing.
    pub sensitive: bool,
    /// Metadata for search engines and social networks.
    #[serde(skip)]
    pub seo: Seo,
    #[serde(skip)]
    #[graphql(skip)]
    pub(crate) article: ArticleId,
    #[serde(skip)]
    #[graphql(skip)]
    pub(crate) translation_of: Option<ArticleId>,
    #[serde(skip)]
    #[graphql(skip)]
    pub(crate) draft: DraftBody,
    /// Corrections, clarifications and updates made after publication.
    #[serde(skip)]
    #[graphql(complexity = "1 + 2 * child_complexity")]
    pub corrections: Vec<Correction>,
    /// Other paths of the site that redirect to the article.
    #[serde(skip)]
    pub alias_paths: Vec<String>,
}

/// The source of the body if the card does not show what readers see.
#[derive(Debug, Clone, Default)]
pub(crate) enum DraftBody {
    /// Not a draft: the body is read from the store.
    #[default]
    No,
    /// The body was rendered with the card.
    Here(Arc<Body>),
    /// The body must be rendered from this source.
    Source(Arc<(String, Format)>),
}

impl ArticleCard {
    /// Builds the card of an article in the newsroom's list. The body is rendered only when it is asked
    /// for.
    pub(crate) fn on_the_desk(one: OnDesk) -> Self {
        let draft = DraftBody::Source(Arc::new((one.body, one.body_format)));
        Self { draft, ..one.card.into() }
    }
}

impl From<Shown> for ArticleCard {
    fn from(Shown { card, body, .. }: Shown) -> Self {
        let draft = body.map_or(DraftBody::No, |body| DraftBody::Here(Arc::new(body)));
        Self { draft, ..card.into() }
    }
}

impl InlineFields for ArticleCard {
    fn inline_field(&self, requested: &RequestedField<'_>) -> Option<Value> {
        match requested.name() {
            "id" => requested.leaf(&self.id),
            "revision" => requested.leaf(&self.revision),
            "kind" => requested.leaf(&self.kind),
            "slug" => requested.leaf(&self.slug),
            "headline" => requested.leaf(&self.headline),
            "kicker" => requested.leaf(&self.kicker),
            "standfirst" => requested.leaf(&self.standfirst),
            "byline" => requested.leaf(&self.byline),
            "section" => requested.optional(self.section.as_ref()),
            "leadMedia" => requested.optional(self.lead_media.as_ref()),
            "commentCount" => requested.leaf(&self.comment_count),
            "authors" => requested.list(&self.authors),
            "tags" => requested.list(&self.tags),
            "language" => requested.leaf(&self.language),
            "status" => requested.leaf(&self.status),
            "isPublished" => requested.leaf(&self.is_published),
            "hasNewerDraft" => requested.leaf(&self.has_newer_draft),
            "publishedAt" => requested.leaf(&self.published_at),
            "firstPublishedAt" => requested.leaf(&self.first_published_at),
            "modifiedAt" => requested.leaf(&self.modified_at),
            "canonicalPath" => requested.leaf(&self.canonical_path),
            "canonicalUrl" => requested.leaf(&self.canonical_url),
            "commentsOpen" => requested.leaf(&self.comments_open),
            "access" => requested.leaf(&self.access),
            "hideAds" => requested.leaf(&self.hide_ads),
            "sensitive" => requested.leaf(&self.sensitive),
            "seo" => requested.object(&self.seo),
            "corrections" => requested.list(&self.corrections),
            "aliasPaths" => requested.leaf(&self.alias_paths),
            _ => None,
        }
    }
}

impl InlineFields for Seo {
    fn inline_field(&self, requested: &RequestedField<'_>) -> Option<Value> {
        match requested.name() {
            "title" => requested.leaf(&self.title),
            "description" => requested.leaf(&self.description),
            "canonicalUrl" => requested.leaf(&self.canonical_url),
            "image" => requested.optional(self.image.as_ref()),
            _ => None,
        }
    }
}

impl InlineFields for Correction {
    fn inline_field(&self, requested: &RequestedField<'_>) -> Option<Value> {
        match requested.name() {
            "at" => requested.leaf(&self.at),
            "text" => requested.leaf(&self.text),
            "kind" => requested.leaf(&self.kind),
            _ => None,
        }
    }
}

impl From<Card> for ArticleCard {
    fn from(card: Card) -> Self {
        Self {
            id: card.id.to_string().into(),
            revision: card.revision,
            kind: card.kind.into(),
            canonical_path: card.canonical_path(),
            canonical_url: card.canonical_url(),
            slug: card.slug.to_string(),
            headline: card.headline,
            kicker: card.kicker,
            standfirst: card.standfirst,
            byline: card.byline,
            section: card.section.map(Into::into),
            lead_media: card.lead_media.map(Into::into),
            comment_count: card.comment_count,
            seo: Seo {
                title: card.seo.title,
                description: card.seo.description,
                canonical_url: card.seo.canonical_url,
                image: card.seo_image.map(Into::into),
            },
            authors: card.authors.into_iter().map(Into::into).collect(),
            tags: card.tags.into_iter().map(Into::into).collect(),
            language: card.language.to_string(),
            status: card.display_status.into(),
            is_published: card.is_published,
            has_newer_draft: card.has_newer_draft,
            draft: DraftBody::No,
            published_at: card.published_at.into(),
            first_published_at: card.first_published_at.into(),
            modified_at: card.modified_at.into(),
            comments_open: card.comments_open,
            access: card.access.into(),
            hide_ads: card.hide_ads,
            sensitive: card.sensitive,
            article: card.id,
            translation_of: card.translation_of,
            corrections: card.corrections.into_iter().map(Into::into).collect(),
            alias_paths: card.alias_paths.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Metadata for search engines and social networks. Where a field is null, they should use the
/// corresponding field of the article.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct Seo {
    /// The page title.
    pub title: Option<String>,
    /// The description for search results.
    pub description: Option<String>,
    /// The URL where the story was first published, if that is another site.
    pub canonical_url: Option<String>,
    /// The image to show with links to the article.
    pub image: Option<Media>,
}

/// A public note about a change made after publication.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct Correction {
    /// When the change was made.
    pub at: DateTime,
    /// What was wrong and what is right.
    pub text: String,
    /// The kind of change.
    pub kind: CorrectionKind,
}

impl From<DomainCorrection> for Correction {
    fn from(correction: DomainCorrection) -> Self {
        Self { at: correction.at.into(), text: correction.text, kind: correction.kind.into() }
    }
}
