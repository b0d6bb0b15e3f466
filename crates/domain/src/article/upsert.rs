//! Creates or updates an article by the id it has in another system.
//!
//! A [`Provenance`] maps that id to the article. Imports use the same ones (`import.rs`).

use super::{
    Article, ArticleId, ArticlePatch, Precondition, creation,
    rights::{self, Intent},
    term_aliases, workflow,
};
use crate::{
    access::Permission,
    context::Context,
    error::{Error, Kind, Place, Result, Violation},
    id::Entity,
    import::{self, Origin, Provenance},
    store::Repos,
};

/// The maximum length of a source's name and of an id there, in bytes. Imports have the same limit.
const MAX_NAME: usize = 1_000;

/// An article that was created or changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Upserted {
    /// The article.
    pub article: Article,
    /// Whether it is new.
    pub is_new: bool,
}

/// Creates the article that `source` knows as `id`, or updates it, and publishes it if the patch requests
/// that.
///
/// The caller needs the permission to change the articles of others, because ids of a source belong to no
/// account. `expected` is the revision the caller has read, if they name one. Of several simultaneous
/// requests, one creates the article and the others update it.
pub fn upsert(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    (source, id): (&str, &str),
    patch: &ArticlePatch,
    expected: Option<u32>,
) -> Result<Upserted> {
    cx.require(Permission::WriteArticles)?;
    cx.require(Permission::WriteOthersArticles)?;
    let origin = origin_of(source, id)?;
    patch.require(cx)?;
    patch.hold_terms(repos)?;
    if let Some(done) = update(cx, repos, &origin, patch, expected)? {
        return Ok(done);
    }
    repos.hold_source(source)?;
    // Another request may have created it while this one waited for the lock.
    match update(cx, repos, &origin, patch, expected)? {
        Some(done) => Ok(done),
        None => create(cx, repos, origin, patch, expected),
    }
}

fn origin_of(source: &str, id: &str) -> Result<Origin> {
    let mut wrong = Vec::new();
    for (name, text) in [("source", source), ("sourceId", id)] {
        let detail = if !(1..=MAX_NAME).contains(&text.len()) || text.contains('\0') {
            "must have 1 to 1,000 bytes and must not contain U+0000"
        } else if name == "sourceId" && text.parse::<ArticleId>().is_ok() {
            "is an article id of this server, not of a source; change that article by its id"
        } else {
            continue;
        };
        wrong.push(Violation {
            place: Place::Parameter(name.into()),
            code: "origin.malformed",
            detail: detail.into(),
        });
    }
    if !wrong.is_empty() {
        return Err(Error::violations(wrong));
    }
    Ok(Origin { source: source.to_owned(), entity: Article::PREFIX, id: id.to_owned() })
}

fn known(repos: &mut dyn Repos, origin: &Origin) -> Result<Option<Provenance>> {
    Ok(repos.provenances(std::slice::from_ref(origin))?.pop())
}

/// Updates the article of an origin, if it exists.
fn update(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    origin: &Origin,
    patch: &ArticlePatch,
    expected: Option<u32>,
) -> Result<Option<Upserted>> {
    let Some(named) = known(repos, origin)? else { return Ok(None) };
    let Some(mut before) = repos.article_to_change(ArticleId::from_bytes(named.target))? else {
        return Ok(None);
    };
    rights::require(cx, repos, Intent::Write, &before)?;
    term_aliases::settle(repos, &mut [&mut before.document])?;
    if expected.is_some() {
        Precondition::exactly(expected).check(repos, &before, &patch.fields())?;
    }
    if patch.publishes() && (patch.alias_paths.is_some() || !before.document.alias_paths.is_empty()) {
        // Taken before the lock on a slug, see `creation::begin`.
        repos.hold_names()?;
    }
    let (id, found) = (before.id, before.revision);
    // A refusal names the article: its source does not know its id.
    let article = workflow::revise(cx, repos, before, patch)
        .and_then(|article| creation::publish_if_asked(cx, repos, article, patch))
        .map_err(|error| error.naming(id.to_string()))?;
    // Read again under the article's lock. The provenance moves on only if the source also wrote the
    // revision before. If somebody edited the article here since, it keeps its older revision, by which an
    // import recognises the edit and leaves the article alone.
    if let Some(mut provenance) = known(repos, origin)?
        && provenance.revision == Some(found)
        && article.revision != found
    {
        provenance.revision = Some(article.revision);
        repos.save_provenance(&provenance)?;
    }
    Ok(Some(Upserted { article, is_new: false }))
}

/// Creates the article of an origin. The caller holds the lock on its source.
fn create(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    origin: Origin,
    patch: &ArticlePatch,
    expected: Option<u32>,
) -> Result<Upserted> {
    if expected.is_some() {
        let detail = "no article of this source and id exists yet; omit the expected revision";
        return Err(Error::new(Kind::Stale, "article.changed_meanwhile", detail));
    }
    // An import may have reserved an id, for an item that refers to this article.
    let id = match known(repos, &origin)? {
        Some(named) => ArticleId::from_bytes(named.target),
        None => cx.new_id(),
    };
    if !repos.destroyed(&[id])?.is_empty() {
        return Err(Error::new(
            Kind::Gone,
            "article.gone",
            "the article of this source and id was permanently deleted",
        ));
    }
    let article = creation::begin(cx, repos, id, patch)?;
    let article = creation::publish_if_asked(cx, repos, article, patch)?;
    let digest = import::digest_of(patch.canonical()?.as_bytes());
    let revision = Some(article.revision);
    repos.save_provenance(&Provenance { origin, target: id.bytes(), digest, revision })?;
    Ok(Upserted { article, is_new: true })
}
