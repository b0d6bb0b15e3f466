//! What a path leads to.

use crate::{
    article::Card,
    media::Media,
    term::{Role, Term},
    time::Time,
};

/// What a path leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// An article.
    Article(Box<Card>),
    /// The front page of a tag, a section or an author.
    Term(Box<Term>),
    /// A media item, which has no page of its own.
    Media(Box<Media>),
    /// The front page of the site.
    Home,
    /// The articles of a year, a month or a day.
    Dates(Dates),
}

/// A date archive: a period, as bounds for a list of articles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dates {
    /// The archive's own path, such as `/2020/01`.
    pub path: String,
    /// The lower bound: articles published after this time.
    pub published_after: Time,
    /// The upper bound: articles published before this time.
    pub published_before: Time,
}

/// The result of resolving a path.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolution {
    /// What was found.
    pub target: Target,
    /// Whether the thing has another path now. A front end should redirect to it.
    pub moved: bool,
}

/// Returns the path of a term's front page.
pub fn term_path(term: &Term) -> String {
    match term.role {
        Role::Section => format!("/{}", term.path),
        Role::Tag => format!("/tags/{}", term.slug),
        Role::Author => format!("/authors/{}", term.slug),
    }
}
