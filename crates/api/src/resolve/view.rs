//! What lives at a web path, as clients see it.

use async_graphql::{Enum, ID, SimpleObject};
use domain::{
    resolve::{Resolution as DomainResolution, Target, term_path},
    term::Role,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::scalar::DateTime;

/// What a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema, Enum)]
#[serde(rename_all = "lowercase")]
pub enum ResolutionKind {
    /// An article.
    Article,
    /// The front of a section.
    Section,
    /// The front of a tag.
    Tag,
    /// The front of an author.
    Author,
    /// A medium, which has no page: `path` is where its bytes are.
    Media,
    /// The front page.
    Home,
    /// The articles of a year, a month or a day: list them with `publishedAfter` and `publishedBefore`.
    Date,
}

/// What lives at a path of the site.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
#[graphql(complex)]
pub struct Resolution {
    /// What it is.
    pub kind: ResolutionKind,
    /// Its id. The front page has `home`, a list by date its path.
    #[schema(value_type = String)]
    pub id: ID,
    /// Its slug. A medium, the front page and a list by date have none.
    pub slug: Option<String>,
    /// Its own path; for a medium, its address.
    pub path: String,
    /// Whether its own path is another than the one asked for, so that a front end should redirect.
    pub moved: bool,
    /// For a list by date: its articles were published later than this.
    pub published_after: Option<DateTime>,
    /// For a list by date: its articles were published earlier than this.
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
