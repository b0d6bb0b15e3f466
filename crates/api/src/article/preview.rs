//! Versions of an article that readers do not see: the newest revision, and previews with a token.

use async_graphql::SimpleObject;
use domain::{
    article::{Preview, Version, preview},
    context::Context,
    error::{Error, Result},
    session::{KeyPurpose, SigningKey},
    store::Repos,
    time::Time,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{context::RequestContext, scalar::DateTime, session::token};

/// A version of an article.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema, async_graphql::Enum,
)]
#[serde(rename_all = "lowercase")]
pub enum ArticleVersion {
    /// The published revision.
    #[default]
    Published,
    /// The newest revision, published or not. Requires permission to read the draft.
    Draft,
}

/// The version that a request asks for, and what permits reading it.
pub(crate) enum RequestedVersion {
    /// The published revision, which everyone may see.
    Published,
    /// The newest revision; the caller must be allowed to read drafts.
    Draft,
    /// The revision in this preview token.
    Preview(String),
}

impl RequestedVersion {
    /// Reads the version from a request. For any version but the published one, keeps caches from
    /// storing the response.
    pub(crate) fn read(
        version: Option<ArticleVersion>,
        preview: Option<String>,
        context: &RequestContext,
    ) -> Result<Self> {
        let shown = match (version, preview) {
            (None | Some(ArticleVersion::Published), None) => return Ok(Self::Published),
            (Some(ArticleVersion::Draft), None) => Self::Draft,
            (None, Some(token)) => Self::Preview(token),
            (Some(_), Some(_)) => {
                let detail = "cannot be combined with version; the token says which revision it shows";
                return Err(Error::parameter("preview", "preview.combined", detail));
            }
        };
        context.keep_private();
        Ok(shown)
    }

    /// Returns the version, after verifying the preview token if there is one.
    pub(crate) fn verified(&self, cx: &Context<'_>, repos: &mut dyn Repos) -> Result<Version> {
        match self {
            Self::Published => Ok(Version::Published),
            Self::Draft => Ok(Version::Draft),
            Self::Preview(token) => {
                let keys = repos.signing_keys(KeyPurpose::Preview)?;
                let preview = token::read_preview(&keys, token, cx.now).ok_or_else(preview::worthless)?;
                Ok(Version::Preview(preview))
            }
        }
    }
}

/// A token for previewing one revision of an article without signing in.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct PreviewToken {
    /// The token. Pass it as `preview` to `GET /v1/articles/{article}` with the article's id, or to
    /// `article(id, preview)` in GraphQL.
    pub token: String,
    /// The article's id.
    pub article: String,
    /// The number of the revision that the token shows.
    pub revision: u32,
    /// When the token expires.
    pub expires_at: DateTime,
}

impl PreviewToken {
    /// Signs a preview with its key.
    pub(crate) fn of((preview, key): &(Preview, SigningKey), now: Time) -> Result<Self> {
        Ok(Self {
            token: token::sign_preview(preview, key, now)?,
            article: preview.article.to_string(),
            revision: preview.revision,
            expires_at: preview.expires_at.into(),
        })
    }
}
