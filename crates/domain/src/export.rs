//! Export: writes things as JSON lines, in the form that [`crate::import`] reads.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{
    article::{Article, ArticleId, Document, Revision, term_aliases},
    collection,
    comment::CommentId,
    context::Context,
    error::Result,
    id::{Entity, Id},
    import::Provenance,
    media::MediaId,
    page::{Fingerprint, Limit, PageRequest},
    store::Repos,
    term::{Role, Term, TermSelection},
};

/// How far an export has come. An export takes several reads and holds one page in memory at a
/// time.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Progress {
    /// Terms of this role come next, from this cursor on.
    Terms(Role, Option<String>),
    /// Articles with ids after this one come next.
    Articles(Option<ArticleId>),
    /// The site settings come next.
    #[default]
    Site,
    /// Media with ids after this one come next.
    Media(Option<MediaId>),
    /// Collections come next, from this cursor on.
    Collections(Option<String>),
    /// Comments with ids after this one come next.
    Comments(Option<CommentId>),
    /// The export is complete.
    Done,
}

/// Returns the next lines and where to continue.
pub fn next(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    progress: Progress,
) -> Result<(Vec<Map<String, Value>>, Progress)> {
    match progress {
        Progress::Done => Ok((Vec::new(), Progress::Done)),
        Progress::Terms(role, after) => terms(cx, repos, role, after),
        Progress::Articles(after) => articles(repos, after),
        Progress::Site => {
            let line = repos.site()?.map(|site| whole_fields("site", &site));
            Ok((line.into_iter().collect(), Progress::Terms(Role::Section, None)))
        }
        Progress::Media(after) => {
            let ids = repos.media_ids(after, Limit::MAX)?;
            let mut media = if ids.is_empty() { Vec::new() } else { repos.media(&ids)? };
            media.sort_by_key(|one| one.id);
            let lines = with_origins(repos, &media, |one| one.id)?;
            Ok((lines, ids.last().map_or(Progress::Articles(None), |last| Progress::Media(Some(*last)))))
        }
        Progress::Collections(after) => collections(repos, after),
        Progress::Comments(after) => {
            let ids = repos.comment_ids(after, Limit::MAX)?;
            let mut comments = if ids.is_empty() { Vec::new() } else { repos.comments(&ids)? };
            comments.sort_by_key(|one| one.id);
            let lines = with_origins(repos, &comments, |one| one.id)?;
            Ok((lines, ids.last().map_or(Progress::Done, |last| Progress::Comments(Some(*last)))))
        }
    }
}

fn terms(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    role: Role,
    after: Option<String>,
) -> Result<(Vec<Map<String, Value>>, Progress)> {
    let request = PageRequest { after, ..PageRequest::first(Limit::new(i64::from(Limit::MAX), "limit")?) };
    let window = request.open(Fingerprint::of(&("export", role)))?;
    let selection = TermSelection { role, types: Vec::new(), parent: None, user: None };
    let page = window.close(repos.term_page(&selection, &window, cx.now)?, Term::position);
    let ids: Vec<_> = page.edges.iter().map(|edge| edge.item.id.0).collect();
    let origins = if ids.is_empty() { Vec::new() } else { repos.origins(role.as_str(), &ids)? };
    let term_ids: Vec<_> = page.edges.iter().map(|edge| edge.item.id).collect();
    let old = if ids.is_empty() { Vec::new() } else { repos.old_term_slugs(&term_ids)? };
    let merged = if ids.is_empty() { Vec::new() } else { repos.merged_into(&term_ids)? };
    let lines = page
        .edges
        .iter()
        .map(|edge| {
            let mut line = term_fields(&edge.item);
            let old: Vec<_> =
                old.iter().filter(|(id, _)| *id == edge.item.id).map(|(_, slug)| slug).collect();
            if !old.is_empty() {
                line.insert("oldSlugs".to_owned(), json!(old));
            }
            let merged: Vec<_> = merged
                .iter()
                .filter(|(_, present)| *present == edge.item.id)
                .map(|(gone, _)| role.write(*gone))
                .collect();
            if !merged.is_empty() {
                line.insert("oldIds".to_owned(), json!(merged));
            }
            add_origins(&mut line, edge.item.id.0, &origins);
            line
        })
        .collect();
    let next = match (page.has_next, role) {
        (true, _) => Progress::Terms(role, page.edges.last().map(|edge| edge.cursor.clone())),
        (false, Role::Section) => Progress::Terms(Role::Author, None),
        (false, Role::Author) => Progress::Terms(Role::Tag, None),
        (false, Role::Tag) => Progress::Media(None),
    };
    Ok((lines, next))
}

fn articles(repos: &mut dyn Repos, after: Option<ArticleId>) -> Result<(Vec<Map<String, Value>>, Progress)> {
    let ids = repos.article_ids(after, Limit::MAX)?;
    let Some(last) = ids.last().copied() else { return Ok((Vec::new(), Progress::Collections(None))) };
    let mut articles = repos.articles(&ids)?;
    articles.sort_by_key(|article| article.id);
    let mut published = published_beside(repos, &articles)?;
    // Merged terms are replaced and deleted ones left out, because an import would read their ids
    // as names.
    let drafts = articles.iter_mut().map(|article| &mut article.document);
    let seen = published.values_mut().map(|revision| &mut revision.document);
    term_aliases::settle(repos, &mut drafts.chain(seen).collect::<Vec<_>>())?;
    let bytes: Vec<_> = ids.iter().map(|id| id.bytes()).collect();
    let origins = repos.origins("article", &bytes)?;
    let lines = articles
        .iter()
        .map(|article| article_fields(article, published.remove(&article.id).as_ref(), &origins))
        .collect();
    Ok((lines, Progress::Articles(Some(last))))
}

