//! Creating and changing articles over GraphQL.

use std::time::Duration;

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, SimpleObject};
use domain::{
    article::{self, Article, ArticleKey, Precondition, Revision as DomainRevision, Upserted},
    error::Result,
    page::Page,
    store::Repos,
};

use super::{
    super::preview::PreviewToken,
    input::ArticleInput,
    rest::shown_at,
    view::{Comparison, Manuscript, Revision},
};
use crate::{
    app::Length,
    context::RequestContext,
    graphql::{Connection, Done, ListArguments, list_cost, read, write},
    http::problem::Failure,
    scalar::DateTime,
};

/// The article to create. `headline` is required.
#[derive(InputObject)]
pub struct CreateArticleInput {
    #[graphql(flatten)]
    article: ArticleInput,
    /// A unique value that the client chooses for this request, 1 to 255 visible ASCII characters,
    /// stored for 24 hours. Repeating the request with the same key returns the first article instead
    /// of creating another one.
    idempotency_key: Option<String>,
}

/// The fields of the article to change. Omitted fields are left unchanged; `null` clears a field.
#[derive(InputObject)]
pub struct UpdateArticleInput {
    /// The article's id or slug.
    id: ID,
    /// The article's newest revision when you read it, for detecting conflicting changes. Required.
    expected_revision: Option<u32>,
    /// Whether to merge your changes if others have changed only other fields since `expectedRevision`.
    /// If `false`, any such change is a conflict.
    #[graphql(default)]
    merge: bool,
    #[graphql(flatten)]
    article: ArticleInput,
}

/// An article identified by its id in another system (the source). Omitted fields of an existing
/// article are left unchanged.
#[derive(InputObject)]
pub struct UpsertArticleInput {
    /// The name of the source, as used by imports. At most 1,000 bytes.
    source: String,
    /// The article's id in the source. At most 1,000 bytes.
    source_id: ID,
    /// The article's newest revision when you read it, for detecting conflicting changes. Optional.
    expected_revision: Option<u32>,
    #[graphql(flatten)]
    article: ArticleInput,
}

/// A step in the workflow of an article.
#[derive(InputObject)]
pub struct ArticleStepInput {
    /// The article's id or slug.
    id: ID,
    /// The article's newest revision when you read it, for detecting conflicting changes. Required.
    expected_revision: Option<u32>,
    /// A note to colleagues, stored with the revision. At most 2,000 characters.
    note: Option<String>,
}

/// The article to publish.
#[derive(InputObject)]
pub struct PublishArticleInput {
    /// The article's id or slug.
    id: ID,
    /// The article's newest revision when you read it, for detecting conflicting changes. Required.
    expected_revision: Option<u32>,
    /// When readers first see the article; a time in the future schedules it. Default: the article's
    /// `publishedAt`, or now if it has none.
    published_at: Option<DateTime>,
    /// A note to colleagues, stored with the revision. At most 2,000 characters.
    note: Option<String>,
}

/// The article to trash or to delete.
#[derive(InputObject)]
pub struct RemoveArticleInput {
    /// The article's id or slug.
    id: ID,
    /// The article's newest revision when you read it, for detecting conflicting changes. Required.
    expected_revision: Option<u32>,
}

/// The revision that a preview shows, and how long.
#[derive(InputObject)]
pub struct CreatePreviewTokenInput {
    /// The article's id or slug.
    id: ID,
    /// The number of the revision to show. Default: the newest one.
    revision: Option<u32>,
    /// Seconds until the token expires, 60 to 604800 (7 days). Default: 86400 (one day).
    expires_in: Option<u32>,
}

/// The revision to restore.
#[derive(InputObject)]
pub struct RestoreRevisionInput {
    /// The article's id or slug.
    id: ID,
    /// The article's newest revision when you read it, for detecting conflicting changes. Required.
    expected_revision: Option<u32>,
    /// The number of the revision to restore.
    revision: u32,
}

/// The result of creating or changing an article.
#[derive(SimpleObject)]
pub struct ArticlePayload {
    /// The article's newest revision.
    manuscript: Manuscript,
}

/// The result of creating or changing an article by its source id.
#[derive(SimpleObject)]
pub struct UpsertArticlePayload {
    /// The article's newest revision.
    manuscript: Manuscript,
    /// Whether the article was created.
    created: bool,
}

impl ArticlePayload {
    fn of(ctx: &Context<'_>, article: &Article) -> Self {
        Self {
            manuscript: Manuscript::newest(
                article,
                shown_at(article, ctx.data_unchecked::<RequestContext>().now()),
            ),
        }
    }
}

