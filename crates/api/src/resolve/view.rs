//! The result of resolving a path, in both APIs.

use async_graphql::{Enum, ID, SimpleObject};
use domain::{
    resolve::{Resolution as DomainResolution, Target, term_path},
    term::Role,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::scalar::DateTime;

/// The kind of page at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema, Enum)]
#[serde(rename_all = "lowercase")]
pub enum ResolutionKind {
    /// An article.
    Article,
    /// A section page.
    Section,
    /// A tag page.
    Tag,
    /// An author page.
    Author,
    /// A file of the media library. It has no page; `path` is the URL of the file.
    Media,
    /// The front page.
    Home,
    /// The archive of a year, month or day: list its articles with `publishedAfter` and
    /// `publishedBefore`.
    Date,
}

/// What a path of the site leads to.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
#[graphql(complex)]
pub struct Resolution {
    /// What the path leads to.
    pub kind: ResolutionKind,
    /// The object's id. `home` for the front page; the path for an archive.
    #[schema(value_type = String)]
    pub id: ID,
    /// The object's slug. Null for media, the front page and archives.
    pub slug: Option<String>,
    /// The canonical path. For media, the URL of the file.
    pub path: String,
    /// Whether `path` differs from the requested path, so that a front end should redirect.
    pub moved: bool,
    /// For an archive: list the articles published after this time.
    pub published_after: Option<DateTime>,
    /// For an archive: list the articles published before this time.
    pub published_before: Option<DateTime>,
}

impl From<DomainResolution> for Resolution {
    fn from(resolution: DomainResolution) -> Self {
        let moved = resolution.moved;
        match resolution.target {
            Target::Article(card) => Self {
                kind: ResolutionKind::Article,
                id: card.id.to_string().into(),
                slug: Some(card.slug.to_string()),
                path: card.canonical_path(),
                moved,
                published_after: None,
                published_before: None,
            },
            Target::Term(term) => Self {
                kind: match term.role {
                    Role::Section => ResolutionKind::Section,
                    Role::Tag => ResolutionKind::Tag,
                    Role::Author => ResolutionKind::Author,
                },
                id: term.role.write(term.id).into(),
                path: term_path(&term),
                slug: Some(term.slug.to_string()),
                moved,
                published_after: None,
                published_before: None,
            },
            Target::Media(media) => Self {
                kind: ResolutionKind::Media,
                id: media.id.to_string().into(),
                slug: None,
                path: media.url,
                moved,
                published_after: None,
                published_before: None,
            },
            Target::Home => Self {
                kind: ResolutionKind::Home,
                id: "home".into(),
                slug: None,
                path: "/".to_owned(),
                moved,
                published_after: None,
                published_before: None,
            },
            Target::Dates(dates) => Self {
                kind: ResolutionKind::Date,
                id: dates.path.clone().into(),
                slug: None,
                path: dates.path,
                moved,
                published_after: Some(dates.published_after.into()),
                published_before: Some(dates.published_before.into()),
            },
        }
    }
}