/// Returns the published revisions of those articles that have a newer draft.
pub(crate) fn published_beside(
    repos: &mut dyn Repos,
    articles: &[Article],
) -> Result<HashMap<ArticleId, Revision>> {
    let is_newer =
        |article: &&Article| article.published.as_ref().is_some_and(|seen| seen.revision != article.revision);
    let ids: Vec<ArticleId> = articles.iter().filter(is_newer).map(|article| article.id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(repos.published_revisions(&ids)?.into_iter().map(|revision| (revision.article, revision)).collect())
}

fn collections(repos: &mut dyn Repos, after: Option<String>) -> Result<(Vec<Map<String, Value>>, Progress)> {
    let page = PageRequest { after, ..PageRequest::first(Limit::new(i64::from(Limit::MAX), "limit")?) };
    let page = collection::page_of(repos, &page)?;
    let next = match page.edges.last() {
        Some(last) if page.has_next => Progress::Collections(Some(last.cursor.clone())),
        _ => Progress::Comments(None),
    };
    let found: Vec<_> = page.edges.into_iter().map(|edge| edge.item).collect();
    Ok((with_origins(repos, &found, |one| one.id)?, next))
}

/// Writes things as lines, each with its serialised form and its origins.
fn with_origins<T: Entity + Serialize>(
    repos: &mut dyn Repos,
    things: &[T],
    id: impl Fn(&T) -> Id<T>,
) -> Result<Vec<Map<String, Value>>> {
    if things.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = things.iter().map(|thing| id(thing).bytes()).collect();
    let origins = repos.origins(T::PREFIX, &ids)?;
    let line = |thing: &T| {
        let mut line = whole_fields(T::PREFIX, thing);
        add_origins(&mut line, id(thing).bytes(), &origins);
        line
    };
    Ok(things.iter().map(line).collect())
}

fn whole_fields(name: &str, thing: &impl Serialize) -> Map<String, Value> {
    let mut line = Map::new();
    line.insert("type".to_owned(), json!(name));
    if let Ok(Value::Object(fields)) = serde_json::to_value(thing) {
        line.extend(fields);
    }
    line
}

/// Writes an article as a line: the published revision, and a newer draft, if any, in `draft`.
///
/// `published` is the published revision if the article has a newer draft, and otherwise `None`.
pub fn article_fields(
    article: &Article,
    published: Option<&Revision>,
    origins: &[Provenance],
) -> Map<String, Value> {
    let (number, at, document) = match published {
        Some(seen) => (seen.number, seen.at, &seen.document),
        None => (article.revision, article.modified_at, &article.document),
    };
    let mut line = Map::new();
    line.insert("type".to_owned(), json!("article"));
    line.insert("id".to_owned(), json!(article.id));
    line.insert("revision".to_owned(), json!(number));
    line.extend(document_fields(document));
    line.insert("firstPublishedAt".to_owned(), json!(article.first_published_at));
    line.insert("modifiedAt".to_owned(), json!(at));
    line.insert("oldSlugs".to_owned(), json!(article.old_slugs()));
    if published.is_some() {
        let mut draft = document_fields(&article.document);
        draft.insert("revision".to_owned(), json!(article.revision));
        draft.insert("modifiedAt".to_owned(), json!(article.modified_at));
        line.insert("draft".to_owned(), Value::Object(draft));
    }
    add_origins(&mut line, article.id.bytes(), origins);
    line
}

/// Writes a document as the fields of a line.
pub fn document_fields(document: &Document) -> Map<String, Value> {
    match serde_json::to_value(document) {
        Ok(Value::Object(fields)) => fields,
        // A struct of strings, numbers and lists always serialises to an object.
        _ => Map::new(),
    }
}

/// Writes a term as the fields of a line.
pub fn term_fields(term: &Term) -> Map<String, Value> {
    let mut line = Map::new();
    line.insert("type".to_owned(), json!(term.role.as_str()));
    line.insert("id".to_owned(), json!(term.role.write(term.id)));
    line.insert("revision".to_owned(), json!(term.revision));
    line.insert("slug".to_owned(), json!(term.slug));
    line.insert("name".to_owned(), json!(term.name));
    line.insert("description".to_owned(), json!(term.description));
    line.insert("parent".to_owned(), json!(term.parent.as_ref().map(|parent| term.role.write(parent.id))));
    match term.role {
        Role::Tag => drop(line.insert("tagType".to_owned(), json!(term.tag_type))),
        Role::Author => {
            line.insert("links".to_owned(), json!(term.links));
            line.insert("photo".to_owned(), json!(term.photo));
        }
        Role::Section => {}
    }
    line
}

fn add_origins(line: &mut Map<String, Value>, target: [u8; 16], origins: &[Provenance]) {
    let mut origins: Vec<_> = origins.iter().filter(|known| known.target == target).collect();
    origins.sort_by(|a, b| a.origin.cmp(&b.origin));
    let origins: Vec<_> = origins
        .iter()
        .map(|known| {
            // A digest has 64 bits, more than many JSON parsers can represent as a number.
            let digest = known.digest.to_string();
            json!({ "source": known.origin.source, "id": known.origin.id, "digest": digest, "revision": known.revision })
        })
        .collect();
    line.insert("origins".to_owned(), Value::Array(origins));
}
