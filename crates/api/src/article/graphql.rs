//! Articles over GraphQL.

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, SimpleObject};
use domain::{
    article::{
        self, ArticleFilter as DomainFilter, ArticleKey, Conditions, DeskFilter, DeskParameters, PageSizes,
        Parts, SetFilter as DomainSet, read_ids,
    },
    body::{Body as DomainBody, BodyParts},
    error::{Error, Kind, Result},
    page::{Count, Limit, Total},
    term::{Role, TermId},
};

use super::{
    card::DraftBody,
    preview::{ArticleVersion, RequestedVersion},
    sort::ArticleSort,
    view::{ArticleCard, ArticleKind, ArticleStatus, Body, Translation},
};
use crate::{
    app::Length,
    comment::view::Comment,
    context::RequestContext,
    graphql::{
        Connection, ListArguments, either, inline_fields::Shown, loaders, one_key, parts, parts_of_list, read,
    },
    http::problem::Failure,
    related::{graphql::RelatedConnection, view::RelatedArticle},
    scalar::DateTime,
};

/// Which articles a list contains. An article must match all given filters.
#[derive(Debug, Clone, Default, InputObject)]
pub struct ArticleFilter {
    /// Filter by tags, given as slugs or ids. A tag does not include the tags below it.
    tags: Option<SetFilter>,
    /// Filter by sections, given as slugs or ids. A section includes the sections below it.
    sections: Option<SetFilter>,
    /// Filter by authors, given as slugs or ids.
    authors: Option<SetFilter>,
    /// Only articles in this language, a BCP 47 tag. `en` also matches `en-GB`.
    language: Option<String>,
    /// Only articles of these kinds. Default: all kinds except `PAGE`.
    kind: Option<Vec<ArticleKind>>,
    /// Only articles with these ids, at most 100.
    ids: Option<Vec<ID>>,
    /// Leaves out the articles with these ids, at most 100.
    exclude: Option<Vec<ID>>,
    /// Only articles published after this time.
    published_after: Option<DateTime>,
    /// Only articles published before this time.
    published_before: Option<DateTime>,
    /// Only articles modified after this time.
    modified_after: Option<DateTime>,
    /// Only articles modified before this time.
    modified_before: Option<DateTime>,
    /// Articles whose newest revision has one of these statuses, published or not; contributors and authors get
    /// only their own; last modified first. Can be combined with `tags`, `sections`, `authors`, `mine`,
    /// `isPublished`, `hasNewerDraft` and `q` only.
    status: Option<Vec<ArticleStatus>>,
    /// `true`: only articles that you created or that have your byline, including unpublished ones.
    /// Can be combined with the same filters as `status`.
    mine: Option<bool>,
    /// Whether there is a published revision whose time has come, in any status. Stays true after `expiresAt`. Can be combined with the same filters as `status`.
    is_published: Option<bool>,
    /// Whether there is a revision newer than the published or scheduled one, in any status. Can be combined with the
    /// same filters as `status`.
    has_newer_draft: Option<bool>,
    /// Words that must all begin a word of the headline, the standfirst or the slug; case and accents make no
    /// difference. At most 200 characters. Requires `status`, `mine`, `isPublished` or `hasNewerDraft`. A page
    /// examines at most 1,000 articles, so it can be short, or empty, while `hasNextPage` is true.
    q: Option<String>,
}

/// A filter by tags, sections or authors. At most 50 entries in total.
#[derive(Debug, Clone, Default, InputObject)]
pub struct SetFilter {
    /// Groups of slugs or ids. An article must match at least one entry of every group.
    all: Option<Vec<Vec<String>>>,
    /// Slugs or ids. An article must not match any of them.
    none: Option<Vec<String>>,
}

impl ArticleFilter {
    /// Takes the conditions that make a list one of the desk.
    fn take_desk(&mut self) -> DeskParameters {
        DeskParameters {
            status: self.status.take().map(|all| all.into_iter().map(Into::into).collect()),
            mine: self.mine.take().unwrap_or_default(),
            is_published: self.is_published.take(),
            has_newer_draft: self.has_newer_draft.take(),
            q: self.q.take(),
        }
    }

    fn read(self) -> Result<DomainFilter> {
        let set = |set: Option<SetFilter>, role, name| {
            let set = set.unwrap_or_default();
            DomainSet::of(&set.all.unwrap_or_default(), &set.none.unwrap_or_default(), role, name)
        };
        let ids = |ids: Option<Vec<ID>>, name| {
            ids.map(|ids| read_ids(&ids.iter().map(|id| id.as_str()).collect::<Vec<_>>(), name)).transpose()
        };
        let language = self.language.map(|text| {
            text.parse().map_err(|error: Error| {
                Error::parameter("language", "language.malformed", error.detail().to_owned())
            })
        });
        let kinds = self.kind.map(|kinds| {
            let mut kinds: Vec<article::Kind> = kinds.into_iter().map(Into::into).collect();
            kinds.sort_unstable();
            kinds.dedup();
            kinds
        });
        Ok(DomainFilter {
            tags: set(self.tags, Role::Tag, "tags")?,
            sections: set(self.sections, Role::Section, "sections")?,
            authors: set(self.authors, Role::Author, "authors")?,
            conditions: Conditions {
                language: language.transpose()?,
                kinds,
                ids: ids(self.ids, "ids")?,
                exclude: ids(self.exclude, "exclude")?.unwrap_or_default(),
                published_after: self.published_after.map(|time| time.0),
                published_before: self.published_before.map(|time| time.0),
                modified_after: self.modified_after.map(|time| time.0),
                modified_before: self.modified_before.map(|time| time.0),
                only_related: false,
            },
        })
    }
}

