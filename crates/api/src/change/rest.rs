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
    article::rest::CountParameter,
    problem::Problem,
    query::{self, Query, Wrong},
    reply::{PageInfo, Reply},
    session::bearer::Signed,
};

/// One page of changes.
#[derive(Serialize, ToSchema)]
pub struct ChangeList {
    /// The changes, the latest first.
    pub data: Vec<Change>,
    /// Where the page stands in the list.
    pub page: PageInfo,
}

/// Which changes.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChangeListQuery {
    /// Only what happened to this: an id, or `site`.
    #[param(example = "article_01h455vb4pex5vsknk084sn02q")]
    thing: Option<String>,
    /// Only what this account did.
    #[param(example = "user_01h455vb4pex5vsknk084sn02q")]
    actor: Option<String>,
    /// The greatest number of changes on the page; 20 without it.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// Only what follows this cursor.
    after: Option<String>,
    /// Only what precedes this cursor.
    before: Option<String>,
    /// Whether to count the whole list; both ways are exact here.
    #[param(inline, value_type = Option<CountParameter>)]
    count: Option<String>,
}

/// List changes
///
/// Everything that was changed in the newsroom, the latest first: what, when, by whom, and which fields.
/// For administrators. Signing in and out is no change.
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
    asking: Signed,
    request: HttpRequest,
    query: Query<ChangeListQuery>,
) -> Result<Reply, Problem> {
    let Query(query) = query;
    let mut wrong = Wrong::default();
    let filter = ChangeFilter {
        thing: wrong.note(query.thing.as_deref().map(thing).transpose()),
        actor: wrong.note(query.actor.as_deref().map(actor).transpose()),
    };
    let page =
        query::page(&mut wrong, query.limit.as_deref(), query.after, query.before, query.count.as_deref());
    wrong.end()?;
    // What an account did is found through an index; a count walks all of it.
    let page =
        app.read(&asking, Length::Long, move |cx, repos| change::list(cx, repos, &filter, &page)).await?;
    Ok(Reply::list(&request, page, Change::from, None, &asking)?)
}

/// Reads what changed.
pub(super) fn thing(text: &str) -> Result<Thing> {
    match text {
        "site" => Ok(Thing { entity: text.to_owned(), id: [0; 16] }),
        text => text.parse(),
    }
}

/// Reads whose doing it was.
pub(super) fn actor(text: &str) -> Result<AccountId> {
    text.parse().map_err(|error: Error| Error::parameter("actor", error.code(), error.detail().to_owned()))
}
