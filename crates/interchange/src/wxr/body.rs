//! Converts the text of a post to HTML: unwraps blocks or adds paragraphs, replaces shortcodes, rewrites
//! links.
//!
//! The steps are in [`shortcode`], [`players`], [`autop`] and [`links`]; this module calls them in order
//! and handles the block editor.

use std::{cell::Cell, fmt::Write};

use serde::Deserialize;

use super::{
    autop,
    html::{self, Piece},
    links, players,
    shortcode::{self, Note},
    survey::{Survey, reference},
};

/// What was changed or dropped: the name for counting, and the text for the report.
pub(super) type Changes = Vec<(String, String)>;

/// Maximum nesting depth of reusable blocks.
const MAX_REUSED: usize = 4;

/// The post that a text belongs to.
#[derive(Clone, Copy)]
pub(super) struct Post<'p> {
    pub(super) id: u64,
    /// URL on the old site, the base of relative links.
    pub(super) link: &'p str,
    /// The JSON in which the block editor stores footnotes.
    pub(super) footnotes: &'p str,
    pub(super) survey: &'p Survey,
    /// Bytes of reusable blocks inserted so far.
    pub(super) reused: &'p Cell<usize>,
}

/// Converts the content of a post to HTML.
pub(super) fn of(content: &str, post: &Post<'_>, changes: &mut Changes) -> String {
    let html = opened(content, post, 0, changes);
    links::addressed(&html, post, changes)
}

/// Returns the plain text of a field that can contain shortcodes, such as an excerpt.
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

/// Converts a text to HTML without rewriting its links. `depth` counts nested reusable blocks.
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

/// Removes the comments of the block editor, and inserts what blocks without content show.
fn blocks(text: &str, post: &Post<'_>, reused: usize, changes: &mut Changes) -> String {
    let mut out = String::with_capacity(text.len());
    let mut depth = 0_usize;
    let mut loose = String::new();
    // Inside a block of the classic editor, whose text has no paragraphs yet.
    let mut is_loose = false;
    // The language of a code block whose text has not begun.
    let mut language: Option<String> = None;
    // The URL and the content of an open embed. Only the caption of the content is used.
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
            // Other comments, such as `<!--more-->`, separate the texts around them.
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

/// Writes text outside of blocks, which the classic editor wrote. White space between blocks is dropped.
fn free(out: &mut String, loose: &mut String) {
    let text = std::mem::take(loose);
    if !text.trim().is_empty() {
        out.push_str(&autop::autop(&text));
    }
}

/// A comment with which the block editor marks a block.
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

/// Converts a block without content, which WordPress renders when it shows the page.
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
        // Blocks of Advanced Custom Fields have their texts in their attributes.
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

/// Returns an embed with its caption.
fn embedded(address: &str, inner: &str) -> String {
    let caption = inner.find("<figcaption").and_then(|at| {
        let rest = &inner[at..];
        Some(&rest[..rest.find("</figcaption>")? + "</figcaption>".len()])
    });
    let escaped = html::escape(address);
    let class = if domain::body::provider_of(address).is_some() { " class=\"embed\"" } else { "" };
    format!("<figure{class}><a href=\"{escaped}\">{escaped}</a>{}</figure>\n", caption.unwrap_or_default())
}

/// Replaces WordPress's classes with the ones that bodies use.
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

/// A footnote as WordPress stores it.
#[derive(Deserialize)]
struct Footnote {
    #[serde(default)]
    content: String,
    #[serde(default)]
    id: String,
}

/// Returns the footnotes of a post as a list, each with a link back to its reference.
fn footnotes(text: &str) -> String {
    let notes: Vec<Footnote> = serde_json::from_str(text).unwrap_or_default();
    if notes.is_empty() {
        return String::new();
    }
    let mut out = "<ol>".to_owned();
    for note in notes {
        let id = html::escape(&note.id);
        // Writing to a string never fails.
        let _ = write!(out, "<li id=\"{id}\">{} <a href=\"#{id}-link\">↩</a></li>", note.content);
    }
    out.push_str("</ol>\n");
    out
}

/// Returns the texts among the fields of a block: values with a space and a letter.
///
/// Fields whose names begin with `_` are settings.
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
