//! Articles as their writers keep them, for clients.

use async_graphql::{ComplexObject, Context, ID, Json, SimpleObject};
use domain::{
    article::{
        Article as DomainArticle, ArticleKey, BlockChange as DomainBlockChange,
        Comparison as DomainComparison, FieldChange as DomainFieldChange, Revision as DomainRevision,
        Standing,
    },
    id::Id,
    page::{Page, PageRequest},
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
    graphql::{
        Connection, ListArguments,
        held::{Asked, Held},
        read,
    },
    problem::Failure,
    scalar::DateTime,
};

/// A revision of an article as its writers keep it. What it names stands as ids; its fields from `headline`
/// on are those that can be sent back.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
#[graphql(complex)]
pub struct Manuscript {
    /// The article's id, a TypeID.
    #[schema(value_type = String, example = "article_01h455vb4pex5vsknk084sn02q")]
    pub id: ID,
    /// The number of this revision, from 1.
    pub revision: u32,
    /// The number of the article's newest revision: what to send as the one that you have seen.
    pub newest_revision: u32,
    /// The revision that readers see, will see at its time, or saw until it expired; null when there is none.
    pub published_revision: Option<u32>,
    /// Where this revision stands.
    pub status: ArticleStatus,
    /// The account that began the article; null for what came in by a command.
    #[schema(value_type = Option<String>)]
    pub created_by: Option<ID>,
    /// The account that made this revision; null for what came in by a command.
    #[schema(value_type = Option<String>)]
    pub saved_by: Option<ID>,
    /// When this revision was made.
    pub saved_at: DateTime,
    /// What was said with it, from colleague to colleague.
    pub note: Option<String>,
    /// When readers could see the article first; null when they never could.
    pub first_published_at: Option<DateTime>,
    /// The headline.
    pub headline: String,
    /// The name in addresses.
    pub slug: String,
    /// What it is.
    pub kind: ArticleKind,
    /// A word or two above the headline.
    pub kicker: Option<String>,
    /// The sentence or two that stand between headline and body.
    pub standfirst: Option<String>,
    /// Who wrote it, as it should be printed; null where the authors' names do.
    pub byline: Option<String>,
    /// The body, as it is written.
    #[graphql(complexity = "5 + child_complexity")]
    pub body: ManuscriptBody,
    /// The picture or film at its head.
    #[schema(value_type = Option<String>)]
    pub lead_media: Option<ID>,
    /// What search engines and social networks show of it.
    pub seo: ManuscriptSeo,
    /// Its language, a BCP 47 tag.
    pub language: String,
    /// Where in the newspaper it stands.
    #[schema(value_type = Option<String>)]
    pub section: Option<ID>,
    /// What it is about, the most important first.
    #[schema(value_type = Vec<String>)]
    pub tags: Vec<ID>,
    /// Who wrote it, in the order of the byline.
    #[schema(value_type = Vec<String>)]
    pub authors: Vec<ID>,
    /// When readers see it first.
    pub published_at: Option<DateTime>,
    /// When readers stop seeing it.
    pub expires_at: Option<DateTime>,
    /// Whom the whole body is for.
    pub access: Access,
    /// Whether readers may comment.
    pub comments_open: bool,
    /// Whether advertisements have no place on its page.
    pub hide_ads: bool,
    /// Whether it may distress.
    pub sensitive: bool,
    /// Other paths of the site that lead here.
    pub alias_paths: Vec<String>,
    /// What was corrected, clarified or updated after publication.
    #[graphql(complexity = "1 + 2 * child_complexity")]
    pub corrections: Vec<Correction>,
    /// The article that this one is a translation of.
    #[schema(value_type = Option<String>)]
    pub translation_of: Option<ID>,
    /// Whether it may appear among the related articles of others.
    pub show_in_related: bool,
    /// What stands first among its related articles.
    #[schema(value_type = Vec<String>)]
    pub related_pins: Vec<ID>,
    /// What stays out of its related articles.
    #[schema(value_type = Vec<String>)]
    pub related_blocks: Vec<ID>,
}

/// A body as it is written.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct ManuscriptBody {
    /// How it is written.
    pub format: BodyFormat,
    /// What is written.
    pub source: String,
}

