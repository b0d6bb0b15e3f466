//! Keeps paths of the site unique: an article's page and a term's front page never share a path.
//!
//! The checks run when an article is published, when a term or the path pattern changes, and in
//! imports. Resolving a path is in [`crate::resolve`].

use std::collections::HashMap;

use crate::{
    access::Permission,
    article::{Article, ArticleId, Card, Document, Parts, WebPath},
    context::Context,
    error::{Error, Kind, Result, Violation},
    page::{Fingerprint, Limit, PageRequest},
    resolve,
    site::path::ArticlePath,
    slug::Slug,
    store::Repos,
    term::{self, Role, Term, TermId, TermSelection},
    time::Time,
};

/// Fails with `article.path_taken` if the article's page would be at the front page of a section, a
/// tag or an author, or at an alias path of another article.
pub(crate) fn expect_free_page(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    own: ArticleId,
    document: &Document,
    first_published_at: Time,
) -> Result<()> {
    match page_owner(cx, repos, own, document, first_published_at)? {
        None => Ok(()),
        Some(owner) => {
            let detail = "the path of its page is taken; choose another slug or section";
            let taken = Violation::at("slug", "path.taken", owner);
            Err(Error::new(Kind::Conflict, "article.path_taken", detail).at(vec![taken]))
        }
    }
}

/// Fails with `article.path_taken` if an alias path of the article already leads to something else.
///
/// The number of look-ups does not depend on the number of paths.
pub(crate) fn expect_free_aliases(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    own: ArticleId,
    document: &Document,
) -> Result<()> {
    let paths = &document.alias_paths;
    let owners: HashMap<WebPath, ArticleId> = repos.articles_by_paths(paths)?.into_iter().collect();
    let others: Vec<ArticleId> = owners.values().filter(|owner| **owner != own).copied().collect();
    let purged = if others.is_empty() { Vec::new() } else { repos.purged(&others)? };
    // Paths are resolved in lower case.
    let asked: Vec<WebPath> = paths.iter().map(WebPath::lower_case).collect();
    let fronts = resolve::have_fronts(repos, &asked)?;
    let pages = pages_of_others(cx, repos, own, &asked)?;
    let mut taken = Vec::new();
    for (n, path) in paths.iter().enumerate() {
        let owner = owners.get(path);
        let has_owner = owner.is_some_and(|owner| !purged.contains(owner));
        if owner != Some(&own) && (has_owner || fronts[n] || pages[n]) {
            taken.push(Violation::at(&format!("aliasPaths/{n}"), "path.taken", "is already taken"));
        }
    }
    match taken.is_empty() {
        true => Ok(()),
        false => {
            let detail = "some alias paths already lead to another article or page; remove them there first, or \
                          choose other paths";
            Err(Error::new(Kind::Conflict, "article.path_taken", detail).at(taken))
        }
    }
}

/// Returns which of these paths, in lower case, are those of the page of another article that readers see.
fn pages_of_others(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    own: ArticleId,
    paths: &[WebPath],
) -> Result<Vec<bool>> {
    let slugs: Vec<Slug> = paths.iter().filter_map(|path| last_slug(&bare(path))).collect();
    let owners = if slugs.is_empty() { Vec::new() } else { repos.slugs_in_use(&slugs)? };
    let ids: Vec<ArticleId> = owners.into_iter().map(|(_, id)| id).filter(|id| *id != own).collect();
    let cards = if ids.is_empty() { Vec::new() } else { repos.cards(&ids, cx.now, Parts::NONE)? };
    let pages: Vec<String> = cards.iter().map(Card::canonical_path).collect();
    Ok(paths.iter().map(|path| pages.iter().any(|page| page == bare(path).as_str())).collect())
}

/// Returns the path without its query.
fn bare(path: &WebPath) -> WebPath {
    path.without_query().unwrap_or_else(|| path.clone())
}

/// Returns the last part of a path, if it can be a slug.
fn last_slug(path: &WebPath) -> Option<Slug> {
    path.as_str().rsplit('/').next().and_then(|last| last.parse().ok())
}

