//! A related article with its score, and the data that scores are computed from.

use std::sync::Arc;

use crate::{
    article::{ArticleId, Card},
    language::Language,
    term::{Role, TagType, Term, TermId},
    time::Time,
};

/// Why an article is in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// An editor put it there.
    Pinned,
    /// It shares tags or authors.
    Related,
    /// It fills the list: it is one of the newest in the same section.
    Section,
    /// It fills the list: it is one of the newest of all articles.
    Latest,
}

/// One part of a score: the points for something two articles share.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// What is shared.
    pub kind: PartKind,
    /// The shared tag, if a tag is shared.
    pub tag: Option<Term>,
    /// The points it adds, before the time factor.
    pub points: f64,
}

/// What two articles share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum PartKind {
    Tag,
    Section,
    Author,
}

/// A related article.
#[derive(Debug, Clone, PartialEq)]
pub struct Related {
    /// The article.
    pub card: Card,
    /// The time factor times the sum of the parts' points. From 0 to 1.
    pub score: f64,
    /// Why it is in the list.
    pub source: Source,
    /// The parts of the score.
    pub parts: Vec<Part>,
    /// The factor for distance in time. From 0.9 to 1.
    pub time_factor: f64,
}

/// The data of an article that related articles are computed from.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// The article.
    pub id: ArticleId,
    /// Its publication time.
    pub published_at: Time,
    /// Its language.
    pub language: Language,
    /// Its tags, authors and section, without the section's parents.
    pub terms: Vec<(Role, TermId)>,
    /// Articles an editor puts first, in order.
    pub pins: Vec<ArticleId>,
    /// Articles an editor excludes.
    pub blocks: Vec<ArticleId>,
}

/// A query of the index: the articles with a term that are nearest in time.
#[derive(Debug, Clone, PartialEq)]
pub struct Probe {
    /// The index of the article the query is for. Its results have the same number.
    pub source: usize,
    /// The term.
    pub term: TermId,
    /// The time to be near to.
    pub at: Time,
    /// The maximum number of articles at or before that time.
    pub earlier: u64,
    /// The maximum number of articles after it.
    pub later: u64,
    /// Only articles in this language or a narrower one, such as `en-GB` for `en`.
    pub language: Language,
}

/// An article that a probe found.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbour {
    /// The [`Probe::source`] it was found for.
    pub source: usize,
    /// The article.
    pub id: ArticleId,
    /// Its publication time.
    pub published_at: Time,
    /// Its tags, authors and section, without the section's parents.
    pub terms: Arc<[(Role, TermId)]>,
}

/// The data that the weight of a term is computed from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weight {
    /// The number of listed articles with this term that readers see.
    pub articles: u64,
    /// The type, if the term is a tag.
    pub tag_type: TagType,
}
