//! Partial updates of an article, and how they apply to a document.
//!
//! Limits of single fields are in [`Document::check`]; references to terms and articles are resolved in
//! `references.rs`; the use cases that save the result are in `creation.rs`, `upsert.rs` and `workflow.rs`.

use serde::Serialize;

use super::{
    ArticleId, Correction, CorrectionKind, Document, Kind, Seo, Status, WebPath,
    references::{self, KnownTerms, Named},
};
use crate::{
    access::{self, Access, Permission},
    body::{Body, Format},
    context::Context,
    error::{Error, Result, Violation},
    id::Id,
    language::Language,
    media::MediaId,
    slug::Slug,
    store::Repos,
    term::Role,
    text,
    time::Time,
};

/// The fields of an article to set.
///
/// Omitted fields (`None`) are left unchanged, or get their default in a new article. `Some(None)` removes
/// the value. The fields are those of a [`Document`].
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    missing_docs,
    reason = "the names are those of the document's fields, whose limits `Document::check` has"
)]
pub struct ArticlePatch {
    pub kind: Option<Kind>,
    pub slug: Option<String>,
    pub headline: Option<String>,
    pub kicker: Option<Option<String>>,
    pub standfirst: Option<Option<String>>,
    pub byline: Option<Option<String>>,
    /// The source and its format.
    pub body: Option<(String, Format)>,
    /// By id.
    pub lead_media: Option<Option<String>>,
    pub seo: Option<SeoPatch>,
    pub language: Option<String>,
    /// By id or slug.
    pub section: Option<Option<String>>,
    /// By ids and slugs.
    pub tags: Option<Vec<String>>,
    /// By ids and slugs.
    pub authors: Option<Vec<String>>,
    pub published_at: Option<Option<Time>>,
    pub expires_at: Option<Option<Time>>,
    pub access: Option<Access>,
    pub comments_open: Option<bool>,
    pub hide_ads: Option<bool>,
    pub sensitive: Option<bool>,
    pub alias_paths: Option<Vec<String>>,
    pub corrections: Option<Vec<CorrectionPatch>>,
    /// By id or slug.
    pub translation_of: Option<Option<String>>,
    pub show_in_related: Option<bool>,
    /// By ids and slugs.
    pub related_pins: Option<Vec<String>>,
    /// By ids and slugs.
    pub related_blocks: Option<Vec<String>>,
    /// The status after saving. Only for creating and upserting.
    pub status: Option<WantedStatus>,
    /// Publishes the saved revision at this time. Only for creating and upserting.
    pub publish_at: Option<Time>,
    /// The lists in which unknown references are names of terms, which are created if they do not exist.
    /// Only for creating and upserting.
    pub create_missing: Option<Vec<TermList>>,
}

/// A list of terms in which a request may create missing terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are those of the document's fields")]
pub enum TermList {
    Tags,
    Authors,
}

/// The status of an article after a request that creates or upserts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum WantedStatus {
    /// Save the revision without publishing it.
    Draft,
    /// Publish the revision, or schedule it if its publication time is in the future.
    Published,
}

/// The fields of [`Seo`] to set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are those of the document's fields")]
pub struct SeoPatch {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canonical_url: Option<Option<String>>,
    /// By id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Option<String>>,
}

impl SeoPatch {
    /// Removes every field.
    pub const NOTHING: Self =
        Self { title: Some(None), description: Some(None), canonical_url: Some(None), image: Some(None) };
}

/// A correction to store with an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CorrectionPatch {
    /// When the article was changed. Default: now.
    pub at: Option<Time>,
    /// What was wrong and what is right.
    pub text: String,
    /// The kind of change.
    pub kind: CorrectionKind,
}

