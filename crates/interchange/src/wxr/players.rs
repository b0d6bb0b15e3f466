//! Replaces players in `<object>` and `<embed>` elements with an embed or a link.

use url::Url;

use super::{
    autop::embed,
    html::{self, Piece},
};

/// Replaces the players in a text. `note` receives the URLs of players of unknown providers.
pub(super) fn replace(text: &str, note: &mut dyn FnMut(&str)) -> String {
    if html::find_ignoring_case(text, "<object")
        .or_else(|| html::find_ignoring_case(text, "<embed"))
        .is_none()
    {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut object: Option<Object> = None;
    let mut verbatim = 0_usize;
    for piece in html::pieces(text) {
        let tag = match piece {
            Piece::Tag(tag) => tag,
            piece => {
                object.as_mut().map_or(&mut out, |object| &mut object.inner).push_str(piece.raw());
                continue;
            }
        };
        let name = html::name(tag);
        let closing = html::is_closing(tag);
        if matches!(name.as_str(), "pre" | "code") {
            verbatim = if closing { verbatim.saturating_sub(1) } else { verbatim + 1 };
        }
        match (name.as_str(), closing) {
            _ if verbatim > 0 => out.push_str(tag),
            ("object", false) => match &mut object {
                Some(object) => object.depth += 1,
                None => object = Some(Object { address: address_in(tag, "data"), ..Object::default() }),
            },
            ("object", true) => match &mut object {
                Some(open) if open.depth > 0 => open.depth -= 1,
                _ => match object.take() {
                    Some(object) => out.push_str(&object.shown(note)),
                    None => out.push_str(tag),
                },
            },
            ("param", _) if object.is_some() => {
                let is_address = html::attribute(tag, "name").is_some_and(|name| {
                    ["movie", "src", "url", "filename"].iter().any(|known| name.eq_ignore_ascii_case(known))
                });
                if let Some(object) = object.as_mut().filter(|object| is_address && object.address.is_none())
                {
                    object.address = address_in(tag, "value");
                }
            }
            ("embed", false) => {
                let address = address_in(tag, "src");
                match &mut object {
                    Some(object) => object.address = object.address.take().or(address),
                    None => out.push_str(&Object { address, ..Object::default() }.shown(note)),
                }
            }
            ("embed", true) => {}
            _ => object.as_mut().map_or(&mut out, |object| &mut object.inner).push_str(tag),
        }
    }
    if let Some(object) = object {
        out.push_str(&object.shown(note));
    }
    out
}

/// An open `<object>` element.
#[derive(Default)]
struct Object {
    address: Option<String>,
    /// The content, which browsers show if they cannot play the object.
    inner: String,
    /// Number of open `<object>` elements inside.
    depth: usize,
}

impl Object {
    fn shown(self, note: &mut dyn FnMut(&str)) -> String {
        let inner = self.inner.trim();
        let Some(address) = self.address else {
            note("");
            return format!("\n\n{inner}\n\n");
        };
        let shown = match watch_address(&address) {
            Some(watched) => embed(&watched),
            None => {
                note(&address);
                let escaped = html::escape(&address);
                format!("<a href=\"{escaped}\">{escaped}</a>")
            }
        };
        // The fallback can be the same player as an `<iframe>`.
        let is_wordless = inner.contains("<iframe") && domain::body::plain_text(inner).is_empty();
        let inner = if is_wordless { "" } else { inner };
        format!("\n\n{shown}\n\n{inner}\n\n")
    }
}

fn address_in(tag: &str, name: &str) -> Option<String> {
    let address = html::attribute(tag, name)?;
    let absolute = if address.starts_with("//") { format!("https:{address}") } else { address };
    domain::media::is_address(&absolute).then_some(absolute)
}

/// Returns the URL of the page of a player's video; `None` if the provider is unknown.
pub(super) fn watch_address(player: &str) -> Option<String> {
    let provider = domain::body::provider_of(player)?;
    let url = Url::parse(player).ok()?;
    let segments: Vec<&str> = url.path().split('/').filter(|part| !part.is_empty()).collect();
    let id = |text: &str| {
        let id: String =
            text.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).collect();
        (!id.is_empty()).then_some(id)
    };
    let query = |wanted: &str| {
        url.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
    };
    let watched = match (provider, segments.as_slice()) {
        ("youtube", ["v", video, ..]) => id(video).map(|id| format!("https://www.youtube.com/watch?v={id}")),
        ("vimeo", ["moogaloop.swf", ..]) => query("clip_id").map(|id| format!("https://vimeo.com/{id}")),
        ("dailymotion", ["swf", "video", video, ..] | ["swf", video, ..]) => {
            id(video).map(|id| format!("https://www.dailymotion.com/video/{id}"))
        }
        _ => None,
    };
    Some(watched.unwrap_or_else(|| player.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(text: &str) -> String {
        replace(text, &mut |_| {})
    }

    #[test]
    fn old_players_are_embeds() {
        for text in [
            r#"<object width="1"><param name="movie" value="http://www.youtube.com/v/abcDEF12345"><embed src="http://www.youtube.com/v/abcDEF12345"></embed></object>"#,
            r#"<embed src="//www.youtube.com/v/abcDEF12345&amp;hl=en">"#,
            r#"<OBJECT data="https://www.youtube.com/v/abcDEF12345?fs=1"></OBJECT>"#,
            r#"<object><param name="movie" value="http://www.youtube.com/v/abcDEF12345">"#,
        ] {
            let html = replaced(text);
            assert!(
                html.contains(
                    r#"<figure class="embed"><a href="https://www.youtube.com/watch?v=abcDEF12345">"#
                ),
                "{html}"
            );
            assert_eq!(html.matches("<figure").count(), 1, "{html}");
        }
    }

    #[test]
    fn words_of_players_stay() {
        let html = replaced("a<object data=\"http://x.example/f.swf\">Fallback <b>words</b></object>b");
        assert!(
            html.contains("href=\"http://x.example/f.swf\"") && html.contains("Fallback <b>words</b>"),
            "{html}"
        );
        assert_eq!(replaced("<code><object></code>"), "<code><object></code>");
    }
}
