//! Successful REST responses: JSON bodies, `ETag`, `Link`, `Location` and caching headers.
//!
//! Error responses are in [`problem`](crate::http::problem).

use actix_web::{
    HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    http::{
        Method,
        header::{self, HeaderValue},
    },
};
use domain::{
    error::{Error, Result},
    page::{Page, Total},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use xxhash_rust::xxh3::xxh3_64;

use crate::{context::RequestContext, http::base::Base, http::sparse::Fields};

/// Pagination information of a list response.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PageInfo {
    /// Maximum number of items on the page.
    #[schema(minimum = 1, maximum = 100, example = 20)]
    pub limit: u32,
    /// Whether there is a next page.
    pub has_next: bool,
    /// Cursor of the next page, to send as `after`.
    pub next: Option<String>,
    /// Whether there is a previous page.
    pub has_previous: bool,
    /// Cursor of the previous page, to send as `before`.
    pub previous: Option<String>,
    /// Total number of items in the list, if requested with `count`.
    pub total: Option<u64>,
    /// Whether `total` is exact or a lower bound.
    pub total_kind: Option<TotalKind>,
}

/// What `total` means: `exact` is the number of items, `atLeast` a lower bound.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum TotalKind {
    /// The total is exact.
    Exact,
    /// The total is a lower bound: there may be more items.
    AtLeast,
}

impl PageInfo {
    /// Returns the information of a page.
    pub fn of<T>(page: &Page<T>) -> Self {
        let (total, total_kind) = match page.total {
            None => (None, None),
            Some(Total::Exact(total)) => (Some(total), Some(TotalKind::Exact)),
            Some(Total::AtLeast(total)) => (Some(total), Some(TotalKind::AtLeast)),
        };
        Self {
            limit: page.limit.get(),
            has_next: page.has_next,
            next: page.end_cursor().filter(|_| page.has_next).map(str::to_owned),
            has_previous: page.has_previous,
            previous: page.start_cursor().filter(|_| page.has_previous).map(str::to_owned),
            total,
            total_kind,
        }
    }
}

/// A response with its final bytes.
pub struct Reply {
    bytes: Vec<u8>,
    content_type: &'static str,
    revision: Option<u32>,
    links: Vec<String>,
    statements: u32,
    /// The path of the resource that was created.
    location: Option<String>,
    /// The revision of the resource after a change.
    tag: Option<u32>,
    /// Whether the response contains data that not everybody may see.
    private: bool,
}

impl Reply {
    /// Responds with one resource.
    pub fn one(value: &impl Serialize, fields: Option<&Fields>, context: &RequestContext) -> Result<Self> {
        let mut bytes = Vec::with_capacity(ROOM);
        write(&mut bytes, value, fields)?;
        Ok(Self::json(bytes, context))
    }

    /// Responds with one page of a list.
    pub fn list<T, V: Serialize>(
        request: &HttpRequest,
        page: Page<T>,
        view: impl Fn(T) -> V,
        fields: Option<&Fields>,
        context: &RequestContext,
    ) -> Result<Self> {
        let info = PageInfo::of(&page);
        let mut links = Vec::new();
        for (rel, parameter, cursor) in [("next", "after", &info.next), ("prev", "before", &info.previous)] {
            if let Some(cursor) = cursor {
                links.push(format!("<{}>; rel=\"{rel}\"", address(request, parameter, cursor)));
            }
        }
        let mut bytes = Vec::with_capacity(ROOM);
        bytes.extend(b"{\"data\":[");
        for (n, edge) in page.edges.into_iter().enumerate() {
            if n > 0 {
                bytes.push(b',');
            }
            write(&mut bytes, &view(edge.item), fields)?;
        }
        bytes.extend(b"],\"page\":");
        write(&mut bytes, &info, None)?;
        bytes.push(b'}');
        Ok(Self { links, ..Self::json(bytes, context) })
    }

    /// Responds with a text or a file.
    pub fn text(text: impl Into<Vec<u8>>, content_type: &'static str) -> Self {
        Self {
            bytes: text.into(),
            content_type,
            revision: None,
            links: Vec::new(),
            statements: 0,
            location: None,
            tag: None,
            private: false,
        }
    }

