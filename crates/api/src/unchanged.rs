//! `If-Match` on what has no revisions (RFC 9110 §13.1.1): tags, sections, authors, collections and the site.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header};
use domain::error::{Error, Kind, Result};
use serde::Serialize;

use crate::{delivery::matching, problem::Problem, reply::validator};

/// What the client has seen of a thing, if it says so.
pub struct IfUnchanged(Option<String>);

impl FromRequest for IfUnchanged {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let tags: Vec<_> = request.headers().get_all(header::IF_MATCH).map(|tag| tag.to_str()).collect();
        ready(Ok(Self(match tags.is_empty() {
            true => None,
            // What is no text is no validator of ours.
            false => Some(tags.into_iter().map(|tag| tag.unwrap_or_default()).collect::<Vec<_>>().join(",")),
        })))
    }
}

impl IfUnchanged {
    /// Fails unless the thing, as a whole answer shows it now, is what the client has seen. A validator of an
    /// answer with fewer `fields` is another one.
    pub(crate) fn check<V: Serialize>(&self, shown: impl FnOnce() -> Result<V>) -> Result<()> {
        let Some(seen) = &self.0 else { return Ok(()) };
        match matching(seen, &validator(&shown()?)?) {
            Some(_) => Ok(()),
            None => {
                let detail = "it is not as in the ETag that you have seen; read it again";
                Err(Error::new(Kind::Stale, "thing.changed_meanwhile", detail))
            }
        }
    }
}
