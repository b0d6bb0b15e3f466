//! Many articles at once, over both faces.

use std::{fmt, marker::PhantomData};

use actix_web::{post, web::Data};
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use domain::{
    article::{
        Seen,
        bulk::{self, MOST_OPERATIONS, Operation, Step},
    },
    error::{Error, Result, Violation},
};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error as _, SeqAccess, Visitor},
};
use utoipa::ToSchema;

use super::{super::view::ArticleStatus, input::ArticleInput, rest::MOST_BYTES};
use crate::{
    app::{App, Asking, Length},
    problem::{self, Failure, Problem, ProblemPart},
    query::{Nothing, Query},
    reply::Reply,
    scalar::DateTime,
    sent::{Object, Sent, whole},
    session::bearer::Signed,
};

/// What to do with many articles.
#[derive(Deserialize, ToSchema, InputObject)]
#[serde(deny_unknown_fields)]
pub struct BulkInput {
    /// What to do, in this order.
    #[schema(min_items = 1, max_items = 200)]
    #[serde(deserialize_with = "few")]
    operations: Vec<BulkOperation>,
    /// Whether all of it is done or nothing. Without it, each operation is done or refused alone.
    #[serde(default)]
    #[graphql(default)]
    #[schema(required = false)]
    atomic: bool,
}

/// What to do with one of them.
#[derive(Deserialize, ToSchema, InputObject)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BulkOperation {
    /// The article, by id or slug. Required, except with `create`.
    #[schema(value_type = Option<String>)]
    article: Option<ID>,
    /// The newest revision that you have read. Required, except with `create`.
    #[serde(default, deserialize_with = "whole")]
    #[schema(minimum = 1, maximum = 2147483647)]
    expected_revision: Option<u32>,
    /// What to do.
    action: BulkAction,
    /// With `update`: the fields to change. With `create`: the fields of the new article.
    #[serde(default, deserialize_with = "changes")]
    changes: Option<ArticleInput>,
    /// With `publish`: when readers see it first.
    published_at: Option<DateTime>,
    /// With `create`: a key that you draw for this creation, 1 to 255 visible ASCII characters. For 24 hours the
    /// same creation with the same key creates no second article, and returns the first.
    #[schema(min_length = 1, max_length = 255, pattern = "^[!-~]+$")]
    idempotency_key: Option<String>,
    /// A note to colleagues, kept with the revision. At most 2,000 characters.
    #[schema(max_length = 2000, pattern = "^[^\\u0000]*$")]
    note: Option<String>,
}

/// What to do with an article; each is the use case of this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema, Enum)]
#[serde(rename_all = "snake_case")]
pub enum BulkAction {
    /// Create it, and publish it if `changes` say so.
    Create,
    /// Change it.
    Update,
    /// Hand it in.
    Submit,
    /// Give it back.
    SendBack,
    /// Publish it.
    Publish,
    /// Take it from readers.
    Unpublish,
    /// Archive it.
    Archive,
    /// Throw it away.
    Trash,
    /// Have it back.
    Restore,
}

/// What came of the operations.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
pub struct BulkOutcome {
    /// A result for each, in their order.
    pub results: Vec<BulkResult>,
}

/// What came of one operation.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
pub struct BulkResult {
    /// The article as it was named; the id of the one that was created. Null where a creation was refused.
    #[schema(value_type = Option<String>)]
    pub article: Option<ID>,
    /// Its newest revision; null where the operation was refused.
    pub revision: Option<u32>,
    /// Where that stands; null where the operation was refused.
    pub status: Option<ArticleStatus>,
    /// Why the operation was refused.
    pub error: Option<BulkError>,
}

/// Why an operation was refused.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct BulkError {
    /// What happened, for programs; stable.
    #[schema(example = "article.changed_meanwhile")]
    pub code: String,
    /// What happened, for people.
    pub detail: String,
    /// The article's newest revision, where another one was seen.
    pub current_revision: Option<u32>,
    /// The fields that are other than in the revision that was seen.
    pub changed_fields: Option<Vec<String>>,
    /// The parts of the operation that are wrong.
    pub errors: Vec<ProblemPart>,
}

