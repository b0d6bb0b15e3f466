//! The change log over REST.

use actix_web::{HttpRequest, get, web::Data};
use domain::{
    account::AccountId,
    change::{self, ChangeFilter, Thing},
    error::{Error, Result},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::Change;
use crate::{
    app::{App, Length},
    http::problem::Problem,
    http::query::{self, CountParameter, Query, Violations},
    http::reply::{PageInfo, Reply},
    session::bearer::RequireBearer,
};

/// One page of changes.
#[derive(Serialize, ToSchema)]
pub struct ChangeList {
    /// The changes, newest first.
    pub data: Vec<Change>,
    /// Pagination: whether there are more pages, and their cursors.
    pub page: PageInfo,
}

/// Filters and page of the change log.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChangeListQuery {
    /// Only changes of this object: its id, or `site`.
    #[param(example = "article_01h455vb4pex5vsknk084sn02q")]
    thing: Option<String>,
    /// Only changes made by this account: its id.
    #[param(example = "user_01h455vb4pex5vsknk084sn02q")]
    actor: Option<String>,
    /// Maximum number of changes per page. Default: 20.
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

/// List changes
///
/// The change log: every change of content and accounts, newest first, with time, account and changed
/// fields. Requires the admin role. Signing in and out is not logged.
#[utoipa::path(
    tag = "accounts",
    operation_id = "list_changes",
    security(("bearer" = [])),
    params(ChangeListQuery),
    responses((status = 200, description = "One page of changes.", body = ChangeList))
)]
#[get("/v1/changes")]
pub async fn list_changes(
    app: Data<App>,
    context: RequireBearer,
    request: HttpRequest,
    query: Query<ChangeListQuery>,
) -> Result<Reply, Problem> {
    let Query(query) = query;
    let mut wrong = Violations::default();
    let filter = ChangeFilter {
        thing: wrong.note(query.thing.as_deref().map(thing).transpose()),
        actor: wrong.note(query.actor.as_deref().map(actor).transpose()),
    };
    let page =
        query::page(&mut wrong, query.limit.as_deref(), query.after, query.before, query.count.as_deref());
    wrong.end()?;
    // `Long` because an account's changes are found through an index, but counting them reads all of
    // them.
    let page =
        app.read(&context, Length::Long, move |cx, repos| change::list(cx, repos, &filter, &page)).await?;
    Ok(Reply::list(&request, page, Change::from, None, &context)?)
}

/// Reads the id of a changed object, or `site`.
pub(super) fn thing(text: &str) -> Result<Thing> {
    match text {
        "site" => Ok(Thing { entity: text.to_owned(), id: [0; 16] }),
        text => text.parse(),
    }
}

/// Reads the id of an account.
pub(super) fn actor(text: &str) -> Result<AccountId> {
    text.parse().map_err(|error: Error| Error::parameter("actor", error.code(), error.detail().to_owned()))
}
