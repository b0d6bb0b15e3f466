//! The status code and the HTML head of the newspaper's pages, for crawlers.

use std::fmt::Write as _;

use actix_web::http::StatusCode;
use domain::{
    article::{self, ArticleKey, Card, Parts},
    body::escape,
    context::Context,
    error::{Error, Kind, Result},
    media::{Media, MediaKind},
    resolve::{self, Target, term_path},
    session::KeyPurpose,
    site,
    store::Repos,
    term::Term,
};

use crate::session::token;

/// The response for a path of the newspaper.
pub(super) enum Page {
    /// A page.
    Shown(Box<Head>),
    /// A redirect: permanent (`for_good`) to the current path of a page, or temporary to the URL of a media
    /// file.
    Moved { to: String, for_good: bool },
}

/// The status code and the HTML head of a page.
#[derive(Default)]
pub(super) struct Head {
    pub(super) status: StatusCode,
    /// Whether caches must not store the page and search engines must not index it.
    pub(super) private: bool,
    language: String,
    title: String,
    description: Option<String>,
    site: String,
    /// The path on the site; `None` for error pages and previews.
    path: Option<String>,
    /// The canonical URL, if the article sets one.
    canonical: Option<String>,
    image: Option<Media>,
    /// The time of the first publication; only for articles.
    published: Option<String>,
    modified: Option<String>,
    /// The language and path of each translation, including this one.
    versions: Vec<(String, String)>,
}

/// Resolves a path of the site, with its query.
pub(super) fn find(cx: &Context<'_>, repos: &mut dyn Repos, path: &str) -> Result<Page> {
    let front = of_site(repos)?;
    if path == "/" {
        return Ok(shown(front));
    }
    let nothing =
        |status| Head { status, path: None, title: format!("Not found – {}", front.site), ..of(&front) };
    let found = match resolve::path(cx, repos, path) {
        // An unknown query on `/` still shows the home page.
        Ok(None) if path.starts_with("/?") => return Ok(shown(front)),
        Ok(None) => return Ok(shown(nothing(StatusCode::NOT_FOUND))),
        Err(error) if error.kind() == Kind::Gone => return Ok(shown(nothing(StatusCode::GONE))),
        Err(error) if is_no_path(&error) => return Ok(shown(nothing(StatusCode::NOT_FOUND))),
        found => found?,
    };
    let Some(found) = found else { return Ok(shown(front)) };
    Ok(match found.target {
        Target::Media(media) => Page::Moved { to: media.url, for_good: false },
        Target::Article(card) if found.moved => Page::Moved { to: card.canonical_path(), for_good: true },
        Target::Term(term) if found.moved => Page::Moved { to: term_path(&term), for_good: true },
        Target::Home => shown(front),
        Target::Dates(dates) if found.moved => Page::Moved { to: dates.path, for_good: true },
        Target::Dates(dates) => shown(Head {
            title: format!("{} – {}", dates.path.trim_matches('/'), front.site),
            path: Some(dates.path),
            ..of(&front)
        }),
        Target::Article(card) => shown(of_article(cx, repos, &front, *card)?),
        Target::Term(term) => shown(of_term(&front, &term)),
    })
}

/// Returns the head of the draft that a preview token shows.
pub(super) fn preview(cx: &Context<'_>, repos: &mut dyn Repos, shown_token: &str) -> Result<Page> {
    let front = of_site(repos)?;
    let keys = repos.signing_keys(KeyPurpose::Preview)?;
    let previewed = match token::read_preview(&keys, shown_token, cx.now) {
        Some(preview) => article::previewed(cx, repos, &ArticleKey::Id(preview.article), &preview),
        None => Err(article::preview::worthless()),
    };
    let head = match previewed {
        Ok(rendition) => Head { title: rendition.card.headline, ..of(&front) },
        Err(error) if error.kind() == Kind::Forbidden => Head { status: StatusCode::FORBIDDEN, ..of(&front) },
        Err(error) => return Err(error),
    };
    Ok(shown(Head { private: true, path: None, ..head }))
}

fn shown(head: Head) -> Page {
    Page::Shown(Box::new(head))
}

/// Whether the error says that a path is malformed.
fn is_no_path(error: &Error) -> bool {
    matches!(error.kind(), Kind::Invalid | Kind::Malformed)
}

fn of_site(repos: &mut dyn Repos) -> Result<Head> {
    let (site, logo) = site::get(repos)?;
    Ok(Head {
        language: site.language.to_string(),
        title: site.title.clone(),
        description: site.description.or(site.tagline),
        site: site.title,
        path: Some("/".to_owned()),
        image: logo,
        ..Head::default()
    })
}

