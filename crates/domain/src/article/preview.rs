//! Previews: one revision of one article, shown to anyone with a signed token for it.
//!
//! The API signs and verifies the tokens. Previews work without an account.

use std::time::Duration;

use super::{
    Article, ArticleId, ArticleKey, Rendition, Status, rendition, revisions,
    rights::{Intent, find_for, id_of},
};
use crate::{
    context::Context,
    error::{Error, Kind, Result, Violation},
    session::{KeyPurpose, SigningKey, present_key},
    store::Repos,
    time::Time,
};

/// The default lifetime of a preview.
const USUAL_LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// The minimum lifetime of a preview.
const SHORTEST_LIFE: Duration = Duration::from_secs(60);

/// The revision a preview token shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preview {
    /// The article.
    pub article: ArticleId,
    /// The revision.
    pub revision: u32,
    /// When the preview expires.
    pub expires_at: Time,
}

/// Creates a preview of a revision, and returns the key to sign its token with.
///
/// Defaults: the newest revision, a lifetime of 24 hours.
pub fn offer_preview(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    revision: Option<u32>,
    life: Option<Duration>,
) -> Result<(Preview, SigningKey)> {
    let article = find_for(cx, repos, key, Intent::Read)?;
    let life = life.unwrap_or(USUAL_LIFE);
    if !(SHORTEST_LIFE..=KeyPurpose::Preview.longest_life()).contains(&life) {
        let detail = "must be from 60 to 604800 seconds";
        return Err(Error::violations(vec![Violation::at("expiresIn", "expires_in.out_of_range", detail)]));
    }
    let revision = match revision {
        None => article.revision,
        Some(number) => repos.revision(article.id, number)?.ok_or_else(revisions::no_revision)?.number,
    };
    let signing = present_key(cx, repos, KeyPurpose::Preview)?;
    Ok((Preview { article: article.id, revision, expires_at: cx.now.after(life) }, signing))
}

/// Renders the revision a preview shows.
///
/// Every failure is the same error, so that the response does not reveal which articles exist.
pub fn previewed(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    preview: &Preview,
) -> Result<Rendition> {
    let is_named = id_of(repos, key)? == Some(preview.article);
    if !is_named || preview.expires_at <= cx.now {
        return Err(worthless());
    }
    let is_there = |article: &Article| article.document.status != Status::Trashed;
    let article = repos.articles(&[preview.article])?.pop().filter(is_there).ok_or_else(worthless)?;
    let revision = repos.revision(article.id, preview.revision)?.ok_or_else(worthless)?;
    rendition::render(cx, repos, &article, revision)
}

/// The error for an invalid preview token.
pub fn worthless() -> Error {
    let detail = "the preview token is malformed, has expired or is for another article";
    Error::new(Kind::Forbidden, "preview.worthless", detail)
}
