//! The content of an article: [`Document`], which is one revision, and [`Card`], its form in lists.
//!
//! [`WebPath`], a path on the site, is here too. Changes to a document are in `patch.rs`, the
//! article that a document belongs to is in `story.rs`.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de};
use unicode_normalization::UnicodeNormalization;

use super::{ArticleId, DisplayStatus, Kind, Sort};
use crate::{
    access::Access,
    address,
    body::Format,
    error::{Error, Place, Result, Violation},
    id::Id,
    language::Language,
    media::{Media, MediaId},
    page::{Position, SortValue},
    site::path::ArticlePath,
    slug::Slug,
    term::{Author, Section, Tag, Term, TermId},
    text,
    time::Time,
};

/// The workflow status of a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It is being written.
    Draft,
    /// It waits for review by an editor.
    InReview,
    /// It is published or scheduled: readers see it from its publication time until it expires.
    #[default]
    Published,
    /// It is archived: readers do not see it, and it cannot be edited.
    Archived,
    /// It is in the trash and can be restored.
    Trashed,
}

/// The content of one revision of an article: everything an editor can set.
///
/// Revisions and lines of JSONL store its serialised form. A new field needs a serde default, because
/// stored documents do not have it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are the newsroom's words; the views document them for clients")]
pub struct Document {
    #[serde(default)]
    pub kind: Kind,
    pub slug: Slug,
    pub headline: String,
    #[serde(default)]
    pub kicker: Option<String>,
    #[serde(default)]
    pub standfirst: Option<String>,
    #[serde(default)]
    pub byline: Option<String>,
    #[serde(default)]
    pub body: String,
    #[serde(default)]
    pub body_format: Format,
    /// The main image or video.
    #[serde(default)]
    pub lead_media: Option<MediaId>,
    #[serde(default)]
    pub seo: Seo,
    pub language: Language,
    #[serde(default)]
    pub section: Option<Id<Section>>,
    /// In order of importance.
    #[serde(default)]
    pub tags: Vec<Id<Tag>>,
    /// In byline order.
    #[serde(default)]
    pub authors: Vec<Id<Author>>,
    #[serde(default)]
    pub status: Status,
    /// When readers start to see it. In the future for a scheduled article.
    #[serde(default)]
    pub published_at: Option<Time>,
    /// When readers stop seeing it.
    #[serde(default)]
    pub expires_at: Option<Time>,
    #[serde(default)]
    pub access: Access,
    #[serde(default)]
    pub comments_open: bool,
    #[serde(default)]
    pub hide_ads: bool,
    #[serde(default)]
    pub sensitive: bool,
    /// Other paths of this site that lead to the article.
    #[serde(default)]
    pub alias_paths: Vec<WebPath>,
    /// Public notes on changes after publication, in display order.
    #[serde(default)]
    pub corrections: Vec<Correction>,
    /// The article this one translates.
    #[serde(default)]
    pub translation_of: Option<ArticleId>,
    /// Whether it may appear in the related articles of other articles.
    #[serde(default = "yes")]
    pub show_in_related: bool,
    /// Articles an editor puts first in its related articles, in order.
    #[serde(default)]
    pub related_pins: Vec<ArticleId>,
    /// Articles an editor excludes from its related articles.
    #[serde(default)]
    pub related_blocks: Vec<ArticleId>,
}

/// The metadata of an article for search engines and social networks.
///
/// Front ends use the article's own headline, standfirst or image for a field that is not set.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the views document them for clients")]
pub struct Seo {
    pub title: Option<String>,
    pub description: Option<String>,
    /// The URL where the story first appeared, if that is on another site.
    pub canonical_url: Option<String>,
    pub image: Option<MediaId>,
}

/// A public note on a change after publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// When the article was changed.
    pub at: Time,
    /// What was wrong and what is right.
    pub text: String,
    /// The kind of change.
    pub kind: CorrectionKind,
}

/// The kind of a change after publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum CorrectionKind {
    Correction,
    Clarification,
    Update,
}

fn yes() -> bool {
    true
}

impl Document {
    /// The tags, authors and section that it names, which may have been merged or removed since.
    pub fn terms(&self) -> impl Iterator<Item = TermId> {
        let tags = self.tags.iter().map(|id| TermId::from(*id));
        let authors = self.authors.iter().map(|id| TermId::from(*id));
        tags.chain(authors).chain(self.section.iter().map(|id| TermId::from(*id)))
    }

