//! Shortcodes: `[caption]`, `[gallery]`, `[embed]`, `[audio]`, `[video]` become what they show; of
//! others the text inside stays, and they are counted.
//!
//! WordPress knows which names are shortcodes; a file does not say it. Square brackets that newspapers
//! write, as in “[sic]” or “[…]”, are no shortcodes: these have attributes, an end, or a name with a
//! hyphen or an underscore.

use std::collections::HashMap;

use super::{
    autop::embed,
    html::{self, Piece},
    survey::Survey,
};

/// What WordPress itself brings, which needs no further sign of being one.
const BUILT_IN: [&str; 8] =
    ["caption", "wp_caption", "gallery", "playlist", "audio", "video", "embed", "contact-form"];

/// Elements whose brackets are their own.
const CODE: [&str; 4] = ["code", "script", "style", "textarea"];

/// Replaces the shortcodes in a text of this post; `note` is told of those that only lose their
/// brackets.
pub(super) fn replace(text: &str, post: u64, survey: &Survey, note: &mut dyn FnMut(Note<'_>)) -> String {
    replace_at(text, 0, &Setting { post, survey }, note)
}

/// What is to be known of a shortcode.
pub(super) enum Note<'n> {
    /// The words in it stay, and its brackets go.
    Opened(&'n str),
    /// It has nothing to show here.
    Empty(&'n str),
}

/// Where a text stands.
struct Setting<'s> {
    post: u64,
    survey: &'s Survey,
}

/// Shortcodes nest at most so deep; what is deeper stays as it is written.
const MAX_DEPTH: usize = 12;

fn replace_at(text: &str, depth: usize, at_post: &Setting<'_>, note: &mut dyn FnMut(Note<'_>)) -> String {
    if !text.contains('[') || depth > MAX_DEPTH {
        return text.to_owned();
    }
    let codes = find(text);
    let closings = closings(&codes);
    let mut out = String::with_capacity(text.len());
    let mut rest = 0;
    let mut at = 0;
    while at < codes.len() {
        let code = &codes[at];
        let end = closings.get(&at).copied();
        out.push_str(&text[rest..code.start]);
        match (code.kind, end) {
            (Kind::Escaped, _) => {
                // `[[name]]` is how a text writes `[name]`.
                out.push_str(&text[code.start + 1..code.end - 1]);
                rest = code.end;
                at += 1;
            }
            (Kind::Open, Some(closing)) => {
                let inner = &text[code.end..codes[closing].start];
                out.push_str(&shown(code, Some(inner), depth, at_post, note));
                rest = codes[closing].end;
                at = closing + 1;
            }
            (Kind::Open, None) if code.is_one() => {
                out.push_str(&shown(code, None, depth, at_post, note));
                rest = code.end;
                at += 1;
            }
            (Kind::Close, _) if BUILT_IN.contains(&code.name) => {
                rest = code.end;
                at += 1;
            }
            (Kind::Open | Kind::Close, _) => {
                out.push_str(&text[code.start..code.end]);
                rest = code.end;
                at += 1;
            }
        }
    }
    out.push_str(&text[rest..]);
    out
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Open,
    Close,
    Escaped,
}

/// Something in square brackets that may be a shortcode.
#[derive(Debug)]
struct Code<'t> {
    kind: Kind,
    name: &'t str,
    attributes: &'t str,
    start: usize,
    end: usize,
}

