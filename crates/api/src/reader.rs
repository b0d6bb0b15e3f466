//! Serves the example newspaper of `examples/reader` at `/reader`.
//!
//! `head` finds the status and the HTML head of a page; everything else is client-side JavaScript.

mod head;

use actix_web::{
    CustomizeResponder, Either, HttpRequest, HttpResponse, Responder as _,
    http::header,
    routes,
    web::{Data, Path, Query},
};
use include_dir::{Dir, include_dir};

use self::head::Page;
use crate::{
    app::{App, Length},
    context::RequestContext,
    http::base::Base,
    http::problem::Problem,
    http::reply::Reply,
};

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../examples/reader");
use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the REST operations, for the server and for the OpenAPI document.
pub(crate) fn routes(routes: &mut ServiceConfig<'_>) {
    routes.service(get_reader);
}

/// The Content-Security-Policy of the newspaper: its own scripts and styles, and images, video and audio
/// from any host.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     img-src 'self' data: http: https:; media-src 'self' http: https:; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

/// Get a page of the newspaper
///
/// An example front end that uses only GraphQL. It shows the home page, articles at their `canonicalPath`,
/// and the pages of sections, tags and authors. The status code and the HTML head are set by the server, so
/// that crawlers can read them. With the query parameter `preview`, the page shows the draft that the preview
/// token belongs to. The path of a file of the example returns that file.
#[utoipa::path(
    get,
    path = "/reader/{path}",
    tag = "documents",
    operation_id = "get_reader",
    params(("path" = String, Path, description = "A path of the site. May contain slashes.", example = "about-us")),
    responses(
        (status = 200, description = "An HTML page.", body = String, content_type = "text/html"),
        (status = 301, description = "The page has moved permanently to `Location`."),
        (status = 302, description = "The path belongs to a media file, which is at `Location`."),
        (status = 403, description = "The preview token is invalid or has expired.", body = String, content_type = "text/html"),
        (status = 404, description = "There is no page at this path.", body = String, content_type = "text/html"),
        (status = 410, description = "The page at this path was deleted permanently.", body = String, content_type = "text/html"),
    )
)]
#[routes]
#[get("/reader")]
#[get("/reader/{path:.*}")]
pub async fn get_reader(
    app: Data<App>,
    context: RequestContext,
    request: HttpRequest,
    path: Option<Path<String>>,
) -> Result<Either<CustomizeResponder<Reply>, HttpResponse>, Problem> {
    let name = path.as_ref().map_or("", |path| path.as_str());
    if let Some((file, kind)) = FILES.get_file(name).zip(kind(name)) {
        return Ok(Either::Left(guarded(Reply::text(file.contents(), kind))));
    }
    let query = request.query_string();
    let token = parameter(query, "preview");
    // The path stays percent-encoded, because resolving it can depend on the encoding.
    let sent = request.path().strip_prefix(BASE).filter(|path| !path.is_empty()).unwrap_or("/");
    let path = if query.is_empty() { sent.to_owned() } else { format!("{sent}?{query}") };
    let page = app
        .read(&context, Length::Short, move |cx, repos| match token {
            Some(token) => head::preview(cx, repos, &token),
            None => head::find(cx, repos, &path),
        })
        .await?;
    let base = Base::of(&request);
    let head = match page {
        Page::Moved { to, for_good } => return Ok(Either::Right(moved(&base, &to, for_good))),
        Page::Shown(head) => head,
    };
    let html = head.fill(&base.page(INDEX), &base.url(""), BASE);
    let reply = guarded(Reply::text(html, HTML)).with_status(head.status);
    Ok(Either::Left(match head.private {
        true => reply
            .insert_header((header::CACHE_CONTROL, "private, no-store"))
            .insert_header(("X-Robots-Tag", "noindex")),
        false => reply,
    }))
}

/// Adds the security headers.
fn guarded(reply: Reply) -> CustomizeResponder<Reply> {
    reply
        .customize()
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
}

/// Redirects to the current path of a page, or to a media file.
fn moved(base: &Base, to: &str, for_good: bool) -> HttpResponse {
    let mut response = if for_good { HttpResponse::MovedPermanently() } else { HttpResponse::Found() };
    let location = if for_good { base.link(&format!("{BASE}{to}")) } else { to.to_owned() };
    response
        .insert_header((header::LOCATION, location))
        .insert_header((header::CACHE_CONTROL, "public, no-cache"))
        .finish()
}

fn parameter(query: &str, name: &str) -> Option<String> {
    let pairs = Query::<Vec<(String, String)>>::from_query(query).ok()?;
    pairs.into_inner().into_iter().find(|(found, _)| found == name).map(|(_, value)| value)
}

/// The path of the newspaper on this server.
const BASE: &str = "/reader";

const HTML: &str = "text/html; charset=utf-8";
const INDEX: &str = include_str!("../../../examples/reader/index.html");

/// Returns the media type of a file of the newspaper, by its extension.
fn kind(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        _ => None,
    }
}
