//! Listing terms and looking them up.

use super::{Role, Term, TermFilter, TermId, TermSelection};
use crate::{
    access::Permission,
    context::Context,
    error::{Error, Result},
    page::{Count, Fingerprint, Page, PageRequest, Total},
    store::Repos,
};

/// Lists terms of a role by name.
///
/// Filtering by another user's account requires [`Permission::ManageAccounts`].
pub fn list(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    role: Role,
    filter: &TermFilter,
    page: &PageRequest,
) -> Result<Page<Term>> {
    if filter.user.is_some() && filter.user != cx.caller.account() {
        cx.require(Permission::ManageAccounts)?;
    }
    let window = page.open(Fingerprint::of(&("terms", role, filter)))?;
    let parent = match &filter.parent {
        None => None,
        Some(key) => match repos.term_keys(&[(role, key.clone())])?.pop() {
            Some(found) => Some(found.id),
            None => return Ok(window.close(Vec::new(), Term::position)),
        },
    };
    let selection = TermSelection { role, types: filter.types.clone(), parent, user: filter.user };
    let mut page_of_terms =
        window.fetch(Term::position, |window| repos.term_page(&selection, window, cx.now))?;
    page_of_terms.total = match page.count {
        Count::None => None,
        // Terms are few compared to articles, so they are always counted exactly.
        Count::Exact | Count::Estimate => Some(Total::Exact(repos.term_count(&selection)?)),
    };
    Ok(page_of_terms)
}

/// Finds one term by id or slug. Former slugs and ids of merged tags lead to the current term.
pub fn find(cx: &Context<'_>, repos: &mut dyn Repos, role: Role, key: &str) -> Result<Option<Term>> {
    let Some(key) = role.read(key) else { return Ok(None) };
    let Some(found) = repos.term_keys(&[(role, key)])?.pop() else { return Ok(None) };
    Ok(repos.terms(&[found.id], cx.now)?.pop())
}

/// Like [`find`], but returns an error such as `tag.not_found` if there is none.
pub fn get(cx: &Context<'_>, repos: &mut dyn Repos, role: Role, key: &str) -> Result<Term> {
    find(cx, repos, role, key)?.ok_or_else(|| {
        let code = match role {
            Role::Tag => "tag.not_found",
            Role::Section => "section.not_found",
            Role::Author => "author.not_found",
        };
        Error::not_found(code, format!("there is no such {}", role.as_str()))
    })
}

/// Returns the ids of a term and its ancestors, nearest first. At most [`Term::MAX_DEPTH`].
pub(crate) fn line_of(repos: &mut dyn Repos, id: TermId) -> Result<Vec<TermId>> {
    let mut line = Vec::new();
    let mut next = Some(id);
    while let Some(id) = next.filter(|_| line.len() < Term::MAX_DEPTH) {
        line.push(id);
        next = repos.term_parents(&[id])?.pop().and_then(|(_, parent)| parent);
    }
    Ok(line)
}
