//! The caller's own byline, over both APIs.

use actix_web::{post, web::Data};
use async_graphql::{Context, ID, InputObject, Object};
use domain::term::{TermPatch, byline};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    editing::{LinkInput, graphql::AuthorPayload},
    view::Author,
};
use crate::{
    app::App,
    graphql::write,
    http::json_body::JsonBody,
    http::problem::{Failure, Problem},
    http::query::{Nothing, Query},
    http::reply::Reply,
    session::bearer::RequireBearer,
};

/// The fields of your own byline.
#[derive(Deserialize, ToSchema, InputObject)]
#[serde(deny_unknown_fields)]
#[graphql(name = "CreateMyBylineInput")]
pub struct BylineInput {
    /// The name that readers see, 1 to 200 characters. Default: the name of your account.
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$"
    )]
    name: Option<String>,
    /// The name in URLs. Default: made from the name.
    #[schema(pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", max_length = 96)]
    slug: Option<String>,
    /// A short biography. At most 5,000 characters.
    #[schema(max_length = 5000)]
    bio: Option<String>,
    /// The id of a photograph.
    #[schema(value_type = Option<String>)]
    photo: Option<ID>,
    /// Links to your pages elsewhere. At most 20.
    #[schema(max_items = 20)]
    links: Option<Vec<LinkInput>>,
}

impl From<BylineInput> for TermPatch {
    fn from(sent: BylineInput) -> Self {
        Self {
            name: sent.name,
            slug: sent.slug,
            description: sent.bio.map(Some),
            photo: sent.photo.map(|id| Some(id.0)),
            links: sent.links.map(|links| links.into_iter().map(Into::into).collect()),
            ..Self::default()
        }
    }
}

/// Create your own byline
///
/// Creates an author and links it to your account, so that articles with this author are yours. Your role must be
/// at least `author`. Afterwards change it with `PATCH /v1/authors/{author}`. Returns 409 `byline.exists` if your
/// account has a byline, and 409 `term.exists` if another author has this name or slug.
#[utoipa::path(
    tag = "terms",
    operation_id = "create_my_byline",
    security(("bearer" = [])),
    request_body = BylineInput,
    responses((
        status = 201,
        description = "The author.",
        body = Author,
        headers(
            ("Location" = String, description = "The URL of the author."),
            ("ETag" = String, description = "The author's revision, for `If-Match`.")
        )
    ))
)]
#[post("/v1/me/byline")]
pub async fn create_my_byline(
    app: Data<App>,
    context: RequireBearer,
    _: Query<Nothing>,
    sent: JsonBody<BylineInput>,
) -> Result<Reply, Problem> {
    let new = TermPatch::from(sent.0);
    let made = app.write(&context, move |cx, repos| byline::create(cx, repos, &new)).await?;
    let revision = made.revision;
    let author = Author::from(made);
    let location = format!("/v1/authors/{}", author.id.as_str());
    Ok(Reply::one(&author, None, &context)?.tagged(revision).created(location))
}

/// The caller's own byline.
#[derive(Default)]
pub struct BylineMutations;

#[Object]
impl BylineMutations {
    /// Creates an author and links it to your account, so that articles with this author are yours. Your role must be
    /// at least `AUTHOR`. Afterwards change it with `updateAuthor`. Fails with `byline.exists` if your account has a
    /// byline, and with `term.exists` if another author has this name or slug.
    async fn create_my_byline(
        &self,
        ctx: &Context<'_>,
        input: BylineInput,
    ) -> Result<AuthorPayload, Failure> {
        let new = TermPatch::from(input);
        let made = write(ctx, move |cx, repos| byline::create(cx, repos, &new)).await?;
        Ok(AuthorPayload { author: made.into() })
    }
}
