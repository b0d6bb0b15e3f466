//! Reading one article in one of its versions, alone or with everything that its page shows.
//!
//! The published revision is read from the readers' rows (`list.rs`). The other versions are rendered from a
//! document (`desk.rs`, `preview.rs`).

use super::{
    ArticleKey, ArticlePage, Card, PageSizes, Parts, Preview, Rendition, Translation, bodies,
    desk::draft,
    list::{get, not_found},
    page_of_each,
    preview::previewed,
    translations,
};
use crate::{
    body::{Body, BodyParts},
    context::Context,
    error::Result,
    slug::Slug,
    store::Repos,
};

/// A version of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// The published revision, which everyone may see.
    Published,
    /// The newest revision. The caller must be allowed to read drafts.
    Draft,
    /// The revision of a preview whose token was verified.
    Preview(Preview),
}

/// One version of an article.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The article.
    pub card: Card,
    /// Whether the request used an old slug of the published article.
    pub moved: bool,
    /// The whole body of a rendered version; `None` for the published one, whose body is stored.
    pub body: Option<Body>,
}

/// Returns one version of an article. Returns `article.not_found` if readers do not see it, or if the caller may
/// not read its drafts.
///
/// `parts` applies to the published version; the others have all parts.
pub fn show(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    version: &Version,
    parts: Parts,
) -> Result<Shown> {
    let Rendition { card, body } = match version {
        Version::Published => {
            let found = get(cx, repos, key, parts)?;
            return Ok(Shown { card: found.card, moved: found.moved, body: None });
        }
        Version::Draft => draft(cx, repos, key)?,
        Version::Preview(preview) => previewed(cx, repos, key, preview)?,
    };
    Ok(Shown { card, moved: false, body: Some(body) })
}

/// What to load of an article for its page.
#[derive(Debug, Clone, Copy)]
pub struct PageParts {
    /// The parts of the article and of the articles beside it.
    pub card: Parts,
    /// The parts of the body; `None` leaves it empty.
    pub body: Option<BodyParts>,
    /// Whether to load the translations.
    pub translations: bool,
    /// The lists beside it.
    pub lists: PageSizes,
}

/// An article with everything that its page shows.
#[derive(Debug, Clone, PartialEq)]
pub struct WholePage {
    /// The article.
    pub card: Card,
    /// The body that the caller gets.
    pub body: Body,
    /// Its versions in other languages.
    pub translations: Vec<Translation>,
    /// The lists beside it.
    pub lists: ArticlePage,
}

/// The page of an article, or where it is now.
#[derive(Debug, Clone, PartialEq)]
pub enum PageOrMoved {
    /// The page.
    Page(Box<WholePage>),
    /// The request used an old slug. This is the current one.
    Moved(Slug),
}

/// Returns one version of an article with everything that its page shows. See [`show`].
pub fn show_page(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    key: &ArticleKey,
    version: &Version,
    parts: PageParts,
) -> Result<PageOrMoved> {
    let Shown { card, moved, body: rendered } = show(cx, repos, key, version, parts.card)?;
    if moved {
        return Ok(PageOrMoved::Moved(card.slug));
    }
    let body = match (parts.body, rendered) {
        (None, _) => Some(Body::default()),
        (Some(_), Some(rendered)) => Some(rendered),
        (Some(parts), None) => bodies(cx, repos, &[(card.id, card.access)], parts)?.remove(&card.id),
    };
    let translations = match parts.translations {
        true => translations(cx, repos, &[(card.id, card.translation_of)])?.remove(&card.id),
        false => None,
    };
    let lists = page_of_each(cx, repos, &[card.id], parts.lists, parts.card)?.remove(&card.id);
    let body = body.ok_or_else(not_found)?;
    let (translations, lists) = (translations.unwrap_or_default(), lists.unwrap_or_default());
    Ok(PageOrMoved::Page(Box::new(WholePage { card, body, translations, lists })))
}
