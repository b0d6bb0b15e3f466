//! Articles over GraphQL.

use async_graphql::{ComplexObject, Context, Enum, ID, InputObject, Object, SimpleObject};
use domain::{
    article::{
        self, ArticleFilter as DomainFilter, ArticleKey, Conditions, DeskFilter, DeskParameters, PageSizes,
        Parts, SetFilter as DomainSet, Sort, read_ids,
    },
    body::{Body as DomainBody, BodyParts},
    error::{Error, Kind, Result},
    page::{Count, Limit, Total},
    term::{Role, TermId},
};

use super::{
    preview::{ArticleVersion, Shown as Version},
    view::{ArticleCard, ArticleKind, ArticleStatus, Body, DraftBody, Translation},
};
pub use crate::graphql::ListArguments;
use crate::{
    app::{Asking, Length},
    comment::view::Comment,
    graphql::{Connection, either, held::Shown, loaders, parts, parts_of_list, read},
    problem::Failure,
    related::{graphql::RelatedConnection, view::RelatedArticle},
    scalar::DateTime,
};

/// The order of a list. The id breaks ties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Enum)]
pub enum ArticleSort {
    /// The newest first.
    #[default]
    PublishedAtDesc,
    /// The oldest first.
    PublishedAtAsc,
    /// The most recently changed first.
    ModifiedAtDesc,
    /// The least recently changed first.
    ModifiedAtAsc,
    /// By headline.
    HeadlineAsc,
}

impl From<ArticleSort> for Sort {
    fn from(sort: ArticleSort) -> Self {
        match sort {
            ArticleSort::PublishedAtDesc => Self::PublishedAtDesc,
            ArticleSort::PublishedAtAsc => Self::PublishedAtAsc,
            ArticleSort::ModifiedAtDesc => Self::ModifiedAtDesc,
            ArticleSort::ModifiedAtAsc => Self::ModifiedAtAsc,
            ArticleSort::HeadlineAsc => Self::HeadlineAsc,
        }
    }
}

/// Which articles a list has. Everything in it must hold.
#[derive(Debug, Clone, Default, InputObject)]
pub struct ArticleFilter {
    /// By tags, by slug or id. A tag does not include those below it.
    tags: Option<SetFilter>,
    /// By sections, by slug or id. A section includes those below it.
    sections: Option<SetFilter>,
    /// By authors, by slug or id.
    authors: Option<SetFilter>,
    /// A BCP 47 tag; `en` matches `en-GB`.
    language: Option<String>,
    /// These kinds. Without it, all but `PAGE`.
    kind: Option<Vec<ArticleKind>>,
    /// Only these articles; at most 100.
    ids: Option<Vec<ID>>,
    /// Not these articles; at most 100.
    exclude: Option<Vec<ID>>,
    /// Published later than this.
    published_after: Option<DateTime>,
    /// Published earlier than this.
    published_before: Option<DateTime>,
    /// Changed later than this.
    modified_after: Option<DateTime>,
    /// Changed earlier than this.
    modified_before: Option<DateTime>,
    /// Where the newest revisions stand: what you may read of the newsroom's desk, what was changed last
    /// first. Can be combined with `tags`, `sections`, `authors`, `q` and the desk's other conditions.
    status: Option<Vec<ArticleStatus>>,
    /// The articles of the desk that you created, or whose byline is yours.
    mine: Option<bool>,
    /// `true` for articles of the desk of which readers have a revision, `false` for those of which they have none.
    is_published: Option<bool>,
    /// `true` for articles of the desk with a revision newer than the published or scheduled one, `false` for those
    /// without.
    has_newer_draft: Option<bool>,
    /// Words of the headline, standfirst or slug, for lists of the desk: each must begin a word there. At most 200
    /// characters. A page examines at most 1,000 articles: it can be short, or empty, while `hasNextPage` is true.
    q: Option<String>,
}

