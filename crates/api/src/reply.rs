//! Answers of the REST face: exact bytes, their validator, and links to other pages.

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

use crate::{app::Asking, base::Base, sparse::Fields};

/// Where a page stands in its list.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PageInfo {
    /// The greatest number of items on the page.
    #[schema(minimum = 1, maximum = 100, example = 20)]
    pub limit: u32,
    /// Whether items follow.
    pub has_next: bool,
    /// The cursor for `after` that leads to them.
    pub next: Option<String>,
    /// Whether items precede.
    pub has_previous: bool,
    /// The cursor for `before` that leads to them.
    pub previous: Option<String>,
    /// How many items the list has, where `count` asked for it.
    pub total: Option<u64>,
    /// Whether `total` is exact or a lower bound.
    pub total_kind: Option<TotalKind>,
}

/// What a total says.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum TotalKind {
    /// So many.
    Exact,
    /// So many or more.
    AtLeast,
}

impl PageInfo {
    /// Describes a page.
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

/// An answer whose bytes are final.
pub struct Reply {
    bytes: Vec<u8>,
    content_type: &'static str,
    revision: Option<u32>,
    links: Vec<String>,
    statements: u32,
    /// Where the thing is that was made.
    location: Option<String>,
    /// The thing's revision after a change.
    tag: Option<u32>,
    /// Whether it shows what not everybody may see.
    private: bool,
}

impl Reply {
    /// One thing.
    pub fn one(value: &impl Serialize, fields: Option<&Fields>, asking: &Asking) -> Result<Self> {
        let mut bytes = Vec::with_capacity(ROOM);
        write(&mut bytes, value, fields)?;
        Ok(Self::json(bytes, asking))
    }

    /// One page of a list.
    pub fn list<T, V: Serialize>(
        request: &HttpRequest,
        page: Page<T>,
        view: impl Fn(T) -> V,
        fields: Option<&Fields>,
        asking: &Asking,
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
        Ok(Self { links, ..Self::json(bytes, asking) })
    }

    /// A text that needs no use case.
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

    fn json(bytes: Vec<u8>, asking: &Asking) -> Self {
        let private = asking.is_private();
        Self { statements: asking.statements(), private, ..Self::text(bytes, "application/json") }
    }

    /// Says that the thing was made, and where it is.
    #[must_use]
    pub fn created(self, location: String) -> Self {
        Self { location: Some(location), ..self }
    }

    /// Says which revision the thing has after a change, for the next one. Names no bytes: those of a
    /// change's answer are nobody's to ask for again.
    #[must_use]
    pub fn tagged(self, revision: u32) -> Self {
        Self { tag: Some(revision), ..self }
    }

    /// Puts the revision of the thing at the head of its validator.
    #[must_use]
    pub fn at_revision(self, revision: u32) -> Self {
        Self { revision: Some(revision), ..self }
    }
}

/// So many bytes most answers fit into.
const ROOM: usize = 8 * 1024;

/// Writes a value as JSON, with these fields only, behind what was written already.
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

/// The address of another page of the same list.
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

/// Leads from an old slug, which stands in the address as `parameter` below `folder`, to the same address
/// with the present one.
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
        // Answers may be kept, but are asked after each time: they are never stale.
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
