//! [`Card`], the form of an article in lists, and which of its parts to load.

use super::{ArticleId, Correction, DisplayStatus, Kind, Seo, Sort};
use crate::{
    access::Access,
    language::Language,
    media::Media,
    page::{Position, SortValue},
    site::path::ArticlePath,
    slug::Slug,
    term::Term,
    text,
    time::Time,
    web_path::WebPath,
};

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

/// The parts of a card to load. Other parts are left empty and cost nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Parts {
    /// Its section.
    pub section: bool,
    /// Its tags.
    pub tags: bool,
    /// Its authors, and the byline made of their names if the article has none of its own.
    pub authors: bool,
    /// The number of articles of each section, tag and author.
    pub counts: bool,
}

impl Parts {
    /// Only the article's own fields.
    pub const NONE: Self = Self { section: false, tags: false, authors: false, counts: false };

    /// All parts.
    pub const ALL: Self = Self { section: true, tags: true, authors: true, counts: true };
}
