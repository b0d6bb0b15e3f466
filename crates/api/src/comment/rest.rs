//! Comments over REST.

use actix_web::{
    Either, HttpRequest, HttpResponse, get,
    web::{Data, Path},
};
use domain::{
    article::{self, ArticleKey, Parts},
    comment,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::Comment;
use crate::{
    app::{App, Length},
    context::RequestContext,
    http::problem::Problem,
    http::query::{self, CountParameter, Query, Violations},
    http::reply::{self, PageInfo, Reply},
    http::sparse::Fields,
};

/// One page of comments.
#[derive(Serialize, ToSchema)]
pub struct CommentList {
    /// The comments, oldest thread first; replies follow the comment they reply to.
    pub data: Vec<Comment>,
    /// Pagination: whether there are more pages, and their cursors.
    pub page: PageInfo,
}

/// Which page of comments to return.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CommentListQuery {
    /// Maximum number of comments per page. Default: 20.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// Returns items after this cursor.
    after: Option<String>,
    /// Returns items before this cursor.
    before: Option<String>,
    /// Whether to return the total number of comments, including placeholders of deleted ones. Here,
    /// `estimate` is exact too.
    #[param(inline, value_type = Option<CountParameter>)]
    count: Option<String>,
    /// Only these fields, comma-separated, and `id`. Dots select nested fields.
    #[param(example = "authorName,body.text")]
    fields: Option<String>,
}

/// List the comments on an article
///
/// Approved comments, oldest thread first; replies follow the comment they reply to. A deleted comment
/// with visible replies is returned as a placeholder.
#[utoipa::path(
    tag = "articles",
    operation_id = "list_comments",
    params(("article" = String, Path, description = "The article's id or slug.", example = "the-night-of-odalys"), CommentListQuery),
    responses(
        (status = 200, description = "One page of comments.", body = CommentList),
        (status = 301, description = "The slug is an old one; `Location` contains the current URL."),
    )
)]
#[get("/v1/articles/{article}/comments")]
pub async fn list_comments(
    app: Data<App>,
    context: RequestContext,
    request: HttpRequest,
    key: Path<String>,
    query: Query<CommentListQuery>,
) -> Result<Either<Reply, HttpResponse>, Problem> {
    let Query(query) = query;
    let mut wrong = Violations::default();
    let fields = wrong.note(Fields::read::<Comment>(query.fields.as_deref()));
    let page =
        query::page(&mut wrong, query.limit.as_deref(), query.after, query.before, query.count.as_deref());
    wrong.end()?;
    let key = ArticleKey::from(key.as_str());
    let (found, list) = app
        .read(&context, Length::Short, move |cx, repos| {
            let found = article::get(cx, repos, &key, Parts::NONE)?;
            let list = comment::list_of_each(repos, &[found.card.id], &page)?.remove(&found.card.id);
            Ok((found, list))
        })
        .await?;
    let slug = found.card.slug.as_str();
    match list {
        Some(list) if !found.moved => {
            let view = |shown| Comment::of(shown, slug);
            Ok(Either::Left(Reply::list(&request, list, view, fields.as_ref(), &context)?))
        }
        _ => Ok(Either::Right(reply::moved(&request, "articles", "article", slug))),
    }
}
