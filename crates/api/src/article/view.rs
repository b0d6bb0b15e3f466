//! Articles as clients see them.

use std::sync::Arc;

use async_graphql::{ID, SimpleObject, Value};
use domain::{
    article::{
        ArticleId, Card, Correction as DomainCorrection, OnDesk, Rendition, Translation as DomainTranslation,
    },
    body::{self, Body as DomainBody, Format},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::block::Block;
pub use super::words::{Access, ArticleKind, ArticleStatus, CorrectionKind};
use crate::{
    comment::view::Comment,
    graphql::held::{Asked, Held},
    media::view::Media,
    related::view::RelatedArticle,
    scalar::DateTime,
    term::view::{Author, Section, Tag},
};

/// An article as lists show it.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
#[graphql(name = "Article", complex)]
pub struct ArticleCard {
    /// Its id, a TypeID.
    #[schema(value_type = String, example = "article_01h455vb4pex5vsknk084sn02q")]
    pub id: ID,
    /// The number of the published revision, from 1; of the newest one where drafts are asked for.
    pub revision: u32,
    /// What it is.
    pub kind: ArticleKind,
    /// Its name in addresses. May change; an old one still leads here.
    #[schema(example = "the-night-of-odalys")]
    pub slug: String,
    /// The headline.
    pub headline: String,
    /// A word or two above the headline.
    pub kicker: Option<String>,
    /// The sentence or two that stand between headline and body.
    pub standfirst: Option<String>,
    /// Who wrote it, as it should be printed: as an editor wrote it, else the authors' names.
    pub byline: Option<String>,
    /// Where in the newspaper it stands.
    pub section: Option<Section>,
    /// The picture or film at its head.
    pub lead_media: Option<Media>,
    /// How many comments on it readers see.
    pub comment_count: u64,
    /// Who wrote it, in the order of the byline.
    #[graphql(complexity = "1 + 2 * child_complexity")]
    pub authors: Vec<Author>,
    /// What it is about, the most important first.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    pub tags: Vec<Tag>,
    /// Its language, a BCP 47 tag.
    #[schema(example = "en-GB")]
    pub language: String,
    /// Where it stands; for readers always `published`.
    pub status: ArticleStatus,
    /// Whether readers have a revision of it: the time of a published revision has come. Also true after
    /// `expiresAt`.
    pub is_published: bool,
    /// Whether there is a revision newer than the published or scheduled one. Null in lists for readers.
    pub has_newer_draft: Option<bool>,
    /// When readers saw it first in its present form, or will see it. Of a draft without a time, when it
    /// was saved.
    pub published_at: DateTime,
    /// When readers saw it first at all; of a draft that they never saw, as `publishedAt`.
    pub first_published_at: DateTime,
    /// When it was last changed.
    pub modified_at: DateTime,
    /// Where it is on the site.
    #[schema(example = "/world/the-night-of-odalys")]
    pub canonical_path: String,
    /// The same as a whole address, for feeds and metadata; null if the site's `url` is not set. Use
    /// `seo.canonicalUrl` instead where that is set.
    #[schema(example = "https://news.example.com/world/the-night-of-odalys")]
    pub canonical_url: Option<String>,
    /// Whether readers may comment.
    pub comments_open: bool,
    /// Whom the whole body is for.
    pub access: Access,
    /// Whether advertisements have no place on its page.
    pub hide_ads: bool,
    /// Whether it may distress.
    pub sensitive: bool,
    /// What search engines and social networks show of it.
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
    /// What was corrected, clarified or updated after publication.
    #[serde(skip)]
    #[graphql(complexity = "1 + 2 * child_complexity")]
    pub corrections: Vec<Correction>,
    /// Other paths of the site that lead here.
    #[serde(skip)]
    pub alias_paths: Vec<String>,
}

/// Where the body of a card is that readers do not see.
#[derive(Debug, Clone, Default)]
pub(crate) enum DraftBody {
    /// It is the stored one of what readers see.
    #[default]
    No,
    /// It was derived for this answer.
    Here(Arc<DomainBody>),
    /// It is to be derived of this source.
    Source(Arc<(String, Format)>),
}

impl ArticleCard {
    /// Shows an article of the newsroom's desk.
    pub(crate) fn on_the_desk(one: OnDesk) -> Self {
        let draft = DraftBody::Source(Arc::new((one.body, one.body_format)));
        Self { draft, ..one.card.into() }
    }
}

impl From<Rendition> for ArticleCard {
    fn from(rendition: Rendition) -> Self {
        Self { draft: DraftBody::Here(Arc::new(rendition.body)), ..rendition.card.into() }
    }
}

impl Held for ArticleCard {
    fn held(&self, asked: &Asked<'_>) -> Option<Value> {
        match asked.name() {
            "id" => asked.leaf(&self.id),
            "revision" => asked.leaf(&self.revision),
            "kind" => asked.leaf(&self.kind),
            "slug" => asked.leaf(&self.slug),
            "headline" => asked.leaf(&self.headline),
            "kicker" => asked.leaf(&self.kicker),
            "standfirst" => asked.leaf(&self.standfirst),
            "byline" => asked.leaf(&self.byline),
            "section" => asked.optional(self.section.as_ref()),
            "leadMedia" => asked.optional(self.lead_media.as_ref()),
            "commentCount" => asked.leaf(&self.comment_count),
            "authors" => asked.list(&self.authors),
            "tags" => asked.list(&self.tags),
            "language" => asked.leaf(&self.language),
            "status" => asked.leaf(&self.status),
            "isPublished" => asked.leaf(&self.is_published),
            "hasNewerDraft" => asked.leaf(&self.has_newer_draft),
            "publishedAt" => asked.leaf(&self.published_at),
            "firstPublishedAt" => asked.leaf(&self.first_published_at),
            "modifiedAt" => asked.leaf(&self.modified_at),
            "canonicalPath" => asked.leaf(&self.canonical_path),
            "canonicalUrl" => asked.leaf(&self.canonical_url),
            "commentsOpen" => asked.leaf(&self.comments_open),
            "access" => asked.leaf(&self.access),
            "hideAds" => asked.leaf(&self.hide_ads),
            "sensitive" => asked.leaf(&self.sensitive),
            "seo" => asked.object(&self.seo),
            "corrections" => asked.list(&self.corrections),
            "aliasPaths" => asked.leaf(&self.alias_paths),
            _ => None,
        }
    }
}

impl Held for Seo {
    fn held(&self, asked: &Asked<'_>) -> Option<Value> {
        match asked.name() {
            "title" => asked.leaf(&self.title),
            "description" => asked.leaf(&self.description),
            "canonicalUrl" => asked.leaf(&self.canonical_url),
            "image" => asked.optional(self.image.as_ref()),
            _ => None,
        }
    }
}

impl Held for Correction {
    fn held(&self, asked: &Asked<'_>) -> Option<Value> {
        match asked.name() {
            "at" => asked.leaf(&self.at),
            "text" => asked.leaf(&self.text),
            "kind" => asked.leaf(&self.kind),
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
            status: card.standing.into(),
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

/// A heading of a body.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct TocEntry {
    /// Its anchor in the HTML.
    pub id: String,
    /// Its level, 1 to 6.
    pub level: u8,
    /// Its words.
    pub text: String,
}

/// The body of an article, as the caller may read it.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
#[graphql(complex)]
pub struct Body {
    /// Clean HTML. Its headings have the ids that `toc` names; all other ids begin with `body_`.
    pub html: String,
    /// The headings in order.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    pub toc: Vec<TocEntry>,
    /// The number of words of the whole body.
    pub word_count: u32,
    /// Minutes to read the whole body.
    pub reading_minutes: u32,
    /// The same content as typed blocks; with `include=blocks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[graphql(skip)]
    pub blocks: Option<Vec<Block>>,
    /// The same content as plain text; with `include=text`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[graphql(skip)]
    pub text: Option<String>,
}

impl From<body::Body> for Body {
    fn from(body: body::Body) -> Self {
        Self {
            html: body.html,
            toc: body
                .toc
                .into_iter()
                .map(|entry| TocEntry { id: entry.id, level: entry.level, text: entry.text })
                .collect(),
            word_count: body.word_count,
            reading_minutes: body.reading_minutes,
            blocks: Some(body.blocks.into_iter().map(Into::into).collect()),
            text: Some(body.text),
        }
    }
}

#[async_graphql::ComplexObject]
impl Body {
    /// The same content as typed blocks.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    async fn blocks(&self) -> &[Block] {
        self.blocks.as_deref().unwrap_or_default()
    }

    /// The same content as plain text.
    async fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }
}

/// Another language's version of a story.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct Translation {
    /// Its language, a BCP 47 tag.
    pub language: String,
    /// The id of that article.
    #[schema(value_type = String)]
    pub id: ID,
    /// The slug of that article.
    pub slug: String,
    /// Its headline.
    pub headline: String,
    /// Where it is on the site.
    #[schema(example = "/world/the-night-of-odalys")]
    pub canonical_path: String,
    /// When readers saw it first in its present form.
    pub published_at: DateTime,
}