impl Code<'_> {
    /// Whether it is a shortcode even without an end.
    fn is_one(&self) -> bool {
        BUILT_IN.contains(&self.name)
            || self.name.contains(['_', '-'])
            || (self.attributes.starts_with(char::is_whitespace) && self.attributes.contains('='))
            || self.attributes.ends_with('/')
            || self.attributes.trim_start_matches(['=', ' ']).starts_with("http")
    }

    fn get(&self, name: &str) -> Option<String> {
        // Its attributes are written as those of a tag are, with curly quotation marks now and then.
        let plain =
            self.attributes.replace(['“', '”', '″'], "\"").replace("&quot;", "\"").replace("&#8221;", "\"");
        html::attribute(&format!("<x {plain}>"), name)
    }

    /// An address that stands there without a name, as in `[youtube https://…]` or `[youtube=https://…]`.
    fn address(&self) -> Option<String> {
        let named = ["src", "url", "href"].iter().find_map(|name| self.get(name));
        named.or_else(|| {
            let start = self.attributes.find("http")?;
            let address =
                self.attributes[start..].split(|c: char| c.is_whitespace() || "\"']".contains(c)).next()?;
            Some(address.replace("&amp;", "&"))
        })
    }
}

/// Finds what may be shortcodes, outside of tags and code.
fn find(text: &str) -> Vec<Code<'_>> {
    let mut codes = Vec::new();
    let mut offset = 0;
    let mut code_depth = 0_usize;
    let mut texts: Vec<(usize, usize)> = Vec::new();
    for piece in html::pieces(text) {
        let raw = piece.raw();
        match piece {
            Piece::Tag(tag) if CODE.contains(&html::name(tag).as_str()) => {
                code_depth =
                    if html::is_closing(tag) { code_depth.saturating_sub(1) } else { code_depth + 1 };
            }
            Piece::Text(_) if code_depth == 0 => texts.push((offset, offset + raw.len())),
            _ => {}
        }
        offset += raw.len();
    }
    for (start, end) in texts {
        let mut at = start;
        while at < end {
            let Some(found) = text[at..end].find('[') else { break };
            let open = at + found;
            // Attributes may hold tags: `[caption caption="<em>x</em>"]`.
            match read(text, open) {
                Some(code) => {
                    at = code.end;
                    codes.push(code);
                }
                None => at = open + 1,
            }
        }
    }
    codes
}

