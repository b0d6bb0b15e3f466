//! Articles over REST.

use actix_web::{
    Either, HttpRequest, HttpResponse, get,
    web::{Data, Path},
};
use domain::{
    article::{
        self, ArticleFilter, ArticleKey, Conditions, DeskFilter, DeskParameters, PageOrMoved, PageParts,
        PageSizes, SetFilter, Sort, WholePage,
    },
    body::BodyParts,
    error::{Error, Result},
    page::Limit,
    term::Role,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    preview::{ArticleVersion, RequestedVersion},
    sort::ArticleSort,
    view::{Article, ArticleCard, ArticleKind, ArticleStatus, Body},
};
use crate::{
    app::{App, Length},
    comment::view::Comment,
    context::RequestContext,
    http::problem::Problem,
    http::query::{self, CountParameter, Query, Violations},
    http::reply::{self, PageInfo, Reply},
    http::sparse::Fields,
};

/// One page of articles.
#[derive(Serialize, ToSchema)]
pub struct ArticleList {
    /// The articles of this page.
    pub data: Vec<ArticleCard>,
    /// Pagination: whether there are more pages, and their cursors.
    pub page: PageInfo,
}

/// Filters, sort order and page of a list of articles.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ArticleListQuery {
    /// Filter by tags, given as slugs or ids. `,` means AND, `|` means OR and binds tighter, a leading `-`
    /// means NOT: `a|b,c,-d` is (a OR b) AND c AND NOT d. A tag does not include the tags below it.
    #[param(example = "storm-odalys")]
    tag: Option<String>,
    /// Filter by sections, in the syntax of `tag`. A section includes the sections below it.
    section: Option<String>,
    /// Filter by authors, in the syntax of `tag`.
    author: Option<String>,
    /// Only articles in this language, a BCP 47 tag. `en` also matches `en-GB`.
    #[param(example = "en")]
    language: Option<String>,
    /// Only articles of these kinds, comma-separated. Default: all kinds except `page`.
    #[param(example = "article,liveblog")]
    kind: Option<String>,
    /// Comma-separated article ids, at most 100. Only these articles.
    ids: Option<String>,
    /// Comma-separated article ids, at most 100. Leaves these articles out.
    exclude: Option<String>,
    /// Only articles published after this time.
    #[param(value_type = Option<String>, format = DateTime)]
    published_after: Option<String>,
    /// Only articles published before this time.
    #[param(value_type = Option<String>, format = DateTime)]
    published_before: Option<String>,
    /// Only articles modified after this time.
    #[param(value_type = Option<String>, format = DateTime)]
    modified_after: Option<String>,
    /// Only articles modified before this time.
    #[param(value_type = Option<String>, format = DateTime)]
    modified_before: Option<String>,
    /// Comma-separated: `draft`, `in_review`, `scheduled`, `published`, `archived`, `trashed`. Articles
    /// whose newest revision has one of these statuses, published or not; contributors and authors get only their own;
    /// last modified first. Can be combined with `tag`, `section`, `author`, `mine`, `isPublished`,
    /// `hasNewerDraft` and `q` only.
    #[param(example = "in_review")]
    status: Option<String>,
    /// `true`: only articles that you created or that have your byline, including unpublished ones.
    #[param(value_type = Option<bool>)]
    mine: Option<String>,
    /// Whether there is a published revision whose time has come, in any status. Stays true after `expiresAt`. Can be combined with the same parameters as `status`.
    #[param(value_type = Option<bool>)]
    is_published: Option<String>,
    /// Whether there is a revision newer than the published or scheduled one, in any status. Can be combined with the
    /// same parameters as `status`.
    #[param(value_type = Option<bool>)]
    has_newer_draft: Option<String>,
    /// Words that must all begin a word of the headline, the standfirst or the slug; case and accents make no
    /// difference. At most 200 characters. Requires `status`, `mine`, `isPublished` or `hasNewerDraft`. A page
    /// examines at most 1,000 articles, so it can be short, or empty, while `page.hasNext` is true.
    #[param(max_length = 200, example = "ferry harb")]
    q: Option<String>,
    /// The sort order; `-` means descending. Articles with equal values are sorted by id. Lists with `status`, `mine`,
    /// `isPublished` or `hasNewerDraft` are always sorted by `-modifiedAt`.
    #[param(inline, value_type = Option<ArticleSort>)]
    sort: Option<String>,
    /// Maximum number of articles per page. Default: 20.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// Returns items after this cursor.
    after: Option<String>,
    /// Returns items before this cursor.
    before: Option<String>,
    /// Whether to return the total number of articles. `estimate` is exact up to 10,000.
    #[param(inline, value_type = Option<CountParameter>)]
    count: Option<String>,
    /// Only these fields, comma-separated, and `id`. Dots select nested fields.
    #[param(example = "headline,authors.name")]
    fields: Option<String>,
}

