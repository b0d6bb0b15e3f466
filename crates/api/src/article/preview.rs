//! Versions of an article that readers do not see: the newest one, and one that a token shows.

use async_graphql::SimpleObject;
use domain::{
    article::{self, ArticleKey, Preview, Rendition, preview},
    cx::Cx,
    error::{Error, Result},
    session::{KeyPurpose, SigningKey},
    store::Repos,
    time::Time,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{app::Asking, scalar::DateTime, session::token};

/// Which version of an article.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema, async_graphql::Enum,
)]
#[serde(rename_all = "lowercase")]
pub enum ArticleVersion {
    /// What readers see.
    #[default]
    Published,
    /// The newest revision, for those who may read it before readers do.
    Draft,
}

/// What shows an article to a caller.
pub(crate) enum Shown {
    /// That readers see it.
    Published,
    /// That the caller may read drafts.
    Draft,
    /// A preview token.
    Preview(String),
}

impl Shown {
    /// Reads what a request asks for. What it shows nobody is to keep.
    pub(crate) fn read(
        version: Option<ArticleVersion>,
        preview: Option<String>,
        asking: &Asking,
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
        asking.keep_private();
        Ok(shown)
    }

    /// Renders the article, unless readers see what is asked for.
    pub(crate) fn rendition(
        &self,
        cx: &Cx<'_>,
        repos: &mut dyn Repos,
        key: &ArticleKey,
    ) -> Result<Option<Rendition>> {
        match self {
            Self::Published => Ok(None),
            Self::Draft => article::draft(cx, repos, key).map(Some),
            Self::Preview(token) => {
                let keys = repos.signing_keys(KeyPurpose::Preview)?;
                let preview = token::read_preview(&keys, token, cx.now).ok_or_else(preview::worthless)?;
                article::previewed(cx, repos, key, &preview).map(Some)
            }
        }
    }
}

/// A token that shows one revision of one article to whoever bears it.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct PreviewToken {
    /// The token: `GET /v1/articles/{article}?preview=…` with the article's id, or `article(id, preview)` in
    /// GraphQL.
    pub token: String,
    /// The article's id.
    pub article: String,
    /// The revision that it shows.
    pub revision: u32,
    /// Until when.
    pub expires_at: DateTime,
}

impl PreviewToken {
    /// Signs what was offered.
    pub(crate) fn of((preview, key): &(Preview, SigningKey), now: Time) -> Result<Self> {
        Ok(Self {
            token: token::sign_preview(preview, key, now)?,
            article: preview.article.to_string(),
            revision: preview.revision,
            expires_at: preview.expires_at.into(),
        })
    }
}