impl ArticlePatch {
    /// The API names of the fields the patch sets.
    pub(crate) fn fields(&self) -> Vec<&'static str> {
        crate::change::changed_fields([
            ("kind", self.kind.is_some()),
            ("slug", self.slug.is_some()),
            ("headline", self.headline.is_some()),
            ("kicker", self.kicker.is_some()),
            ("standfirst", self.standfirst.is_some()),
            ("byline", self.byline.is_some()),
            ("body", self.body.is_some()),
            ("leadMedia", self.lead_media.is_some()),
            ("seo", self.seo.is_some()),
            ("language", self.language.is_some()),
            ("section", self.section.is_some()),
            ("tags", self.tags.is_some()),
            ("authors", self.authors.is_some()),
            ("publishedAt", self.published_at.is_some()),
            ("expiresAt", self.expires_at.is_some()),
            ("access", self.access.is_some()),
            ("commentsOpen", self.comments_open.is_some()),
            ("hideAds", self.hide_ads.is_some()),
            ("sensitive", self.sensitive.is_some()),
            ("aliasPaths", self.alias_paths.is_some()),
            ("corrections", self.corrections.is_some()),
            ("translationOf", self.translation_of.is_some()),
            ("showInRelated", self.show_in_related.is_some()),
            ("relatedPins", self.related_pins.is_some()),
            ("relatedBlocks", self.related_blocks.is_some()),
            ("status", self.status.is_some()),
            ("publishAt", self.publish_at.is_some()),
            ("createMissing", self.create_missing.is_some()),
        ])
    }

    /// Takes the lock on terms that applying the patch needs. Call it before any other lock is taken:
    /// another order can deadlock.
    pub(crate) fn hold_terms(&self, repos: &mut dyn Repos) -> Result<()> {
        match self.creates_terms() {
            true => repos.change_terms(),
            false => repos.keep_terms(),
        }
    }

    /// Whether it creates tags or authors that do not exist.
    pub(crate) fn creates_terms(&self) -> bool {
        self.create_missing.as_ref().is_some_and(|lists| !lists.is_empty())
    }

    fn creates(&self, list: TermList) -> bool {
        self.create_missing.as_ref().is_some_and(|lists| lists.contains(&list))
    }

    /// Whether the patch requests publication.
    pub(crate) fn publishes(&self) -> bool {
        self.status == Some(WantedStatus::Published) || self.publish_at.is_some()
    }

    /// Returns an error if the patch sets a field that only creating and upserting accept.
    pub(crate) fn expect_change_only(&self) -> Result<()> {
        let publish = "cannot be set in an update; publish the article with POST /v1/articles/{article}/publish, or \
                       publishArticle in GraphQL";
        let create = "cannot be set in an update; create the tags and authors first";
        let wrong: Vec<Violation> = [
            ("status", self.status.is_some(), publish),
            ("publishAt", self.publish_at.is_some(), publish),
            ("createMissing", self.create_missing.is_some(), create),
        ]
        .into_iter()
        .filter(|(_, is_said, _)| *is_said)
        .map(|(name, _, way)| Violation::at(name, "article.not_for_changes", way))
        .collect();
        if wrong.is_empty() { Ok(()) } else { Err(Error::violations(wrong)) }
    }

    /// Returns the patch as canonical JSON, for recognising repeated requests.
    ///
    /// It contains only the fields that the patch sets, in alphabetical order. The form must stay the same
    /// across releases.
    pub(crate) fn canonical(&self) -> Result<String> {
        let failed = |error| Error::internal("write a request as JSON", error);
        let named = self.fields();
        let mut form = serde_json::to_value(self).map_err(failed)?;
        if let Some(fields) = form.as_object_mut() {
            // Serde writes omitted fields and removed values alike as null.
            fields.retain(|name, _| named.contains(&name.as_str()));
        }
        form.sort_all_objects();
        serde_json::to_string(&form).map_err(failed)
    }

    /// Returns an error that lists the fields the caller may not set.
    pub(crate) fn require(&self, cx: &Context<'_>) -> Result<()> {
        let mut fields = self.fields();
        // `status: draft` needs no permission to publish.
        fields.retain(|field| *field != "status" || self.publishes());
        require_fields(cx, &fields)?;
        match (self.status, self.publish_at) {
            (Some(WantedStatus::Draft), Some(_)) => {
                let detail = "cannot be combined with status: draft";
                Err(Error::violations(vec![Violation::at("publishAt", "status.combined", detail)]))
            }
            _ => Ok(()),
        }
    }

    /// Returns the document with the patch applied, or every violation. `own` is the article's id.
    pub(crate) fn applied(
        &self,
        cx: &Context<'_>,
        repos: &mut dyn Repos,
        own: ArticleId,
        before: &Document,
    ) -> Result<Document> {
        let mut wrong = Vec::new();
        let mut document = before.clone();
        self.set_words(&mut document, &mut wrong);
        self.set_references(cx, repos, own, &mut document, &mut wrong)?;
        if let Some((source, format)) = &self.body {
            document.body.clone_from(source);
            document.body_format = *format;
            // Checked on saving, because publishing derives the body and would fail later.
            if source.contains('\0') {
                wrong.push(Violation::at(
                    "body",
                    "text.control_character",
                    "must not contain the character U+0000",
                ));
            } else if let Err(error) = Body::check(source, *format) {
                wrong.push(Violation::at("body/source", error.code(), error.detail().to_owned()));
            }
        }
        if let Err(error) = document.check() {
            wrong.extend_from_slice(error.all_violations());
        }
        if wrong.is_empty() { Ok(document) } else { Err(Error::violations(wrong)) }
    }

    fn set_words(&self, document: &mut Document, wrong: &mut Vec<Violation>) {
        let mut read = |name: &str, result: Result<()>| {
            if let Err(error) = result {
                wrong.push(Violation::at(name, error.code(), error.detail().to_owned()));
            }
        };
        set(&mut document.kind, self.kind);
        set(&mut document.headline, self.headline.as_deref().map(text::one_line));
        set(&mut document.kicker, self.kicker.clone());
        set(&mut document.standfirst, self.standfirst.clone());
        set(&mut document.byline, self.byline.clone());
        set(&mut document.published_at, self.published_at);
        set(&mut document.expires_at, self.expires_at);
        set(&mut document.access, self.access);
        set(&mut document.comments_open, self.comments_open);
        set(&mut document.hide_ads, self.hide_ads);
        set(&mut document.sensitive, self.sensitive);
        set(&mut document.show_in_related, self.show_in_related);
        if let Some(slug) = &self.slug {
            read("slug", slug.parse().map(|slug| document.slug = slug));
        }
        if let Some(language) = &self.language {
            read("language", language.parse().map(|language| document.language = language));
        }
        if let Some(paths) = &self.alias_paths {
            let mut kept: Vec<WebPath> = Vec::new();
            for (n, path) in paths.iter().enumerate() {
                read(&format!("aliasPaths/{n}"), path.parse().map(|path| kept.push(path)));
            }
            document.alias_paths = kept;
        }
        if let Some(seo) = &self.seo {
            set(&mut document.seo.title, seo.title.clone());
            set(&mut document.seo.description, seo.description.clone());
            set(&mut document.seo.canonical_url, seo.canonical_url.clone());
        }
    }

    fn set_references(
        &self,
        cx: &Context<'_>,
        repos: &mut dyn Repos,
        own: ArticleId,
        document: &mut Document,
        wrong: &mut Vec<Violation>,
    ) -> Result<()> {
        if let Some(corrections) = &self.corrections {
            let made = |one: &CorrectionPatch| Correction {
                at: one.at.unwrap_or(cx.now),
                text: one.text.clone(),
                kind: one.kind,
            };
            document.corrections = corrections.iter().map(made).collect();
            for (n, one) in document.corrections.iter().enumerate() {
                if one.text.trim().is_empty() {
                    let place = format!("corrections/{n}/text");
                    wrong.push(Violation::at(
                        &place,
                        "text.missing",
                        "must say what was wrong and what is right",
                    ));
                }
                if one.at > cx.now {
                    let place = format!("corrections/{n}/at");
                    wrong.push(Violation::at(&place, "time.ahead", "must not be in the future"));
                }
            }
        }
        self.set_terms(cx, repos, document, wrong)?;
        if let Some(of) = &self.translation_of {
            let names: Vec<String> = of.iter().cloned().collect();
            let found = references::articles(cx, repos, &names, Named::Alone("translationOf"), wrong)?;
            document.translation_of = found.first().copied();
        }
        if let Some(pins) = &self.related_pins {
            document.related_pins =
                references::articles(cx, repos, pins, Named::InList("relatedPins"), wrong)?;
        }
        if let Some(blocks) = &self.related_blocks {
            document.related_blocks =
                references::articles(cx, repos, blocks, Named::InList("relatedBlocks"), wrong)?;
        }
        for (name, ids) in [
            ("translationOf", document.translation_of.as_slice()),
            ("relatedPins", &document.related_pins),
            ("relatedBlocks", &document.related_blocks),
        ] {
            if ids.contains(&own) {
                wrong.push(Violation::at(name, "article.itself", "must not name the article itself"));
            }
        }
        if let Some(media) = &self.lead_media {
            document.lead_media = medium(repos, media.as_deref(), "leadMedia", wrong)?;
        }
        if let Some(Some(image)) = self.seo.as_ref().map(|seo| &seo.image) {
            document.seo.image = medium(repos, image.as_deref(), "seo/image", wrong)?;
        }
        Ok(())
    }

    fn set_terms(
        &self,
        cx: &Context<'_>,
        repos: &mut dyn Repos,
        document: &mut Document,
        wrong: &mut Vec<Violation>,
    ) -> Result<()> {
        let section = self.section.as_ref().map(Option::as_slice);
        let (tags, authors) = (self.tags.as_deref(), self.authors.as_deref());
        let named = [(Role::Section, section), (Role::Tag, tags), (Role::Author, authors)];
        let mut known =
            KnownTerms::look_up(repos, &named.map(|(role, names)| (role, names.unwrap_or_default())))?;
        for (list, role, names, place) in
            [(TermList::Tags, Role::Tag, tags, "tags"), (TermList::Authors, Role::Author, authors, "authors")]
        {
            if let Some(names) = names.filter(|_| self.creates(list)) {
                known.create_missing(cx, repos, role, names, Named::InList(place), wrong)?;
            }
        }
        if let Some(names) = section {
            let found = known.of(Role::Section, names, Named::Alone("section"), wrong);
            document.section = found.first().map(|id| Id::from_bytes(id.0));
        }
        if let Some(names) = tags {
            let found = known.of(Role::Tag, names, Named::InList("tags"), wrong);
            document.tags = found.into_iter().map(|id| Id::from_bytes(id.0)).collect();
        }
        if let Some(names) = authors {
            let found = known.of(Role::Author, names, Named::InList("authors"), wrong);
            document.authors = found.into_iter().map(|id| Id::from_bytes(id.0)).collect();
        }
        Ok(())
    }
}

