//! The text of a post as HTML: its blocks opened or its paragraphs made, its shortcodes replaced,
//! its links led to this site.

use std::{cell::Cell, fmt::Write};

use serde::Deserialize;

use super::{
    autop,
    html::{self, Piece},
    links, players,
    shortcode::{self, Note},
    survey::{Survey, reference},
};

/// What was changed or dropped on the way, each a word for counting and what to know of it.
pub(super) type Changes = Vec<(String, String)>;

/// Reusable blocks in reusable blocks are opened so deep.
const MAX_REUSED: usize = 4;

/// The post that a text is of.
#[derive(Clone, Copy)]
pub(super) struct Post<'p> {
    pub(super) id: u64,
    /// Its address on the old site, for links that are relative to it.
    pub(super) link: &'p str,
    /// Its footnotes, as the block editor keeps them beside the text.
    pub(super) footnotes: &'p str,
    pub(super) survey: &'p Survey,
    /// How many bytes of reusable blocks were opened in it.
    pub(super) reused: &'p Cell<usize>,
}

/// Makes HTML of what a post has as its content.
pub(super) fn of(content: &str, post: &Post<'_>, changes: &mut Changes) -> String {
    let html = opened(content, post, 0, changes);
    links::addressed(&html, post, changes)
}

/// The words of a text in which shortcodes may stand, such as an excerpt.
pub(super) fn words_of(text: &str, post: &Post<'_>, changes: &mut Changes) -> String {
    domain::body::plain_text(&without_codes(text, post, changes))
}

fn without_codes(content: &str, post: &Post<'_>, changes: &mut Changes) -> String {
    let mut codes = |note: Note<'_>| {
        let (tally, text) = match note {
            Note::Opened(name) => {
                ("shortcode", format!("body: the words in [{name}] stay, the shortcode goes"))
            }
            Note::Empty(name) => {
                ("shortcode", format!("body: [{name}] has nothing to show here and is left out"))
            }
            Note::Unknown(name) => (
                "unknown shortcode",
                format!("body: [{name}] is no shortcode that is known here, so it stays as text"),
            ),
        };
        let (Note::Opened(name) | Note::Empty(name) | Note::Unknown(name)) = note;
        changes.push((format!("{tally} [{name}]"), text));
    };
    shortcode::replace(content, post.id, post.survey, &mut codes)
}

/// Makes HTML of a text, whose links are still those of the old site.
fn opened(content: &str, post: &Post<'_>, depth: usize, changes: &mut Changes) -> String {
    let text = without_codes(content, post, changes);
    let mut unknown = |address: &str| {
        let shown: String = address.chars().take(200).collect();
        let text = match shown.is_empty() {
            true => "body: <object> goes, the words in it stay".to_owned(),
            false => format!("body: the player of {shown} becomes a link"),
        };
        changes.push(("<object>".to_owned(), text));
    };
    let text = players::replace(&text, &mut unknown);
    match text.contains("<!-- wp:") {
        true => blocks(&text, post, depth, changes),
        false => autop::autop(&text),
    }
}

