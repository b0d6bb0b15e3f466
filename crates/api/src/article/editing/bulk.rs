//! Bulk changes of articles, in both APIs.

use std::{fmt, marker::PhantomData};

use actix_web::{post, web::Data};
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use domain::{
    article::{
        Precondition,
        bulk::{self, MOST_OPERATIONS, Operation, Step},
    },
    error::{Error, Result, Violation},
};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error as _, SeqAccess, Visitor},
};
use utoipa::ToSchema;

use super::{
    super::view::ArticleStatus,
    input::ArticleInput,
    rest::{MOST_BYTES, shown_at},
};
use crate::{
    app::{App, Length},
    context::RequestContext,
    http::json_body::{JsonBody, Object, whole},
    http::problem::{self, Failure, Problem, ProblemPart},
    http::query::{Nothing, Query},
    http::reply::Reply,
    scalar::DateTime,
    session::bearer::RequireBearer,
};

/// A list of operations on articles.
#[derive(Deserialize, ToSchema, InputObject)]
#[serde(deny_unknown_fields)]
pub struct BulkInput {
    /// The operations, executed in this order; 1 to 200.
    #[schema(min_items = 1, max_items = 200)]
    #[serde(deserialize_with = "few")]
    operations: Vec<BulkOperation>,
    /// If `true`, either all operations are executed or none. If `false`, each one succeeds or fails alone.
    #[serde(default)]
    #[graphql(default)]
    #[schema(required = false)]
    atomic: bool,
}

/// One operation on one article.
#[derive(Deserialize, ToSchema, InputObject)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BulkOperation {
    /// The article's id or slug. Required, except with `create`.
    #[schema(value_type = Option<String>)]
    article: Option<ID>,
    /// The article's newest revision when you read it, for detecting conflicting changes. Required, except with
    /// `create`.
    #[serde(default, deserialize_with = "whole")]
    #[schema(minimum = 1, maximum = 2147483647)]
    expected_revision: Option<u32>,
    /// The operation.
    action: BulkAction,
    /// With `update`: the fields to change. With `create`: the fields of the new article.
    #[serde(default, deserialize_with = "changes")]
    changes: Option<ArticleInput>,
    /// With `publish` only: the publication time.
    published_at: Option<DateTime>,
    /// With `create` only: a unique key of your choice, 1 to 255 visible ASCII characters. A repeated creation with
    /// the same key within 24 hours creates no second article and returns the first.
    #[schema(min_length = 1, max_length = 255, pattern = "^[!-~]+$")]
    idempotency_key: Option<String>,
    /// A note to colleagues, stored with the revision. At most 2,000 characters. Not with `create` and `update`.
    #[schema(max_length = 2000, pattern = "^[^\\u0000]*$")]
    note: Option<String>,
}

/// An operation on an article. Each works like the single operation of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema, Enum)]
#[serde(rename_all = "snake_case")]
pub enum BulkAction {
    /// Create an article, and publish it if `changes` contain `status: published` or `publishAt`.
    Create,
    /// Change fields.
    Update,
    /// Submit a draft for review.
    Submit,
    /// Return it from review to draft.
    SendBack,
    /// Publish or schedule it.
    Publish,
    /// Hide it from readers; it becomes a draft.
    Unpublish,
    /// Hide it from readers and keep it in the archive.
    Archive,
    /// Move it to the trash.
    Trash,
    /// Restore it from the trash or archive as a draft.
    Restore,
}

/// The results of a bulk change.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
pub struct BulkOutcome {
    /// One result per operation, in the same order.
    pub results: Vec<BulkResult>,
}

/// The result of one operation.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
pub struct BulkResult {
    /// The id or slug from the request; for `create` the id of the new article, or null if the creation failed.
    #[schema(value_type = Option<String>)]
    pub article: Option<ID>,
    /// The article's newest revision. Null if the operation failed.
    pub revision: Option<u32>,
    /// The status of that revision. Null if the operation failed.
    pub status: Option<ArticleStatus>,
    /// Why the operation failed. Null if it succeeded.
    pub error: Option<BulkError>,
}

/// Why an operation failed.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct BulkError {
    /// The error code, for programs. It never changes.
    #[schema(example = "article.changed_meanwhile")]
    pub code: String,
    /// A description of this error, for people.
    pub detail: String,
    /// The article's current revision, if `expectedRevision` is not the current one.
    pub current_revision: Option<u32>,
    /// The fields that changed since `expectedRevision`.
    pub changed_fields: Option<Vec<String>>,
    /// The invalid parts of the operation.
    pub errors: Vec<ProblemPart>,
}

/// Reads an object or null.
fn changes<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<ArticleInput>, D::Error> {
    Ok(Option::<Object<ArticleInput>>::deserialize(reader)?.map(|Object(changes)| changes))
}

/// Reads a list of at most `MOST_OPERATIONS` entries, and stops at the first one beyond that.
fn few<'de, D: Deserializer<'de>, T: Deserialize<'de>>(reader: D) -> Result<Vec<T>, D::Error> {
    struct Few<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Few<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a list of 1 to {MOST_OPERATIONS} entries")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
            let mut read = Vec::new();
            while let Some(Object(one)) = list.next_element()? {
                if read.len() == MOST_OPERATIONS {
                    return Err(A::Error::custom(format!("has 1 to {MOST_OPERATIONS} entries")));
                }
                read.push(one);
            }
            Ok(read)
        }
    }
    reader.deserialize_seq(Few(PhantomData))
}