/// Reads an object that may be null.
fn changes<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<ArticleInput>, D::Error> {
    Ok(Option::<Object<ArticleInput>>::deserialize(reader)?.map(|Object(changes)| changes))
}

/// Reads a list that has no more entries than there may be, and not the rest of a longer one.
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
        let misplaced =
            |name: &str, action: &str| wrong(name, "value.misplaced", format!("goes with {action} alone"));
        if changes.is_some() && !matches!(action, BulkAction::Update | BulkAction::Create) {
            return Err(misplaced("changes", "create and update"));
        }
        if published_at.is_some() && action != BulkAction::Publish {
            return Err(misplaced("publishedAt", "publish"));
        }
        if note.is_some() && matches!(action, BulkAction::Update | BulkAction::Create) {
            return Err(misplaced("note", "steps"));
        }
        if idempotency_key.is_some() && action != BulkAction::Create {
            return Err(misplaced("idempotencyKey", "create"));
        }
        let other_than_create = "actions other than create";
        if action == BulkAction::Create && article.is_some() {
            return Err(misplaced("article", other_than_create));
        }
        if action == BulkAction::Create && expected_revision.is_some() {
            return Err(misplaced("expectedRevision", other_than_create));
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
        Ok(Operation::Change { article, seen: Seen::exactly(expected_revision), step, note })
    }
}

/// Does the operations: in one transaction, or each in its own.
async fn run(app: &App, asking: &Asking, input: BulkInput) -> Result<BulkOutcome> {
    let operations: Vec<Operation> =
        input.operations.into_iter().enumerate().map(|(n, one)| one.read(n)).collect::<Result<_>>()?;
    let names: Vec<Option<ID>> = operations.iter().map(|one| one.article().map(Into::into)).collect();
    let now = asking.now();
    let done = |article: Option<ID>, outcome: Result<domain::article::Article>| match outcome {
        Ok(saved) => BulkResult {
            article: article.or_else(|| Some(saved.id.to_string().into())),
            revision: Some(saved.revision),
            status: Some(saved.standing(now).into()),
            error: None,
        },
        Err(error) => BulkResult { article, revision: None, status: None, error: Some(refusal(&error)) },
    };
    if input.atomic {
        let saved = app.write(asking, move |cx, repos| bulk::all(cx, repos, &operations)).await?;
        let results = names.into_iter().zip(saved).map(|(name, article)| done(name, Ok(article)));
        return Ok(BulkOutcome { results: results.collect() });
    }
    let count = operations.len();
    app.read(asking, Length::Short, move |cx, _| bulk::check(cx, count)).await?;
    let mut results = Vec::with_capacity(count);
    for (name, operation) in names.into_iter().zip(operations) {
        let outcome = app.write(asking, move |cx, repos| bulk::one(cx, repos, &operation)).await;
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
/// Each operation is one of those on an article, with its rules and rights; each has a result. With
/// `atomic`, all are done or none, and `errors` of the refusal names those that cannot be.
#[utoipa::path(
    tag = "writing",
    operation_id = "update_articles",
    security(("bearer" = [])),
    request_body = BulkInput,
    responses((status = 200, description = "A result for each operation.", body = BulkOutcome))
)]
#[post("/v1/bulk/articles")]
pub async fn update_articles(
    app: Data<App>,
    asking: Signed,
    _: Query<Nothing>,
    sent: Sent<BulkInput, MOST_BYTES>,
) -> Result<Reply, Problem> {
    let outcome = run(&app, &asking, sent.0).await?;
    Ok(Reply::one(&outcome, None, &asking)?)
}

/// Many articles at once.
#[derive(Default)]
pub struct BulkMutations;

#[Object]
impl BulkMutations {
    /// Creates and changes many articles. Each operation is one of those on an article, with its rules and rights; each
    /// has a result. With `atomic`, all are done or none.
    async fn update_articles(&self, ctx: &Context<'_>, input: BulkInput) -> Result<BulkOutcome, Failure> {
        Ok(run(ctx.data_unchecked::<App>(), ctx.data_unchecked::<Asking>(), input).await?)
    }
}
