//! The `If-Match` request header (RFC 9110 §13.1.1): the revision that a client read before it makes a
//! change.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header};
use domain::{
    error::{Error, Result},
    revision::ExpectedRevision,
};
use utoipa::IntoParams;

use crate::http::problem::Problem;

/// Describes the header in the OpenAPI document.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes a header that `IfMatch` reads")]
pub struct IfMatchHeader {
    /// The `ETag` of the revision that you have read. Only the number before the hyphen is compared. Returns
    /// 412 if it is not the current revision, and 428 if the header is missing.
    #[param(rename = "If-Match", example = "\"7\"")]
    if_match: Option<String>,
}

/// The revision in the `If-Match` header, if the request has one.
///
/// Our entity tags begin with the revision: `"7"`, `"7-9f3c"`. The rest identifies the bytes of a response
/// and is ignored.
#[derive(Debug, Clone, Copy)]
pub struct IfMatch {
    revision: Option<u32>,
    is_weak: bool,
}

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(value) = request.headers().get(header::IF_MATCH) else {
            return ready(Ok(Self { revision: None, is_weak: false }));
        };
        let text = value.to_str().unwrap_or_default().trim();
        let opaque = text.trim_start_matches("W/");
        let tag = opaque.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
        let revision = tag.and_then(|tag| tag.split('-').next()?.parse().ok());
        ready(match revision {
            Some(revision) => Ok(Self { revision: Some(revision), is_weak: opaque != text }),
            None => {
                let detail = "If-Match must be one entity tag of the resource, like \"7\" or \"7-9f3c\"";
                Err(Error::malformed("request.malformed", detail).into())
            }
        })
    }
}

impl IfMatch {
    /// Returns the expected revision of an article. Accepts a weak tag too, because proxies that compress
    /// make tags weak.
    pub(crate) fn of_article(self) -> Option<u32> {
        self.revision
    }

    /// Returns the expected revision of any other resource. The comparison is strong: a weak tag never
    /// matches.
    pub(crate) fn strong(self) -> ExpectedRevision {
        match self {
            Self { is_weak: true, .. } => ExpectedRevision::Unmatched,
            Self { revision, .. } => revision.into(),
        }
    }
}
