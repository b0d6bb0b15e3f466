//! Dataloaders for nested fields: one use case loads the data of all articles or terms of a level.
//!
//! A loader runs when the resolvers of its level have stopped requesting data, not after a fixed delay.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_graphql::{
    Context,
    dataloader::{DataLoader, Loader},
};
use domain::{
    access::Access,
    article::{self, ArticleId, ArticlePage, Card, PageSizes, Parts, Sort, Translation},
    body::{Body, BodyParts},
    collection::{self, Entry},
    comment::{self, CommentId, Shown},
    error::{Error, Kind, Result},
    page::{Limit, Page, PageRequest},
    related::{self, Related},
    term::{Term, TermId},
};

use crate::{
    app::{App, Length},
    context::RequestContext,
    graphql::{MAX_ANSWER_BYTES, TOO_LARGE, too_large_text},
    http::problem::Failure,
};

/// The dataloader of one request.
pub struct Batch {
    app: App,
    context: RequestContext,
    /// Number of loads requested so far.
    requested: Arc<AtomicU64>,
}

/// Creates the dataloader of a request.
pub fn loader(app: App, context: RequestContext) -> DataLoader<Batch> {
    let requested = Arc::new(AtomicU64::new(0));
    let seen = requested.clone();
    // A level is complete when its resolvers request nothing more. The executor runs this task between
    // slices of them, so a fixed delay would not tell; two turns without a new request do.
    let when_all_have_asked = move |load: BoxFuture| {
        let seen = seen.clone();
        actix_web::rt::spawn(async move {
            let mut before = None;
            loop {
                let now = seen.load(Ordering::Relaxed);
                if before == Some(now) {
                    break;
                }
                before = Some(now);
                tokio::task::yield_now().await;
                tokio::task::yield_now().await;
            }
            load.await;
        })
    };
    DataLoader::new(Batch { app, context, requested }, when_all_have_asked).delay(Duration::ZERO)
}

type BoxFuture = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

