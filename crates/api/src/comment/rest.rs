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
    app::{App, Asking, Length},
    article::rest::CountParameter,
    problem::Problem,
    query::{self, Query, Wrong},
    reply::{self, PageInfo, Reply},
    sparse::Fields,
};

/// One page of comments.
#[derive(Serialize, ToSchema)]
pub struct CommentList {
    /// The comments: threads in the order they began, replies below what they reply to.
    pub data: Vec<Comment>,
    /// Where the page stands in the list.
    pub page: PageInfo,
}

/// Which comments.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CommentListQuery {
    /// The greatest number of comments on the page; 20 without it.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// Only what follows this cursor.
    after: Option<String>,
    /// Only what precedes this cursor.
    before: Option<String>,
    /// Whether to count the whole list, kept places of deleted comments too; both ways are exact here.
    #[param(inline, value_type = Option<CountParameter>)]
    count: Option<String>,
    /// Only these fields and `id`, parted by commas; dots lead into what a field holds.
    #[param(example = "authorName,body.text")]
    fields: Option<String>,
}

/// List the comments on an article
///
/// Approved comments, threads in the order they began, replies below what they reply to. A deleted
/// comment keeps its place while replies to it are shown.
#[utoipa::path(
    tag = "articles",
    operation_id = "list_comments",
    params(("article" = String, Path, description = "The article's id or slug.", example = "the-night-of-odalys"), CommentListQuery),
    responses(
        (status = 200, description = "One page of comments.", body = CommentList),
        (status = 301, description = "The slug is an old one; `Location` has the present one."),
    )
)]
#[get("/v1/articles/{article}/comments")]
pub async fn list_comments(
    app: Data<App>,
    asking: Asking,
    request: HttpRequest,
    key: Path<String>,
    query: Query<CommentListQuery>,
) -> Result<Either<Reply, HttpResponse>, Problem> {
    let Query(query) = query;
    let mut wrong = Wrong::default();
    let fields = wrong.note(Fields::read(query.fields.as_deref(), "Comment"));
    let page =
        query::page(&mut wrong, query.limit.as_deref(), query.after, query.before, query.count.as_deref());
    wrong.end()?;
    let key = ArticleKey::from(key.as_str());
    let (found, list) = app
        .read(&asking, Length::Short, move |cx, repos| {
            let found = article::get(cx, repos, &key, Parts::NONE)?;
            let list = comment::list_of_each(repos, &[found.card.id], &page)?.remove(&found.card.id);
            Ok((found, list))
        })
        .await?;
    let slug = found.card.slug.as_str();
    match list {
        Some(list) if !found.moved => {
            let view = |shown| Comment::of(shown, slug);
            Ok(Either::Left(Reply::list(&request, list, view, fields.as_ref(), &asking)?))
        }
        _ => Ok(Either::Right(reply::moved(&request, "articles", "article", slug))),
    }
}
