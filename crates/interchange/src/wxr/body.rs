//! The text of a post as HTML: its blocks opened or its paragraphs made, its shortcodes replaced,
//! its links led to this site.

use super::{
    autop,
    html::{self, Piece},
    shortcode::{self, Note},
    survey::Survey,
};

/// What was changed or dropped on the way, each a word for counting and what to know of it.
pub(super) type Changes = Vec<(String, String)>;

/// Makes HTML of what a post has as its content.
pub(super) fn of(content: &str, post: u64, survey: &Survey, changes: &mut Changes) -> String {
    let mut codes = |note: Note<'_>| {
        let (name, text) = match note {
            Note::Opened(name) => (name, format!("body: the words in [{name}] stay, the shortcode goes")),
            Note::Empty(name) => (name, format!("body: [{name}] has nothing to show here and is left out")),
        };
        changes.push((format!("shortcode [{name}]"), text));
    };
    let text = shortcode::replace(content, post, survey, &mut codes);
    let html = match text.contains("<!-- wp:") {
        true => blocks(&text, changes),
        false => autop::autop(&text),
    };
    addressed(&html, survey, changes)
}

/// Takes the marks of the block editor away; what only a mark stands for is put in its place.
fn blocks(text: &str, changes: &mut Changes) -> String {
    let mut out = String::with_capacity(text.len());
    let mut depth = 0_usize;
    let mut loose = String::new();
    // Inside an embed only its caption is wanted: the rest is its address again.
    let mut embed: Option<(String, String)> = None;
    for piece in html::pieces(text) {
        let Piece::Comment(comment) = piece else {
            match &mut embed {
                Some((_, inner)) => inner.push_str(piece.raw()),
                None if depth == 0 => loose.push_str(piece.raw()),
                None => out.push_str(&classed(piece)),
            }
            continue;
        };
        let Some(mark) = Mark::read(comment) else {
            // `<!--more-->` and the like part what stands around them.
            match &mut embed {
                Some((_, inner)) => inner.push('\n'),
                None if depth == 0 => loose.push_str("\n\n"),
                None => out.push('\n'),
            }
            continue;
        };
        if depth == 0 {
            free(&mut out, &mut loose);
        }
        match mark {
            Mark::Close => {
                depth = depth.saturating_sub(1);
                if let Some((address, inner)) = embed.take() {
                    out.push_str(&embedded(&address, &inner));
                }
            }
            Mark::Open { name, attributes } => {
                depth += 1;
                let address = attributes["url"].as_str().unwrap_or_default();
                if (name == "embed" || name.starts_with("core-embed/")) && !address.is_empty() {
                    embed = Some((address.to_owned(), String::new()));
                }
                if name == "cover"
                    && !address.is_empty()
                    && !text.contains("wp-block-cover__image-background")
                {
                    out.push_str(&format!("<figure><img src=\"{}\"></figure>\n", html::escape(address)));
                }
            }
            Mark::Alone { name, attributes } => alone(&name, &attributes, &mut out, changes),
        }
    }
    if let Some((address, inner)) = embed {
        out.push_str(&embedded(&address, &inner));
    }
    free(&mut out, &mut loose);
    out
}

/// What stands outside of any block is a text of the old editor, or the space between blocks.
fn free(out: &mut String, loose: &mut String) {
    let text = std::mem::take(loose);
    if !text.trim().is_empty() {
        out.push_str(&autop::autop(&text));
    }
}

/// A mark of the block editor.
enum Mark {
    Open { name: String, attributes: serde_json::Value },
    Close,
    Alone { name: String, attributes: serde_json::Value },
}

impl Mark {
    fn read(comment: &str) -> Option<Self> {
        let inner = comment.strip_prefix("<!--")?.strip_suffix("-->")?.trim();
        if inner.starts_with("/wp:") {
            return Some(Self::Close);
        }
        let rest = inner.strip_prefix("wp:")?;
        let (rest, alone) = rest.strip_suffix('/').map_or((rest, false), |rest| (rest.trim_end(), true));
        let (name, attributes) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let attributes = serde_json::from_str(attributes.trim()).unwrap_or_default();
        let name = name.strip_prefix("core/").unwrap_or(name).to_owned();
        Some(if alone { Self::Alone { name, attributes } } else { Self::Open { name, attributes } })
    }
}