/// A condition on what articles are filed under. Names at most 50 things.
#[derive(Debug, Clone, Default, InputObject)]
pub struct SetFilter {
    /// A conjunction of alternatives: of each group, at least one.
    all: Option<Vec<Vec<String>>>,
    /// None of these.
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

/// Articles.
#[derive(Default)]
pub struct ArticleQueries;

#[Object]
impl ArticleQueries {
    /// One article, by exactly one of its id and its slug; an old slug gives the article with its
    /// present slug. Null when readers see no such article.
    async fn article(
        &self,
        ctx: &Context<'_>,
        id: Option<ID>,
        slug: Option<String>,
        #[graphql(
            desc = "`DRAFT` for the newest revision, rendered as readers would see it, for those who may read it before they do."
        )]
        version: Option<ArticleVersion>,
        #[graphql(desc = "A preview token: the revision that it shows, whoever asks.")] preview: Option<
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
        let version = Version::read(version, preview, ctx.data_unchecked::<Asking>())?;
        if !matches!(version, Version::Published) {
            let found = read(ctx, Length::Short, move |cx, repos| match version.rendition(cx, repos, &key) {
                Err(error) if error.kind() == Kind::NotFound => Ok(None),
                found => found,
            })
            .await?;
            return Ok(found.map(|rendition| ArticleCard::from(rendition).into()));
        }
        let parts = parts(&ctx.look_ahead());
        let found = read(ctx, Length::Short, move |cx, repos| article::find(cx, repos, &key, parts)).await?;
        Ok(found.map(|found| ArticleCard::from(found.card).into()))
    }

    /// Published articles, the newest first.
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
        // Null, because the price is reckoned before variables without a value are removed.
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

/// What walking the archive costs: a page or a count under several conditions may look at as many articles as
/// there are.
fn walk_cost(filter: Option<ArticleFilter>, sort: ArticleSort) -> usize {
    let mut filter = filter.unwrap_or_default();
    let desk = filter.take_desk();
    // What cannot be read walks nothing.
    let is_flat = || filter.read().map_or(true, |filter| filter.is_flat(sort.into()));
    match desk {
        DeskParameters { q: Some(_), .. } => 6_000,
        desk if desk == DeskParameters::default() && is_flat() => 0,
        _ => 1_500,
    }
}

/// How many times as long the lists of an article's page are as without a word.
fn page_scale(related: i32, latest: i32, comments: i32) -> usize {
    let times = |length: i32, usual: u32| length.clamp(0, 100).unsigned_abs().div_ceil(usual);
    let longest = times(related, 6).max(times(latest, 10)).max(times(comments, 20)).max(1);
    usize::try_from(longest).unwrap_or(1)
}

/// Exactly one way to name a thing must be used.
pub(crate) fn one_key() -> Error {
    Error::parameter("id", "key.not_one", "give exactly one of id and slug")
}

/// The articles under a term of which `count` readers see.
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
    let mut page = page.ok_or_else(|| Error::not_found("article.not_found", "the list is gone"))?;
    page.total = counted.then_some(Total::Exact(count));
    Ok(Connection::of(page, Into::into))
}

/// What stands beside an article on its page: each story once.
#[derive(SimpleObject)]
pub struct ArticlePage {
    /// Related articles, best first.
    #[graphql(complexity = "1 + 6 * child_complexity")]
    pub related: Vec<RelatedArticle>,
    /// The latest articles that are not among the related.
    #[graphql(complexity = "1 + 10 * child_complexity")]
    pub latest: Vec<Shown<ArticleCard>>,
    /// The first comments on the article.
    #[graphql(complexity = "1 + 20 * child_complexity")]
    pub comments: Vec<Comment>,
}

#[ComplexObject]
impl ArticleCard {
    /// Its body, as the caller may read it.
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
        let body = body.ok_or_else(|| Error::not_found("article.not_found", "the article is gone"))?;
        Ok(body.into())
    }

    /// The same story in other languages.
    #[graphql(complexity = "1 + 2 * child_complexity")]
    async fn translations(&self, ctx: &Context<'_>) -> Result<Vec<Translation>, Failure> {
        let found = loaders::translations(ctx, self.article, self.translation_of).await?;
        Ok(found.into_iter().map(Into::into).collect())
    }

    /// What to read next, and why: what editors pinned, then by score, then, where these are too
    /// few, the newest of the section and the newest of all in the article's language.
    #[graphql(complexity = "100 + crate::graphql::list_cost(first, None, child_complexity)")]
    async fn related(&self, ctx: &Context<'_>, first: Option<i32>) -> Result<RelatedConnection, Failure> {
        let limit = first.map_or(Ok(Limit::DEFAULT), |first| Limit::new(first.into(), "first"))?;
        let parts = parts_of_list(&ctx.look_ahead());
        Ok(loaders::related(ctx, self.article, limit, parts).await?.into())
    }

    /// The comments on it: threads in the order they began, replies below what they reply to.
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
        let page = page.ok_or_else(|| Error::not_found("article.not_found", "the list is gone"))?;
        Ok(Connection::of(page, Into::into))
    }

    /// What stands beside it on its page: related articles, the latest, each story once, and comments.
    // The arguments may be null, because their price is reckoned before variables without a value are removed.
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
