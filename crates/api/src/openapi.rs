//! The OpenAPI document, and what the server looks up in it: the fields of a schema, and the methods of
//! a path.

mod generators;

use std::sync::LazyLock;

use serde_json::Value;
use utoipa::{
    OpenApi,
    openapi::{
        RefOr, Response,
        content::ContentBuilder,
        path::Operation,
        schema::Ref,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use utoipa_actix_web::AppExt as _;

use crate::{http::problem::CODES, http::routes::routes, parameters};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Broadsheet",
        description = "A headless content server for news publishers: articles, tags, sections and authors, related \
                       articles, comments, collections such as front pages, and the site itself.\n\nLists are \
                       paginated with cursors. Every response to `GET` has a strong `ETag`; send it back as \
                       `If-None-Match`. Errors are problem documents (RFC 9457) with a stable `code`. The same data \
                       is available over GraphQL at `/graphql`, with the same names and values.\n\nResponse \
                       schemas describe the complete response. With the parameter `fields`, a response contains only \
                       the properties named in `fields`, and `id`. Generated clients that check required properties \
                       should not use `fields`.\n\nReading published content needs no account. Members of the \
                       newsroom and their programs send an access token from `/v1/auth/login` or an API key: \
                       `Authorization: Bearer …`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    components(schemas(crate::http::problem::ProblemDocument)),
    tags(
        (name = "articles", description = "Articles, related articles and comments, as readers see them."),
        (name = "writing", description = "Creating, changing and publishing articles; revisions and previews."),
        (name = "terms", description = "Tags, sections and authors."),
        (name = "site", description = "The site, its collections (such as front pages) and its paths."),
        (name = "accounts", description = "Accounts, sessions, API keys and the change log."),
        (name = "documents", description = "The API documentation, for people and programs."),
        (name = "operations", description = "Health checks for operators."),
    ),
    servers((url = "/", description = "This server"))
)]
struct Document;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let described = actix_web::App::new().into_utoipa_app().openapi(Document::openapi()).configure(routes);
    let mut document = described.split_for_parts().1;
    document.info.version = env!("CARGO_PKG_VERSION").to_owned();
    if let Some(components) = &mut document.components {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    }
    list_codes(&mut document);
    add_problems(&mut document);
    let mut document = serde_json::to_value(&document).unwrap_or_default();
    generators::simplify(&mut document);
    parameters::describe(&mut document);
    document
});

/// Returns the document as it is served at `/openapi.json` and committed to the repository.
pub fn openapi_json() -> String {
    let mut text = serde_json::to_string_pretty(&*DOCUMENT).unwrap_or_default();
    text.push('\n');
    text
}

/// Adds the table of error codes to the description.
fn list_codes(document: &mut utoipa::openapi::OpenApi) {
    let mut text = document.info.description.take().unwrap_or_default();
    text.push_str("\n\n## Error codes\n\n| code | title | what to do |\n|---|---|---|\n");
    for (code, title, advice) in CODES {
        text.push_str(&format!("| `{code}` | {title} | {advice} |\n"));
    }
    document.info.description = Some(text);
}

/// The description that marks a request body as optional; [`add_problems`] looks for it.
const MAY_BE_LEFT_OUT: &str = "Optional.";