/// Takes the marks of the block editor away; what only a mark stands for is put in its place.
fn blocks(text: &str, post: &Post<'_>, reused: usize, changes: &mut Changes) -> String {
    let mut out = String::with_capacity(text.len());
    let mut depth = 0_usize;
    let mut loose = String::new();
    // What stands in a block of the old editor has no paragraphs yet.
    let mut is_loose = false;
    // Of a block of code, until its text begins.
    let mut language: Option<String> = None;
    // Inside an embed only its caption is wanted: the rest is its address again.
    let mut embed: Option<(String, String)> = None;
    for piece in html::pieces(text) {
        let Piece::Comment(comment) = piece else {
            match &mut embed {
                Some((_, inner)) => inner.push_str(piece.raw()),
                None if depth == 0 || is_loose => loose.push_str(piece.raw()),
                None => out.push_str(&classed(piece, &mut language)),
            }
            continue;
        };
        let Some(mark) = Mark::read(comment) else {
            // `<!--more-->` and the like part what stands around them.
            match &mut embed {
                Some((_, inner)) => inner.push('\n'),
                None if depth == 0 || is_loose => loose.push_str("\n\n"),
                None => out.push('\n'),
            }
            continue;
        };
        free(&mut out, &mut loose);
        match mark {
            Mark::Close => {
                depth = depth.saturating_sub(1);
                is_loose = false;
                if let Some((address, inner)) = embed.take() {
                    out.push_str(&embedded(&address, &inner));
                }
            }
            Mark::Open { name, attributes } => {
                depth += 1;
                is_loose = matches!(name.as_str(), "shortcode" | "freeform" | "divi/placeholder");
                if name.ends_with("code") {
                    language = attributes["language"].as_str().map(str::to_owned);
                }
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
            Mark::Alone { name, attributes } => match name.as_str() {
                "block" => {
                    let known = reference(comment).and_then(|id| post.survey.reusable(id));
                    let bytes = post.reused.get() + known.map_or(0, str::len);
                    let fits = reused < MAX_REUSED && bytes <= domain::body::MAX_BYTES;
                    post.reused.set(bytes);
                    match known.filter(|_| fits) {
                        Some(content) => out.push_str(&opened(content, post, reused + 1, changes)),
                        None => changes.push((
                            "block reusable".to_owned(),
                            format!("body: the reusable block {} is not in this file", attributes["ref"]),
                        )),
                    }
                }
                "footnotes" => out.push_str(&footnotes(post.footnotes)),
                name => alone(name, &attributes, &mut out, changes),
            },
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
pub(super) enum Mark {
    Open { name: String, attributes: serde_json::Value },
    Close,
    Alone { name: String, attributes: serde_json::Value },
}

impl Mark {
    pub(super) fn read(comment: &str) -> Option<Self> {
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
        // Blocks of Advanced Custom Fields have their words beside their names.
        name if name.starts_with("acf/") && has_words(&attributes["data"]) => {
            fields(&attributes["data"], out);
        }
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
fn classed(piece: Piece<'_>, language: &mut Option<String>) -> String {
    let Piece::Tag(tag) = piece else { return piece.raw().to_owned() };
    if html::name(tag) == "pre"
        && !html::is_closing(tag)
        && let Some(language) = language.take()
    {
        return format!("<pre class=\"language-{}\">", html::escape(&language));
    }
    let Some(span) = html::attribute_span(tag, "class") else { return tag.to_owned() };
    let class = match &tag[span.clone()] {
        classes if classes.split_whitespace().any(|class| class == "wp-block-gallery") => "gallery",
        classes if classes.split_whitespace().any(|class| class == "wp-block-pullquote") => "pullquote",
        _ => return tag.to_owned(),
    };
    format!("{}{class}{}", &tag[..span.start], &tag[span.end..])
}

/// A footnote, as WordPress keeps it.
#[derive(Deserialize)]
struct Footnote {
    #[serde(default)]
    content: String,
    #[serde(default)]
    id: String,
}

/// The footnotes of a post as a list, each with the way back to where it is referred to.
fn footnotes(text: &str) -> String {
    let notes: Vec<Footnote> = serde_json::from_str(text).unwrap_or_default();
    if notes.is_empty() {
        return String::new();
    }
    let mut out = "<ol>".to_owned();
    for note in notes {
        let id = html::escape(&note.id);
        // Writing to a string does not fail.
        let _ = write!(out, "<li id=\"{id}\">{} <a href=\"#{id}-link\">↩</a></li>", note.content);
    }
    out.push_str("</ol>\n");
    out
}

/// The fields of a block whose names are not those of its settings.
fn written(data: &serde_json::Value) -> impl Iterator<Item = &str> {
    data.as_object().into_iter().flatten().filter(|(name, _)| !name.starts_with('_')).filter_map(
        |(_, value)| {
            value.as_str().filter(|text| text.contains(' ') && text.chars().any(char::is_alphabetic))
        },
    )
}

fn has_words(data: &serde_json::Value) -> bool {
    written(data).next().is_some()
}

fn fields(data: &serde_json::Value, out: &mut String) {
    written(data).for_each(|text| out.push_str(&autop::autop(text)));
}