/// Queries for articles.
#[derive(Default)]
pub struct ArticleQueries;

#[Object]
impl ArticleQueries {
    /// One article, by either its id or its slug; give exactly one of them. Old slugs keep working.
    /// Null if no article is visible to readers under this id or slug.
    async fn article(
        &self,
        ctx: &Context<'_>,
        id: Option<ID>,
        slug: Option<String>,
        #[graphql(
            desc = "`DRAFT` returns the newest revision, rendered as readers would see it; requires permission to read the draft. Default: `PUBLISHED`."
        )]
        version: Option<ArticleVersion>,
        #[graphql(desc = "A preview token. Returns the revision that it was made for.")] preview: Option<
            String,
        >,
    ) -> Result<Option<Shown<ArticleCard>>, Failure> {
        let key = match (id, slug) {
            (Some(id), None) => match id.parse() {
                Ok(id) => ArticleKey::Id(id),
                Err(_) => return Ok(None),
            },
            (None, Some(slug)) => ArticleKey::Slug(slug),
            _ => return Err(one_key().into()),
        };
        let version = RequestedVersion::read(version, preview, ctx.data_unchecked::<RequestContext>())?;
        let parts = parts(&ctx.look_ahead());
        let found = read(ctx, Length::Short, move |cx, repos| {
            let version = version.verified(cx, repos)?;
            match article::show(cx, repos, &key, &version, parts) {
                Err(error) if error.kind() == Kind::NotFound => Ok(None),
                found => found.map(Some),
            }
        })
        .await?;
        Ok(found.map(|shown| ArticleCard::from(shown).into()))
    }

    /// Published articles, newest first.
    #[graphql(
        complexity = "walk_cost(filter, sort.unwrap_or_default()) + crate::graphql::list_cost(first, last, child_complexity)"
    )]
    #[expect(clippy::too_many_arguments, reason = "the arguments of the contract")]
    async fn articles(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        filter: Option<ArticleFilter>,
        #[graphql(default_with = "Some(ArticleSort::default())")] sort: Option<ArticleSort>,
    ) -> Result<Connection<ArticleCard>, Failure> {
        // Can be null: costs are computed before arguments without a value are removed.
        let sort = sort.unwrap_or_default();
        let selected = ctx.look_ahead();
        let page = ListArguments { first, after, last, before }.read(&selected)?;
        let mut filter = filter.unwrap_or_default();
        let desk = filter.take_desk();
        let filter = filter.read()?;
        if let Some(desk) = DeskFilter::read(desk, &filter, sort.into())? {
            let page =
                read(ctx, Length::Long, move |cx, repos| article::desk(cx, repos, &desk, &page)).await?;
            return Ok(Connection::of(page, ArticleCard::on_the_desk));
        }
        let parts = parts_of_list(&selected);
        let page = read(ctx, Length::of_list(&filter, sort.into(), &page), move |cx, repos| {
            article::list(cx, repos, &filter, sort.into(), &page, parts)
        })
        .await?;
        Ok(Connection::of(page, Into::into))
    }
}

/// The extra cost of a list that no single index covers: a page or a count under several conditions may
/// read as many articles as there are.
fn walk_cost(filter: Option<ArticleFilter>, sort: ArticleSort) -> usize {
    let mut filter = filter.unwrap_or_default();
    let desk = filter.take_desk();
    // An invalid filter fails before anything is read.
    let is_flat = || filter.read().map_or(true, |filter| filter.is_flat(sort.into()));
    match desk {
        DeskParameters { q: Some(_), .. } => 6_000,
        desk if desk == DeskParameters::default() && is_flat() => 0,
        _ => 1_500,
    }
}

/// How many times longer than by default the lists of an article page are (the largest factor, at least 1).
fn page_scale(related: i32, latest: i32, comments: i32) -> usize {
    let times = |length: i32, usual: u32| length.clamp(0, 100).unsigned_abs().div_ceil(usual);
    let longest = times(related, 6).max(times(latest, 10)).max(times(comments, 20)).max(1);
    usize::try_from(longest).unwrap_or(1)
}

