//! The representation of one article in both APIs, with its body. Lists show it as a card: `card.rs`.

use async_graphql::{ID, SimpleObject};
use domain::{article::Translation as DomainTranslation, body};
use serde::Serialize;
use utoipa::ToSchema;

use super::block::Block;
pub use super::{
    card::{ArticleCard, Correction, Seo},
    words::{Access, ArticleKind, ArticleStatus, CorrectionKind},
};
use crate::{comment::view::Comment, related::view::RelatedArticle, scalar::DateTime};

/// A heading of the body.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct TocEntry {
    /// The anchor of the heading in the HTML.
    pub id: String,
    /// Heading level, 1 to 6.
    pub level: u8,
    /// The text of the heading, without markup.
    pub text: String,
}

/// The body of an article. If the caller may not read the whole body, only its first paragraph.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
#[graphql(complex)]
pub struct Body {
    /// Sanitized HTML. Headings have the ids listed in `toc`; all other ids begin with `body_`.
    pub html: String,
    /// The table of contents: all headings, in order.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    pub toc: Vec<TocEntry>,
    /// The number of words in the whole body.
    pub word_count: u32,
    /// Reading time of the whole body, in minutes.
    pub reading_minutes: u32,
    /// The same content as typed blocks. Only with `include=blocks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[graphql(skip)]
    pub blocks: Option<Vec<Block>>,
    /// The same content as plain text. Only with `include=text`.
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

/// A version of an article in another language.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct Translation {
    /// The language, as a BCP 47 tag.
    pub language: String,
    /// The article's id.
    #[schema(value_type = String)]
    pub id: ID,
    /// The article's slug.
    pub slug: String,
    /// The article's headline.
    pub headline: String,
    /// The path of the article on the site.
    #[schema(example = "/world/the-night-of-odalys")]
    pub canonical_path: String,
    /// When the article was published.
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

/// An article with its body and everything that belongs to it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Article {
    #[serde(flatten)]
    #[expect(missing_docs, reason = "its fields stand in the article itself")]
    pub card: ArticleCard,
    /// The body. If the caller may not read the whole body, only its first paragraph.
    pub body: Body,
    /// Corrections, clarifications and updates made after publication.
    pub corrections: Vec<Correction>,
    /// Metadata for search engines and social networks.
    pub seo: Seo,
    /// Other paths of the site that redirect to the article.
    pub alias_paths: Vec<String>,
    /// Versions of the article in other languages.
    pub translations: Vec<Translation>,
    /// Related articles, best match first. Only with `include=related`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub related: Option<Vec<RelatedArticle>>,
    /// The latest articles, without those in `related`. Only with `include=latest`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest: Option<Vec<ArticleCard>>,
    /// The first comments on the article. Only with `include=comments`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments: Option<Vec<Comment>>,
}

impl Article {
    /// Combines an article's parts.
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