    /// Checks the document's own limits. The error lists every violation, not only the first.
    pub fn check(&self) -> Result<()> {
        let mut violations = Vec::new();
        let mut text = |name: &str, value: Option<&str>, max: usize| {
            let Some(value) = value else { return };
            if value.chars().count() > max {
                violations.push(Violation {
                    place: Place::Pointer(format!("/{name}")),
                    code: "text.too_long",
                    detail: format!("has at most {max} characters").into(),
                });
            }
            if value.contains('\0') {
                violations.push(Violation {
                    place: Place::Pointer(format!("/{name}")),
                    code: "text.control_character",
                    detail: "must not contain the character U+0000".into(),
                });
            }
        };
        text("headline", Some(&self.headline), 500);
        text("kicker", self.kicker.as_deref(), 200);
        text("standfirst", self.standfirst.as_deref(), 5_000);
        text("byline", self.byline.as_deref(), 500);
        text("seo/title", self.seo.title.as_deref(), 500);
        text("seo/description", self.seo.description.as_deref(), 5_000);
        for correction in &self.corrections {
            text("corrections", Some(&correction.text), 2_000);
        }
        let mut wrong = |name: &str, code, detail: &'static str| {
            violations.push(Violation {
                place: Place::Pointer(format!("/{name}")),
                code,
                detail: detail.into(),
            });
        };
        if !text::is_visible(&self.headline) {
            wrong("headline", "headline.missing", "must have at least one visible character");
        }
        if self.status == Status::Published && self.published_at.is_none() {
            wrong("publishedAt", "published_at.missing", "a published article must have a publication time");
        }
        if let (Some(from), Some(until)) = (self.published_at, self.expires_at)
            && until <= from
        {
            wrong("expiresAt", "expires_at.too_early", "must be later than publishedAt");
        }
        if self.tags.len() > 100 || self.authors.len() > 100 || self.alias_paths.len() > 100 {
            wrong("tags", "list.too_long", "at most 100 tags, 100 authors and 100 alias paths");
        }
        if self.corrections.len() > 100 {
            wrong("corrections", "list.too_long", "at most 100 corrections");
        }
        if self.related_pins.len() > 100 || self.related_blocks.len() > 100 {
            wrong("relatedPins", "list.too_long", "at most 100 related pins and 100 related blocks");
        }
        violations.extend(address::violation_in("seo/canonicalUrl", self.seo.canonical_url.as_deref()));
        if violations.is_empty() { Ok(()) } else { Err(Error::violations(violations)) }
    }
}

/// A published article as lists show it.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are the newsroom's words; the views document them for clients")]
pub struct Card {
    pub id: ArticleId,
    pub revision: u32,
    /// The workflow status of that revision. Always published in readers' lists.
    pub display_status: DisplayStatus,
    /// Whether the time of a published revision has come.
    pub is_published: bool,
    /// Whether there is a revision newer than the published or scheduled one; `None` in readers' rows.
    pub has_newer_draft: Option<bool>,
    pub kind: Kind,
    pub slug: Slug,
    pub headline: String,
    pub kicker: Option<String>,
    pub standfirst: Option<String>,
    /// The byline as written, or else the authors' names.
    pub byline: Option<String>,
    pub section: Option<Term>,
    pub lead_media: Option<Media>,
    pub seo: Seo,
    pub seo_image: Option<Media>,
    /// The number of comments readers see, without tombstones.
    pub comment_count: u64,
    /// The site's pattern for article paths.
    pub article_path: ArticlePath,
    /// The site's base URL, if it is set.
    pub site_url: Option<String>,
    pub authors: Vec<Term>,
    pub tags: Vec<Term>,
    pub language: Language,
    pub published_at: Time,
    pub first_published_at: Time,
    pub modified_at: Time,
    pub comments_open: bool,
    pub access: Access,
    pub hide_ads: bool,
    pub sensitive: bool,
    pub alias_paths: Vec<WebPath>,
    pub corrections: Vec<Correction>,
    pub translation_of: Option<ArticleId>,
    pub show_in_related: bool,
}

