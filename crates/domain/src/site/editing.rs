//! Changing the site settings.

use super::{NavigationItem, Placement, Site, SocialLink, get};
use crate::{
    access::Permission,
    change::{self, Action, NewChange, Thing},
    claimed_paths,
    context::Context,
    error::{Error, Place, Result, Violation},
    media::{Media, MediaId},
    revision::{self, ExpectedRevision},
    store::Repos,
    text,
};

/// The fields to change. Omitted fields are left unchanged.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields are those of the site")]
pub struct SitePatch {
    pub title: Option<String>,
    pub url: Option<Option<String>>,
    pub tagline: Option<Option<String>>,
    pub description: Option<Option<String>>,
    pub language: Option<String>,
    pub time_zone: Option<String>,
    pub article_path: Option<String>,
    /// The id of a media item.
    pub logo: Option<Option<String>>,
    pub navigation: Option<Vec<NavigationItem>>,
    pub social: Option<Vec<SocialLink>>,
    pub placements: Option<Vec<Placement>>,
}

/// Changes the site settings.
///
/// Requires [`Permission::EditSite`], which only administrators have, because a placement may
/// contain scripts. Fails unless `expected` matches the revision.
pub fn edit(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    patch: SitePatch,
    expected: ExpectedRevision,
) -> Result<(Site, Option<Media>)> {
    cx.require(Permission::EditSite)?;
    repos.take_turn()?;
    let before = repos.site()?.unwrap_or_default();
    let thing = Thing { entity: "site".to_owned(), id: [0; 16] };
    expected.check(repos, &thing, before.revision)?;
    let mut site = changed(repos, before.clone(), patch)?;
    if site.article_path != before.article_path {
        claimed_paths::expect_free_pattern(cx, repos, &site.article_path)?;
    }
    let fields = changed_fields(&before, &site);
    if !fields.is_empty() {
        site.revision += 1;
        repos.save_site(&site)?;
        repos.record(change(cx, &site).of_fields(fields));
    }
    get(repos)
}

/// Returns the log entry for a site that was saved.
pub(crate) fn change(cx: &Context<'_>, site: &Site) -> NewChange {
    let action = if site.revision == revision::FIRST { Action::Created } else { Action::Updated };
    NewChange::of(cx, "site", [0; 16], action).at_revision(site.revision)
}

/// Returns the site with the patch applied, or an error with every violation.
fn changed(repos: &mut dyn Repos, before: Site, patch: SitePatch) -> Result<Site> {
    let mut wrong = Vec::new();
    let mut site = Site {
        revision: before.revision,
        title: patch.title.map_or(before.title, |title| text::name(&title)),
        url: patch.url.unwrap_or(before.url).map(|url| url.trim_end_matches('/').to_owned()),
        tagline: patch.tagline.unwrap_or(before.tagline),
        description: patch.description.unwrap_or(before.description),
        time_zone: patch.time_zone.unwrap_or(before.time_zone),
        navigation: patch.navigation.unwrap_or(before.navigation),
        social: patch.social.unwrap_or(before.social),
        placements: patch.placements.unwrap_or(before.placements),
        language: before.language,
        article_path: before.article_path,
        logo: before.logo,
    };
    let mut note = |name: &str, error: &Error| {
        wrong.push(Violation::at(name, error.code(), error.detail().to_owned()));
    };
    match patch.language.as_deref().map(str::parse).transpose() {
        Ok(language) => site.language = language.unwrap_or(site.language),
        Err(error) => note("language", &error),
    }
    match patch.article_path.as_deref().map(str::parse).transpose() {
        Ok(path) => site.article_path = path.unwrap_or(site.article_path),
        Err(error) => note("articlePath", &error),
    }
    if let Some(logo) = patch.logo {
        let known = match logo.as_deref().map(str::parse::<MediaId>) {
            Some(Ok(id)) => repos.media(&[id])?.pop().map(|media| media.id),
            Some(Err(_)) | None => None,
        };
        if logo.is_some() && known.is_none() {
            wrong.push(Violation::at("logo", "media.not_found", "there is no such media item"));
        }
        site.logo = known;
    }
    if let Err(error) = site.check() {
        wrong.extend_from_slice(error.all_violations());
    }
    // The databases cannot store U+0000 in text. JSON writes it as this escape.
    if serde_json::to_string(&site).is_ok_and(|text| text.contains("\\u0000")) {
        wrong.push(Violation {
            place: Place::Pointer(String::new()),
            code: "text.control_character",
            detail: "must not contain U+0000".into(),
        });
    }
    if wrong.is_empty() { Ok(site) } else { Err(Error::violations(wrong)) }
}

fn changed_fields(before: &Site, after: &Site) -> Vec<&'static str> {
    change::changed_fields([
        ("title", before.title != after.title),
        ("url", before.url != after.url),
        ("tagline", before.tagline != after.tagline),
        ("description", before.description != after.description),
        ("language", before.language != after.language),
        ("timeZone", before.time_zone != after.time_zone),
        ("articlePath", before.article_path != after.article_path),
        ("logo", before.logo != after.logo),
        ("navigation", before.navigation != after.navigation),
        ("social", before.social != after.social),
        ("placements", before.placements != after.placements),
    ])
}