/// Returns the head of another page of the site, without path and image.
fn of(front: &Head) -> Head {
    Head {
        language: front.language.clone(),
        title: front.site.clone(),
        site: front.site.clone(),
        ..Head::default()
    }
}

fn of_term(front: &Head, term: &Term) -> Head {
    Head {
        title: format!("{} – {}", term.name, front.site),
        description: term.description.clone(),
        path: Some(term_path(term)),
        image: term.portrait.clone(),
        ..of(front)
    }
}

fn of_article(cx: &Context<'_>, repos: &mut dyn Repos, front: &Head, card: Card) -> Result<Head> {
    let path = card.canonical_path();
    let others = article::translations(cx, repos, &[(card.id, card.translation_of)])?
        .remove(&card.id)
        .unwrap_or_default();
    let mut versions = Vec::new();
    if !others.is_empty() {
        versions.push((card.language.to_string(), path.clone()));
        let ids: Vec<_> = others.iter().map(|one| one.id).collect();
        let mut cards = article::by_ids(cx, repos, &ids, Parts::ALL)?;
        let known = others.iter().filter_map(|one| cards.remove(&one.id.bytes()));
        versions.extend(known.map(|card| (card.language.to_string(), card.canonical_path())));
    }
    let headline = card.seo.title.clone().unwrap_or(card.headline);
    Ok(Head {
        title: format!("{headline} – {}", front.site),
        description: card.seo.description.or(card.standfirst),
        path: Some(path),
        canonical: card.seo.canonical_url,
        image: card.seo_image.or(card.lead_media),
        published: Some(card.first_published_at.to_string()),
        modified: Some(card.modified_at.to_string()),
        versions,
        ..of(front)
    })
}

impl Head {
    /// Inserts this head into the newspaper's HTML page. `host` is the base URL of the server, `base` the
    /// path of the newspaper below it.
    pub(super) fn fill(&self, page: &str, host: &str, base: &str) -> String {
        page.replacen("<html lang=\"en\">", &format!("<html lang=\"{}\">", escape(&self.language)), 1)
            .replacen("<title>Broadsheet reader</title>\n", &self.elements(host, base), 1)
    }

    /// Renders the elements. All but the title have `data-page`, so that the newspaper's script replaces them
    /// when it navigates to another page.
    fn elements(&self, host: &str, base: &str) -> String {
        let here =
            |path: &str| if path.starts_with('/') { format!("{host}{base}{path}") } else { path.to_owned() };
        let mut out = format!("<title>{}</title>\n", escape(&self.title));
        let mut link = |rel: &str, language: Option<&str>, to: &str| {
            let language = language.map(|tag| format!(" hreflang=\"{}\"", escape(tag))).unwrap_or_default();
            let _ = writeln!(out, "<link data-page rel=\"{rel}\"{language} href=\"{}\">", escape(to));
        };
        let own = self.path.as_deref().map(&here);
        if let Some(own) = &own {
            let canonical = self.canonical.as_deref().map(&here);
            link("canonical", None, canonical.as_deref().unwrap_or(own));
        }
        for (language, path) in &self.versions {
            link("alternate", Some(language), &here(path));
        }
        let kind = if self.published.is_some() { "article" } else { "website" };
        let picture = self.image.as_ref().filter(|image| image.kind == MediaKind::Image);
        let address = picture.map(|image| match image.url.starts_with('/') {
            true => format!("{host}{}", image.url),
            false => image.url.clone(),
        });
        let mut meta = |attribute: &str, name: &str, content: Option<&str>| {
            if let Some(content) = content {
                let _ =
                    writeln!(out, "<meta data-page {attribute}=\"{name}\" content=\"{}\">", escape(content));
            }
        };
        meta("name", "description", self.description.as_deref());
        if own.is_some() {
            meta("property", "og:type", Some(kind));
            meta("property", "og:title", Some(&self.title));
            meta("property", "og:description", self.description.as_deref());
            meta("property", "og:url", own.as_deref());
            meta("property", "og:site_name", Some(&self.site));
            meta("property", "og:image", address.as_deref());
            meta("property", "og:image:alt", picture.and_then(|image| image.alt.as_deref()));
            meta("property", "article:published_time", self.published.as_deref());
            meta("property", "article:modified_time", self.modified.as_deref());
        }
        out
    }
}
