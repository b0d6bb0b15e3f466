//! Errors for clients: problem documents (RFC 9457) in REST, errors with a code in GraphQL.
//!
//! There are two wrappers around the domain's [`Error`], because the two libraries need different
//! traits. [`Problem`] must implement `Display`. [`Failure`] must not: async-graphql converts every
//! type with `Display` by itself, and drops the code.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use async_graphql::ErrorExtensions;
use domain::error::{Error, Kind, Place, Violation};
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::Base;

/// An error for a REST client.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    error: Error,
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let status = match error.kind() {
            Kind::Malformed | Kind::TooCostly => StatusCode::BAD_REQUEST,
            Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
            Kind::Forbidden => StatusCode::FORBIDDEN,
            Kind::Throttled => StatusCode::TOO_MANY_REQUESTS,
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::Gone => StatusCode::GONE,
            Kind::Stale => StatusCode::PRECONDITION_FAILED,
            Kind::Unconditional => StatusCode::PRECONDITION_REQUIRED,
            Kind::Conflict => StatusCode::CONFLICT,
            Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Kind::StorageFull => StatusCode::INSUFFICIENT_STORAGE,
            Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self { status, error }
    }
}

impl Problem {
    /// Creates an error of the HTTP layer that no use case returns.
    pub fn http(
        status: StatusCode,
        code: &'static str,
        detail: impl Into<std::borrow::Cow<'static, str>>,
    ) -> Self {
        Self { status, error: Error::new(Kind::Malformed, code, detail) }
    }

    /// Builds the problem document for the client.
    pub(crate) fn document(&self, base: &Base, instance: &str, request_id: &str) -> ProblemDocument {
        let code = self.error.code();
        ProblemDocument {
            r#type: base.path(&format!("/problems/{code}")),
            title: title(code, self.status).to_owned(),
            status: self.status.as_u16(),
            code: code.to_owned(),
            detail: public_detail(&self.error).to_owned(),
            instance: base.path(instance),
            request_id: request_id.to_owned(),
            errors: self.error.all_violations().iter().map(ProblemPart::from).collect(),
            existing: self.error.existing().map(str::to_owned),
            current_revision: self.error.present().map(|present| present.revision),
            changed_fields: self.error.present().and_then(|present| present.fields.clone()),
        }
    }

    /// Logs the error if the server caused it; errors of the client are not logged.
    pub(crate) fn log(&self) {
        log(&self.error);
    }
}

/// Returns the detail that a client may read. For internal errors, only the log has the reason.
pub(crate) fn public_detail(error: &Error) -> &str {
    match error.kind() {
        Kind::Internal => "something went wrong here; the request id names it in the log",
        _ => error.detail(),
    }
}

/// At most this many errors per second are logged, so that clients cannot fill the log. The access log
/// still has every request with its status.
const MOST_LOGGED: u32 = 20;

/// Logs an error that the server caused. The span of the request contains the request id.
pub(crate) fn log(error: &Error) {
    static LOGGED: Mutex<Option<(Instant, u32)>> = Mutex::new(None);

    if !matches!(error.kind(), Kind::Internal | Kind::Unavailable | Kind::StorageFull) {
        return;
    }
    {
        let mut logged = LOGGED.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, count) = logged.get_or_insert_with(|| (Instant::now(), 0));
        if since.elapsed() >= Duration::from_secs(1) {
            if let Some(more @ 1..) = count.checked_sub(MOST_LOGGED) {
                tracing::warn!(more, "more failures were not written to the log");
            }
            (*since, *count) = (Instant::now(), 0);
        }
        *count += 1;
        if *count > MOST_LOGGED {
            return;
        }
    }
    let source = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    match error.kind() {
        Kind::Internal => tracing::error!(code = error.code(), source, "{error}"),
        _ => tracing::warn!(code = error.code(), source, "{error}"),
    }
}

