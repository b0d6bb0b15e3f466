//! The representation of revisions in both APIs.

use async_graphql::{ID, Json, SimpleObject};
use domain::{
    article::{
        Article as DomainArticle, BlockChange as DomainBlockChange, Comparison as DomainComparison,
        DisplayStatus, FieldChange as DomainFieldChange, Revision as DomainRevision,
    },
    id::Id,
    time::Time,
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    super::{
        block::Block,
        view::{Access, ArticleKind, ArticleStatus, Correction},
    },
    input::BodyFormat,
};
use crate::{
    graphql::inline_fields::{InlineFields, RequestedField},
    scalar::DateTime,
};

/// One revision of an article, as editors see it. Related objects are given as ids. The fields from
/// `headline` on have the same names in `ArticleInput`, so they can be edited and sent back.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
#[graphql(complex)]
pub struct Manuscript {
    /// The article's id (a TypeID).
    #[schema(value_type = String, example = "article_01h455vb4pex5vsknk084sn02q")]
    pub id: ID,
    /// The number of this revision, starting at 1.
    pub revision: u32,
    /// The number of the article's newest revision. Send this one back to detect conflicting changes.
    pub newest_revision: u32,
    /// The number of the published or scheduled revision, also after it expired. Null if there is none.
    pub published_revision: Option<u32>,
    /// The workflow status of this revision.
    pub status: ArticleStatus,
    /// The account that created the article. Null if a command created it, such as an import.
    #[schema(value_type = Option<String>)]
    pub created_by: Option<ID>,
    /// The account that saved this revision. Null if a command saved it, such as an import.
    #[schema(value_type = Option<String>)]
    pub saved_by: Option<ID>,
    /// When this revision was saved.
    pub saved_at: DateTime,
    /// The note to colleagues that was saved with it.
    pub note: Option<String>,
    /// When the article was first published, or will be. Null if it never was.
    pub first_published_at: Option<DateTime>,
    /// The headline.
    pub headline: String,
    /// The slug, used in URLs.
    pub slug: String,
    /// The kind of article.
    pub kind: ArticleKind,
    /// A short line above the headline.
    pub kicker: Option<String>,
    /// An introduction of one or two sentences between headline and body.
    pub standfirst: Option<String>,
    /// The credit line to print. Null if the authors' names are printed.
    pub byline: Option<String>,
    /// The body in its source format.
    #[graphql(complexity = "5 + child_complexity")]
    pub body: ManuscriptBody,
    /// The image or video at the top of the article: a media id.
    #[schema(value_type = Option<String>)]
    pub lead_media: Option<ID>,
    /// Metadata for search engines and social networks.
    pub seo: ManuscriptSeo,
    /// The language, as a BCP 47 tag.
    pub language: String,
    /// The section the article belongs to: an id.
    #[schema(value_type = Option<String>)]
    pub section: Option<ID>,
    /// The tags, most important first: ids.
    #[schema(value_type = Vec<String>)]
    pub tags: Vec<ID>,
    /// The authors, in byline order: ids.
    #[schema(value_type = Vec<String>)]
    pub authors: Vec<ID>,
    /// When readers first see the article.
    pub published_at: Option<DateTime>,
    /// When readers stop seeing the article.
    pub expires_at: Option<DateTime>,
    /// Who can read the whole body.
    pub access: Access,
    /// Whether readers can comment.
    pub comments_open: bool,
    /// Whether to hide advertisements on the article's page.
    pub hide_ads: bool,
    /// Whether the content may be distressing.
    pub sensitive: bool,
    /// Other paths of the site that redirect to the article.
    pub alias_paths: Vec<String>,
    /// Corrections, clarifications and updates made after publication.
    #[graphql(complexity = "1 + 2 * child_complexity")]
    pub corrections: Vec<Correction>,
    /// The article that this one translates: an id.
    #[schema(value_type = Option<String>)]
    pub translation_of: Option<ID>,
    /// Whether the article may appear in the related articles of others.
    pub show_in_related: bool,
    /// Articles to show first in the related articles of this one: ids, in order.
    #[schema(value_type = Vec<String>)]
    pub related_pins: Vec<ID>,
    /// Articles to leave out of the related articles of this one: ids.
    #[schema(value_type = Vec<String>)]
    pub related_blocks: Vec<ID>,
}

/// A body in its source format.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct ManuscriptBody {
    /// The format of `source`.
    pub format: BodyFormat,
    /// The text.
    pub source: String,
}

/// Metadata for search engines and social networks. Where a field is null, they should use the
/// corresponding field of the article.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct ManuscriptSeo {
    /// The page title.
    pub title: Option<String>,
    /// The description for search results.
    pub description: Option<String>,
    /// The URL where the story was first published, if that is another site.
    pub canonical_url: Option<String>,
    /// The image to show with links to the article: a media id.
    #[schema(value_type = Option<String>)]
    pub image: Option<ID>,
}

fn id<T: domain::id::Entity>(id: Id<T>) -> ID {
    id.to_string().into()
}

fn ids<T: domain::id::Entity>(all: &[Id<T>]) -> Vec<ID> {
    all.iter().map(|one| id(*one)).collect()
}

impl Manuscript {
    /// Builds the view of an article's newest revision; `now` decides whether it is scheduled or
    /// published.
    pub(crate) fn newest(article: &DomainArticle, now: Time) -> Self {
        Self::of(article, article.newest(), now)
    }