/// A block without content: WordPress computes what it shows whenever it shows it.
fn alone(name: &str, attributes: &serde_json::Value, out: &mut String, changes: &mut Changes) {
    let address = attributes["url"].as_str().unwrap_or_default();
    match name {
        "more" | "nextpage" | "spacer" | "paragraph" => {}
        "separator" => out.push_str("<hr>"),
        "social-link" if !address.is_empty() => {
            let service =
                attributes["label"].as_str().or_else(|| attributes["service"].as_str()).unwrap_or(address);
            out.push_str(&format!(
                "<p><a href=\"{}\">{}</a></p>\n",
                html::escape(address),
                html::escape(service)
            ));
        }
        name if (name == "embed" || name.starts_with("core-embed/")) && !address.is_empty() => {
            out.push_str(&embedded(address, ""));
        }
        "block" => changes.push((
            "block reusable".to_owned(),
            format!("body: a reusable block ({}) is not in the post and is left out", attributes["ref"]),
        )),
        name => {
            changes.push((
                format!("block {name}"),
                format!("body: the block {name}, which WordPress computes, is left out"),
            ));
        }
    }
}

/// An embed: what it shows, and the words under it.
fn embedded(address: &str, inner: &str) -> String {
    let caption = inner.find("<figcaption").and_then(|at| {
        let rest = &inner[at..];
        Some(&rest[..rest.find("</figcaption>")? + "</figcaption>".len()])
    });
    let escaped = html::escape(address);
    let class = if domain::body::provider_of(address).is_some() { " class=\"embed\"" } else { "" };
    format!("<figure{class}><a href=\"{escaped}\">{escaped}</a>{}</figure>\n", caption.unwrap_or_default())
}

/// Gives the classes that mean something here in place of WordPress's.
fn classed(piece: Piece<'_>) -> String {
    let Piece::Tag(tag) = piece else { return piece.raw().to_owned() };
    let Some(span) = html::attribute_span(tag, "class") else { return tag.to_owned() };
    let class = match &tag[span.clone()] {
        classes if classes.split_whitespace().any(|class| class == "wp-block-gallery") => "gallery",
        classes if classes.split_whitespace().any(|class| class == "wp-block-pullquote") => "pullquote",
        _ => return tag.to_owned(),
    };
    format!("{}{class}{}", &tag[..span.start], &tag[span.end..])
}

/// Leads links to this site, and pictures to where they are; names what does not come along.
fn addressed(html: &str, survey: &Survey, changes: &mut Changes) -> String {
    let mut out = String::with_capacity(html.len());
    for piece in html::pieces(html) {
        let Piece::Tag(tag) = piece else {
            out.push_str(piece.raw());
            continue;
        };
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
            "a" => out.push_str(&link(tag, survey, changes)),
            "img" | "video" | "audio" | "source" => out.push_str(&file(tag, survey)),
            "script" | "style" | "input" | "canvas" | "svg" => {
                changes.push((format!("<{name}>"), format!("body: <{name}> is left out")));
                out.push_str(tag);
            }
            "object" | "form" => {
                changes.push((format!("<{name}>"), format!("body: <{name}> goes, the words in it stay")));
                out.push_str(tag);
            }
            "iframe" => {
                let address = html::attribute(tag, "src").unwrap_or_default();
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

/// The attribute of a tag that would run a script: an event handler, or an address that is one.
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

fn link(tag: &str, survey: &Survey, changes: &mut Changes) -> String {
    let (Some(span), Some(address)) = (html::attribute_span(tag, "href"), html::attribute(tag, "href"))
    else {
        return tag.to_owned();
    };
    let (bare, fragment) =
        address.split_once('#').map_or((address.as_str(), None), |(bare, rest)| (bare, Some(rest)));
    let Some(path) = survey.path_here(bare) else { return tag.to_owned() };
    // Files and the doors of WordPress stay where they are.
    if ["/wp-content/", "/wp-admin", "/wp-login", "/wp-includes/", "/xmlrpc.php"]
        .iter()
        .any(|own| path.starts_with(own))
        || path.contains("/feed")
    {
        return tag.to_owned();
    }
    let named = path.trim_end_matches('/').is_empty()
        || survey.knows(&path)
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

fn file(tag: &str, survey: &Survey) -> String {
    let (Some(span), Some(address)) = (html::attribute_span(tag, "src"), html::attribute(tag, "src")) else {
        return tag.to_owned();
    };
    let relative = !address.contains("://") && !address.starts_with("data:");
    match survey.absolute(&address).filter(|_| relative) {
        Some(absolute) => with_value(tag, span, &absolute),
        None => tag.to_owned(),
    }
}