    fn json(bytes: Vec<u8>, context: &RequestContext) -> Self {
        let private = context.is_private();
        Self { statements: context.statements(), private, ..Self::text(bytes, "application/json") }
    }

    /// Makes this a 201 response, with the path of the new resource as `Location`.
    #[must_use]
    pub fn created(self, location: String) -> Self {
        Self { location: Some(location), ..self }
    }

    /// Sets the `ETag` of the response to a change: the new revision, which clients send as `If-Match` with
    /// the next change. It has no hash of the body, because such a response is never requested again.
    #[must_use]
    pub fn tagged(self, revision: u32) -> Self {
        Self { tag: Some(revision), ..self }
    }

    /// Prepends the revision of the resource to the `ETag`.
    #[must_use]
    pub fn at_revision(self, revision: u32) -> Self {
        Self { revision: Some(revision), ..self }
    }
}

/// Initial capacity of a response, in bytes. Most responses fit.
const ROOM: usize = 8 * 1024;

/// Appends a value as JSON, with only the given fields.
fn write(bytes: &mut Vec<u8>, value: &impl Serialize, fields: Option<&Fields>) -> Result<()> {
    let wrong = |error| Error::internal("write JSON", error);
    match fields {
        None => serde_json::to_writer(bytes, value).map_err(wrong),
        Some(fields) => {
            let mut value: Value = serde_json::to_value(value).map_err(wrong)?;
            fields.prune(&mut value);
            serde_json::to_writer(bytes, &value).map_err(wrong)
        }
    }
}

/// Returns the URL of another page of the same list.
fn address(request: &HttpRequest, parameter: &str, cursor: &str) -> String {
    let mut query: Vec<_> = request
        .query_string()
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("after=") && !pair.starts_with("before="))
        .map(str::to_owned)
        .collect();
    query.push(format!("{parameter}={cursor}"));
    Base::of(request).link(&format!("{}?{}", request.path(), query.join("&")))
}

/// Redirects from an old slug to the same URL with the current slug. `parameter` is the route parameter with
/// the old slug, `folder` the path segment before it.
pub(crate) fn moved(request: &HttpRequest, folder: &str, parameter: &str, slug: &str) -> HttpResponse {
    let old = request.match_info().get(parameter).unwrap_or_default();
    let path = request.path().replacen(&format!("/{folder}/{old}"), &format!("/{folder}/{slug}"), 1);
    let location = match request.query_string() {
        "" => path,
        query => format!("{path}?{query}"),
    };
    HttpResponse::MovedPermanently()
        .insert_header((header::LOCATION, Base::of(request).path(&location)))
        .insert_header((header::CACHE_CONTROL, "public, no-cache"))
        .finish()
}

/// Returns the `ETag` of a body.
fn tag_of(bytes: &[u8]) -> String {
    format!("\"{:016x}\"", xxh3_64(bytes))
}

impl Responder for Reply {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let etag = match self.revision {
            Some(revision) => format!("\"{revision}-{:016x}\"", xxh3_64(&self.bytes)),
            None => tag_of(&self.bytes),
        };
        let mut response = match self.location {
            Some(location) => {
                let mut response = HttpResponse::Created();
                response.insert_header((header::LOCATION, Base::of(request).path(&location)));
                response
            }
            None => HttpResponse::Ok(),
        };
        if request.method() == Method::GET {
            response.insert_header((header::ETAG, etag));
        } else if let Some(revision) = self.tag {
            response.insert_header((header::ETAG, format!("\"{revision}\"")));
        }
        // Caches may store public responses, but must revalidate each time, so they never serve stale ones.
        let caching = if self.private { "private, no-store" } else { "public, no-cache" };
        response
            .insert_header((header::CONTENT_TYPE, self.content_type))
            .insert_header((header::CACHE_CONTROL, caching));
        if !self.links.is_empty()
            && let Ok(links) = HeaderValue::from_str(&self.links.join(", "))
        {
            response.insert_header((header::LINK, links));
        }
        if self.statements > 0 {
            let timing = format!("db;desc=\"{} statements\"", self.statements);
            response.insert_header(("Server-Timing", timing));
        }
        response.body(self.bytes)
    }
}
