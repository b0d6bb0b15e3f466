//! HTML pages of the server: home, API documentation, GraphiQL, password form, problem types.
//!
//! The pages load nothing from other hosts; their scripts and styles are in `crates/api/pages`. The example
//! newspaper is in `reader.rs`.

use actix_web::{
    CustomizeResponder, HttpRequest, Responder as _, get,
    http::{StatusCode, header},
    web::Path,
};

use crate::{
    http::base::Base,
    http::problem::{CODES, Problem},
    http::query::{Nothing, Query},
    http::reply::Reply,
};
use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the REST operations, for the server and for the OpenAPI document.
pub(crate) fn routes(routes: &mut ServiceConfig<'_>) {
    routes
        .service(get_home)
        .service(get_docs)
        .service(get_graphiql)
        .service(get_problem)
        .service(get_asset)
        .map(|routes| routes.service(get_password_page));
}

/// The Content-Security-Policy of the pages. GraphiQL and RapiDoc need inline styles.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

/// The static files of the pages: name, media type, content.
const ASSETS: &[(&str, &str, &[u8])] = &[
    ("page.css", CSS, include_bytes!("../pages/page.css")),
    ("password.css", CSS, include_bytes!("../pages/password.css")),
    ("password.js", SCRIPT, include_bytes!("../pages/password.js")),
    ("icon.svg", "image/svg+xml", include_bytes!("../pages/icon.svg")),
    ("docs-page.css", CSS, include_bytes!("../pages/docs-page.css")),
    ("docs-page.js", SCRIPT, include_bytes!("../pages/docs-page.js")),
    ("rapidoc.js", SCRIPT, include_bytes!("../pages/vendor/rapidoc-min.js")),
    ("react.js", SCRIPT, include_bytes!("../pages/vendor/react.production.min.js")),
    ("react-dom.js", SCRIPT, include_bytes!("../pages/vendor/react-dom.production.min.js")),
    ("graphiql.js", SCRIPT, include_bytes!("../pages/vendor/graphiql.min.js")),
    ("graphiql.css", CSS, include_bytes!("../pages/vendor/graphiql.min.css")),
    ("graphiql-page.js", SCRIPT, include_bytes!("../pages/graphiql-page.js")),
    ("graphiql-page.css", CSS, include_bytes!("../pages/graphiql-page.css")),
];

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

type Page = CustomizeResponder<Reply>;

fn page(request: &HttpRequest, html: &str) -> Page {
    Reply::text(Base::of(request).page(html), "text/html; charset=utf-8")
        .customize()
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
}

/// Get the home page
///
/// A short description of this server, with links to its other pages and documents.
#[utoipa::path(
    tag = "documents",
    operation_id = "get_home",
    responses((status = 200, description = "An HTML page.", body = String, content_type = "text/html"))
)]
#[get("/")]
pub async fn get_home(request: HttpRequest, _: Query<Nothing>) -> Page {
    page(&request, include_str!("../pages/home.html"))
}

/// Get the REST API documentation
///
/// An HTML page that describes every operation and can send requests.
#[utoipa::path(
    tag = "documents",
    operation_id = "get_docs",
    responses((status = 200, description = "An HTML page.", body = String, content_type = "text/html"))
)]
#[get("/docs")]
pub async fn get_docs(request: HttpRequest, _: Query<Nothing>) -> Page {
    page(&request, include_str!("../pages/docs.html"))
}

/// Get GraphiQL
///
/// An in-browser editor for GraphQL queries, with examples.
#[utoipa::path(
    tag = "documents",
    operation_id = "get_graphiql",
    responses((status = 200, description = "An HTML page.", body = String, content_type = "text/html"))
)]
#[get("/graphiql")]
pub async fn get_graphiql(request: HttpRequest, _: Query<Nothing>) -> Page {
    page(&request, include_str!("../pages/graphiql.html"))
}

/// Get the page for choosing a password
///
/// Password links lead to this page. The secret of the link is in the URL fragment, which browsers do not
/// send to servers.
#[utoipa::path(
    tag = "documents",
    operation_id = "get_password_page",
    responses((status = 200, description = "An HTML page.", body = String, content_type = "text/html"))
)]
#[get("/password")]
pub async fn get_password_page(request: HttpRequest, _: Query<Nothing>) -> Page {
    page(&request, include_str!("../pages/password.html"))
}

/// Returns the URL of the page for choosing a password, with the secret of a password link.
pub fn password_page(base: &Base, secret: &str) -> String {
    base.url(&format!("/password#{secret}"))
}

/// Get the description of a problem type
///
/// The page that the `type` field of a problem document links to.
#[utoipa::path(
    tag = "documents",
    operation_id = "get_problem",
    params(("code" = String, Path, description = "The error code.", example = "request.invalid")),
    responses((status = 200, description = "The meaning of the error code, and how to resolve it.", body = String, content_type = "text/html"))
)]
#[get("/problems/{code}")]
pub async fn get_problem(
    request: HttpRequest,
    code: Path<String>,
    _: Query<Nothing>,
) -> Result<Page, Problem> {
    let Some((code, title, advice)) = CODES.iter().find(|(known, _, _)| *known == code.as_str()) else {
        return Err(Problem::http(
            StatusCode::NOT_FOUND,
            "problem.not_found",
            "there is no problem with this code",
        ));
    };
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <link rel=\"icon\" href=\"/assets/icon.svg\" type=\"image/svg+xml\">\n\
         <link rel=\"stylesheet\" href=\"/assets/page.css\">\n</head>\n<body>\n<main>\n\
         <h1>{title}</h1>\n<p><code>{code}</code></p>\n<p>{advice}</p>\n\
         <p><a href=\"/docs\">REST API</a> · <a href=\"/openapi.json\">OpenAPI document</a></p>\n\
         </main>\n</body>\n</html>\n"
    );
    Ok(page(&request, &html))
}

/// Get a static file
///
/// The styles, scripts and images of this server's HTML pages.
#[utoipa::path(
    tag = "documents",
    operation_id = "get_asset",
    params(("asset" = String, Path, description = "File name.", example = "page.css")),
    responses((status = 200, description = "The file.", body = String, content_type = "text/css"))
)]
#[get("/assets/{asset}")]
pub async fn get_asset(asset: Path<String>, _: Query<Nothing>) -> Result<Reply, Problem> {
    let found = ASSETS.iter().find(|(name, _, _)| *name == asset.as_str());
    let Some((_, kind, bytes)) = found else {
        return Err(Problem::http(StatusCode::NOT_FOUND, "asset.not_found", "there is no such file"));
    };
    Ok(Reply::text(*bytes, kind))
}
