//! Requests that can be sent again without doing twice what they ask for.

use std::time::Duration;

use super::{Article, ArticleId, ArticlePatch, list::not_found};
use crate::{
    cx::Cx,
    error::{Error, Result},
    secret::Digest,
    store::Repos,
    time::Time,
};

/// A request is remembered so long.
const MEMORY: Duration = Duration::from_secs(24 * 60 * 60);

/// A request to make an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// What it asks for.
    pub digest: Digest,
    /// The article that it makes.
    pub article: ArticleId,
    /// When it was sent.
    pub at: Time,
}

/// Takes a key for a request, which makes the article `id`; or returns the article that the same request
/// made before.
pub(crate) fn claim(
    cx: &Cx<'_>,
    repos: &mut dyn Repos,
    key: &str,
    new: &ArticlePatch,
    id: ArticleId,
) -> Result<Option<Article>> {
    let is_sound = (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_sound {
        let detail = "an Idempotency-Key has 1 to 255 visible ASCII characters";
        return Err(Error::malformed("request.malformed", detail));
    }
    let Some(account) = cx.caller.account() else { return Ok(None) };
    repos.forget_requests(Time::from_micros(cx.now.micros() - MEMORY.as_micros() as i64))?;
    let digest = Digest::of(&new.canonical()?);
    let request = Request { digest, article: id, at: cx.now };
    match repos.claim_request(account, key, request)? {
        None => Ok(None),
        Some(known) if known.digest == digest => {
            repos.articles(&[known.article])?.pop().map(Some).ok_or_else(not_found)
        }
        Some(_) => {
            let detail = "another request was sent with this key; draw a new one";
            Err(Error::invalid("request.key_reused", detail))
        }
    }
}
