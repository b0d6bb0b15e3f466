//! The newspaper of `examples/reader`, served beside the API that it reads.

use actix_web::{CustomizeResponder, HttpRequest, Responder as _, http::header, routes, web::Path};
use include_dir::{Dir, include_dir};

use crate::{base::Base, reply::Reply};

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../examples/reader");

/// What the newspaper may load and do: its own scripts and styles, and pictures, films and
/// recordings of wherever the newsroom keeps them.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     img-src 'self' data: http: https:; media-src 'self' http: https:; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

/// Get a page of the newspaper
///
/// An example of a front end, made of GraphQL alone: the front page, an article at its
/// `canonicalPath`, the front of a section, a tag or an author. Every address below this one
/// answers with the same page, which then asks for what it shows; a file of the example answers
/// with that file.
#[utoipa::path(
    get,
    path = "/reader/{path}",
    tag = "documents",
    operation_id = "get_reader",
    params(("path" = String, Path, description = "A path of the site, slashes among it.", example = "about-us")),
    responses((status = 200, description = "A page.", body = String, content_type = "text/html"))
)]
#[routes]
#[get("/reader")]
#[get("/reader/{path:.*}")]
pub async fn get_reader(request: HttpRequest, path: Option<Path<String>>) -> CustomizeResponder<Reply> {
    let name = path.as_ref().map_or("", |path| path.as_str());
    let reply = match FILES.get_file(name).zip(kind(name)) {
        Some((file, kind)) => Reply::text(file.contents(), kind),
        None => Reply::text(Base::of(&request).page(INDEX), HTML),
    };
    reply
        .customize()
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
}

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
