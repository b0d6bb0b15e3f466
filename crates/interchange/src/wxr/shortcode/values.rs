//! The values of attributes, and what stands between the tags of a shortcode: what is to be read, and what
//! is an address.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::wxr::html::{self, Piece};

/// Whether a value is meant to be read, and is no setting: a colour, a size, a switch, an address.
pub(super) fn is_words(value: &str) -> bool {
    const SETTINGS: [&str; 40] = [
        "on",
        "off",
        "yes",
        "no",
        "true",
        "false",
        "none",
        "default",
        "left",
        "right",
        "center",
        "centre",
        "top",
        "bottom",
        "middle",
        "full",
        "inherit",
        "initial",
        "auto",
        "small",
        "medium",
        "large",
        "big",
        "mini",
        "normal",
        "bold",
        "light",
        "dark",
        "white",
        "black",
        "custom",
        "full_width",
        "fullwidth",
        "enabled",
        "disabled",
        "solid",
        "dashed",
        "inline",
        "block",
        "justify",
    ];
    let is_setting = SETTINGS.iter().any(|setting| setting.eq_ignore_ascii_case(value))
        || domain::media::is_address(value)
        || value.starts_with('#')
        || value.contains("||")
        || (value.contains('|') && !value.contains(' '))
        || (!value.contains(' ') && value.contains('_') && value.is_ascii());
    !is_setting && value.chars().any(char::is_alphabetic)
}

/// Whether words are written as names and titles are, and not as the name of an anchor.
pub(super) fn is_label(value: &str) -> bool {
    value.contains(' ') || value.chars().any(char::is_uppercase) || !value.is_ascii()
}

/// The text of an attribute: builders write brackets and quotation marks in their own ways.
pub(super) fn unescaped(value: &str) -> String {
    value
        .replace("`{`", "[")
        .replace("`}`", "]")
        .replace("``", "\"")
        .replace("%91", "[")
        .replace("%93", "]")
        .replace("%22", "\"")
}

/// A value without the entities in it, as an address or an id.
pub(super) fn readable(value: &str) -> String {
    value
        .replace("&amp;", "&")
        .replace("&#038;", "&")
        .replace("&quot;", "\"")
        .replace("&#8243;", "")
        .trim()
        .to_owned()
}

/// The one address that a text is, or that its one link leads to.
pub(super) fn plain_address(text: &str) -> Option<String> {
    let alone = match text.contains('<') {
        false => text.to_owned(),
        true => {
            let words = domain::body::plain_text(text);
            let linked = html::pieces(text).find_map(|piece| match piece {
                Piece::Tag(tag) if html::name(tag) == "a" => html::attribute(tag, "href"),
                _ => None,
            });
            linked.filter(|linked| *linked == words).unwrap_or(words)
        }
    };
    let absolute = if alone.starts_with("//") { format!("https:{alone}") } else { alone };
    let is_web = absolute.starts_with("http://") || absolute.starts_with("https://");
    (is_web && domain::media::is_address(&absolute)).then_some(absolute)
}

/// HTML in base64, of which WPBakery has percent-encoded the characters first.
pub(super) fn decoded(text: &str) -> Option<String> {
    let packed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let bytes = STANDARD.decode(domain::body::plain_text(&packed)).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let decoded = percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned();
    (!decoded.contains('\0')).then_some(decoded)
}