/// Adds the error responses that operations have in common.
fn add_problems(document: &mut utoipa::openapi::OpenApi) {
    for (path, item) in &mut document.paths.paths {
        if path.starts_with("/health") {
            continue;
        }
        for operation in item.get.iter_mut() {
            add_validators(operation);
        }
        let get = item.get.iter_mut().map(|operation| (operation, false));
        // An upsert accepts `If-Match` but does not require it.
        let is_upsert = item.put.is_some();
        let others = [&mut item.post, &mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten();
        for (operation, changes) in get.chain(others.map(|operation| (operation, true))) {
            let parameters = operation.parameters.as_ref().is_some_and(|parameters| !parameters.is_empty());
            let names_revision = operation
                .parameters
                .iter()
                .flatten()
                .any(|one| matches!(one, RefOr::T(parameter) if parameter.name == "If-Match"));
            if let Some(RefOr::T(body)) = &mut operation.request_body
                && body.description.as_deref() == Some(MAY_BE_LEFT_OUT)
            {
                body.required = Some(utoipa::openapi::Required::False);
            }
            let has_body = operation.request_body.is_some();
            let is_checked = operation.security.is_some();
            let is_accounts = operation.tags.iter().flatten().any(|tag| tag == "accounts");
            let mut add = |status: &str, description: &str| {
                let schema = RefOr::Ref(Ref::from_schema_name("ProblemDocument"));
                let content = ContentBuilder::new().schema(Some(schema)).build();
                let response = Response::builder()
                    .description(description)
                    .content("application/problem+json", content)
                    .build();
                operation.responses.responses.entry(status.to_owned()).or_insert(RefOr::T(response));
            };
            if has_body {
                add(
                    "400",
                    "The body is not JSON, or a part of it is invalid; `errors` names the invalid parts.",
                );
                let most = if path.starts_with("/v1/articles") || path.starts_with("/v1/bulk") {
                    "4,194,304"
                } else {
                    "262,144"
                };
                add("413", &format!("The body has more than {most} bytes."));
                add("408", "The body took too long to arrive.");
                add("415", "`Content-Type` is not JSON, or the body has a content coding.");
            }
            if is_checked {
                add("401", "The access token is missing or invalid.");
                add("403", "Your role or your API key does not permit this.");
                if changes {
                    add("409", "The request conflicts with existing data; `code` names the conflict.");
                }
            } else if path.starts_with("/v1/") || path.starts_with("/.well-known/") {
                add("401", "The access token or the credentials are invalid.");
            }
            if is_accounts && has_body {
                add("409", "The request conflicts with existing data; `code` names the conflict.");
                add("429", "Too many attempts. `Retry-After` contains the seconds to wait.");
            }
            if parameters || path.starts_with("/v1/") {
                add("400", "A parameter is unknown, repeated, malformed or out of range; `errors` names it.");
            }
            if names_revision {
                add(
                    "412",
                    "Someone else has changed it; `currentRevision` and `changedFields` describe the change.",
                );
                if !is_upsert {
                    add("428", "`If-Match` is missing.");
                }
            }
            if is_upsert {
                add("410", "The article with this id in the source was deleted permanently.");
            }
            if path.ends_with("/articles") && changes {
                add("422", "The `Idempotency-Key` was already used for a different request.");
            }
            if path == "/v1/articles/{article}" && !changes {
                add("403", "The preview token is invalid.");
            }
            let is_readers = path.starts_with("/v1/articles/{article}") && !changes && !is_checked;
            if is_readers || path.ends_with("/resolve") {
                add("410", "It was public and has been deleted permanently.");
            }
            add("406", "The server cannot send any of the media types or codings that the client accepts.");
            add("414", "The URL has more than 8,192 bytes.");
            if path.contains('{') || path.ends_with("/resolve") {
                add("404", "It does not exist, or it is not visible to you.");
            }
            if changes && path.starts_with("/v1/") {
                add("507", "No disk space left; nothing was changed.");
            }
            add(
                "503",
                "The database is unavailable or the server is busy. `Retry-After` contains the seconds to wait.",
            );
        }
    }
}

/// Added to the description of a response that `fields` can reduce. A separate schema for it would make
/// every property optional in generated clients.
const SPARSE: &str = " With `fields`, only the named properties and `id` are included; the others are absent, \
                      even if the schema requires them.";

/// Adds what every response to GET has: the headers `ETag` and `X-Request-Id`, and the response 304.
fn add_validators(operation: &mut Operation) {
    let has_parameter = |name: &str| {
        let mut parameters = operation.parameters.iter().flatten();
        parameters.any(|parameter| matches!(parameter, RefOr::T(parameter) if parameter.name == name))
    };
    let (is_list, is_sparse) = (has_parameter("after"), has_parameter("fields"));
    let header = |description: &str| {
        let mut header = utoipa::openapi::Header::default();
        header.description = Some(description.to_owned());
        RefOr::T(header)
    };
    if let Some(RefOr::T(found)) = operation.responses.responses.get_mut("200") {
        found.headers.insert(
            "ETag".to_owned(),
            header("Identifies these exact bytes. Send it back as `If-None-Match`."),
        );
        found.headers.insert("X-Request-Id".to_owned(), header("The id of the request in the server's log."));
        if is_list {
            found
                .headers
                .insert("Link".to_owned(), header("Links to the next and previous pages (RFC 8288)."));
        }
        if is_sparse {
            found.description.push_str(SPARSE);
        }
    }
    let unchanged = Response::new("Not modified since the response with the `ETag` in `If-None-Match`.");
    operation.responses.responses.entry("304".to_owned()).or_insert(RefOr::T(unchanged));
}

/// Returns the methods that a path supports, in the format of the `Allow` header; `None` if no path of
/// the document matches.
pub(crate) fn allowed(path: &str) -> Option<String> {
    let paths = DOCUMENT.get("paths")?.as_object()?;
    let fits = |template: &str| {
        let (mut wanted, mut given) = (template.split('/'), path.split('/'));
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return true,
                (Some(wanted), Some(given))
                    if wanted == given || (wanted.starts_with('{') && !given.is_empty()) => {}
                _ => return false,
            }
        }
    };
    if path == "/graphql" {
        return Some("GET, HEAD, OPTIONS, POST".to_owned());
    }
    // Paths below `/reader` have any number of segments, which a path template cannot express.
    if path == "/reader" || path.starts_with("/reader/") {
        return Some("GET, HEAD, OPTIONS".to_owned());
    }
    let (_, item) = paths.iter().find(|(template, _)| fits(template))?;
    let mut methods = vec!["OPTIONS".to_owned()];
    for method in item
        .as_object()?
        .keys()
        .filter(|key| ["get", "post", "put", "patch", "delete"].contains(&key.as_str()))
    {
        methods.push(method.to_uppercase());
        if method == "get" {
            methods.push("HEAD".to_owned());
        }
    }
    methods.sort();
    Some(methods.join(", "))
}
