//! Related articles over REST.

use actix_web::{
    Either, HttpRequest, HttpResponse, get,
    web::{Data, Path},
};
use domain::{
    article::{self, ArticleKey, Parts},
    page::{Edge, Limit, Page},
    related,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::RelatedArticle;
use crate::{
    app::{App, Length},
    context::RequestContext,
    http::problem::Problem,
    http::query::{self, Query, Violations},
    http::reply::{self, PageInfo, Reply},
    http::sparse::Fields,
};

/// Related articles, best match first.
#[derive(Serialize, ToSchema)]
pub struct RelatedArticleList {
    /// The articles, each with its score and the reasons for it.
    pub data: Vec<RelatedArticle>,
    /// Pagination. There are never more pages.
    pub page: PageInfo,
}

/// How many related articles to return.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RelatedQuery {
    /// Maximum number of articles. Default: 20.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// Only these fields, comma-separated. Dots select nested fields.
    #[param(example = "score,article.headline")]
    fields: Option<String>,
}

/// List related articles
///
/// Pinned articles first, then by score, with the reasons for each. If there are too few, the list is
/// filled with the newest articles of the section, then with the newest articles in the same language.
#[utoipa::path(
    tag = "articles",
    operation_id = "list_related_articles",
    params(("article" = String, Path, description = "The article's id or slug.", example = "the-night-of-odalys"), RelatedQuery),
    responses(
        (status = 200, description = "The related articles, best match first.", body = RelatedArticleList),
        (status = 301, description = "The slug is an old one; `Location` contains the current URL."),
    )
)]
#[get("/v1/articles/{article}/related")]
pub async fn list_related_articles(
    app: Data<App>,
    context: RequestContext,
    request: HttpRequest,
    key: Path<String>,
    query: Query<RelatedQuery>,
) -> Result<Either<Reply, HttpResponse>, Problem> {
    let Query(query) = query;
    let mut wrong = Violations::default();
    let limit = wrong.note(query::limit(query.limit.as_deref(), "limit", Limit::DEFAULT).map(Some));
    let limit = limit.unwrap_or(Limit::DEFAULT);
    let fields = wrong.note(Fields::read::<RelatedArticle>(query.fields.as_deref()));
    wrong.end()?;
    let key = ArticleKey::from(key.as_str());
    let (found, list) = app
        .read(&context, Length::Short, move |cx, repos| {
            let nothing = Parts { section: false, tags: false, authors: false, counts: false };
            let found = article::get(cx, repos, &key, nothing)?;
            let id = found.card.id;
            let list = related::of_each(cx, repos, &[id], limit, Parts::ALL)?.remove(&id);
            Ok((found, list.unwrap_or_default()))
        })
        .await?;
    if found.moved {
        return Ok(Either::Right(reply::moved(&request, "articles", "article", found.card.slug.as_str())));
    }
    let edges = list.into_iter().map(|item| Edge { cursor: String::new(), item }).collect();
    let page =
        Page { edges, has_next: false, has_previous: false, limit, total: None, end: None, start: None };
    Ok(Either::Left(Reply::list(&request, page, RelatedArticle::from, fields.as_ref(), &context)?))
}