/// Queries for revisions of articles.
#[derive(Default)]
pub struct WritingQueries;

#[Object]
impl WritingQueries {
    /// A revision of an article, as editors see it: the newest one, or the one with the number
    /// `revision`. `id` is the article's id or slug. Null if it does not exist or you may not read it.
    async fn manuscript(
        &self,
        ctx: &Context<'_>,
        id: ID,
        revision: Option<u32>,
    ) -> Result<Option<Manuscript>, Failure> {
        let key = ArticleKey::from(id.as_str());
        let now = ctx.data_unchecked::<RequestContext>().now();
        let found = read(ctx, Length::Short, move |cx, repos| {
            let found = match revision {
                Some(number) => article::revision(cx, repos, &key, number),
                None => article::manuscript(cx, repos, &key).map(|article| {
                    let newest = article.newest();
                    (article, newest)
                }),
            };
            match found {
                Err(error) if error.kind() == domain::error::Kind::NotFound => Ok(None),
                found => found.map(Some),
            }
        })
        .await?;
        Ok(found.map(|(article, revision)| Manuscript::of(&article, revision, now)))
    }

    /// The differences between two revisions of an article. `id` is the article's id or slug.
    #[graphql(complexity = "500 + child_complexity")]
    async fn compare_revisions(
        &self,
        ctx: &Context<'_>,
        id: ID,
        from: u32,
        to: u32,
    ) -> Result<Comparison, Failure> {
        let key = ArticleKey::from(id.as_str());
        let found =
            read(ctx, Length::Long, move |cx, repos| article::compare(cx, repos, &key, from, to)).await?;
        Ok(found.into())
    }
}

/// A use case that takes only an article and a note.
type Step = fn(
    &domain::context::Context<'_>,
    &mut dyn Repos,
    &ArticleKey,
    Precondition,
    Option<String>,
) -> Result<Article>;

async fn apply_step(
    ctx: &Context<'_>,
    input: ArticleStepInput,
    step: Step,
) -> Result<ArticlePayload, Failure> {
    let key = ArticleKey::from(input.id.as_str());
    let seen = Precondition::exactly(input.expected_revision);
    let article = write(ctx, move |cx, repos| step(cx, repos, &key, seen, input.note)).await?;
    Ok(ArticlePayload::of(ctx, &article))
}

/// Mutations that create and change articles.
#[derive(Default)]
pub struct WritingMutations;

#[Object]
impl WritingMutations {
    /// Creates an article: a draft, or with `status: PUBLISHED` or `publishAt` a published or scheduled
    /// article.
    async fn create_article(
        &self,
        ctx: &Context<'_>,
        input: CreateArticleInput,
    ) -> Result<ArticlePayload, Failure> {
        let new = input.article.patch()?;
        let key = input.idempotency_key;
        let made = write(ctx, move |cx, repos| article::create(cx, repos, &new, key.as_deref())).await?;
        Ok(ArticlePayload::of(ctx, &made))
    }

    /// Changes an article. Readers see the changes once the article is published again.
    async fn update_article(
        &self,
        ctx: &Context<'_>,
        input: UpdateArticleInput,
    ) -> Result<ArticlePayload, Failure> {
        let key = ArticleKey::from(input.id.as_str());
        let seen = Precondition { revision: input.expected_revision, merge: input.merge };
        let patch = input.article.patch()?;
        let now = write(ctx, move |cx, repos| article::edit(cx, repos, &key, &patch, seen)).await?;
        Ok(ArticlePayload::of(ctx, &now))
    }

    /// Creates the article with this id in the source, or changes it if it exists. Articles imported
    /// from the same source with the same id count as the same article. A later import of the source
    /// overwrites what upserts wrote, but not what was edited here otherwise. Requires the editor role.
    async fn upsert_article(
        &self,
        ctx: &Context<'_>,
        input: UpsertArticleInput,
    ) -> Result<UpsertArticlePayload, Failure> {
        let (source, id, expected) = (input.source, input.source_id, input.expected_revision);
        let patch = input.article.patch()?;
        let Upserted { article, is_new } =
            write(ctx, move |cx, repos| article::upsert(cx, repos, (&source, &id), &patch, expected)).await?;
        Ok(UpsertArticlePayload { manuscript: ArticlePayload::of(ctx, &article).manuscript, created: is_new })
    }

