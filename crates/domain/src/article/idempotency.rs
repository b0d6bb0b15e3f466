//! Idempotency keys: a request to create an article can be repeated without creating a second one.
//!
//! Each key belongs to one account. [`claim`] is called by `creation.rs`.

use std::time::Duration;

use super::{Article, ArticleId, ArticlePatch, Request, list::not_found};
use crate::{
    context::Context,
    error::{Error, Result},
    secret::Digest,
    store::Repos,
    time::Time,
};

/// How long a request is stored.
const MEMORY: Duration = Duration::from_secs(24 * 60 * 60);

/// Removes keys that are older than a day. A transaction that takes other locks before it claims keys calls this
/// first, because it waits for others that do the same.
pub(super) fn forget_old(cx: &Context<'_>, repos: &mut dyn Repos) -> Result<()> {
    repos.forget_requests(Time::from_micros(cx.now.micros() - MEMORY.as_micros() as i64))
}

/// Stores a key for the request that creates the article `id`.
///
/// Returns the existing article if the same request was sent with this key before. Returns
/// `request.key_reused` if the key was used for a different request.
pub(crate) fn claim(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    key: &str,
    new: &ArticlePatch,
    id: ArticleId,
) -> Result<Option<Article>> {
    let is_sound = (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_sound {
        let detail = "an Idempotency-Key must have 1 to 255 visible ASCII characters";
        return Err(Error::malformed("request.malformed", detail));
    }
    let Some(account) = cx.caller.account() else { return Ok(None) };
    forget_old(cx, repos)?;
    let digest = Digest::of(&new.canonical()?);
    let request = Request { digest, article: id, at: cx.now };
    match repos.claim_request(account, key, request)? {
        None => Ok(None),
        Some(known) if known.digest == digest => {
            repos.articles(&[known.article])?.pop().map(Some).ok_or_else(not_found)
        }
        Some(_) => {
            let detail = "this key was already used for a different request; use a new key";
            Err(Error::invalid("request.key_reused", detail))
        }
    }
}
