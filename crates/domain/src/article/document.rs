//! The content of an article: [`Document`], which is one revision.
//!
//! Changes to a document are in `patch.rs`, the article that a document belongs to is in `story.rs`.

use serde::{Deserialize, Serialize};

use super::{ArticleId, Kind};
use crate::{
    access::Access,
    address,
    body::Format,
    error::{Error, Place, Result, Violation},
    id::Id,
    language::Language,
    media::MediaId,
    slug::Slug,
    term::{Author, Section, Tag, TermId},
    text,
    time::Time,
    web_path::WebPath,
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