impl From<DomainTranslation> for Translation {
    fn from(translation: DomainTranslation) -> Self {
        Self {
            language: translation.language.to_string(),
            id: translation.id.to_string().into(),
            slug: translation.slug.to_string(),
            headline: translation.headline,
            canonical_path: translation.canonical_path,
            published_at: translation.published_at.into(),
        }
    }
}

/// What search engines and social networks show of an article; where a field is null, they should
/// take the article's own words.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct Seo {
    /// The title of its page.
    pub title: Option<String>,
    /// What to say of it in results.
    pub description: Option<String>,
    /// Where the story was first published, if that is another site.
    pub canonical_url: Option<String>,
    /// The picture to show for it.
    pub image: Option<Media>,
}

/// A public note of what was changed after publication.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct Correction {
    /// When it was changed.
    pub at: DateTime,
    /// What was wrong and what is right.
    pub text: String,
    /// How grave it is.
    pub kind: CorrectionKind,
}

impl From<DomainCorrection> for Correction {
    fn from(correction: DomainCorrection) -> Self {
        Self { at: correction.at.into(), text: correction.text, kind: correction.kind.into() }
    }
}

/// An article with everything that belongs to it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Article {
    #[serde(flatten)]
    #[expect(missing_docs, reason = "its fields stand in the article itself")]
    pub card: ArticleCard,
    /// Its body, as the caller may read it.
    pub body: Body,
    /// What was corrected, clarified or updated after publication.
    pub corrections: Vec<Correction>,
    /// What search engines and social networks show of it.
    pub seo: Seo,
    /// Other paths of the site that lead here.
    pub alias_paths: Vec<String>,
    /// The same story in other languages.
    pub translations: Vec<Translation>,
    /// Related articles, best first; with `include=related`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub related: Option<Vec<RelatedArticle>>,
    /// The latest articles that are not among the related; with `include=latest`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest: Option<Vec<ArticleCard>>,
    /// The first comments on it; with `include=comments`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments: Option<Vec<Comment>>,
}

impl Article {
    /// Puts an article together.
    pub(crate) fn of(card: ArticleCard, body: Body, translations: Vec<DomainTranslation>) -> Self {
        Self {
            corrections: card.corrections.clone(),
            seo: card.seo.clone(),
            alias_paths: card.alias_paths.clone(),
            card,
            body,
            translations: translations.into_iter().map(Into::into).collect(),
            related: None,
            latest: None,
            comments: None,
        }
    }
}
