//! The base URL by which clients reach this server: scheme, host and path prefix.
//!
//! `--public-url` sets it. Otherwise it is taken from the request: from the `X-Forwarded-Proto`, `-Host`
//! and `-Prefix` headers of a trusted proxy, or from `Host`.

use actix_web::{
    HttpRequest,
    http::{
        Uri,
        header::{self, HeaderName},
    },
    web::Data,
};

use crate::http::trusted_proxies::TrustedProxies;

/// The base URL by which clients reach this server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Base {
    /// Scheme and host, without a trailing slash.
    origin: String,
    /// The path prefix: empty, or a path with a leading and no trailing slash.
    prefix: String,
    /// Whether the operator has set it.
    is_public: bool,
}

/// The base URL that the operator has set, if any. Application data of the server.
pub(crate) struct PublicBase(pub(crate) Option<Base>);

impl Base {
    /// Parses a base URL that the operator has set.
    pub fn named(url: &str) -> Self {
        let url = url.trim_end_matches('/');
        let path_at = url.find("://").and_then(|at| url[at + 3..].find('/').map(|slash| at + 3 + slash));
        let (origin, prefix) = url.split_at(path_at.unwrap_or(url.len()));
        Self { origin: origin.to_owned(), prefix: prefix.to_owned(), is_public: true }
    }

    /// Returns the base URL that the operator has set, if any.
    pub(crate) fn public(request: &HttpRequest) -> Option<&Self> {
        request.app_data::<Data<PublicBase>>().and_then(|public| public.0.as_ref())
    }

    /// Returns the base URL for a request.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        if let Some(named) = Self::public(request) {
            return named.clone();
        }
        let is_trusted =
            request.app_data::<Data<TrustedProxies>>().is_some_and(|proxies| proxies.sent(request));
        let forwarded = |name: &'static str| {
            let value = request.headers().get(HeaderName::from_static(name)).filter(|_| is_trusted)?;
            // Each proxy appends its own value; the first is the one that clients see.
            value.to_str().ok()?.split(',').next().map(str::trim)
        };
        let scheme = forwarded("x-forwarded-proto").filter(|scheme| *scheme == "https").unwrap_or("http");
        let host = forwarded("x-forwarded-host")
            .or_else(|| request.headers().get(header::HOST)?.to_str().ok())
            .filter(|host| is_host(host))
            .unwrap_or("localhost");
        let prefix = forwarded("x-forwarded-prefix").map(|path| path.trim_end_matches('/'));
        let prefix = prefix.filter(|path| is_prefix(path)).unwrap_or_default();
        Self { origin: format!("{scheme}://{host}"), prefix: prefix.to_owned(), is_public: false }
    }

    /// Returns the prefix followed by `path`, which must begin with a slash.
    pub(crate) fn path(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// Returns a path as an absolute URL.
    pub fn url(&self, path: &str) -> String {
        format!("{}{}{path}", self.origin, self.prefix)
    }

    /// Returns a path as an absolute URL if the operator has set the base URL, else as a path with the
    /// prefix.
    pub(crate) fn link(&self, path: &str) -> String {
        if self.is_public { self.url(path) } else { self.path(path) }
    }

    /// Rewrites the links and example URLs of an HTML page for this base URL.
    pub(crate) fn page(&self, html: &str) -> String {
        let html = html.replace("http://127.0.0.1:8080", &self.url(""));
        match self.prefix.as_str() {
            "" => html,
            prefix => html.replace("=\"/", &format!("=\"{prefix}/")),
        }
    }

    /// Returns a URI without the prefix, for proxies that pass the prefix on. Returns `None` if there is no
    /// prefix, or if the URI does not begin with it.
    pub(crate) fn stripped(&self, uri: &Uri) -> Option<Uri> {
        let whole = uri.path_and_query()?.as_str();
        let rest = whole.strip_prefix(self.prefix.as_str()).filter(|_| !self.prefix.is_empty())?;
        match rest.chars().next() {
            Some('/') => rest.parse().ok(),
            None | Some('?') => format!("/{rest}").parse().ok(),
            Some(_) => None,
        }
    }
}

fn is_host(text: &str) -> bool {
    (1..=255).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte))
}

/// Whether a text is a valid path prefix. Only a few characters are allowed, because it is written into
/// HTML pages.
pub fn is_prefix(text: &str) -> bool {
    text.len() <= 200
        && (text.is_empty() || text.starts_with('/'))
        && !text.contains("//")
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/.-_~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_address_has_a_host_and_perhaps_a_path() {
        for (url, origin, prefix) in [
            ("https://news.example.com", "https://news.example.com", ""),
            ("https://news.example.com/cms/", "https://news.example.com", "/cms"),
            ("http://h:8080/a/b", "http://h:8080", "/a/b"),
        ] {
            let base = Base::named(url);
            assert_eq!((base.origin.as_str(), base.prefix.as_str()), (origin, prefix));
        }
    }

    #[test]
    fn only_the_prefix_as_a_whole_is_taken_off() {
        let base = Base::named("https://h/cms");
        let stripped = |uri: &str| base.stripped(&uri.parse().expect("a URI")).map(|uri| uri.to_string());
        assert_eq!(stripped("/cms/v1/tags?limit=1").as_deref(), Some("/v1/tags?limit=1"));
        assert_eq!(stripped("/cms").as_deref(), Some("/"));
        assert_eq!(stripped("/cms?x").as_deref(), Some("/?x"));
        assert_eq!(stripped("/cmsx"), None);
        assert_eq!(stripped("/v1/tags"), None);
        assert!(!is_prefix("//evil.example") && !is_prefix("/a\"b") && is_prefix("/cms"));
    }
}
