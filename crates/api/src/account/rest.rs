//! Accounts over REST.

use actix_web::{
    HttpRequest, get, patch, post,
    web::{Data, Path},
};
use domain::{
    account::{self, AccountPatch, NewAccount},
    error::Result,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::{Colleague, PasswordLink, Role, User};
use crate::{
    app::{App, Length},
    http::ids::read_id,
    http::json_body::{JsonBody, non_null},
    http::problem::Problem,
    http::query::{self, CountParameter, Nothing, Query, Violations},
    http::reply::{PageInfo, Reply},
    session::bearer::RequireBearer,
};

/// One page of accounts.
#[derive(Serialize, ToSchema)]
pub struct UserList {
    /// The accounts, oldest first.
    pub data: Vec<User>,
    /// Pagination: whether there are more pages, and their cursors.
    pub page: PageInfo,
}

/// One page of colleagues.
#[derive(Serialize, ToSchema)]
pub struct ColleagueList {
    /// The colleagues, oldest account first.
    pub data: Vec<Colleague>,
    /// Pagination: whether there are more pages, and their cursors.
    pub page: PageInfo,
}

/// Which page of accounts to return.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UserListQuery {
    /// Maximum number of accounts per page. Default: 20.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// Returns items after this cursor.
    after: Option<String>,
    /// Returns items before this cursor.
    before: Option<String>,
    /// Whether to return the total number of items. Here, `estimate` is exact too.
    #[param(inline, value_type = Option<CountParameter>)]
    count: Option<String>,
}

/// The account to create.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserInput {
    /// The e-mail address for signing in.
    #[schema(
        example = "reporter@example.com",
        pattern = "^[^@\\s\\u0000-\\u001f\\u007f-\\u009f]+@[^@\\s\\u0000-\\u001f\\u007f-\\u009f]+$",
        max_length = 254
    )]
    email: String,
    /// The person's name, 1 to 200 characters.
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$"
    )]
    name: String,
    /// The role, which decides what the account may do.
    role: Role,
}

/// The fields of the account to change. Omitted fields are left unchanged.
#[derive(Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields, default)]
pub struct UserPatch {
    /// The e-mail address for signing in.
    #[serde(deserialize_with = "non_null")]
    #[schema(
        nullable = false,
        pattern = "^[^@\\s\\u0000-\\u001f\\u007f-\\u009f]+@[^@\\s\\u0000-\\u001f\\u007f-\\u009f]+$",
        max_length = 254
    )]
    email: Option<String>,
    /// The person's name, 1 to 200 characters.
    #[serde(deserialize_with = "non_null")]
    #[schema(
        nullable = false,
        min_length = 1,
        max_length = 200,
        pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$"
    )]
    name: Option<String>,
    /// The role, which decides what the account may do.
    #[serde(deserialize_with = "non_null")]
    #[schema(nullable = false)]
    role: Option<Role>,
    /// Whether the account is disabled. Disabling an account ends all its sessions at once.
    #[serde(deserialize_with = "non_null")]
    #[schema(nullable = false)]
    disabled: Option<bool>,
}

/// List accounts
///
/// All accounts, oldest first. Requires the admin role.
#[utoipa::path(
    tag = "accounts",
    operation_id = "list_users",
    security(("bearer" = [])),
    params(UserListQuery),
    responses((status = 200, description = "One page of accounts.", body = UserList))
)]
#[get("/v1/users")]
pub async fn list_users(
    app: Data<App>,
    context: RequireBearer,
    request: HttpRequest,
    query: Query<UserListQuery>,
) -> Result<Reply, Problem> {
    let Query(query) = query;
    let mut wrong = Violations::default();
    let page =
        query::page(&mut wrong, query.limit.as_deref(), query.after, query.before, query.count.as_deref());
    wrong.end()?;
    let page = app.read(&context, Length::Short, move |cx, repos| account::list(cx, repos, &page)).await?;
    Ok(Reply::list(&request, page, User::from, None, &context)?)
}

