//! Anything by its id alone: the id says what it is.

use crate::{
    article::{self, ArticleId, Card, Parts},
    cx::Cx,
    error::{Error, Result},
    store::Repos,
    term::{Role, Term, TermId, TermKey},
};

/// A thing that has an id.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Node {
    Article(Box<Card>),
    Term(Box<Term>),
}

/// Returns what readers see under each id, in the order of the ids; at most 100.
pub fn nodes(cx: &Cx<'_>, repos: &mut dyn Repos, ids: &[String], parts: Parts) -> Result<Vec<Option<Node>>> {
    if ids.len() > 100 {
        return Err(Error::parameter("ids", "list.too_long", "names at most 100 things"));
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
    Ok(ids
        .iter()
        .map(|id| {
            if let Ok(id) = id.parse::<ArticleId>() {
                return cards.get(&id.bytes()).cloned().map(|card| Node::Article(Box::new(card)));
            }
            let term = terms.iter().find(|term| term.role.write(term.id) == *id)?;
            Some(Node::Term(Box::new(term.clone())))
        })
        .collect())
}
