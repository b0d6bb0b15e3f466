//! Resolves the references in an article's fields: ids, slugs and names of terms and other articles.
//!
//! Each reference that cannot be resolved becomes a violation at its place in the request.

use super::{ArticleId, ArticleKey, Parts, rights};
use crate::{
    context::Context,
    error::{Kind, Result, Violation},
    slug::Slug,
    store::Repos,
    term::{self, FoundTerm, OnExisting, Role, Term, TermId, TermKey, TermPatch},
    text,
};

/// The maximum length of a list of references.
const MOST_NAMES: usize = 100;

/// The field that holds references, for the places of violations.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Named {
    /// The field is one reference.
    Alone(&'static str),
    /// The field is a list of references.
    InList(&'static str),
}

impl Named {
    fn place(self, n: usize) -> String {
        match self {
            Self::Alone(name) => name.to_owned(),
            Self::InList(name) => format!("{name}/{n}"),
        }
    }

    /// Returns whether the list is too long, and adds a violation if it is.
    fn are_too_many(self, names: usize, wrong: &mut Vec<Violation>) -> bool {
        let (Self::Alone(name) | Self::InList(name)) = self;
        if names > MOST_NAMES {
            wrong.push(Violation::at(name, "list.too_long", "has at most 100 entries"));
        }
        names > MOST_NAMES
    }
}

/// The terms that references lead to.
pub(crate) struct KnownTerms {
    /// Terms found by id or slug.
    found: Vec<FoundTerm>,
    /// Terms found by name or created. `None` if the name was refused and a violation was added.
    named: Vec<(Role, String, Option<TermId>)>,
}

/// Returns the term that a term of this name was merged into or renamed to.
fn successor(cx: &Context<'_>, repos: &mut dyn Repos, role: Role, name: &str) -> Result<Option<TermId>> {
    let slug = Slug::of(name, role.as_str());
    if slug.as_str() == role.as_str() {
        // The slug of every name without letters of the alphabet.
        return Ok(None);
    }
    let found = repos.term_keys(&[(role, TermKey::Slug(slug.clone()))])?.pop();
    let Some(found) = found.filter(|found| !found.is_present) else { return Ok(None) };
    if !repos.terms_named(role, &[text::name_key(name)])?.is_empty() {
        return Ok(None);
    }
    // If its own name still gives this slug, only its slug was changed: the name belongs to another thing.
    let has_same_name = |term: Term| Slug::of(&term.name, role.as_str()) == slug;
    Ok(repos
        .terms(&[found.id], cx.now)?
        .pop()
        .filter(|term| !has_same_name(term.clone()))
        .map(|term| term.id))
}

impl KnownTerms {
    /// Looks up all ids and slugs in one query. Skips lists that are too long.
    pub(crate) fn look_up(repos: &mut dyn Repos, named: &[(Role, &[String])]) -> Result<Self> {
        let asked: Vec<(Role, TermKey)> = named
            .iter()
            .filter(|(_, names)| names.len() <= MOST_NAMES)
            .flat_map(|(role, names)| names.iter().filter_map(|name| Some((*role, role.read(name)?))))
            .collect();
        let found = if asked.is_empty() { Vec::new() } else { repos.term_keys(&asked)? };
        Ok(Self { found, named: Vec::new() })
    }

    /// Takes each reference that is no known id or slug as a term's name: finds the term by that name, or
    /// creates it.
    ///
    /// The caller must hold the lock for changing terms.
    pub(crate) fn create_missing(
        &mut self,
        cx: &Context<'_>,
        repos: &mut dyn Repos,
        role: Role,
        names: &[String],
        named: Named,
        wrong: &mut Vec<Violation>,
    ) -> Result<()> {
        if names.len() > MOST_NAMES {
            return Ok(());
        }
        for (n, name) in names.iter().enumerate() {
            let key = role.read(name);
            // An unknown id is an error, not a name.
            if matches!(key, Some(TermKey::Id(_))) || self.id_of(role, name, key.as_ref()).is_some() {
                continue;
            }
            // A term that was merged or renamed has its old name's slug as an old slug. The new name must not take
            // that slug from it.
            if let Some(successor) = successor(cx, repos, role, name)? {
                self.named.push((role, name.clone(), Some(successor)));
                continue;
            }
            let new = TermPatch { name: Some(name.clone()), ..TermPatch::default() };
            let id = match term::create(cx, repos, role, &new, OnExisting::Return) {
                Ok(made) => Some(Term::from(made).id),
                Err(error) if matches!(error.kind(), Kind::Malformed | Kind::Conflict) => {
                    let first = error.all_violations().first();
                    let code = first.map_or(error.code(), |first| first.code);
                    let detail = first.map_or(error.detail().to_owned(), |first| first.detail.to_string());
                    wrong.push(Violation::at(&named.place(n), code, detail));
                    None
                }
                Err(error) => return Err(error),
            };
            self.named.push((role, name.clone(), id));
        }
        Ok(())
    }

    /// Returns the term of a reference. `None` if it is unknown; `Some(None)` if it was refused and already
    /// has a violation.
    fn id_of(&self, role: Role, name: &str, key: Option<&TermKey>) -> Option<Option<TermId>> {
        let by_key = self.found.iter().find(|one| one.role == role && Some(&one.key) == key);
        by_key.map(|one| Some(one.id)).or_else(|| {
            self.named.iter().find(|(of, known, _)| *of == role && known == name).map(|(_, _, id)| *id)
        })
    }

    /// Returns the referenced terms of one role. Adds a violation for each unknown or repeated term.
    pub(crate) fn of(
        &self,
        role: Role,
        names: &[String],
        named: Named,
        wrong: &mut Vec<Violation>,
    ) -> Vec<TermId> {
        let mut found = Vec::with_capacity(names.len());
        if named.are_too_many(names.len(), wrong) {
            return found;
        }
        for (n, name) in names.iter().enumerate() {
            let key = role.read(name);
            let place = named.place(n);
            match self.id_of(role, name, key.as_ref()) {
                Some(None) => {}
                None => {
                    let detail = format!("there is no such {}", role.as_str());
                    wrong.push(Violation::at(&place, "term.not_found", detail));
                }
                Some(Some(id)) if found.contains(&id) => {
                    wrong.push(Violation::at(&place, "term.named_twice", "is already in the list"));
                }
                Some(Some(id)) => found.push(id),
            }
        }
        found
    }
}

/// Returns the referenced articles.
///
/// Adds a violation for each article that is repeated, does not exist, or is hidden from the caller.
pub(crate) fn articles(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    names: &[String],
    named: Named,
    wrong: &mut Vec<Violation>,
) -> Result<Vec<ArticleId>> {
    if names.is_empty() || named.are_too_many(names.len(), wrong) {
        return Ok(Vec::new());
    }
    let keys: Vec<ArticleKey> = names.iter().map(|name| ArticleKey::from(name.as_str())).collect();
    let slugs: Vec<Slug> = keys
        .iter()
        .filter_map(|key| match key {
            ArticleKey::Slug(slug) => slug.parse().ok(),
            ArticleKey::Id(_) => None,
        })
        .collect();
    let of_slugs = if slugs.is_empty() { Vec::new() } else { repos.slugs_in_use(&slugs)? };
    let ids: Vec<Option<ArticleId>> = keys
        .iter()
        .map(|key| match key {
            ArticleKey::Id(id) => Some(*id),
            ArticleKey::Slug(slug) => {
                of_slugs.iter().find(|(known, _)| known.as_str() == slug).map(|(_, id)| *id)
            }
        })
        .collect();
    let asked: Vec<ArticleId> = ids.iter().flatten().copied().collect();
    let known = knowable(cx, repos, &asked)?;
    let mut found = Vec::with_capacity(keys.len());
    for (n, id) in ids.into_iter().enumerate() {
        let place = named.place(n);
        match id.filter(|id| known.contains(id)) {
            None => wrong.push(Violation::at(&place, "article.not_found", "there is no such article")),
            Some(id) if found.contains(&id) => {
                wrong.push(Violation::at(&place, "article.named_twice", "is already in the list"));
            }
            Some(id) => found.push(id),
        }
    }
    Ok(found)
}

/// Returns those of the articles that readers see or whose drafts the caller may read.
pub(super) fn knowable(cx: &Context<'_>, repos: &mut dyn Repos, ids: &[ArticleId]) -> Result<Vec<ArticleId>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut known: Vec<ArticleId> =
        repos.cards(ids, cx.now, Parts::NONE)?.into_iter().map(|card| card.id).collect();
    let hidden: Vec<ArticleId> = ids.iter().filter(|id| !known.contains(id)).copied().collect();
    if !hidden.is_empty() {
        // Missing and hidden articles run the same statements, so that these do not tell them apart.
        let mine = rights::Mine::load(cx, repos)?;
        let articles = repos.articles(&hidden)?;
        let readable = articles.iter().filter(|article| mine.may(cx, rights::Intent::Read, article));
        known.extend(readable.map(|article| article.id));
    }
    Ok(known)
}
