//! Writing articles over GraphQL.

use std::time::Duration;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::{
    article::{self, Article, ArticleKey, Seen, Upserted},
    cx::Cx,
    error::Result,
    store::Repos,
};

use super::{
    super::preview::PreviewToken,
    input::ArticleInput,
    view::{Comparison, Manuscript},
};
use crate::{
    app::{Asking, Length},
    graphql::{read, write},
    problem::Failure,
    scalar::DateTime,
    session::graphql::Done,
};

/// An article to be made: what is said of it, and a headline at least.
#[derive(InputObject)]
pub struct CreateArticleInput {
    #[graphql(flatten)]
    article: ArticleInput,
    /// Drawn by the client for this one request, 1 to 255 visible ASCII characters; kept for 24 hours. The
    /// same request sent again makes no second article.
    idempotency_key: Option<String>,
}

/// What is to be other about an article; what is absent stays, null takes away.
#[derive(InputObject)]
pub struct UpdateArticleInput {
    /// The article, by id or slug.
    id: ID,
    /// The newest revision that you have seen. Needed.
    expected_revision: Option<u32>,
    /// Whether your changes may stand beside those that others made meanwhile to other fields.
    #[graphql(default)]
    merge: bool,
    #[graphql(flatten)]
    article: ArticleInput,
}

/// An article that another system, the source, knows by an id of its own. Omitted fields of an existing
/// article are left unchanged.
#[derive(InputObject)]
pub struct UpsertArticleInput {
    /// The name of the source, as imports use it. At most 1,000 bytes.
    source: String,
    /// What the source calls the article. At most 1,000 bytes.
    source_id: ID,
    /// The newest revision that you have seen. May be left out; if it is given, it is checked.
    expected_revision: Option<u32>,
    #[graphql(flatten)]
    article: ArticleInput,
}

/// A step of an article.
#[derive(InputObject)]
pub struct ArticleStepInput {
    /// The article, by id or slug.
    id: ID,
    /// The newest revision that you have seen. Needed.
    expected_revision: Option<u32>,
    /// A note to colleagues, kept with the revision. At most 2,000 characters.
    note: Option<String>,
}

/// An article to be published.
#[derive(InputObject)]
pub struct PublishArticleInput {
    /// The article, by id or slug.
    id: ID,
    /// The newest revision that you have seen. Needed.
    expected_revision: Option<u32>,
    /// When readers see it first; a later moment schedules it. Without it: the time that the article names,
    /// else now.
    published_at: Option<DateTime>,
    /// A note to colleagues, kept with the revision. At most 2,000 characters.
    note: Option<String>,
}

/// An article to be thrown away or destroyed.
#[derive(InputObject)]
pub struct RemoveArticleInput {
    /// The article, by id or slug.
    id: ID,
    /// The newest revision that you have seen. Needed.
    expected_revision: Option<u32>,
}

/// What a preview shows, and how long.
#[derive(InputObject)]
pub struct CreatePreviewTokenInput {
    /// The article, by id or slug.
    id: ID,
    /// The number of the revision to show; the newest one without it.
    revision: Option<u32>,
    /// So many seconds it is good for, from 60 to 604800; a day without it.
    expires_in: Option<u32>,
}

/// A revision to be restored.
#[derive(InputObject)]
pub struct RestoreRevisionInput {
    /// The article, by id or slug.
    id: ID,
    /// The newest revision that you have seen. Needed.
    expected_revision: Option<u32>,
    /// The revision that says what the newest one is to say.
    revision: u32,
}

/// An article that was made or changed.
#[derive(SimpleObject)]
pub struct ArticlePayload {
    /// Its newest revision.
    manuscript: Manuscript,
}

/// An article that was created or changed by its source's id.
#[derive(SimpleObject)]
pub struct UpsertArticlePayload {
    /// Its newest revision.
    manuscript: Manuscript,
    /// Whether the article is new.
    created: bool,
}

impl ArticlePayload {
    fn of(ctx: &Context<'_>, article: &Article) -> Self {
        Self { manuscript: Manuscript::newest(article, ctx.data_unchecked::<Asking>().now()) }
    }
}

/// Articles as their writers keep them.
#[derive(Default)]
pub struct WritingQueries;

