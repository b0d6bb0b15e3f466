//! Rewrites the links and images of a body.
//!
//! Links to the old site become paths of this site, and URLs of files become absolute. Elements and
//! attributes that bodies cannot have are reported here; the domain removes them.

use super::{
    body::{Changes, Post},
    code,
    html::{self, Piece},
};

/// Rewrites the links and images of a body, and records what is lost in `changes`.
pub(super) fn addressed(html: &str, post: &Post<'_>, changes: &mut Changes) -> String {
    let mut out = String::with_capacity(html.len());
    let mut code = code::Listing::default();
    for piece in html::pieces(html) {
        let tag = match piece {
            Piece::Tag(tag) if !matches!(html::name(tag).as_str(), "pre" | "code") => tag,
            piece => {
                code.write(piece, &mut out);
                continue;
            }
        };
        code.begin(&mut out);
        let name = html::name(tag);
        if html::is_closing(tag) {
            out.push_str(tag);
            continue;
        }
        if let Some(code) = script_in(tag) {
            let text = format!("body: {code} of <{name}> is left out");
            changes.push(("script attribute".to_owned(), text));
        }
        match name.as_str() {
            "a" => out.push_str(&link(tag, post, changes)),
            "img" | "video" | "audio" | "source" => {
                let sourced = file(tag, "src", post);
                out.push_str(&file(&sourced, "poster", post));
            }
            "script" | "style" | "input" | "canvas" | "svg" => {
                changes.push((format!("<{name}>"), format!("body: <{name}> is left out")));
                out.push_str(tag);
            }
            "object" | "form" => {
                changes.push((format!("<{name}>"), format!("body: <{name}> goes, the words in it stay")));
                out.push_str(tag);
            }
            "iframe" => {
                let source = ["src", "data-src"].iter().find_map(|name| html::attribute(tag, name));
                let address = web_address(&source.unwrap_or_default());
                if domain::body::provider_of(&address).is_none() {
                    let shown: String = address.chars().take(200).collect();
                    changes
                        .push(("<iframe>".to_owned(), format!("body: the frame of {shown} becomes a link")));
                }
                out.push_str(tag);
            }
            _ => out.push_str(tag),
        }
    }
    out
}

/// Returns the attribute of a tag that runs a script: an event handler or a script URL.
fn script_in(tag: &str) -> Option<String> {
    let handler = html::attribute_names(tag).find(|name| name.to_ascii_lowercase().starts_with("on"));
    let address = || {
        ["href", "src"].into_iter().find(|name| {
            let value = html::attribute(tag, name).unwrap_or_default();
            value.trim_start().get(..11).is_some_and(|start| start.eq_ignore_ascii_case("javascript:"))
        })
    };
    handler.or_else(address).map(str::to_owned)
}

fn with_value(tag: &str, span: std::ops::Range<usize>, value: &str) -> String {
    let value = html::escape(value);
    let quoted = tag[..span.start].ends_with(['"', '\'']);
    match quoted {
        true => format!("{}{value}{}", &tag[..span.start], &tag[span.end..]),
        false => format!("{}\"{value}\"{}", &tag[..span.start], &tag[span.end..]),
    }
}

fn link(tag: &str, post: &Post<'_>, changes: &mut Changes) -> String {
    let (Some(span), Some(written)) = (html::attribute_span(tag, "href"), html::attribute(tag, "href"))
    else {
        return tag.to_owned();
    };
    let survey = post.survey;
    let address = match is_relative(&written) {
        true => survey.absolute(&written, post.link).unwrap_or(written),
        false => web_address(&written),
    };
    let (bare, fragment) =
        address.split_once('#').map_or((address.as_str(), None), |(bare, rest)| (bare, Some(rest)));
    let Some(path) = survey.path_here(bare) else { return tag.to_owned() };
    // Links to files and to WordPress's own endpoints still lead to the old site.
    if stays_there(&path) && !survey.knows(&path) {
        return with_value(tag, span, &address);
    }
    let named = path.trim_end_matches('/').is_empty()
        || survey.knows(&path)
        || survey.is_topic(&path)
        || ["?p=", "?page_id=", "?attachment_id="].iter().any(|query| path.contains(query))
        || ["/category/", "/tag/", "/author/"].iter().any(|front| path.starts_with(front));
    if !named {
        let shown: String = path.chars().take(200).collect();
        changes.push((
            "broken link".to_owned(),
            format!("body: nothing in this file is at {shown}, which a link leads to"),
        ));
    }
    let path = fragment.map_or(path.clone(), |fragment| format!("{path}#{fragment}"));
    with_value(tag, span, &path)
}

/// Returns whether a path of the old site belongs to a file or to WordPress itself.
fn stays_there(path: &str) -> bool {
    let bare = path.split('?').next().unwrap_or_default();
    let in_folder = ["/wp-content/", "/wp-admin", "/wp-login", "/wp-includes/", "/xmlrpc.php", "/wp-json"]
        .iter()
        .any(|own| bare.contains(own));
    // Old multisite networks have their uploads in `/files/`. Other files have a file extension.
    let is_file = bare.contains("/files/")
        || mime_guess::from_path(bare)
            .first_raw()
            .is_some_and(|kind| !matches!(kind, "text/html" | "application/xhtml+xml"));
    in_folder || is_file || bare.trim_end_matches('/').ends_with("/feed")
}

/// Returns whether a URL is relative: `/a`, `a/b`, `?p=1`.
fn is_relative(address: &str) -> bool {
    let scheme = address.find(':').is_some_and(|colon| {
        address[..colon].chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    });
    !scheme && !address.starts_with("//") && !address.starts_with('#') && !address.trim().is_empty()
}

/// Adds the scheme to a URL that begins with `//`.
fn web_address(address: &str) -> String {
    if address.starts_with("//") { format!("https:{address}") } else { address.to_owned() }
}

fn file(tag: &str, name: &str, post: &Post<'_>) -> String {
    let (Some(span), Some(address)) = (html::attribute_span(tag, name), html::attribute(tag, name)) else {
        return tag.to_owned();
    };
    match post.survey.absolute(&address, post.link).filter(|_| is_relative(&address)) {
        Some(absolute) => with_value(tag, span, &absolute),
        None => tag.to_owned(),
    }
}
