//! Validation of URLs. Every field that holds a URL is checked here.

use std::sync::LazyLock;

use url::{Position, Url};

use crate::error::Violation;

/// The maximum length of a URL, in bytes.
const MAX_BYTES: usize = 2_000;

/// A placeholder site. Paths are resolved against it to see whether they leave the site.
static SITE: LazyLock<Option<Url>> = LazyLock::new(|| Url::parse("https://site.example/").ok());

/// Returns whether a text is a web URL, or a path of the site that begins with `/`.
///
/// A web URL begins with `http://` or `https://` and has a host, but no user name and no password.
/// Neither form may contain white space, control characters or a backslash, which browsers treat as
/// a slash. At most 2,000 bytes.
pub fn is_address(text: &str) -> bool {
    text.len() <= MAX_BYTES
        && !text.contains(|c: char| c.is_control() || c.is_whitespace() || c == '\\')
        && (is_on_web(text) || is_path(text))
}

fn is_on_web(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let names_host = !rest.is_empty() && !rest.starts_with(['/', '?', '#', ':', '@']);
    ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
        && names_host
        && Url::parse(text).is_ok_and(|url| {
            url.host_str().is_some_and(|host| !host.is_empty())
                && url.username().is_empty()
                && url.password().is_none()
        })
}

fn is_path(text: &str) -> bool {
    let stays = |site: &Url| {
        site.join(text).is_ok_and(|url| url[..Position::BeforePath] == site[..Position::BeforePath])
    };
    text.starts_with('/') && !text.starts_with("//") && SITE.as_ref().is_some_and(stays)
}

/// Returns the violation for the field `name`, whose value `text` is not a valid URL.
pub(crate) fn violation(name: &str, text: &str) -> Violation {
    let shown: String = text.chars().filter(|c| !c.is_control()).take(80).collect();
    let detail = format!(
        "\"{shown}\" must be a web address with a host, like https://news.example/x, or a path of the site, like /x; \
         at most {MAX_BYTES} bytes, without spaces, backslashes and passwords"
    );
    Violation::at(name, "url.malformed", detail)
}

/// Returns a violation for the first invalid URL of a field that holds several, if there is one.
pub(crate) fn violation_in<'t>(name: &str, texts: impl IntoIterator<Item = &'t str>) -> Option<Violation> {
    texts.into_iter().find(|text| !is_address(text)).map(|text| violation(name, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_a_host_or_stay_on_the_site() {
        for good in [
            "/",
            "/x",
            "/a//b?c=d#e",
            "https://a.example",
            "HTTP://A.example:8080/x?y#z",
            "https://münchen.example/straße",
            "http://[::1]/x",
        ] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "",
            "x",
            "#x",
            "//host",
            "///host",
            "/\\evil.example",
            "\\\\evil.example",
            "/a\\b",
            "/\t/evil.example",
            "https://",
            "https:",
            "https:/a.example",
            "https:///a.example",
            "https://?x",
            "https://#x",
            "https://:80",
            "https://@a.example",
            "https://user:secret@a.example/",
            "https://a.example\\@b.example",
            "http://[::1",
            "http://a b.example",
            "https://a.example/\u{a0}",
            "https://a.example:99999/",
            "https://%00.example/",
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://a.example",
            "mailto:a@b.example",
            "//\\evil.example",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
        assert!(!is_address(&format!("https://a.example/{}", "x".repeat(2_000))));
    }
}
