//! Tells apart texts, settings and URLs in the attributes and the content of a shortcode.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value};

use crate::wxr::html::{self, Piece};

/// Returns whether a value is text for readers, not a setting such as a colour, a size, a switch or a URL.
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

/// Returns whether a value is written like a title and not like the name of an anchor.
pub(super) fn is_label(value: &str) -> bool {
    value.contains(' ') || value.chars().any(char::is_uppercase) || !value.is_ascii()
}

/// Returns the text of an attribute. Page builders escape brackets and quotation marks.
pub(super) fn unescaped(value: &str) -> String {
    value
        .replace("`{`", "[")
        .replace("`}`", "]")
        .replace("``", "\"")
        .replace("%91", "[")
        .replace("%93", "]")
        .replace("%22", "\"")
}

/// Returns a URL or an id with its entities decoded.
pub(super) fn readable(value: &str) -> String {
    value
        .replace("&amp;", "&")
        .replace("&#038;", "&")
        .replace("&quot;", "\"")
        .replace("&#8243;", "")
        .trim()
        .to_owned()
}

/// Returns the URL if the text, without its markup, is only a URL.
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

/// Returns the address of a link. WPBakery writes `url:http%3A%2F%2Fx.example|title:More`.
pub(super) fn linked(value: &str) -> Option<String> {
    let is_address = |address: &String| domain::media::is_address(address);
    let encoded = value.split('|').find_map(|part| part.strip_prefix("url:")).unwrap_or(value);
    let decoded = || percent_encoding::percent_decode_str(encoded).decode_utf8_lossy().into_owned();
    Some(readable(value)).filter(is_address).or_else(|| Some(decoded()).filter(is_address))
}

/// Returns the objects of a list that WPBakery writes as percent-encoded JSON.
pub(super) fn listed(value: &str) -> Option<Vec<Map<String, Value>>> {
    if !value.get(..3)?.eq_ignore_ascii_case("%5B") {
        return None;
    }
    // PHP's `urlencode` writes `+` for a space.
    let spaced = value.replace('+', " ");
    let json = percent_encoding::percent_decode_str(&spaced).decode_utf8().ok()?;
    serde_json::from_str(&json).ok()
}

/// Decodes HTML in base64. WPBakery percent-encodes its characters first.
pub(super) fn decoded(text: &str) -> Option<String> {
    let packed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let bytes = STANDARD.decode(domain::body::plain_text(&packed)).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let decoded = percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned();
    (!decoded.contains('\0')).then_some(decoded)
}