/// Returns an error that lists those of the fields that the caller may not set.
pub(crate) fn require_fields(cx: &Context<'_>, fields: &[&'static str]) -> Result<()> {
    let needed = |field: &str| match field {
        "publishedAt" | "expiresAt" | "corrections" | "status" | "publishAt" => {
            Some(Permission::PublishArticles)
        }
        "createMissing" => Some(Permission::EditTerms),
        "access" | "hideAds" | "showInRelated" | "relatedPins" | "relatedBlocks" | "aliasPaths" => {
            Some(Permission::PlaceArticles)
        }
        _ => None,
    };
    let refused =
        fields.iter().filter(|field| needed(field).is_some_and(|permission| !cx.caller.may(permission)));
    let violations: Vec<Violation> = refused
        .map(|field| Violation::at(field, "access.denied", "your role or API key may not set this field"))
        .collect();
    if violations.is_empty() { Ok(()) } else { Err(access::denied().at(violations)) }
}

fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

fn medium(
    repos: &mut dyn Repos,
    name: Option<&str>,
    place: &str,
    wrong: &mut Vec<Violation>,
) -> Result<Option<MediaId>> {
    let Some(name) = name else { return Ok(None) };
    let known = match name.parse::<MediaId>() {
        Ok(id) => repos.media(&[id])?.pop().map(|media| media.id),
        Err(_) => None,
    };
    if known.is_none() {
        wrong.push(Violation::at(place, "media.not_found", "there is no such medium"));
    }
    Ok(known)
}