    /// Publishes an article's newest revision, now or at a later time. An article that readers already
    /// see cannot be scheduled: unpublish it first.
    async fn publish_article(
        &self,
        ctx: &Context<'_>,
        input: PublishArticleInput,
    ) -> Result<ArticlePayload, Failure> {
        let key = ArticleKey::from(input.id.as_str());
        let seen = Precondition::exactly(input.expected_revision);
        let (at, note) = (input.published_at.map(|at| at.0), input.note);
        let now = write(ctx, move |cx, repos| article::publish(cx, repos, &key, seen, at, note)).await?;
        Ok(ArticlePayload::of(ctx, &now))
    }

    /// Submits an article for review by an editor.
    async fn submit_article(
        &self,
        ctx: &Context<'_>,
        input: ArticleStepInput,
    ) -> Result<ArticlePayload, Failure> {
        apply_step(ctx, input, article::submit).await
    }

    /// Returns an article from review to draft. Editors use it to return an article, authors to
    /// withdraw it.
    async fn send_back_article(
        &self,
        ctx: &Context<'_>,
        input: ArticleStepInput,
    ) -> Result<ArticlePayload, Failure> {
        apply_step(ctx, input, article::send_back).await
    }

    /// Hides an article from readers and cancels a scheduled publication. The article becomes a draft.
    async fn unpublish_article(
        &self,
        ctx: &Context<'_>,
        input: ArticleStepInput,
    ) -> Result<ArticlePayload, Failure> {
        apply_step(ctx, input, article::unpublish).await
    }

    /// Archives an article: hides it from readers and prevents changes until it is restored.
    async fn archive_article(
        &self,
        ctx: &Context<'_>,
        input: ArticleStepInput,
    ) -> Result<ArticlePayload, Failure> {
        apply_step(ctx, input, article::archive).await
    }

    /// Restores an article from the trash or the archive. It becomes a draft.
    async fn restore_article(
        &self,
        ctx: &Context<'_>,
        input: ArticleStepInput,
    ) -> Result<ArticlePayload, Failure> {
        apply_step(ctx, input, article::restore).await
    }

    /// Moves an article to the trash and hides it from readers. It can be restored.
    async fn trash_article(&self, ctx: &Context<'_>, input: RemoveArticleInput) -> Result<Done, Failure> {
        let key = ArticleKey::from(input.id.as_str());
        let seen = Precondition::exactly(input.expected_revision);
        write(ctx, move |cx, repos| article::trash(cx, repos, &key, seen, None)).await?;
        Ok(Done { done: true })
    }

    /// Creates a preview token. Anyone with the token can read one revision of the article until the
    /// token expires.
    async fn create_preview_token(
        &self,
        ctx: &Context<'_>,
        input: CreatePreviewTokenInput,
    ) -> Result<PreviewToken, Failure> {
        let key = ArticleKey::from(input.id.as_str());
        let life = input.expires_in.map(|seconds| Duration::from_secs(seconds.into()));
        let revision = input.revision;
        let offered =
            write(ctx, move |cx, repos| article::offer_preview(cx, repos, &key, revision, life)).await?;
        Ok(PreviewToken::of(&offered, ctx.data_unchecked::<RequestContext>().now())?)
    }

    /// Deletes an article permanently, with all its revisions and comments. Requires the admin role.
    async fn purge_article(&self, ctx: &Context<'_>, input: RemoveArticleInput) -> Result<Done, Failure> {
        let key = ArticleKey::from(input.id.as_str());
        let seen = Precondition::exactly(input.expected_revision);
        write(ctx, move |cx, repos| article::purge(cx, repos, &key, seen)).await?;
        Ok(Done { done: true })
    }

    /// Restores an earlier revision: saves its content as the newest revision, a draft. The slug and
    /// the times are not restored.
    async fn restore_revision(
        &self,
        ctx: &Context<'_>,
        input: RestoreRevisionInput,
    ) -> Result<ArticlePayload, Failure> {
        let key = ArticleKey::from(input.id.as_str());
        let seen = Precondition::exactly(input.expected_revision);
        let number = input.revision;
        let now =
            write(ctx, move |cx, repos| article::restore_revision(cx, repos, &key, number, seen)).await?;
        Ok(ArticlePayload::of(ctx, &now))
    }
}

#[ComplexObject]
impl Manuscript {
    /// The article's revisions, newest first.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn revisions(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Revision>, Failure> {
        let page = ListArguments { first, after, last, before }.read(&ctx.look_ahead())?;
        let key = ArticleKey::from(self.id.as_str());
        let found: Page<DomainRevision> =
            read(ctx, Length::Short, move |cx, repos| article::revisions(cx, repos, &key, &page)).await?;
        let now = ctx.data_unchecked::<RequestContext>().now();
        Ok(Connection::of(found, |revision| Revision::of(&revision, now)))
    }
}