impl BulkOperation {
    fn read(self, n: usize) -> Result<Operation> {
        let BulkOperation {
            article,
            expected_revision,
            action,
            changes,
            published_at,
            idempotency_key,
            note,
        } = self;
        let wrong = |name: &str, code: &'static str, detail: String| {
            Error::violations(vec![Violation::at(&format!("operations/{n}/{name}"), code, detail)])
        };
        let misplaced = |name: &str, action: &str| {
            wrong(name, "value.misplaced", format!("is only allowed with {action}"))
        };
        if changes.is_some() && !matches!(action, BulkAction::Update | BulkAction::Create) {
            return Err(misplaced("changes", "create and update"));
        }
        if published_at.is_some() && action != BulkAction::Publish {
            return Err(misplaced("publishedAt", "publish"));
        }
        if note.is_some() && matches!(action, BulkAction::Update | BulkAction::Create) {
            return Err(misplaced("note", "actions that change the status"));
        }
        if idempotency_key.is_some() && action != BulkAction::Create {
            return Err(misplaced("idempotencyKey", "create"));
        }
        if action == BulkAction::Create && article.is_some() {
            return Err(wrong("article", "value.misplaced", "must be omitted with create".to_owned()));
        }
        if action == BulkAction::Create && expected_revision.is_some() {
            return Err(wrong(
                "expectedRevision",
                "value.misplaced",
                "must be omitted with create".to_owned(),
            ));
        }
        let step = match action {
            BulkAction::Create => {
                let new = Box::new(changes.unwrap_or_default().patch()?);
                return Ok(Operation::Create { new, key: idempotency_key });
            }
            BulkAction::Update => Step::Update(Box::new(changes.unwrap_or_default().patch()?)),
            BulkAction::Submit => Step::Submit,
            BulkAction::SendBack => Step::SendBack,
            BulkAction::Publish => Step::Publish(published_at.map(|at| at.0)),
            BulkAction::Unpublish => Step::Unpublish,
            BulkAction::Archive => Step::Archive,
            BulkAction::Trash => Step::Trash,
            BulkAction::Restore => Step::Restore,
        };
        let Some(ID(article)) = article else {
            let detail = "is required; with create alone it is left out".to_owned();
            return Err(wrong("article", "value.missing", detail));
        };
        Ok(Operation::Change { article, expected: Precondition::exactly(expected_revision), step, note })
    }
}

/// Executes the operations: all in one transaction if `atomic`, otherwise each in its own.
async fn run(app: &App, context: &RequestContext, input: BulkInput) -> Result<BulkOutcome> {
    let operations: Vec<Operation> =
        input.operations.into_iter().enumerate().map(|(n, one)| one.read(n)).collect::<Result<_>>()?;
    let names: Vec<Option<ID>> = operations.iter().map(|one| one.article().map(Into::into)).collect();
    let now = context.now();
    let done = |article: Option<ID>, outcome: Result<domain::article::Article>| match outcome {
        Ok(saved) => BulkResult {
            article: article.or_else(|| Some(saved.id.to_string().into())),
            revision: Some(saved.revision),
            status: Some(saved.display_status(shown_at(&saved, now)).into()),
            error: None,
        },
        Err(error) => BulkResult { article, revision: None, status: None, error: Some(refusal(&error)) },
    };
    if input.atomic {
        let saved = app.write(context, move |cx, repos| bulk::all(cx, repos, &operations)).await?;
        let results = names.into_iter().zip(saved).map(|(name, article)| done(name, Ok(article)));
        return Ok(BulkOutcome { results: results.collect() });
    }
    let count = operations.len();
    app.read(context, Length::Short, move |cx, _| bulk::check(cx, count)).await?;
    let mut results = Vec::with_capacity(count);
    for (name, operation) in names.into_iter().zip(operations) {
        let outcome = app.write(context, move |cx, repos| bulk::one(cx, repos, &operation)).await;
        if let Err(error) = &outcome {
            problem::log(error);
        }
        results.push(done(name, outcome));
    }
    Ok(BulkOutcome { results })
}

fn refusal(error: &Error) -> BulkError {
    BulkError {
        code: error.code().to_owned(),
        detail: problem::public_detail(error).to_owned(),
        current_revision: error.present().map(|present| present.revision),
        changed_fields: error.present().and_then(|present| present.fields.as_ref()).cloned(),
        errors: error.all_violations().iter().map(ProblemPart::from).collect(),
    }
}

/// Create and change many articles
///
/// Executes up to 200 operations, with the rules of the single operations. Each has its own result. With
/// `atomic`, one failure undoes all, and `errors` in the error response names the failed operations.
#[utoipa::path(
    tag = "writing",
    operation_id = "update_articles",
    security(("bearer" = [])),
    request_body = BulkInput,
    responses((status = 200, description = "One result per operation.", body = BulkOutcome))
)]
#[post("/v1/bulk/articles")]
pub async fn update_articles(
    app: Data<App>,
    context: RequireBearer,
    _: Query<Nothing>,
    sent: JsonBody<BulkInput, MOST_BYTES>,
) -> Result<Reply, Problem> {
    let outcome = run(&app, &context, sent.0).await?;
    Ok(Reply::one(&outcome, None, &context)?)
}

/// The mutation for bulk changes.
#[derive(Default)]
pub struct BulkMutations;

#[Object]
impl BulkMutations {
    /// Creates and changes many articles: up to 200 operations, with the rules of the single operations. Each has
    /// its own result. With `atomic`, one failure undoes all.
    async fn update_articles(&self, ctx: &Context<'_>, input: BulkInput) -> Result<BulkOutcome, Failure> {
        Ok(run(ctx.data_unchecked::<App>(), ctx.data_unchecked::<RequestContext>(), input).await?)
    }
}