/// List articles
///
/// Published articles, newest first; with `status`, `mine`, `isPublished` or `hasNewerDraft` the newsroom's articles
/// in any status, last modified first. An article must match all given filters.
#[utoipa::path(
    tag = "articles",
    operation_id = "list_articles",
    params(ArticleListQuery),
    responses((status = 200, description = "One page of articles.", body = ArticleList))
)]
#[get("/v1/articles")]
pub async fn list_articles(
    app: Data<App>,
    context: RequestContext,
    request: HttpRequest,
    query: Query<ArticleListQuery>,
) -> Result<Reply, Problem> {
    let Query(query) = query;
    let mut wrong = Violations::default();
    let filter = filter(&query, &mut wrong);
    let sort = wrong.note(query::word::<ArticleSort, Sort>(query.sort.as_deref(), "sort", "sort.unknown"));
    let fields = wrong.note(Fields::read::<ArticleCard>(query.fields.as_deref()));
    let page =
        query::page(&mut wrong, query.limit.as_deref(), query.after, query.before, query.count.as_deref());
    let desk = DeskParameters {
        status: wrong.note(
            query
                .status
                .as_deref()
                .map(|text| query::words::<ArticleStatus, _>(text, "status", "status.unknown"))
                .transpose(),
        ),
        mine: wrong.note(query::flag(query.mine.as_deref(), "mine", "mine.malformed")).unwrap_or_default(),
        is_published: wrong.note(query::flag(query.is_published.as_deref(), "isPublished", "flag.malformed")),
        has_newer_draft: wrong.note(query::flag(
            query.has_newer_draft.as_deref(),
            "hasNewerDraft",
            "flag.malformed",
        )),
        q: query.q,
    };
    // A parameter that could not be read would give a second, misleading error.
    let desk = if wrong.is_empty() { wrong.note(DeskFilter::read(desk, &filter, sort)) } else { None };
    wrong.end()?;
    let parts = Fields::parts(fields.as_ref());
    if let Some(desk) = desk {
        let page =
            app.read(&context, Length::Long, move |cx, repos| article::desk(cx, repos, &desk, &page)).await?;
        return Ok(Reply::list(&request, page, ArticleCard::on_the_desk, fields.as_ref(), &context)?);
    }
    let page = app
        .read(&context, Length::of_list(&filter, sort, &page), move |cx, repos| {
            article::list(cx, repos, &filter, sort, &page, parts)
        })
        .await?;
    Ok(Reply::list(&request, page, ArticleCard::from, fields.as_ref(), &context)?)
}

fn filter(query: &ArticleListQuery, wrong: &mut Violations) -> ArticleFilter {
    let set = |text: &Option<String>, role, name| match text {
        None => Ok(SetFilter::default()),
        Some(text) => SetFilter::read(text, role, name),
    };
    ArticleFilter {
        tags: wrong.note(set(&query.tag, Role::Tag, "tag")),
        sections: wrong.note(set(&query.section, Role::Section, "section")),
        authors: wrong.note(set(&query.author, Role::Author, "author")),
        conditions: Conditions {
            language: wrong.note(query.language.as_deref().map(language).transpose()),
            kinds: wrong.note(query.kind.as_deref().map(kinds).transpose()),
            ids: wrong.note(query.ids.as_deref().map(|text| ids(text, "ids")).transpose()),
            exclude: wrong
                .note(query.exclude.as_deref().map(|text| ids(text, "exclude")).transpose())
                .unwrap_or_default(),
            published_after: wrong.note(query::time(query.published_after.as_deref(), "publishedAfter")),
            published_before: wrong.note(query::time(query.published_before.as_deref(), "publishedBefore")),
            modified_after: wrong.note(query::time(query.modified_after.as_deref(), "modifiedAfter")),
            modified_before: wrong.note(query::time(query.modified_before.as_deref(), "modifiedBefore")),
            only_related: false,
        },
    }
}

fn language(text: &str) -> Result<domain::language::Language> {
    text.parse()
        .map_err(|error: Error| Error::parameter("language", "language.malformed", error.detail().to_owned()))
}

fn kinds(text: &str) -> Result<Vec<article::Kind>> {
    let mut kinds: Vec<article::Kind> = query::words::<ArticleKind, _>(text, "kind", "kind.unknown")?;
    kinds.sort_unstable();
    kinds.dedup();
    Ok(kinds)
}

fn ids(text: &str, name: &'static str) -> Result<Vec<article::ArticleId>> {
    let ids: Vec<_> = text.split(',').collect();
    article::read_ids(&ids, name)
}