async fn load<K, V>(ctx: &Context<'_>, key: K) -> Result<Option<V>, Failure>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    V: Send + Sync + Clone + 'static,
    Batch: Loader<K, Value = V, Error = Error>,
{
    let loader = ctx.data_unchecked::<DataLoader<Batch>>();
    loader.loader().requested.fetch_add(1, Ordering::Relaxed);
    Ok(loader.load_one(key).await?)
}

/// Groups keys by their arguments, so that one use case loads all articles or terms of a group.
fn by_question<Q: Hash + Eq + Clone, S: Clone>(keys: &[impl Asks<Q, S>]) -> Vec<(Q, Vec<S>)> {
    let mut groups: HashMap<Q, Vec<S>> = HashMap::new();
    for key in keys {
        groups.entry(key.question()).or_default().push(key.subject());
    }
    groups.into_iter().collect()
}

/// A key that consists of arguments (the question) and an article or a term (the subject).
trait Asks<Q, S> {
    fn question(&self) -> Q;
    fn subject(&self) -> S;
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct BodyOf(ArticleId, Access, BodyParts);

impl Asks<BodyParts, (ArticleId, Access)> for BodyOf {
    fn question(&self) -> BodyParts {
        self.2
    }

    fn subject(&self) -> (ArticleId, Access) {
        (self.0, self.1)
    }
}

impl Loader<BodyOf> for Batch {
    type Value = Body;
    type Error = Error;

    async fn load(&self, keys: &[BodyOf]) -> Result<HashMap<BodyOf, Body>> {
        let mut found = HashMap::new();
        for (parts, articles) in by_question(keys) {
            // Loaded in chunks, so that a level that is too large fails before all of it is in memory.
            for some in articles.chunks(BODIES_AT_ONCE) {
                let some = some.to_vec();
                let bodies = self
                    .app
                    .read(&self.context, Length::Short, move |cx, repos| {
                        article::bodies(cx, repos, &some, parts)
                    })
                    .await?;
                let bytes = bodies.values().map(|body| body.html.len() + body.text.len()).sum();
                if self.context.load(bytes) > MAX_ANSWER_BYTES {
                    return Err(Error::new(Kind::TooCostly, TOO_LARGE, too_large_text()));
                }
                found.extend(bodies.into_iter().map(|(id, body)| ((id, parts), body)));
            }
        }
        Ok(keys.iter().filter_map(|key| Some((key.clone(), found.remove(&(key.0, key.2))?))).collect())
    }
}

/// Maximum number of bodies per read; the maximum size of a page.
const BODIES_AT_ONCE: usize = 100;

/// Loads the body of an article with the given access level.
pub async fn body(
    ctx: &Context<'_>,
    id: ArticleId,
    access: Access,
    parts: BodyParts,
) -> Result<Option<Body>, Failure> {
    load(ctx, BodyOf(id, access, parts)).await
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct TranslationsOf(ArticleId, Option<ArticleId>);

impl Loader<TranslationsOf> for Batch {
    type Value = Vec<Translation>;
    type Error = Error;

    async fn load(&self, keys: &[TranslationsOf]) -> Result<HashMap<TranslationsOf, Vec<Translation>>> {
        let articles: Vec<_> = keys.iter().map(|key| (key.0, key.1)).collect();
        let mut found = self
            .app
            .read(&self.context, Length::Short, move |cx, repos| article::translations(cx, repos, &articles))
            .await?;
        Ok(keys.iter().filter_map(|key| Some((key.clone(), found.remove(&key.0)?))).collect())
    }
}

/// Loads the other language versions of an article. `of` is the original if the article is a translation.
pub async fn translations(
    ctx: &Context<'_>,
    id: ArticleId,
    of: Option<ArticleId>,
) -> Result<Vec<Translation>, Failure> {
    Ok(load(ctx, TranslationsOf(id, of)).await?.unwrap_or_default())
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct RelatedTo(ArticleId, (Limit, Parts));

impl Asks<(Limit, Parts), ArticleId> for RelatedTo {
    fn question(&self) -> (Limit, Parts) {
        self.1
    }
    fn subject(&self) -> ArticleId {
        self.0
    }
}

impl Loader<RelatedTo> for Batch {
    type Value = Vec<Related>;
    type Error = Error;

    async fn load(&self, keys: &[RelatedTo]) -> Result<HashMap<RelatedTo, Vec<Related>>> {
        let mut loaded = HashMap::new();
        for (question @ (limit, parts), ids) in by_question(keys) {
            let found = self
                .app
                .read(&self.context, Length::for_each(ids.len()), move |cx, repos| {
                    related::of_each(cx, repos, &ids, limit, parts)
                })
                .await?;
            loaded.extend(found.into_iter().map(|(id, list)| (RelatedTo(id, question), list)));
        }
        Ok(loaded)
    }
}

/// Loads the articles related to an article.
pub async fn related(
    ctx: &Context<'_>,
    id: ArticleId,
    limit: Limit,
    parts: Parts,
) -> Result<Vec<Related>, Failure> {
    Ok(load(ctx, RelatedTo(id, (limit, parts))).await?.unwrap_or_default())
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct PageOf(ArticleId, (PageSizes, Parts));

impl Asks<(PageSizes, Parts), ArticleId> for PageOf {
    fn question(&self) -> (PageSizes, Parts) {
        self.1
    }
    fn subject(&self) -> ArticleId {
        self.0
    }
}

impl Loader<PageOf> for Batch {
    type Value = ArticlePage;
    type Error = Error;

    async fn load(&self, keys: &[PageOf]) -> Result<HashMap<PageOf, ArticlePage>> {
        let mut loaded = HashMap::new();
        for (question @ (sizes, parts), ids) in by_question(keys) {
            let found = self
                .app
                .read(&self.context, Length::for_each(ids.len()), move |cx, repos| {
                    article::page_of_each(cx, repos, &ids, sizes, parts)
                })
                .await?;
            loaded.extend(found.into_iter().map(|(id, page)| (PageOf(id, question), page)));
        }
        Ok(loaded)
    }
}

/// Loads the related articles, latest articles and comments for the page of an article.
pub async fn page(
    ctx: &Context<'_>,
    id: ArticleId,
    sizes: PageSizes,
    parts: Parts,
) -> Result<ArticlePage, Failure> {
    Ok(load(ctx, PageOf(id, (sizes, parts))).await?.unwrap_or_default())
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct CommentsOf(ArticleId, PageRequest);

impl Asks<PageRequest, ArticleId> for CommentsOf {
    fn question(&self) -> PageRequest {
        self.1.clone()
    }
    fn subject(&self) -> ArticleId {
        self.0
    }
}

impl Loader<CommentsOf> for Batch {
    type Value = Page<Shown>;
    type Error = Error;

    async fn load(&self, keys: &[CommentsOf]) -> Result<HashMap<CommentsOf, Page<Shown>>> {
        let mut loaded = HashMap::new();
        for (page, ids) in by_question(keys) {
            let requested = page.clone();
            let found = self
                .app
                .read(&self.context, Length::for_each(ids.len()), move |_, repos| {
                    comment::list_of_each(repos, &ids, &requested)
                })
                .await?;
            loaded.extend(found.into_iter().map(|(id, list)| (CommentsOf(id, page.clone()), list)));
        }
        Ok(loaded)
    }
}

/// Loads a page of an article's comments.
pub async fn comments(
    ctx: &Context<'_>,
    id: ArticleId,
    page: PageRequest,
) -> Result<Option<Page<Shown>>, Failure> {
    load(ctx, CommentsOf(id, page)).await
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct OneComment(CommentId);

impl Loader<OneComment> for Batch {
    type Value = Shown;
    type Error = Error;

    async fn load(&self, keys: &[OneComment]) -> Result<HashMap<OneComment, Shown>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self
            .app
            .read(&self.context, Length::Short, move |cx, repos| comment::by_ids(cx, repos, &ids))
            .await?;
        Ok(found.into_iter().map(|(id, shown)| (OneComment(id), shown)).collect())
    }
}

/// Loads a comment by its id.
pub async fn comment(ctx: &Context<'_>, id: CommentId) -> Result<Option<Shown>, Failure> {
    load(ctx, OneComment(id)).await
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct ListedArticles(Vec<ArticleId>, Parts);

impl Asks<Parts, Vec<ArticleId>> for ListedArticles {
    fn question(&self) -> Parts {
        self.1
    }
    fn subject(&self) -> Vec<ArticleId> {
        self.0.clone()
    }
}

impl Loader<ListedArticles> for Batch {
    type Value = Vec<Card>;
    type Error = Error;

    async fn load(&self, keys: &[ListedArticles]) -> Result<HashMap<ListedArticles, Vec<Card>>> {
        let mut loaded = HashMap::new();
        for (parts, lists) in by_question(keys) {
            let requested = lists.clone();
            let found = self
                .app
                .read(&self.context, Length::Long, move |cx, repos| {
                    collection::articles_of_each(cx, repos, &requested, parts)
                })
                .await?;
            loaded.extend(
                lists.into_iter().zip(found).map(|(list, cards)| (ListedArticles(list, parts), cards)),
            );
        }
        Ok(loaded)
    }
}

/// Loads the published articles among the ids, in the order of the ids.
pub async fn articles_of(ctx: &Context<'_>, ids: Vec<ArticleId>, parts: Parts) -> Result<Vec<Card>, Failure> {
    Ok(load(ctx, ListedArticles(ids, parts)).await?.unwrap_or_default())
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct ListedEntries(Vec<ArticleId>);

impl Loader<ListedEntries> for Batch {
    type Value = Vec<Entry>;
    type Error = Error;

    async fn load(&self, keys: &[ListedEntries]) -> Result<HashMap<ListedEntries, Vec<Entry>>> {
        let lists: Vec<_> = keys.iter().map(|key| key.0.clone()).collect();
        let found = self
            .app
            .read(&self.context, Length::Long, move |cx, repos| {
                collection::entries_of_each(cx, repos, &lists)
            })
            .await?;
        Ok(keys.iter().cloned().zip(found).collect())
    }
}

/// Loads the entries of a collection with these articles, as its editors see them.
pub async fn entries_of(ctx: &Context<'_>, ids: Vec<ArticleId>) -> Result<Vec<Entry>, Failure> {
    Ok(load(ctx, ListedEntries(ids)).await?.unwrap_or_default())
}

/// Loads a published article by its id.
pub async fn card(ctx: &Context<'_>, id: ArticleId, parts: Parts) -> Result<Option<Card>, Failure> {
    Ok(articles_of(ctx, vec![id], parts).await?.pop())
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct OneTerm(TermId);

impl Loader<OneTerm> for Batch {
    type Value = Term;
    type Error = Error;

    async fn load(&self, keys: &[OneTerm]) -> Result<HashMap<OneTerm, Term>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let terms =
            self.app.read(&self.context, Length::Short, move |cx, repos| repos.terms(&ids, cx.now)).await?;
        Ok(terms.into_iter().map(|term| (OneTerm(term.id), term)).collect())
    }
}

/// Loads a tag, section or author by its id.
pub async fn term<V: From<Term>>(ctx: &Context<'_>, id: TermId) -> Result<Option<V>, Failure> {
    Ok(load(ctx, OneTerm(id)).await?.map(V::from))
}

type ListQuestion = (Sort, PageRequest, Parts);

#[derive(Clone, PartialEq, Eq, Hash)]
struct ArticlesIn(TermId, ListQuestion);

impl Asks<ListQuestion, TermId> for ArticlesIn {
    fn question(&self) -> ListQuestion {
        self.1.clone()
    }
    fn subject(&self) -> TermId {
        self.0
    }
}

impl Loader<ArticlesIn> for Batch {
    type Value = Page<Card>;
    type Error = Error;

    async fn load(&self, keys: &[ArticlesIn]) -> Result<HashMap<ArticlesIn, Page<Card>>> {
        let mut loaded = HashMap::new();
        for (question, terms) in by_question(keys) {
            let (sort, page, parts) = question.clone();
            let requested = terms.clone();
            let pages = self
                .app
                .read(&self.context, Length::Long, move |cx, repos| {
                    article::list_in_each(cx, repos, &requested, sort, &page, parts)
                })
                .await?;
            loaded.extend(
                terms.into_iter().zip(pages).map(|(term, page)| (ArticlesIn(term, question.clone()), page)),
            );
        }
        Ok(loaded)
    }
}

/// Loads a page of the articles of a tag, section or author.
pub async fn articles_in(
    ctx: &Context<'_>,
    term: TermId,
    sort: Sort,
    page: PageRequest,
    parts: Parts,
) -> Result<Option<Page<Card>>, Failure> {
    load(ctx, ArticlesIn(term, (sort, page, parts))).await
}