    /// Builds the view of one revision; `now` decides whether it is scheduled or published.
    pub(crate) fn of(article: &DomainArticle, revision: DomainRevision, now: Time) -> Self {
        let document = revision.document;
        Self {
            id: id(article.id),
            revision: revision.number,
            newest_revision: article.revision,
            published_revision: article.published.as_ref().map(|seen| seen.revision),
            status: DisplayStatus::of(document.status, document.published_at, now).into(),
            created_by: article.created_by.map(id),
            saved_by: revision.author.map(id),
            saved_at: revision.at.into(),
            note: revision.note,
            first_published_at: article.first_published_at.map(Into::into),
            headline: document.headline,
            slug: document.slug.to_string(),
            kind: document.kind.into(),
            kicker: document.kicker,
            standfirst: document.standfirst,
            byline: document.byline,
            body: ManuscriptBody { format: document.body_format.into(), source: document.body },
            lead_media: document.lead_media.map(id),
            seo: ManuscriptSeo {
                title: document.seo.title,
                description: document.seo.description,
                canonical_url: document.seo.canonical_url,
                image: document.seo.image.map(id),
            },
            language: document.language.to_string(),
            section: document.section.map(id),
            tags: ids(&document.tags),
            authors: ids(&document.authors),
            published_at: document.published_at.map(Into::into),
            expires_at: document.expires_at.map(Into::into),
            access: document.access.into(),
            comments_open: document.comments_open,
            hide_ads: document.hide_ads,
            sensitive: document.sensitive,
            alias_paths: document.alias_paths.iter().map(ToString::to_string).collect(),
            corrections: document.corrections.into_iter().map(Into::into).collect(),
            translation_of: document.translation_of.map(id),
            show_in_related: document.show_in_related,
            related_pins: ids(&document.related_pins),
            related_blocks: ids(&document.related_blocks),
        }
    }
}

/// A revision of an article, without its content.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    /// The number of the revision, starting at 1.
    pub revision: u32,
    /// The workflow status of this revision.
    pub status: ArticleStatus,
    /// The account that saved this revision. Null if a command saved it, such as an import.
    #[schema(value_type = Option<String>)]
    pub saved_by: Option<ID>,
    /// When this revision was saved.
    pub saved_at: DateTime,
    /// The note to colleagues that was saved with it.
    pub note: Option<String>,
    /// The headline in this revision.
    pub headline: String,
}

impl Revision {
    pub(crate) fn of(revision: &DomainRevision, now: Time) -> Self {
        let document = &revision.document;
        Self {
            revision: revision.number,
            status: DisplayStatus::of(document.status, document.published_at, now).into(),
            saved_by: revision.author.map(id),
            saved_at: revision.at.into(),
            note: revision.note.clone(),
            headline: document.headline.clone(),
        }
    }
}

impl InlineFields for Revision {
    fn inline_field(&self, requested: &RequestedField<'_>) -> Option<async_graphql::Value> {
        match requested.name() {
            "revision" => requested.leaf(&self.revision),
            "status" => requested.leaf(&self.status),
            "savedBy" => requested.leaf(&self.saved_by),
            "savedAt" => requested.leaf(&self.saved_at),
            "note" => requested.leaf(&self.note),
            "headline" => requested.leaf(&self.headline),
            _ => None,
        }
    }
}

/// The differences between two revisions of an article.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct Comparison {
    /// The number of the earlier revision.
    #[serde(rename = "from")]
    #[graphql(name = "from")]
    pub base: u32,
    /// The number of the later revision.
    pub to: u32,
    /// The changed fields, except the body.
    pub fields: Vec<FieldChange>,
    /// The changed blocks of the body, in order.
    #[graphql(complexity = "1 + 10 * child_complexity")]
    pub body: Vec<BlockChange>,
}

/// A changed field.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct FieldChange {
    /// The name of the field.
    #[schema(example = "headline")]
    pub field: String,
    /// The value before the change.
    #[schema(value_type = Value)]
    pub before: Json<Value>,
    /// The value after the change.
    #[schema(value_type = Value)]
    pub after: Json<Value>,
}

/// A block that was added, removed or changed.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct BlockChange {
    /// The index of the block in the earlier body, starting at 0. Null for an added block.
    pub before_at: Option<u32>,
    /// The index of the block in the later body, starting at 0. Null for a removed block.
    pub after_at: Option<u32>,
    /// The block before the change. Null for an added block.
    pub before: Option<Block>,
    /// The block after the change. Null for a removed block.
    pub after: Option<Block>,
}

impl From<DomainComparison> for Comparison {
    fn from(comparison: DomainComparison) -> Self {
        Self {
            base: comparison.from,
            to: comparison.to,
            fields: comparison.fields.into_iter().map(Into::into).collect(),
            body: comparison.body.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<DomainFieldChange> for FieldChange {
    fn from(change: DomainFieldChange) -> Self {
        Self { field: change.field.to_owned(), before: Json(change.before), after: Json(change.after) }
    }
}

impl From<DomainBlockChange> for BlockChange {
    fn from(change: DomainBlockChange) -> Self {
        let place = |at: Option<usize>| at.and_then(|at| u32::try_from(at).ok());
        Self {
            before_at: place(change.before_at),
            after_at: place(change.after_at),
            before: change.before.map(Into::into),
            after: change.after.map(Into::into),
        }
    }
}