impl Document {
    /// An empty draft in this language.
    pub(crate) fn blank(language: Language) -> Self {
        Self {
            kind: Kind::default(),
            slug: Slug::of("", "article"),
            headline: String::new(),
            kicker: None,
            standfirst: None,
            byline: None,
            body: String::new(),
            body_format: Format::default(),
            lead_media: None,
            seo: Seo::default(),
            language,
            section: None,
            tags: Vec::new(),
            authors: Vec::new(),
            status: Status::Draft,
            published_at: None,
            expires_at: None,
            access: Access::default(),
            comments_open: false,
            hide_ads: false,
            sensitive: false,
            alias_paths: Vec::new(),
            corrections: Vec::new(),
            translation_of: None,
            show_in_related: true,
            related_pins: Vec::new(),
            related_blocks: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Do not change the expected texts: after an upgrade, a repeated request must still be recognised as
    /// the one that created the article.
    #[test]
    fn the_text_of_a_request_stays_the_same() {
        let patch = ArticlePatch {
            headline: Some("One".to_owned()),
            kicker: Some(None),
            body: Some(("<p>Words</p>".to_owned(), Format::Html)),
            seo: Some(SeoPatch {
                title: Some(None),
                image: Some(Some("x".to_owned())),
                ..SeoPatch::default()
            }),
            tags: Some(vec!["storm".to_owned()]),
            published_at: Some(Some(Time::from_micros(0))),
            corrections: Some(vec![CorrectionPatch {
                at: None,
                text: "A name.".to_owned(),
                kind: CorrectionKind::Correction,
            }]),
            ..ArticlePatch::default()
        };
        assert_eq!(
            patch.canonical().expect("a text"),
            r#"{"body":["<p>Words</p>","html"],"corrections":[{"at":null,"kind":"correction","text":"A name."}],"headline":"One","kicker":null,"publishedAt":"1970-01-01T00:00:00Z","seo":{"image":"x","title":null},"tags":["storm"]}"#
        );
        assert_eq!(ArticlePatch::default().canonical().expect("a text"), "{}");
        let published = ArticlePatch {
            status: Some(WantedStatus::Published),
            publish_at: Some(Time::from_micros(0)),
            create_missing: Some(vec![TermList::Tags, TermList::Authors]),
            ..ArticlePatch::default()
        };
        assert_eq!(
            published.canonical().expect("a text"),
            r#"{"createMissing":["tags","authors"],"publishAt":"1970-01-01T00:00:00Z","status":"published"}"#
        );
    }
}