/// What to return of an article.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ArticleQuery {
    /// Parts to add, comma-separated: `blocks` and `text` of the body; up to 6 `related`, 10 `latest`
    /// articles and 20 `comments`. No article appears in both lists.
    #[param(example = "related,latest,comments")]
    include: Option<String>,
    /// Only these fields, comma-separated, and `id`. Dots select nested fields.
    #[param(example = "headline,body.html")]
    fields: Option<String>,
    /// `draft` returns the newest revision, rendered as readers would see it; requires permission to read
    /// the draft. Default: `published`.
    #[param(inline, value_type = Option<ArticleVersion>)]
    version: Option<String>,
    /// A preview token. Returns the revision that it was made for.
    preview: Option<String>,
}

fn version(text: Option<&str>) -> Result<Option<ArticleVersion>> {
    match text {
        None => Ok(None),
        Some("published") => Ok(Some(ArticleVersion::Published)),
        Some("draft") => Ok(Some(ArticleVersion::Draft)),
        Some(_) => Err(Error::parameter("version", "version.unknown", "must be published or draft")),
    }
}

#[derive(Clone, Copy, Default)]
struct Include {
    body: BodyParts,
    related: bool,
    latest: bool,
    comments: bool,
}

fn include(text: Option<&str>) -> Result<Include> {
    let mut include = Include::default();
    for word in text.into_iter().flat_map(|text| text.split(',')) {
        let flag = match word {
            "blocks" => &mut include.body.blocks,
            "text" => &mut include.body.text,
            "related" => &mut include.related,
            "latest" => &mut include.latest,
            "comments" => &mut include.comments,
            _ => {
                let detail = "must be one or more of blocks, text, related, latest, comments";
                return Err(Error::parameter("include", "include.unknown", detail));
            }
        };
        *flag = true;
    }
    Ok(include)
}

/// Get an article
///
/// By its id or slug. An old slug redirects to the current one. With `include`, one response contains
/// everything that an article page shows.
#[utoipa::path(
    tag = "articles",
    operation_id = "get_article",
    params(("article" = String, Path, description = "The article's id or slug.", example = "the-night-of-odalys"), ArticleQuery),
    responses(
        (status = 200, description = "The article.", body = Article),
        (status = 301, description = "The slug is an old one; `Location` contains the current URL."),
    )
)]
#[get("/v1/articles/{article}")]
pub async fn get_article(
    app: Data<App>,
    context: RequestContext,
    request: HttpRequest,
    key: Path<String>,
    query: Query<ArticleQuery>,
) -> Result<Either<Reply, HttpResponse>, Problem> {
    let Query(query) = query;
    let mut wrong = Violations::default();
    let include = wrong.note(include(query.include.as_deref()));
    let fields = wrong.note(Fields::read::<Article>(query.fields.as_deref()));
    let version = wrong.note(version(query.version.as_deref()));
    wrong.end()?;
    let version = RequestedVersion::read(version, query.preview, &context)?;
    let key = ArticleKey::from(key.as_str());
    let wants = |name| fields.as_ref().is_none_or(|fields| fields.names(name));
    let parts = PageParts {
        card: Fields::parts(fields.as_ref()),
        body: wants("body").then_some(include.body),
        translations: wants("translations"),
        lists: PageSizes {
            related: include.related.then(|| Limit::new(6, "related")).transpose()?,
            latest: include.latest.then(|| Limit::new(10, "latest")).transpose()?,
            comments: include.comments.then(|| Limit::new(20, "comments")).transpose()?,
        },
    };
    let found = app
        .read(&context, Length::Short, move |cx, repos| {
            let version = version.verified(cx, repos)?;
            article::show_page(cx, repos, &key, &version, parts)
        })
        .await?;
    let WholePage { card, body, translations, lists } = match found {
        PageOrMoved::Page(page) => *page,
        PageOrMoved::Moved(slug) => {
            return Ok(Either::Right(reply::moved(&request, "articles", "article", slug.as_str())));
        }
    };
    let mut body = Body::from(body);
    body.blocks = body.blocks.filter(|_| include.body.blocks);
    body.text = body.text.filter(|_| include.body.text);
    let revision = card.revision;
    let mut article = Article::of(card.into(), body, translations);
    article.related = include.related.then(|| lists.related.into_iter().map(Into::into).collect());
    let slug = article.card.slug.clone();
    article.comments =
        include.comments.then(|| lists.comments.into_iter().map(|shown| Comment::of(shown, &slug)).collect());
    article.latest = include.latest.then(|| lists.latest.into_iter().map(Into::into).collect());
    Ok(Either::Left(Reply::one(&article, fields.as_ref(), &context)?.at_revision(revision)))
}