/// Reads one that begins at a bracket.
fn read(text: &str, open: usize) -> Option<Code<'_>> {
    let doubled = text[open..].starts_with("[[");
    let inner = open + 1 + usize::from(doubled);
    let closing = text[inner..].starts_with('/');
    let name_start = inner + usize::from(closing);
    let name_length =
        text[name_start..].find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').unwrap_or(0);
    let name = &text[name_start..name_start + name_length];
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let rest = &text[name_start + name_length..];
    if !rest.starts_with([']', ' ', '\t', '\n', '\r', '=', '/', '\u{a0}']) {
        return None;
    }
    let mut quote = None;
    let mut length = None;
    for (at, c) in rest.char_indices().take(4_000) {
        match (quote, c) {
            (None, ']') => {
                length = Some(at);
                break;
            }
            (None, '[') => return None,
            (None, '"') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    let length = length.or_else(|| rest.find(']'))?;
    let mut end = name_start + name_length + length + 1;
    let kind = match (doubled, closing) {
        (true, _) if text[end..].starts_with(']') => {
            end += 1;
            Kind::Escaped
        }
        (_, true) => Kind::Close,
        (_, false) => Kind::Open,
    };
    let start = if kind == Kind::Escaped { open } else { open + usize::from(doubled) };
    Some(Code { kind, name, attributes: &rest[..length], start, end })
}

/// For each opening one, the end that belongs to it: the next of its name that no other one has.
fn closings(codes: &[Code<'_>]) -> HashMap<usize, usize> {
    let mut open: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut pairs = HashMap::new();
    for (n, code) in codes.iter().enumerate() {
        match code.kind {
            Kind::Open if !code.attributes.ends_with('/') => open.entry(code.name).or_default().push(n),
            Kind::Close => {
                if let Some(opening) = open.get_mut(code.name).and_then(Vec::pop) {
                    pairs.insert(opening, n);
                }
            }
            Kind::Open | Kind::Escaped => {}
        }
    }
    pairs
}

fn shown(
    code: &Code<'_>,
    inner: Option<&str>,
    depth: usize,
    at_post: &Setting<'_>,
    note: &mut dyn FnMut(Note<'_>),
) -> String {
    match code.name {
        "caption" | "wp_caption" => caption(code, inner.unwrap_or_default()),
        "gallery" => gallery(code, at_post).unwrap_or_else(|| {
            note(Note::Empty("gallery"));
            inner.unwrap_or_default().to_owned()
        }),
        "embed" => match inner.map(|inner| inner.trim().replace("&amp;", "&")).or_else(|| code.address()) {
            Some(address) if domain::body::provider_of(&address).is_some() => embed(&address),
            Some(address) => link(&address),
            None => String::new(),
        },
        kind @ ("audio" | "video") => match player(code, kind) {
            Some(player) => player,
            None => {
                note(Note::Empty(kind));
                inner.unwrap_or_default().to_owned()
            }
        },
        name => {
            note(if inner.is_some() { Note::Opened(name) } else { Note::Empty(name) });
            let address = code.address().filter(|address| domain::body::provider_of(address).is_some());
            let inner = inner.map(|inner| replace_at(inner, depth + 1, at_post, note)).unwrap_or_default();
            match address {
                Some(address) => format!("\n\n{}{inner}", embed(&address)),
                None => inner,
            }
        }
    }
}

fn link(address: &str) -> String {
    let escaped = html::escape(address);
    format!("<a href=\"{escaped}\">{escaped}</a>")
}

/// `[caption]<img> words[/caption]`, or with the words in an attribute, as before WordPress 3.4.
fn caption(code: &Code<'_>, inner: &str) -> String {
    let mut picture = String::new();
    let mut words = String::new();
    let mut seen_picture = false;
    let mut link = String::new();
    for piece in html::pieces(inner) {
        match piece {
            Piece::Tag(tag) if !seen_picture && html::name(tag) == "a" && !html::is_closing(tag) => {
                link = tag.to_owned();
            }
            Piece::Tag(tag) if html::name(tag) == "img" && !seen_picture => {
                seen_picture = true;
                picture = match link.is_empty() {
                    true => tag.to_owned(),
                    false => format!("{link}{tag}</a>"),
                };
            }
            // The end of the link around the picture.
            Piece::Tag(tag) if !link.is_empty() && html::name(tag) == "a" && html::is_closing(tag) => {
                link.clear();
            }
            Piece::Comment(_) => {}
            piece => words.push_str(piece.raw()),
        }
    }
    let words = match words.trim() {
        "" => code.get("caption").unwrap_or_default(),
        words => words.to_owned(),
    };
    let words = words.trim();
    match (picture.is_empty(), words.is_empty()) {
        (true, _) => inner.to_owned(),
        (false, true) => format!("\n<figure>{picture}</figure>\n"),
        (false, false) => format!("\n<figure>{picture}<figcaption>{words}</figcaption></figure>\n"),
    }
}

/// `[gallery ids="1,2"]`, or all pictures that belong to the post.
fn gallery(code: &Code<'_>, at_post: &Setting<'_>) -> Option<String> {
    let listed = code.get("ids").or_else(|| code.get("include"));
    let ids: Vec<u64> = match &listed {
        Some(ids) => ids.split(',').filter_map(|id| id.trim().parse().ok()).collect(),
        None => {
            at_post.survey.children(code.get("id").and_then(|id| id.parse().ok()).unwrap_or(at_post.post))
        }
    };
    let excluded: Vec<u64> = code
        .get("exclude")
        .map(|ids| ids.split(',').filter_map(|id| id.trim().parse().ok()).collect())
        .unwrap_or_default();
    let pictures: Vec<String> = ids
        .into_iter()
        .filter(|id| !excluded.contains(id))
        .filter_map(|id| at_post.survey.picture(id))
        .map(|picture| {
            let caption = match picture.caption.is_empty() {
                true => String::new(),
                false => format!("<figcaption>{}</figcaption>", html::escape(&picture.caption)),
            };
            let (url, alt) = (html::escape(&picture.url), html::escape(&picture.alt));
            format!("<figure><img src=\"{url}\" alt=\"{alt}\">{caption}</figure>")
        })
        .collect();
    (!pictures.is_empty()).then(|| format!("\n<div class=\"gallery\">{}</div>\n", pictures.concat()))
}

/// `[video src="…"]`, `[audio mp3="…"]`.
fn player(code: &Code<'_>, kind: &str) -> Option<String> {
    let names = ["src", "mp4", "m4v", "webm", "ogv", "flv", "mov", "mp3", "m4a", "ogg", "oga", "wav", "wma"];
    let address = names.iter().find_map(|name| code.get(name)).or_else(|| code.address())?;
    if domain::body::provider_of(&address).is_some() {
        return Some(embed(&address));
    }
    let escaped = html::escape(&address);
    Some(format!("\n<{kind} src=\"{escaped}\"></{kind}>\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(text: &str) -> (String, Vec<String>) {
        let mut notes = Vec::new();
        let html = replace(text, 1, &Survey::default(), &mut |note| {
            notes.push(match note {
                Note::Opened(name) | Note::Empty(name) => name.to_owned(),
            });
        });
        (html, notes)
    }

    #[test]
    fn words_in_brackets_stay() {
        for text in [
            "He said [sic] that […] it [the boat] sank [1].",
            "[a]",
            "a[0] = b[i]",
            "[",
            "[[",
            "x]",
            "f[x=\"y\"]g [n=1]",
        ] {
            assert_eq!(replaced(text).0, text);
        }
    }

    #[test]
    fn other_shortcodes_leave_their_words() {
        let (html, notes) =
            replaced("a [vc_row width=\"1/2\"]b [bold]c[/bold][/vc_row] d [contact-form /] e");
        assert_eq!(html, "a b c d  e");
        assert_eq!(notes, ["vc_row", "bold", "contact-form"]);
        assert_eq!(replaced("[[gallery]] <code>[x y=1]</code>").0, "[gallery] <code>[x y=1]</code>");
    }

    #[test]
    fn thousands_of_nested_ones_take_no_time_and_no_stack() {
        let text = format!("{}deep{}", "[b]".repeat(10_000), "[/b]".repeat(10_000));
        assert!(replaced(&text).0.contains("deep"));
        assert_eq!(replaced("[gallery]kept[/gallery]").0, "kept");
    }

    #[test]
    fn captions_become_figures() {
        let (html, _) = replaced(
            r#"[caption id="a" width="3"]<a href="/x"><img src="/y.jpg" /></a> Some <em>words</em>[/caption]"#,
        );
        assert_eq!(
            html.trim(),
            r#"<figure><a href="/x"><img src="/y.jpg" /></a><figcaption>Some <em>words</em></figcaption></figure>"#
        );
        let (html, _) = replaced(r#"[caption caption="Old"]<img src="/y.jpg">[/caption]"#);
        assert_eq!(html.trim(), r#"<figure><img src="/y.jpg"><figcaption>Old</figcaption></figure>"#);
    }

    #[test]
    fn players_and_embeds_are_kept() {
        assert!(
            replaced("[video width=\"1\" mp4=\"http://a.b/c.mp4\"][/video]")
                .0
                .contains("<video src=\"http://a.b/c.mp4\">")
        );
        assert!(replaced("[audio http://a.b/c.mp3]").0.contains("<audio src=\"http://a.b/c.mp3\">"));
        assert!(
            replaced("[youtube https://www.youtube.com/watch?v=x&amp;w=1]")
                .0
                .contains("figure class=\"embed\"")
        );
        assert!(
            replaced("[embed width=\"3\"]https://vimeo.com/1[/embed]").0.contains("figure class=\"embed\"")
        );
        assert!(
            replaced("[embed]https://example.com/x[/embed]").0.contains("<a href=\"https://example.com/x\">")
        );
    }
}
