//! What lives at a web path, as clients see it.

use async_graphql::{Enum, ID, SimpleObject};
use domain::{
    resolve::{Resolution as DomainResolution, Target, term_path},
    term::Role,
};
use serde::Serialize;
use utoipa::ToSchema;

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
}

/// What lives at a path of the site.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct Resolution {
    /// What it is.
    pub kind: ResolutionKind,
    /// Its id.
    #[schema(value_type = String)]
    pub id: ID,
    /// Its slug; a medium has none.
    pub slug: Option<String>,
    /// Its own path; for a medium, its address.
    pub path: String,
    /// Whether its own path is another than the one asked for, so that a front end should redirect.
    pub moved: bool,
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
            },
            Target::Media(media) => Self {
                kind: ResolutionKind::Media,
                id: media.id.to_string().into(),
                slug: None,
                path: media.url,
                moved,
            },
        }
    }
}