/// Lists the articles under a term; `count` is the number of articles that readers see there.
pub async fn list_in(
    ctx: &Context<'_>,
    term: TermId,
    count: u64,
    list: ListArguments,
    sort: ArticleSort,
) -> Result<Connection<ArticleCard>, Failure> {
    let selected = ctx.look_ahead();
    let mut request = list.read(&selected)?;
    let counted = std::mem::take(&mut request.count) != Count::None;
    let parts = parts_of_list(&selected);
    let page = loaders::articles_in(ctx, term, sort.into(), request, parts).await?;
    let mut page =
        page.ok_or_else(|| Error::not_found("article.not_found", "the list is no longer available"))?;
    page.total = counted.then_some(Total::Exact(count));
    Ok(Connection::of(page, Into::into))
}

/// The lists shown next to an article. No article appears twice.
#[derive(SimpleObject)]
pub struct ArticlePage {
    /// Related articles, best match first.
    #[graphql(complexity = "1 + 6 * child_complexity")]
    pub related: Vec<RelatedArticle>,
    /// The latest articles, without those in `related`.
    #[graphql(complexity = "1 + 10 * child_complexity")]
    pub latest: Vec<Shown<ArticleCard>>,
    /// The first comments on the article.
    #[graphql(complexity = "1 + 20 * child_complexity")]
    pub comments: Vec<Comment>,
}

#[ComplexObject]
impl ArticleCard {
    /// The body. If the caller may not read the whole body, only its first paragraph.
    #[graphql(complexity = "5 + child_complexity")]
    async fn body(&self, ctx: &Context<'_>) -> Result<Body, Failure> {
        let selected = ctx.look_ahead();
        let parts =
            BodyParts { blocks: selected.field("blocks").exists(), text: selected.field("text").exists() };
        match &self.draft {
            DraftBody::No => {}
            DraftBody::Here(body) => return Ok(body.as_ref().clone().with(parts).into()),
            DraftBody::Source(source) => {
                let source = source.clone();
                let derived =
                    read(ctx, Length::Long, move |_, _| DomainBody::derive(&source.0, source.1)).await?;
                return Ok(derived.with(parts).into());
            }
        }
        let body = loaders::body(ctx, self.article, self.access.into(), parts).await?;
        let body =
            body.ok_or_else(|| Error::not_found("article.not_found", "the article is no longer available"))?;
        Ok(body.into())
    }

    /// Versions of the article in other languages.
    #[graphql(complexity = "1 + 2 * child_complexity")]
    async fn translations(&self, ctx: &Context<'_>) -> Result<Vec<Translation>, Failure> {
        let found = loaders::translations(ctx, self.article, self.translation_of).await?;
        Ok(found.into_iter().map(Into::into).collect())
    }

    /// Related articles with the reasons for each: pinned articles first, then by score. If there are
    /// too few, the list is filled with the newest articles of the section, then with the newest
    /// articles in the same language.
    #[graphql(complexity = "100 + crate::graphql::list_cost(first, None, child_complexity)")]
    async fn related(&self, ctx: &Context<'_>, first: Option<i32>) -> Result<RelatedConnection, Failure> {
        let limit = first.map_or(Ok(Limit::DEFAULT), |first| Limit::new(first.into(), "first"))?;
        let parts = parts_of_list(&ctx.look_ahead());
        Ok(loaders::related(ctx, self.article, limit, parts).await?.into())
    }

    /// The comments on the article, oldest thread first; replies follow the comment they reply to.
    #[graphql(complexity = "crate::graphql::list_cost(first, last, child_complexity)")]
    async fn comments(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Comment>, Failure> {
        let page = ListArguments { first, after, last, before }.read(&ctx.look_ahead())?;
        let page = loaders::comments(ctx, self.article, page).await?;
        let page =
            page.ok_or_else(|| Error::not_found("article.not_found", "the list is no longer available"))?;
        Ok(Connection::of(page, Into::into))
    }

    /// The lists shown next to the article: related articles, latest articles and comments. No article
    /// appears twice.
    // The arguments can be null here: costs are computed before arguments without a value are removed.
    #[graphql(
        complexity = "100 + page_scale(related.unwrap_or(6), latest.unwrap_or(10), comments.unwrap_or(20)) * child_complexity"
    )]
    async fn page(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(6)")] related: Option<i32>,
        #[graphql(default_with = "Some(10)")] latest: Option<i32>,
        #[graphql(default_with = "Some(20)")] comments: Option<i32>,
    ) -> Result<ArticlePage, Failure> {
        let size = |number: i32, name| match number {
            0 => Ok(None),
            number => Limit::new(number.into(), name).map(Some),
        };
        let sizes = PageSizes {
            related: size(related.unwrap_or(6), "related")?,
            latest: size(latest.unwrap_or(10), "latest")?,
            comments: size(comments.unwrap_or(20), "comments")?,
        };
        let selected = ctx.look_ahead();
        let parts: Parts =
            either(parts(&selected.field("related").field("article")), parts(&selected.field("latest")));
        let page = loaders::page(ctx, self.article, sizes, parts).await?;
        Ok(ArticlePage {
            related: page.related.into_iter().map(Into::into).collect(),
            latest: page.latest.into_iter().map(|card| ArticleCard::from(card).into()).collect(),
            comments: page.comments.into_iter().map(Into::into).collect(),
        })
    }
}