/// Describes what readers find at the path of the article's page; `None` if the path is free.
pub(crate) fn page_owner(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    own: ArticleId,
    document: &Document,
    first_published_at: Time,
) -> Result<Option<String>> {
    let section = match document.section {
        Some(id) => repos.terms(&[id.into()], cx.now)?.pop(),
        None => None,
    };
    let pattern = repos.site()?.unwrap_or_default().article_path;
    let section = section.as_ref().map(|section| section.slug.as_str());
    let path: WebPath = pattern.of(section, document.slug.as_str(), first_published_at).parse()?;
    let owner = match resolve::front_at(cx, repos, &path)? {
        Some(term) => Some(format!("is the path of the {} \"{}\"", term.role.as_str(), term.name)),
        None => match repos.articles_by_paths(std::slice::from_ref(&path))?.pop() {
            Some((_, other)) if other != own && repos.purged(&[other])?.is_empty() => {
                Some(format!("leads to the article {other}"))
            }
            _ => None,
        },
    };
    Ok(owner.map(|owner| format!("{} {owner}", path.as_str())))
}

/// Fails with `term.path_taken` if the front page of the term, or of a section below it, would be
/// at a current, old or alias path of an article that is published or scheduled.
///
/// `before` is the term as it is stored; `None` for a new term.
pub(crate) fn expect_free_fronts(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    before: Option<&Term>,
    term: &Term,
) -> Result<()> {
    let fronts = fronts(cx, repos, before, term)?;
    let Some((path, article)) = page_at(cx, repos, &fronts)? else { return Ok(()) };
    let place = if before.is_some_and(|before| before.slug == term.slug) { "parent" } else { "slug" };
    let taken = match cx.caller.may(Permission::ReadOthersDrafts) {
        true => format!(
            "{} is an address of the article \"{}\" ({})",
            path.as_str(),
            article.document.headline,
            article.id
        ),
        // It can be a scheduled article, of which others must not know more than that.
        false => format!("{} is an address of an article", path.as_str()),
    };
    let detail = "its path is taken by an article; choose another slug, or move the article";
    let taken = Violation::at(place, "path.taken", taken);
    Err(Error::new(Kind::Conflict, "term.path_taken", detail).at(vec![taken]))
}

/// Fails with `article.path_taken` if a path pattern would put the page of a published or scheduled
/// article at the front page of a section.
pub(crate) fn expect_free_pattern(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    pattern: &ArticlePath,
) -> Result<()> {
    let selection = TermSelection { role: Role::Section, types: Vec::new(), parent: None, user: None };
    let mut after = None;
    loop {
        let request =
            PageRequest { after, ..PageRequest::first(Limit::new(i64::from(Limit::MAX), "limit")?) };
        let window = request.open(Fingerprint::of(&"fronts of sections"))?;
        let page = window.close(repos.term_page(&selection, &window, cx.now)?, Term::position);
        let fronts: HashMap<Slug, String> =
            page.edges.iter().map(|edge| (edge.item.slug.clone(), format!("/{}", edge.item.path))).collect();
        let slugs: Vec<Slug> = fronts.keys().cloned().collect();
        let owners = if slugs.is_empty() { Vec::new() } else { repos.slugs_in_use(&slugs)? };
        let ids: Vec<ArticleId> = owners.iter().map(|(_, id)| *id).collect();
        let pages = if ids.is_empty() { Vec::new() } else { pages(cx, repos, &ids, pattern)? };
        if let Some((path, article)) = pages
            .into_iter()
            .find(|(path, article)| fronts.get(&article.document.slug).is_some_and(|front| front == path))
        {
            let owner = format!("{path} would be the path of the article {} and of a section", article.id);
            let detail = "an article and a section would have the same path; choose another pattern";
            let taken = Violation::at("articlePath", "path.taken", owner);
            return Err(Error::new(Kind::Conflict, "article.path_taken", detail).at(vec![taken]));
        }
        after = match page.edges.last() {
            Some(last) if page.has_next => Some(last.cursor.clone()),
            _ => return Ok(()),
        };
    }
}

/// Returns the paths that published and scheduled articles would have under a path pattern.
fn pages(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    ids: &[ArticleId],
    pattern: &ArticlePath,
) -> Result<Vec<(String, Article)>> {
    let articles: Vec<Article> =
        repos.articles(ids)?.into_iter().filter(|article| article.published.is_some()).collect();
    let sections: Vec<TermId> =
        articles.iter().filter_map(|article| article.document.section).map(TermId::from).collect();
    let sections: HashMap<TermId, Slug> =
        repos.terms(&sections, cx.now)?.into_iter().map(|section| (section.id, section.slug)).collect();
    let page = |article: Article| {
        let section = article.document.section.and_then(|id| sections.get(&id.into()));
        let since = article.first_published_at.unwrap_or(cx.now);
        let path = pattern.of(section.map(Slug::as_str), article.document.slug.as_str(), since);
        (path, article)
    };
    Ok(articles.into_iter().map(page).collect())
}

