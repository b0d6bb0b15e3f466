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

use crate::http::base::Base;

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
        Kind::Internal => "internal error; the server's log contains the cause under the request id",
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
                tracing::warn!(more, "more failures were not logged");
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
        "Each entry of errors[] names an invalid part of the request and says which values are valid.",
    ),
    ("article.not_found", "Article not found", "It does not exist, or it is not visible to you."),
    (
        "article.gone",
        "Article deleted",
        "It was public and has been deleted permanently. Remove links to it.",
    ),
    (
        "article.revision_missing",
        "Revision missing",
        "Send the revision that you have read: the ETag as If-Match in REST, expectedRevision in GraphQL.",
    ),
    (
        "article.changed_meanwhile",
        "Changed by someone else",
        "currentRevision is the newest one; changedFields lists the changes. Read it and try again, or merge.",
    ),
    (
        "thing.changed_meanwhile",
        "Changed by someone else",
        "currentRevision is the current revision; changedFields lists the changes. Read it and try again.",
    ),
    (
        "thing.revision_missing",
        "Revision missing",
        "Send the revision that you have read: the ETag as If-Match in REST, expectedRevision in GraphQL.",
    ),
    (
        "article.wrong_status",
        "Not possible in this status",
        "The detail names the article's status; docs/workflow.md lists the steps possible in it.",
    ),
    (
        "article.already_public",
        "Already published",
        "Unpublish the article first, or publish it without a time in the future.",
    ),
    (
        "article.not_published",
        "Not published",
        "The article is neither published nor scheduled, so it cannot be unpublished.",
    ),
    (
        "bulk.refused",
        "Some operations failed",
        "Nothing was changed, because the request is atomic. errors[] names the failed operations.",
    ),
    (
        "article.path_taken",
        "Path in use",
        "errors[] names the alias paths that lead elsewhere. Remove them there first, and publish that.",
    ),
    ("article.slug_taken", "Slug in use", "Another request took it at the same time. Try again."),
    (
        "revision.not_found",
        "Revision not found",
        "GET /v1/articles/{article}/revisions lists the stored revisions.",
    ),
    (
        "request.key_reused",
        "Idempotency key reused",
        "The key was already used for a different request. Use a new key for a new article.",
    ),
    (
        "preview.worthless",
        "Invalid preview token",
        "It is malformed, has expired or is for another article. Ask the person who sent it for a new one.",
    ),
    ("tag.not_found", "Tag not found", "Tags are listed at /v1/tags."),
    ("section.not_found", "Section not found", "Sections are listed at /v1/sections."),
    ("author.not_found", "Author not found", "Authors are listed at /v1/authors."),
    (
        "term.in_use",
        "Still in use",
        "Articles, terms below it or an account still use it; the detail says which. Change those first.",
    ),
    (
        "term.exists",
        "Already exists",
        "existing is its id. Use it, send onExisting=return, or choose another slug.",
    ),
    ("byline.exists", "Your account has a byline", "existing is the author's id. Change that author."),
    (
        "term.path_taken",
        "Path in use by an article",
        "errors[] names the path and the article. Choose another slug, or move the article first.",
    ),
    ("slug.taken", "Slug in use", "Another request took it at the same time. Try again."),
    (
        "collection.exists",
        "Collection already exists",
        "existing is its id. Change that collection, or choose another slug.",
    ),
    ("collection.not_found", "Collection not found", "Collections are listed at /v1/collections."),
    (
        "access.sign_in",
        "Not signed in",
        "Get an access token with POST /v1/auth/login and send it as Authorization: Bearer.",
    ),
    (
        "access.denied",
        "Not allowed",
        "Your role or the scopes of your API key do not permit this. GET /v1/me returns your role.",
    ),
    (
        "token.worthless",
        "Invalid access token",
        "It is malformed, has expired or was revoked. Renew it at /v1/auth/refresh, or sign in again.",
    ),
    (
        "credentials.wrong",
        "Wrong e-mail address or password",
        "If you forgot the password, ask an administrator for a link to choose a new one.",
    ),
    ("session.ended", "Session ended", "Sign in again. Each refresh token works only once."),
    (
        "sign_in.throttled",
        "Too many attempts",
        "Try again after the number of seconds in the Retry-After header.",
    ),
    (
        "link.worthless",
        "Invalid password link",
        "It works once, within 24 hours, until a newer link is created. Ask an administrator for a new one.",
    ),
    ("account.not_found", "Account not found", "Accounts are listed at /v1/users."),
    ("account.email_taken", "E-mail address in use", "Another account has this e-mail address."),
    ("api_key.not_found", "API key not found", "The account's keys are listed at /v1/users/{user}/api-keys."),
    ("api_key.too_many", "Too many API keys", "Revoke one that you no longer need."),
    ("account.disabled", "Account disabled", "Enable it first."),
    (
        "account.last_administrator",
        "Last administrator",
        "No other administrator could sign in. First give the admin role to an account that has a password.",
    ),
    (
        "path.not_found",
        "Nothing at this path",
        "No article, media, section, tag or author has or had this path.",
    ),
    ("asset.not_found", "File not found", "The server's pages link to the files that exist."),
    ("problem.not_found", "Unknown error code", "All codes are listed in the OpenAPI document."),
    ("route.not_found", "Unknown path", "All paths of the API are listed at /openapi.json."),
    ("route.method_not_allowed", "Method not allowed", "The Allow header lists the allowed methods."),
    (
        "request.not_acceptable",
        "No acceptable media type",
        "The server cannot send any of the media types in the Accept header.",
    ),
    ("request.unsupported_media_type", "Unsupported media type", "Send application/json."),
    (
        "request.too_slow",
        "Request body too slow",
        "Send it again over a faster connection. Large bodies need at least 2 KiB per second.",
    ),
    ("request.unsupported_coding", "Unsupported content coding", "Send the body without Content-Encoding."),
    (
        "server.storage_full",
        "No disk space left",
        "Nothing was changed. Reading still works; the operator must free disk space.",
    ),
    ("request.too_large", "Request too large", "Send less data in one request."),
    (
        "request.uri_too_long",
        "URL too long",
        "URLs have at most 8,192 bytes. Send long GraphQL queries with POST.",
    ),
    (
        "request.malformed",
        "Malformed request",
        "It is not valid HTTP, or the body is not valid for its media type.",
    ),
    ("graphql.syntax", "Invalid GraphQL syntax", "locations contains the position of the error."),
    ("graphql.invalid", "Query does not match the schema", "The schema is at /schema.graphql."),
    (
        "graphql.too_deep",
        "Query too deep",
        "extensions.depth is the depth of the query, extensions.limit the maximum.",
    ),
    (
        "graphql.too_costly",
        "Query too costly",
        "extensions.cost is the cost of the query, extensions.limit the maximum. Request smaller pages.",
    ),
    (
        "graphql.answer_too_large",
        "Response too large",
        "extensions.limit is the maximum in bytes. Request fewer articles, or leave out their bodies.",
    ),
    (
        "graphql.circular_fragment",
        "Circular fragment",
        "The message names the fragment that contains itself. Remove the spread.",
    ),
    (
        "graphql.too_many_aliases",
        "Too many aliases",
        "extensions.aliases is the number in the query, extensions.limit the maximum.",
    ),
    ("graphql.too_many_directives", "Too many directives", "extensions.limit is the maximum."),
    (
        "graphql.batch_refused",
        "Batches not supported",
        "Send one query per request. A query can select several fields.",
    ),
    (
        "database.unavailable",
        "Database unavailable",
        "Try again after the number of seconds in the Retry-After header.",
    ),
    ("server.busy", "The server is busy", "Try again after the number of seconds in the Retry-After header."),
    ("server.fault", "Internal error", "Send the request id to the operator of the server."),
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

    /// [`crate::http::delivery`] writes the body, because it knows the request.
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
    /// With `term.exists`, `byline.exists` and `collection.exists`: the id of the existing object. With an upsert that
    /// fails: the id of the article.
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