impl Card {
    /// The path of its page on the site.
    pub fn canonical_path(&self) -> String {
        let section = self.section.as_ref().map(|section| section.slug.as_str());
        self.article_path.of(section, self.slug.as_str(), self.first_published_at)
    }

    /// The full URL of its page, if the site's base URL is set.
    pub fn canonical_url(&self) -> Option<String> {
        self.site_url.as_ref().map(|url| format!("{}{}", url.trim_end_matches('/'), self.canonical_path()))
    }

    /// Its position in a list with this sort order.
    pub fn position(&self, sort: Sort) -> Position {
        let value = match sort {
            Sort::PublishedAtDesc | Sort::PublishedAtAsc => SortValue::Number(self.published_at.micros()),
            Sort::ModifiedAtDesc | Sort::ModifiedAtAsc => SortValue::Number(self.modified_at.micros()),
            Sort::HeadlineAsc => SortValue::Text(text::sort_key(&self.headline)),
        };
        Position { value, id: self.id.bytes() }
    }
}

/// An absolute path on the site, without host or fragment: `/2021/11/01/hello`, or `/?p=123`.
///
/// At most 512 bytes. Parsing removes trailing and repeated leading slashes, and decodes
/// percent-encoded non-ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct WebPath(String);

impl WebPath {
    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The forms under which the path may be stored, with ASCII letters in lower case: the composed Unicode
    /// form (NFC) and, if it differs, the decomposed form (NFD), which some systems write.
    pub fn stored_forms(&self) -> Vec<String> {
        let composed = self.0.to_ascii_lowercase();
        let decomposed: Option<String> = (!composed.is_ascii()).then(|| composed.nfd().collect());
        let decomposed = decomposed.filter(|decomposed| *decomposed != composed);
        std::iter::once(composed).chain(decomposed).collect()
    }

    /// The path with its ASCII letters in lower case, like slugs.
    pub(crate) fn lower_case(&self) -> Self {
        Self(self.0.to_ascii_lowercase())
    }

    /// The path without the `ignored` query parameters, such as campaign tracking. A name that ends with
    /// `*` matches every parameter with that prefix.
    pub(crate) fn without_parameters(&self, ignored: &[String]) -> Self {
        let Some((path, query)) = self.0.split_once('?') else { return self.clone() };
        let is_ignored = |pair: &&str| {
            let name = pair.split('=').next().unwrap_or_default();
            ignored.iter().any(|one| match one.strip_suffix('*') {
                Some(start) => name.starts_with(start),
                None => name == one,
            })
        };
        let kept: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !is_ignored(pair)).collect();
        Self(if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) })
    }

    /// The path without its query. `None` if it has no query.
    pub fn without_query(&self) -> Option<Self> {
        self.0.split_once('?').map(|(path, _)| Self(path.to_owned()))
    }
}

impl FromStr for WebPath {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let decoded = decoded(text.split('#').next().unwrap_or_default());
        let address: Cow<'_, str> = match decoded.is_ascii() {
            true => decoded,
            false => decoded.nfc().collect::<String>().into(),
        };
        let well_formed = address.starts_with('/')
            && address.len() <= 512
            && !address.chars().any(|c| c.is_control() || c == '\\');
        if !well_formed {
            return Err(Error::invalid(
                "path.malformed",
                "must be a path of this site such as /2021/11/01/hello, at most 512 bytes",
            ));
        }
        let (path, query) = address.split_once('?').unwrap_or((&address, ""));
        let path = format!("/{}", path.trim_matches('/'));
        Ok(Self(if query.is_empty() { path } else { format!("{path}?{query}") }))
    }
}

/// Decodes percent-encoded non-ASCII characters. Encoded ASCII stays encoded, because `%2F` and `/`, for
/// example, mean different things.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let mut bytes = Vec::new();
        let mut encoded = rest;
        while let Some(byte) = encoded
            .strip_prefix('%')
            .and_then(|hex| u8::from_str_radix(hex.get(..2)?, 16).ok())
            .filter(|byte| *byte >= 0x80)
        {
            bytes.push(byte);
            encoded = &encoded[3..];
        }
        match String::from_utf8(bytes) {
            Ok(read) if !read.is_empty() => {
                out.push_str(&read);
                rest = encoded;
            }
            _ => {
                out.push('%');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out.into()
}

impl fmt::Display for WebPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for WebPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(|error: Error| de::Error::custom(error))
    }
}