#[Object]
impl WritingQueries {
    /// An article as its writers keep it, by id or slug: its newest revision, or the one of this number.
    /// Null when there is none, or none that you may read.
    async fn manuscript(
        &self,
        ctx: &Context<'_>,
        id: ID,
        revision: Option<u32>,
    ) -> Result<Option<Manuscript>, Failure> {
        let key = ArticleKey::from(id.as_str());
        let now = ctx.data_unchecked::<Asking>().now();
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

    /// What is other between two revisions of an article, which is named by id or slug.
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

/// A step that needs nothing but the article and a note.
type Step = fn(&Cx<'_>, &mut dyn Repos, &ArticleKey, Seen, Option<String>) -> Result<Article>;

async fn go(ctx: &Context<'_>, input: ArticleStepInput, step: Step) -> Result<ArticlePayload, Failure> {
    let key = ArticleKey::from(input.id.as_str());
    let seen = Seen::exactly(input.expected_revision);
    let article = write(ctx, move |cx, repos| step(cx, repos, &key, seen, input.note)).await?;
    Ok(ArticlePayload::of(ctx, &article))
}

/// Writing articles.
#[derive(Default)]
pub struct WritingMutations;

#[Object]
impl WritingMutations {
    /// Creates an article: a draft, or with `status: PUBLISHED` or `publishAt` a published or scheduled article.
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

    /// Changes an article. What readers see stays until it is published again.
    async fn update_article(
        &self,
        ctx: &Context<'_>,
        input: UpdateArticleInput,
    ) -> Result<ArticlePayload, Failure> {
        let key = ArticleKey::from(input.id.as_str());
        let seen = Seen { revision: input.expected_revision, merge: input.merge };
        let patch = input.article.patch()?;
        let now = write(ctx, move |cx, repos| article::edit(cx, repos, &key, &patch, seen)).await?;
        Ok(ArticlePayload::of(ctx, &now))
    }

    /// Creates the article that a source knows by this id, or changes it. An article that was imported under this
    /// source and id is the same one. For editors. A later import of the source does not overwrite what was edited here.
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

    /// Lets readers see an article's newest revision, from now on or from a time on.
    async fn publish_article(
        &self,
        ctx: &Context<'_>,
        input: PublishArticleInput,
    ) -> Result<ArticlePayload, Failure> {
        let key = ArticleKey::from(input.id.as_str());
        let seen = Seen::exactly(input.expected_revision);
        let (at, note) = (input.published_at.map(|at| at.0), input.note);
        let now = write(ctx, move |cx, repos| article::publish(cx, repos, &key, seen, at, note)).await?;
        Ok(ArticlePayload::of(ctx, &now))
    }

    /// Hands an article in: an editor is to look at it.
    async fn submit_article(
        &self,
        ctx: &Context<'_>,
        input: ArticleStepInput,
    ) -> Result<ArticlePayload, Failure> {
        go(ctx, input, article::submit).await
    }

    /// Gives what was handed in back to its writer, or takes it back.
    async fn send_back_article(
        &self,
        ctx: &Context<'_>,
        input: ArticleStepInput,
    ) -> Result<ArticlePayload, Failure> {
        go(ctx, input, article::send_back).await
    }

    /// Takes an article from readers; it is a draft again.
    async fn unpublish_article(
        &self,
        ctx: &Context<'_>,
        input: ArticleStepInput,
    ) -> Result<ArticlePayload, Failure> {
        go(ctx, input, article::unpublish).await
    }

    /// Archives an article: it is kept, readers see it no longer, and nobody works on it.
    async fn archive_article(
        &self,
        ctx: &Context<'_>,
        input: ArticleStepInput,
    ) -> Result<ArticlePayload, Failure> {
        go(ctx, input, article::archive).await
    }

    /// Has an article back from the trash or the archive; it is a draft again.
    async fn restore_article(
        &self,
        ctx: &Context<'_>,
        input: ArticleStepInput,
    ) -> Result<ArticlePayload, Failure> {
        go(ctx, input, article::restore).await
    }

    /// Throws an article away: it goes to the trash, from which it can be restored.
    async fn trash_article(&self, ctx: &Context<'_>, input: RemoveArticleInput) -> Result<Done, Failure> {
        let key = ArticleKey::from(input.id.as_str());
        let seen = Seen::exactly(input.expected_revision);
        write(ctx, move |cx, repos| article::trash(cx, repos, &key, seen, None)).await?;
        Ok(Done { done: true })
    }

    /// Makes a token that shows one revision of an article to whoever bears it, until it expires.
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
        Ok(PreviewToken::of(&offered, ctx.data_unchecked::<Asking>().now())?)
    }

    /// Destroys an article with all its revisions and comments, for good. For administrators.
    async fn purge_article(&self, ctx: &Context<'_>, input: RemoveArticleInput) -> Result<Done, Failure> {
        let key = ArticleKey::from(input.id.as_str());
        let seen = Seen::exactly(input.expected_revision);
        write(ctx, move |cx, repos| article::purge(cx, repos, &key, seen)).await?;
        Ok(Done { done: true })
    }

    /// Makes what an earlier revision says the newest one, a draft. Its slug and its times stay as
    /// they are.
    async fn restore_revision(
        &self,
        ctx: &Context<'_>,
        input: RestoreRevisionInput,
    ) -> Result<ArticlePayload, Failure> {
        let key = ArticleKey::from(input.id.as_str());
        let seen = Seen::exactly(input.expected_revision);
        let number = input.revision;
        let now =
            write(ctx, move |cx, repos| article::restore_revision(cx, repos, &key, number, seen)).await?;
        Ok(ArticlePayload::of(ctx, &now))
    }
}