/// All error codes, each with a title and advice for the client.
pub(crate) const CODES: &[(&str, &str, &str)] = &[
    (
        "request.invalid",
        "The request is not valid",
        "Each entry of errors[] names a part of the request and what would be right.",
    ),
    ("article.not_found", "There is no such article", "It does not exist, or readers do not see it now."),
    (
        "article.gone",
        "The article is gone",
        "Readers knew it, and it was destroyed. Links to it can be taken out.",
    ),
    (
        "article.revision_missing",
        "The revision is missing",
        "Say which revision you have seen: If-Match with the ETag in REST, expectedRevision in GraphQL.",
    ),
    (
        "article.changed_meanwhile",
        "Somebody else changed it meanwhile",
        "currentRevision is the newest one, changedFields what moved. Read it, or ask to merge other fields.",
    ),
    (
        "thing.changed_meanwhile",
        "Somebody else changed it meanwhile",
        "currentRevision is the current one, changedFields what changed since yours. Read it and try again.",
    ),
    (
        "thing.revision_missing",
        "The revision is missing",
        "Name the revision that you have read: If-Match with the ETag in REST, expectedRevision in GraphQL.",
    ),
    (
        "article.wrong_status",
        "It does not stand where this begins",
        "The detail says where it stands; docs/workflow.md says which step leads where.",
    ),
    (
        "article.already_public",
        "Readers see it already",
        "Unpublish it first, or publish it without a later time.",
    ),
    ("article.not_published", "It is not published", "There is nothing to take away from readers."),
    (
        "bulk.refused",
        "Some of it cannot be done",
        "So none was, as was asked for. errors[] names the operations and why; leave them out or mend them.",
    ),
    (
        "article.path_taken",
        "A path leads to another article",
        "errors[] names the alias paths. Take them away from the other article and publish that first.",
    ),
    ("article.slug_taken", "The slug is taken", "Another article took it at this moment; try again."),
    (
        "revision.not_found",
        "There is no such revision",
        "GET /v1/articles/{article}/revisions lists those that are kept.",
    ),
    (
        "request.key_reused",
        "The key stands for another request",
        "An Idempotency-Key belongs to one request. Draw a new one for a new article.",
    ),
    (
        "preview.worthless",
        "The preview token is worth nothing",
        "It is malformed, has expired or is for another article. Ask whoever sent it for a new one.",
    ),
    ("tag.not_found", "There is no such tag", "Tags are listed at /v1/tags."),
    ("section.not_found", "There is no such section", "Sections are listed at /v1/sections."),
    ("author.not_found", "There is no such author", "Authors are listed at /v1/authors."),
    (
        "term.in_use",
        "Something hangs on it",
        "Articles are filed under it, or others stand below it. Move them first.",
    ),
    (
        "term.exists",
        "It exists already",
        "existing is its id. Use it, ask for it with onExisting=return, or give another slug.",
    ),
    (
        "term.path_taken",
        "Readers find an article there",
        "errors[] names the path and the article. Choose another slug, or move the article first.",
    ),
    ("slug.taken", "The slug is taken", "Somebody took it at this moment; try again."),
    (
        "collection.exists",
        "The collection exists already",
        "existing is its id. Change it, or give another slug.",
    ),
    ("collection.not_found", "There is no such collection", "Collections are listed at /v1/collections."),
    (
        "access.sign_in",
        "Sign in first",
        "POST /v1/auth/login gives an access token; send it as Authorization: Bearer.",
    ),
    (
        "access.denied",
        "Your role may not do this",
        "Ask an administrator; GET /v1/me says what your role is.",
    ),
    (
        "token.worthless",
        "The access token is worth nothing",
        "It is malformed, has expired or was revoked. Renew it at /v1/auth/refresh, or sign in again.",
    ),
    (
        "credentials.wrong",
        "Wrong address or password",
        "A forgotten password is replaced by an administrator's link.",
    ),
    ("session.ended", "The session has ended", "Sign in again. A refresh token works once."),
    ("sign_in.throttled", "Too many attempts", "Try again after the seconds that Retry-After names."),
    (
        "link.worthless",
        "The link is worth nothing",
        "It works once, for 24 hours, and only the last one that was made. Ask an administrator for another.",
    ),
    ("account.not_found", "There is no such account", "Accounts are listed at /v1/users."),
    ("account.email_taken", "The address is taken", "Another account has this e-mail address."),
    (
        "api_key.not_found",
        "There is no such key",
        "The account's keys are listed at /v1/users/{user}/api-keys.",
    ),
    ("api_key.too_many", "Too many keys", "Revoke one that is not needed."),
    ("account.disabled", "The account is disabled", "Enable it first."),
    (
        "account.last_administrator",
        "The last administrator",
        "No other administrator could sign in. Make somebody else an administrator, who has a password.",
    ),
    (
        "path.not_found",
        "Nothing lives at this path",
        "Neither an article, a medium nor a section, a tag or an author has or had this path.",
    ),
    ("asset.not_found", "There is no such part of a page", "The pages name those that there are."),
    ("problem.not_found", "There is no such problem", "The codes are listed in the OpenAPI document."),
    ("route.not_found", "There is nothing at this address", "The addresses are listed at /openapi.json."),
    ("route.method_not_allowed", "The method is not allowed here", "The Allow header names those that are."),
    (
        "request.not_acceptable",
        "No acceptable media type",
        "The server has none of the media types that the Accept header names.",
    ),
    ("request.unsupported_media_type", "The media type is not supported", "Send application/json."),
    (
        "request.too_slow",
        "The request's body took too long",
        "Send it again over a faster connection. Large bodies need at least 2 KiB a second.",
    ),
    (
        "request.unsupported_coding",
        "The request's content coding is not supported",
        "Send the body without Content-Encoding.",
    ),
    (
        "server.storage_full",
        "There is no space left",
        "Nothing was changed. Reading still works; the operator must free disk space.",
    ),
    ("request.too_large", "The request is too large", "Send less at once."),
    (
        "request.uri_too_long",
        "The address is too long",
        "Addresses have at most 8,192 bytes; GraphQL queries may be posted.",
    ),
    (
        "request.malformed",
        "The request cannot be understood",
        "It breaks the rules of HTTP or of its media type.",
    ),
    ("graphql.syntax", "The document is not GraphQL", "The locations name the place."),
    ("graphql.invalid", "The document does not fit the schema", "The schema is at /schema.graphql."),
    ("graphql.too_deep", "The query is too deep", "extensions.limit and extensions.depth give the figures."),
    (
        "graphql.too_costly",
        "The query asks for too much",
        "extensions.limit and extensions.cost give the figures; ask for smaller pages.",
    ),
    (
        "graphql.answer_too_large",
        "The answer is too large",
        "extensions.limit gives the greatest number of bytes; ask for fewer articles, or not for their bodies.",
    ),
    (
        "graphql.circular_fragment",
        "A fragment spreads itself",
        "The message names the fragment; take the spread out.",
    ),
    (
        "graphql.too_many_aliases",
        "The query has too many aliases",
        "extensions.limit and extensions.aliases give the figures.",
    ),
    (
        "graphql.too_many_directives",
        "The query has too many directives",
        "extensions.limit gives the figure.",
    ),
    (
        "graphql.batch_refused",
        "Batches are not taken",
        "Send one query a request, or several fields in one query.",
    ),
    (
        "database.unavailable",
        "The database does not answer",
        "Try again after the seconds that Retry-After names.",
    ),
    ("server.busy", "The server is busy", "Try again after the seconds that Retry-After names."),
    ("server.fault", "Something went wrong here", "Tell the operator the request id."),
];