/// List colleagues
///
/// The id and name of every account, to show who created a draft or saved a revision. E-mail addresses are
/// not included. Requires signing in; an API key needs the scope `drafts:read`.
#[utoipa::path(
    tag = "accounts",
    operation_id = "list_colleagues",
    security(("bearer" = [])),
    params(UserListQuery),
    responses((status = 200, description = "One page of colleagues.", body = ColleagueList))
)]
#[get("/v1/colleagues")]
pub async fn list_colleagues(
    app: Data<App>,
    context: RequireBearer,
    request: HttpRequest,
    query: Query<UserListQuery>,
) -> Result<Reply, Problem> {
    let Query(query) = query;
    let mut wrong = Violations::default();
    let page =
        query::page(&mut wrong, query.limit.as_deref(), query.after, query.before, query.count.as_deref());
    wrong.end()?;
    let page =
        app.read(&context, Length::Short, move |cx, repos| account::colleagues(cx, repos, &page)).await?;
    Ok(Reply::list(&request, page, Colleague::from, None, &context)?)
}

/// Get an account
///
/// Requires the admin role.
#[utoipa::path(
    tag = "accounts",
    operation_id = "get_user",
    security(("bearer" = [])),
    params(("user" = String, Path, description = "The account's id.", example = "user_01h455vb4pex5vsknk084sn02q")),
    responses((status = 200, description = "The account.", body = User))
)]
#[get("/v1/users/{user}")]
pub async fn get_user(
    app: Data<App>,
    context: RequireBearer,
    id: Path<String>,
    _: Query<Nothing>,
) -> Result<Reply, Problem> {
    let id = read_id(&id);
    let one = app.read(&context, Length::Short, move |cx, repos| account::get(cx, repos, id)).await?;
    Ok(Reply::one(&User::from(one), None, &context)?)
}

/// Create an account
///
/// Its owner must choose a password before signing in: create a link with `POST
/// /v1/users/{user}/password-link`. Requires the admin role.
#[utoipa::path(
    tag = "accounts",
    operation_id = "create_user",
    security(("bearer" = [])),
    request_body = UserInput,
    responses((
        status = 201,
        description = "The new account.",
        body = User,
        headers(("Location" = String, description = "The URL of the account."))
    ))
)]
#[post("/v1/users")]
pub async fn create_user(
    app: Data<App>,
    context: RequireBearer,
    _: Query<Nothing>,
    sent: JsonBody<UserInput>,
) -> Result<Reply, Problem> {
    let UserInput { email, name, role } = sent.0;
    let new = NewAccount { email, name, role: role.into() };
    let made = app.write(&context, move |cx, repos| account::create(cx, repos, &new)).await?;
    let location = format!("/v1/users/{}", made.id);
    Ok(Reply::one(&User::from(made), None, &context)?.created(location))
}

/// Change an account
///
/// Omitted fields are left unchanged. Changes apply from the account's next request. Requires the admin role.
#[utoipa::path(
    tag = "accounts",
    operation_id = "update_user",
    security(("bearer" = [])),
    params(("user" = String, Path, description = "The account's id.", example = "user_01h455vb4pex5vsknk084sn02q")),
    request_body(content((UserPatch = "application/json"), (UserPatch = "application/merge-patch+json"))),
    responses((status = 200, description = "The account after the change.", body = User))
)]
#[patch("/v1/users/{user}")]
pub async fn update_user(
    app: Data<App>,
    context: RequireBearer,
    id: Path<String>,
    _: Query<Nothing>,
    sent: JsonBody<UserPatch>,
) -> Result<Reply, Problem> {
    let id = read_id(&id);
    let UserPatch { email, name, role, disabled } = sent.0;
    let patch = AccountPatch { email, name, role: role.map(Into::into), disabled };
    let one = app.write(&context, move |cx, repos| account::edit(cx, repos, id, &patch)).await?;
    Ok(Reply::one(&User::from(one), None, &context)?)
}

/// Create a password link
///
/// Give the link to the account's owner. It works once, within 24 hours, and replaces any earlier link.
/// Requires the admin role.
#[utoipa::path(
    tag = "accounts",
    operation_id = "create_password_link",
    security(("bearer" = [])),
    params(("user" = String, Path, description = "The account's id.", example = "user_01h455vb4pex5vsknk084sn02q")),
    responses((status = 200, description = "The new link.", body = PasswordLink))
)]
#[post("/v1/users/{user}/password-link")]
pub async fn create_password_link(
    app: Data<App>,
    context: RequireBearer,
    id: Path<String>,
    _: Query<Nothing>,
) -> Result<Reply, Problem> {
    let id = read_id(&id);
    let link = app.write(&context, move |cx, repos| account::offer_password(cx, repos, id)).await?;
    Ok(Reply::one(&PasswordLink::of(link, context.base()), None, &context)?)
}
