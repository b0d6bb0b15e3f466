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
    app::{App, Asking, Length},
    problem::Problem,
    query::{self, Query, Wrong},
    reply::{self, PageInfo, Reply},
    sparse::Fields,
};

/// Related articles, best first.
#[derive(Serialize, ToSchema)]
pub struct RelatedArticleList {
    /// The articles, and why each is there.
    pub data: Vec<RelatedArticle>,
    /// Related lists have one page: nothing follows or precedes it.
    pub page: PageInfo,
}

/// How many related articles.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RelatedQuery {
    /// The greatest number of articles; 20 without it.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// Only these fields, parted by commas; dots lead into what a field holds.
    #[param(example = "score,article.headline")]
    fields: Option<String>,
}

/// List related articles
///
/// What to read next, and why: what editors pinned, then by score, then, where these are too few,
/// the newest of the section and the newest of all in the article's language.
#[utoipa::path(
    tag = "articles",
    operation_id = "list_related_articles",
    params(("article" = String, Path, description = "The article's id or slug.", example = "the-night-of-odalys"), RelatedQuery),
    responses(
        (status = 200, description = "The articles, best first.", body = RelatedArticleList),
        (status = 301, description = "The slug is an old one; `Location` has the present one."),
    )
)]
#[get("/v1/articles/{article}/related")]
pub async fn list_related_articles(
    app: Data<App>,
    asking: Asking,
    request: HttpRequest,
    key: Path<String>,
    query: Query<RelatedQuery>,
) -> Result<Either<Reply, HttpResponse>, Problem> {
    let Query(query) = query;
    let mut wrong = Wrong::default();
    let limit = wrong.note(query::limit(query.limit.as_deref(), "limit", Limit::DEFAULT).map(Some));
    let limit = limit.unwrap_or(Limit::DEFAULT);
    let fields = wrong.note(Fields::read(query.fields.as_deref(), "RelatedArticle"));
    wrong.end()?;
    let key = ArticleKey::from(key.as_str());
    let (found, list) = app
        .read(&asking, Length::Short, move |cx, repos| {
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
    Ok(Either::Left(Reply::list(&request, page, RelatedArticle::from, fields.as_ref(), &asking)?))
}