/// Appends a number to the slug of an imported section until its front page is at no article's
/// path. Returns a description of the conflict, if there was one.
pub(crate) fn keep_off_pages(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    before: Option<&Term>,
    section: &mut Term,
) -> Result<Option<String>> {
    let wanted = section.slug.clone();
    let mut owner = None;
    for n in 2..100 {
        let fronts = fronts(cx, repos, before, section)?;
        let Some((path, article)) = page_at(cx, repos, &fronts)? else { break };
        owner.get_or_insert_with(|| format!("{} is an address of the article {}", path.as_str(), article.id));
        section.slug = wanted.numbered(n);
        section.slug = term::free_slug(repos, section)?;
    }
    Ok(owner)
}

/// Returns the new front page paths that a change of a term creates: its own and those of the
/// sections below it.
fn fronts(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    before: Option<&Term>,
    term: &Term,
) -> Result<Vec<WebPath>> {
    if term.role != Role::Section {
        let is_new = before.is_none_or(|before| before.slug != term.slug);
        return if is_new { Ok(vec![resolve::term_path(term).parse()?]) } else { Ok(Vec::new()) };
    }
    let above = match &term.parent {
        Some(parent) => repos.terms(&[parent.id], cx.now)?.pop().map(|parent| parent.path),
        None => None,
    };
    let path = above.map_or_else(|| term.slug.to_string(), |above| format!("{above}/{}", term.slug));
    let Some(before) = before else { return Ok(vec![format!("/{path}").parse()?]) };
    if before.path == path {
        return Ok(Vec::new());
    }
    let mut fronts = vec![format!("/{path}").parse()?];
    let mut level: Vec<TermId> = vec![term.id];
    for _ in 0..Term::MAX_DEPTH {
        level = repos.terms_below(&level)?;
        if level.is_empty() {
            break;
        }
        for section in repos.terms(&level, cx.now)? {
            if let Some(rest) = section.path.strip_prefix(&before.path) {
                fronts.push(format!("/{path}{rest}").parse()?);
            }
        }
    }
    Ok(fronts)
}

/// Returns the first published or scheduled article that has one of these paths: as its page, by an
/// old slug, or as an alias.
fn page_at(cx: &Context<'_>, repos: &mut dyn Repos, paths: &[WebPath]) -> Result<Option<(WebPath, Article)>> {
    if paths.is_empty() {
        return Ok(None);
    }
    let mut candidates: Vec<(WebPath, ArticleId, Option<Slug>)> =
        repos.articles_by_paths(paths)?.into_iter().map(|(path, id)| (path, id, None)).collect();
    let slugs: Vec<Slug> = paths.iter().filter_map(last_slug).collect();
    let owners: HashMap<Slug, ArticleId> = repos.slugs_taken(&slugs)?.into_iter().collect();
    for path in paths {
        if let Some(slug) = last_slug(path)
            && let Some(id) = owners.get(&slug)
        {
            candidates.push((path.clone(), *id, Some(slug)));
        }
    }
    let ids: Vec<ArticleId> = candidates.iter().map(|(_, id, _)| *id).collect();
    if ids.is_empty() {
        return Ok(None);
    }
    let articles: HashMap<ArticleId, Article> = repos
        .articles(&ids)?
        .into_iter()
        .filter(|article| article.published.is_some())
        .map(|article| (article.id, article))
        .collect();
    let sections: Vec<TermId> =
        articles.values().filter_map(|article| article.document.section).map(TermId::from).collect();
    let sections: HashMap<TermId, Slug> =
        repos.terms(&sections, cx.now)?.into_iter().map(|section| (section.id, section.slug)).collect();
    let pattern = repos.site()?.unwrap_or_default().article_path;
    let found = candidates.into_iter().find_map(|(path, id, slug)| {
        let article = articles.get(&id)?;
        let has_it = slug.is_none_or(|slug| {
            let section = article.document.section.and_then(|id| sections.get(&id.into()));
            let since = article.first_published_at.unwrap_or(cx.now);
            pattern.of(section.map(Slug::as_str), slug.as_str(), since) == path.as_str()
        });
        has_it.then(|| (path, article.clone()))
    });
    Ok(found)
}
