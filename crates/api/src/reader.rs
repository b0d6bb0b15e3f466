//! The newspaper of `examples/reader`, served beside the API that it reads.

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
    app::{App, Asking, Length},
    base::Base,
    problem::Problem,
    reply::Reply,
};

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../examples/reader");

/// What the newspaper may load and do: its own scripts and styles, and pictures, films and
/// recordings of wherever the newsroom keeps them.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     img-src 'self' data: http: https:; media-src 'self' http: https:; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

/// Get a page of the newspaper
///
/// An example of a front end, made of GraphQL alone: the front page, an article at its
/// `canonicalPath`, the front of a section, a tag or an author. The page asks for what it shows; its head
/// and its status are for crawlers too. With `preview`, it shows the draft that the token is for. A file of
/// the example answers with that file.
#[utoipa::path(
    get,
    path = "/reader/{path}",
    tag = "documents",
    operation_id = "get_reader",
    params(("path" = String, Path, description = "A path of the site, slashes among it.", example = "about-us")),
    responses(
        (status = 200, description = "A page.", body = String, content_type = "text/html"),
        (status = 301, description = "The page has another address now: `Location`."),
        (status = 302, description = "A picture or file of the newsroom is at `Location`."),
        (status = 403, description = "The preview token is worth nothing.", body = String, content_type = "text/html"),
        (status = 404, description = "Nothing lives at this path.", body = String, content_type = "text/html"),
        (status = 410, description = "What lived there is gone.", body = String, content_type = "text/html"),
    )
)]
#[routes]
#[get("/reader")]
#[get("/reader/{path:.*}")]
pub async fn get_reader(
    app: Data<App>,
    asking: Asking,
    request: HttpRequest,
    path: Option<Path<String>>,
) -> Result<Either<CustomizeResponder<Reply>, HttpResponse>, Problem> {
    let name = path.as_ref().map_or("", |path| path.as_str());
    if let Some((file, kind)) = FILES.get_file(name).zip(kind(name)) {
        return Ok(Either::Left(guarded(Reply::text(file.contents(), kind))));
    }
    let query = request.query_string();
    let token = parameter(query, "preview");
    // As it was sent: what lives at a path may depend on what is encoded.
    let sent = request.path().strip_prefix(BASE).filter(|path| !path.is_empty()).unwrap_or("/");
    let path = if query.is_empty() { sent.to_owned() } else { format!("{sent}?{query}") };
    let page = app
        .read(&asking, Length::Short, move |cx, repos| match token {
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

fn guarded(reply: Reply) -> CustomizeResponder<Reply> {
    reply
        .customize()
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
}

/// Leads from an old address to the present one, or to a file.
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

/// The media type of a file of the newspaper, by its name.
fn kind(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        _ => None,
    }
}