/// What search engines and social networks show of an article; null where they take its own words.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct ManuscriptSeo {
    /// The title of its page.
    pub title: Option<String>,
    /// What to say of it in results.
    pub description: Option<String>,
    /// Where the story was first published, if that is another site.
    pub canonical_url: Option<String>,
    /// The picture to show for it.
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
    /// Shows an article's newest revision, as things stand now.
    pub(crate) fn newest(article: &DomainArticle, now: Time) -> Self {
        Self::of(article, article.newest(), now)
    }

    /// Shows a revision of an article, as things stand now.
    pub(crate) fn of(article: &DomainArticle, revision: DomainRevision, now: Time) -> Self {
        let document = revision.document;
        Self {
            id: id(article.id),
            revision: revision.number,
            newest_revision: article.revision,
            published_revision: article.published.as_ref().map(|seen| seen.revision),
            status: Standing::of(document.status, document.published_at, now).into(),
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

#[ComplexObject]
impl Manuscript {
    /// The article's revisions, the newest first.
    #[graphql(complexity = "crate::graphql::list_cost(first, last, child_complexity)")]
    async fn revisions(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Revision>, Failure> {
        let page: PageRequest = ListArguments { first, after, last, before }.read(&ctx.look_ahead())?;
        let key = ArticleKey::from(self.id.as_str());
        let found: Page<DomainRevision> = read(ctx, crate::app::Length::Short, move |cx, repos| {
            domain::article::revisions(cx, repos, &key, &page)
        })
        .await?;
        let now = ctx.data_unchecked::<crate::app::Asking>().now();
        Ok(Connection::of(found, |revision| Revision::of(&revision, now)))
    }
}

/// One revision of an article, in a list.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    /// Its number, from 1.
    pub revision: u32,
    /// Where it stands.
    pub status: ArticleStatus,
    /// The account that made it; null for what came in by a command.
    #[schema(value_type = Option<String>)]
    pub saved_by: Option<ID>,
    /// When it was made.
    pub saved_at: DateTime,
    /// What was said with it, from colleague to colleague.
    pub note: Option<String>,
    /// The headline that it gives.
    pub headline: String,
}

impl Revision {
    pub(crate) fn of(revision: &DomainRevision, now: Time) -> Self {
        let document = &revision.document;
        Self {
            revision: revision.number,
            status: Standing::of(document.status, document.published_at, now).into(),
            saved_by: revision.author.map(id),
            saved_at: revision.at.into(),
            note: revision.note.clone(),
            headline: document.headline.clone(),
        }
    }
}

impl Held for Revision {
    fn held(&self, asked: &Asked<'_>) -> Option<async_graphql::Value> {
        match asked.name() {
            "revision" => asked.leaf(&self.revision),
            "status" => asked.leaf(&self.status),
            "savedBy" => asked.leaf(&self.saved_by),
            "savedAt" => asked.leaf(&self.saved_at),
            "note" => asked.leaf(&self.note),
            "headline" => asked.leaf(&self.headline),
            _ => None,
        }
    }
}

/// What is other between two revisions of an article.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct Comparison {
    /// The revision that is compared with.
    #[serde(rename = "from")]
    #[graphql(name = "from")]
    pub base: u32,
    /// The revision that is compared.
    pub to: u32,
    /// The fields that are other, but for the body.
    pub fields: Vec<FieldChange>,
    /// The blocks of the body that are other, in their order.
    #[graphql(complexity = "1 + 10 * child_complexity")]
    pub body: Vec<BlockChange>,
}

/// A field that is other.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct FieldChange {
    /// Its name.
    #[schema(example = "headline")]
    pub field: String,
    /// What it was.
    #[schema(value_type = Value)]
    pub before: Json<Value>,
    /// What it is.
    #[schema(value_type = Value)]
    pub after: Json<Value>,
}

/// A block that was added, removed or changed.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct BlockChange {
    /// Its place among the blocks of the earlier body, from 0; null for an added one.
    pub before_at: Option<u32>,
    /// Its place among the blocks of the later body; null for a removed one.
    pub after_at: Option<u32>,
    /// What it was.
    pub before: Option<Block>,
    /// What it is.
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