fn title(code: &str, status: StatusCode) -> &'static str {
    CODES
        .iter()
        .find(|(known, _, _)| *known == code)
        .map_or_else(|| status.canonical_reason().unwrap_or("Error"), |(_, title, _)| title)
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.error, f)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    /// [`crate::delivery`] writes the body, because it knows the request.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::new(self.status);
        response.extensions_mut().insert(self.clone());
        response
    }
}

/// A problem document (RFC 9457).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProblemDocument {
    /// The URL of a page that explains this error code, relative to the server.
    #[schema(example = "/problems/request.invalid")]
    pub r#type: String,
    /// A short title of the error code.
    #[schema(example = "The request is not valid")]
    pub title: String,
    /// The HTTP status code.
    #[schema(example = 400)]
    pub status: u16,
    /// The error code, for programs. It never changes.
    #[schema(example = "request.invalid")]
    pub code: String,
    /// A description of this error.
    #[schema(example = "1 parameter is not valid")]
    pub detail: String,
    /// The requested path.
    #[schema(example = "/v1/articles")]
    pub instance: String,
    /// The id of the request in the server's log.
    pub request_id: String,
    /// The invalid parts of the request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<ProblemPart>,
    /// With `term.exists` and `collection.exists`: the id of the existing object.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub existing: Option<String>,
    /// With status 412: the current revision of the object.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub current_revision: Option<u32>,
    /// With status 412: the fields that changed since the revision in the request. Absent if that
    /// revision is no longer stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub changed_fields: Option<Vec<String>>,
}

/// An invalid part of a request.
#[derive(Debug, Clone, Serialize, ToSchema, async_graphql::SimpleObject)]
pub struct ProblemPart {
    /// The name of the parameter, if the invalid part is a parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "limit")]
    pub parameter: Option<String>,
    /// The position in the request body, as a JSON Pointer, if the invalid part is in the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// The error code of this part, for programs.
    #[schema(example = "limit.out_of_range")]
    pub code: String,
    /// What is wrong, and which values are valid.
    #[schema(example = "must be from 1 to 100")]
    pub detail: String,
}

impl From<&Violation> for ProblemPart {
    fn from(violation: &Violation) -> Self {
        let (parameter, pointer) = match &violation.place {
            Place::Parameter(name) => (Some(name.to_string()), None),
            Place::Pointer(pointer) => (None, Some(pointer.clone())),
        };
        Self { parameter, pointer, code: violation.code.to_owned(), detail: violation.detail.to_string() }
    }
}

/// An error for a GraphQL client. Deliberately without `Display`; see the module documentation.
pub struct Failure(pub(crate) Error);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<Failure> for async_graphql::Error {
    fn from(Failure(error): Failure) -> Self {
        log(&error);
        let message = match error.all_violations() {
            [] => public_detail(&error).to_owned(),
            _ => error.to_string(),
        };
        Self::new(message).extend_with(|_, extensions| {
            extensions.set("code", error.code());
            let parts: Vec<_> = error.all_violations().iter().map(ProblemPart::from).collect();
            if !parts.is_empty()
                && let Ok(parts) = async_graphql::to_value(&parts)
            {
                extensions.set("errors", parts);
            }
            if let Some(existing) = error.existing() {
                extensions.set("existing", existing);
            }
            if let Some(present) = error.present() {
                extensions.set("currentRevision", present.revision);
                if let Some(fields) = &present.fields {
                    extensions.set("changedFields", fields.clone());
                }
            }
        })
    }
}
