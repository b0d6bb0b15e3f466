//! [`ArticleRow`]: a row of `article`, which holds what readers see of a published article.
//!
//! The row converts from a publication and to a card. A new field of an article needs a line in the
//! table, the struct and both conversions.

use diesel::{AsChangeset, Insertable, Queryable, Selectable};
use domain::{
    article::{ArticleId, Card, DisplayStatus, Publication},
    error::Result,
    site::path::ArticlePath,
    term::{Role, TermId},
    text::sort_key,
    time::Time,
};

use crate::{
    error::damaged,
    rows::{Key, from_json, from_word, role_number, role_of, to_json, to_word, unsigned},
};

pub(crate) use self::table::article;

mod table {
    #![expect(clippy::disallowed_methods, reason = "what `table!` makes writes the names of columns")]

    diesel::table! {
        article (id) {
            id -> Binary, revision -> Integer, kind -> Text, slug -> Text, headline -> Text, sort_key -> Text,
            kicker -> Nullable<Text>, standfirst -> Nullable<Text>, byline -> Nullable<Text>, section -> Nullable<Binary>,
            language -> Text, published_at -> BigInt, first_published_at -> BigInt, modified_at -> BigInt,
            expires_at -> BigInt, listed -> Bool, access -> Text, comments_open -> Bool, hide_ads -> Bool,
            sensitive -> Bool, show_in_related -> Bool, translation_of -> Nullable<Binary>, alias_paths -> Text,
            terms -> Binary, pins -> Binary, blocks -> Binary, corrections -> Text, lead_media -> Nullable<Binary>,
            seo -> Text, seo_image -> Nullable<Binary>,
        }
    }
}

/// All columns of `article`.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = article, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct ArticleRow {
    pub(crate) id: Key,
    pub(crate) revision: i32,
    pub(crate) kind: String,
    pub(crate) slug: String,
    pub(crate) headline: String,
    pub(crate) sort_key: String,
    pub(crate) kicker: Option<String>,
    pub(crate) standfirst: Option<String>,
    pub(crate) byline: Option<String>,
    pub(crate) section: Option<Key>,
    pub(crate) language: String,
    pub(crate) published_at: i64,
    pub(crate) first_published_at: i64,
    pub(crate) modified_at: i64,
    pub(crate) expires_at: i64,
    pub(crate) listed: bool,
    pub(crate) access: String,
    pub(crate) comments_open: bool,
    pub(crate) hide_ads: bool,
    pub(crate) sensitive: bool,
    pub(crate) show_in_related: bool,
    pub(crate) translation_of: Option<Key>,
    pub(crate) alias_paths: String,
    pub(crate) terms: Vec<u8>,
    pub(crate) pins: Vec<u8>,
    pub(crate) blocks: Vec<u8>,
    pub(crate) corrections: String,
    pub(crate) lead_media: Option<Key>,
    pub(crate) seo: String,
    pub(crate) seo_image: Option<Key>,
}

impl ArticleRow {
    /// Makes the row of a publication.
    pub(crate) fn of(publication: &Publication) -> Result<Self> {
        let saved = &publication.article;
        let document = &saved.document;
        Ok(Self {
            id: saved.id.into(),
            revision: saved.revision.cast_signed(),
            kind: to_word(&document.kind)?,
            slug: document.slug.to_string(),
            sort_key: sort_key(&document.headline),
            headline: document.headline.clone(),
            kicker: document.kicker.clone(),
            standfirst: document.standfirst.clone(),
            byline: document.byline.clone(),
            section: document.section.map(Key::from),
            language: document.language.to_string(),
            published_at: publication.published_at.micros(),
            first_published_at: saved.first_published_at.unwrap_or(publication.published_at).micros(),
            modified_at: publication.modified_at().micros(),
            expires_at: document.expires_at.unwrap_or(Time::NEVER).micros(),
            listed: document.kind.is_listed(),
            access: to_word(&document.access)?,
            comments_open: document.comments_open,
            hide_ads: document.hide_ads,
            sensitive: document.sensitive,
            show_in_related: document.show_in_related,
            translation_of: document.translation_of.map(Key::from),
            alias_paths: to_json(&document.alias_paths)?,
            terms: packed_terms(publication),
            pins: packed(&document.related_pins),
            blocks: packed(&document.related_blocks),
            corrections: to_json(&document.corrections)?,
            lead_media: document.lead_media.map(Key::from),
            seo: to_json(&document.seo)?,
            seo_image: document.seo.image.map(Key::from),
        })
    }

    /// Converts the row to a card without terms, media, comment count and site settings.
    pub(crate) fn into_card(self) -> Result<Card> {
        Ok(Card {
            id: ArticleId::from_bytes(self.id.0),
            revision: unsigned("article.revision", self.revision)?,
            display_status: DisplayStatus::Published,
            is_published: true,
            has_newer_draft: None,
            kind: from_word("article.kind", &self.kind)?,
            slug: from_word("article.slug", &self.slug)?,
            headline: self.headline,
            kicker: self.kicker,
            standfirst: self.standfirst,
            byline: self.byline,
            section: None,
            lead_media: None,
            seo: from_json("article.seo", &self.seo)?,
            seo_image: None,
            comment_count: 0,
            article_path: ArticlePath::default(),
            site_url: None,
            authors: Vec::new(),
            tags: Vec::new(),
            language: from_word("article.language", &self.language)?,
            published_at: Time::from_micros(self.published_at),
            first_published_at: Time::from_micros(self.first_published_at),
            modified_at: Time::from_micros(self.modified_at),
            comments_open: self.comments_open,
            access: from_word("article.access", &self.access)?,
            hide_ads: self.hide_ads,
            sensitive: self.sensitive,
            alias_paths: from_json("article.alias_paths", &self.alias_paths)?,
            corrections: from_json("article.corrections", &self.corrections)?,
            translation_of: self.translation_of.map(|id| ArticleId::from_bytes(id.0)),
            show_in_related: self.show_in_related,
        })
    }
}

/// Packs ids into one column. The reverse of [`crate::rows::unpack_ids`].
fn packed(ids: &[ArticleId]) -> Vec<u8> {
    ids.iter().flat_map(|id| id.bytes()).collect()
}

/// Packs the tags, section and authors of an article into one column, without broader sections.
fn packed_terms(publication: &Publication) -> Vec<u8> {
    let document = &publication.article.document;
    let mut packed = Vec::new();
    let mut push = |role: Role, id: [u8; 16]| {
        packed.push(role_number(role).to_le_bytes()[0]);
        packed.extend(id);
    };
    document.tags.iter().for_each(|id| push(Role::Tag, id.bytes()));
    document.section.iter().for_each(|id| push(Role::Section, id.bytes()));
    document.authors.iter().for_each(|id| push(Role::Author, id.bytes()));
    packed
}

/// Reads the `terms` column of an article.
pub(crate) fn unpack_terms(packed: &[u8]) -> Result<Vec<(Role, TermId)>> {
    const COLUMN: &str = "article.terms";
    let (terms, rest) = packed.as_chunks::<17>();
    if !rest.is_empty() {
        return Err(damaged(COLUMN, format_args!("{} bytes are left over", rest.len())));
    }
    terms.iter().map(|[role, id @ ..]| Ok((role_of(COLUMN, i16::from(*role))?, TermId(*id)))).collect()
}
