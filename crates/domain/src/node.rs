//! Looks up things of any type by id. The type prefix of the id says which type it is.

use crate::{
    article::{self, ArticleId, Card, Parts},
    collection::{Collection, CollectionId},
    comment::{self, CommentId, Shown},
    context::Context,
    error::{Error, Result},
    media::{Media, MediaId},
    store::Repos,
    term::{Role, Term, TermId, TermKey},
};

/// A thing of any type that readers can look up by id.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Node {
    Article(Box<Card>),
    Term(Box<Term>),
    Media(Box<Media>),
    Comment(Box<Shown>),
    Collection(Box<Collection>),
}

/// Returns what readers see under each id, in the order of the ids. At most 100 ids.
///
/// Malformed and unknown ids give `None`.
pub fn nodes(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    ids: &[String],
    parts: Parts,
) -> Result<Vec<Option<Node>>> {
    if ids.len() > 100 {
        return Err(Error::parameter("ids", "list.too_long", "must have at most 100 ids"));
    }
    let term_id = |text: &str| {
        Role::ALL.into_iter().find_map(|role| match role.read(text) {
            Some(TermKey::Id(id)) => Some(id),
            _ => None,
        })
    };
    let article_ids: Vec<ArticleId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
    let term_ids: Vec<TermId> = ids.iter().filter_map(|id| term_id(id)).collect();
    let cards = article::by_ids(cx, repos, &article_ids, parts)?;
    let terms = if term_ids.is_empty() { Vec::new() } else { repos.terms(&term_ids, cx.now)? };
    let media_ids: Vec<MediaId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
    let media = if media_ids.is_empty() { Vec::new() } else { repos.media(&media_ids)? };
    let comment_ids: Vec<CommentId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
    let comments = comment::by_ids(cx, repos, &comment_ids)?;
    let collection_ids: Vec<CollectionId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
    let collections =
        if collection_ids.is_empty() { Vec::new() } else { repos.collections(&collection_ids)? };
    Ok(ids
        .iter()
        .map(|id| {
            if let Ok(id) = id.parse::<ArticleId>() {
                return cards.get(&id.bytes()).cloned().map(|card| Node::Article(Box::new(card)));
            }
            if let Ok(id) = id.parse::<MediaId>() {
                return media.iter().find(|one| one.id == id).cloned().map(|one| Node::Media(Box::new(one)));
            }
            if let Ok(id) = id.parse::<CommentId>() {
                return comments.get(&id).cloned().map(|one| Node::Comment(Box::new(one)));
            }
            if let Ok(id) = id.parse::<CollectionId>() {
                let found = collections.iter().find(|one| one.id == id);
                return found.cloned().map(|one| Node::Collection(Box::new(one.seen_by(cx))));
            }
            let term = terms.iter().find(|term| term.role.write(term.id) == *id)?;
            Some(Node::Term(Box::new(term.clone())))
        })
        .collect())
}
