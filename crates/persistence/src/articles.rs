//! The [`Articles`] port: reads published articles and writes their derived bodies.
//!
//! Lists and counts are in [`crate::article_lists`], drafts and revisions in [`crate::stories`].

use std::{collections::HashMap, sync::Arc};

use diesel::{
    BoolExpressionMethods, ExpressionMethods, HasQuery, JoinOnDsl, NullableExpressionMethods,
    OptionalExtension, QueryDsl, RunQueryDsl, SelectableHelper,
};
use domain::{
    article::{ArticleId, Card, Parts, WebPath},
    body::{self, Body, BodyParts},
    error::Result,
    slug::Slug,
    store::Articles,
    term::Role,
    time::Time,
};

use crate::{
    article_row::{ArticleRow, unpack_terms},
    conn::on_each,
    dialect::{any_of, any_word_of, lower},
    error::unexpected,
    paths::best_of,
    row_cache::{StoredCard, Version, Versions},
    rows::{self, ByKey, Key, from_json, from_word, unsigned},
    schema::{article, article_body, article_path, article_slug, comment_tally, media, site},
    session::{Session, distinct, grouped},
    terms::{lead_media, seo_image},
};

/// Maximum length of a cached body, in bytes of HTML. The cache limits the number of bodies, not their size.
const REMEMBERED_BODY: usize = 16 * 1024;

/// A row of `article_body` without blocks and text.
#[derive(HasQuery)]
#[diesel(table_name = article_body)]
struct BodyRow {
    article: Key,
    html: String,
    toc: String,
    word_count: i32,
    reading_minutes: i32,
}

/// Which article an article translates, and when readers see it.
#[derive(HasQuery)]
#[diesel(table_name = article)]
struct VersionRow {
    id: Key,
    translation_of: Option<Key>,
    published_at: i64,
    expires_at: i64,
}

impl Session<'_> {
    /// Adds tags, sections and authors to cards.
    fn with_terms(&mut self, stored: Vec<Arc<StoredCard>>, now: Time, parts: Parts) -> Result<Vec<Card>> {
        let wanted = |role: Role| match role {
            Role::Tag => parts.tags,
            Role::Section => true,
            Role::Author => parts.authors,
        };
        let ids = stored.iter().flat_map(|stored| &stored.filed).filter(|(role, _)| wanted(*role));
        let terms = self.terms_of(&distinct(ids.map(|(_, id)| Key::from(*id))), now, parts.counts)?;
        let mut cards = Vec::with_capacity(stored.len());
        for stored in stored {
            let mut card = stored.card.clone();
            for (role, id) in stored.filed.iter().filter(|(role, _)| wanted(*role)) {
                let Some(term) = terms.get(&Key::from(*id)).cloned() else { continue };
                match role {
                    Role::Tag => card.tags.push(term),
                    Role::Section => card.section = Some(term),
                    Role::Author => card.authors.push(term),
                }
            }
            cards.push(card);
        }
        Ok(cards)
    }

    /// Loads the articles that are visible to readers at `now`.
    fn load_cards(&mut self, ids: Vec<Key>, now: Time) -> Result<Vec<(Key, Arc<StoredCard>)>> {
        type Around = (Option<String>, Option<String>, Option<i64>, Option<String>, Option<String>);
        let pattern = site::table.select(site::article_path).single_value();
        let url = site::table.select(site::url.assume_not_null()).single_value();
        // For one id, an equality is faster than a set, which the database would first store to search it.
        macro_rules! rows_where {
            ($condition:expr) => {
                on_each!(self.conn, |conn| article::table
                    .left_join(lead_media.on(article::lead_media.eq(lead_media.field(media::id).nullable())))
                    .left_join(seo_image.on(article::seo_image.eq(seo_image.field(media::id).nullable())))
                    .left_join(comment_tally::table.on(comment_tally::article.eq(article::id)))
                    .filter($condition)
                    .filter(article::published_at.le(now.micros()))
                    .filter(article::expires_at.gt(now.micros()))
                    .select((
                        ArticleRow::as_select(),
                        (
                            lead_media.field(media::document).nullable(),
                            seo_image.field(media::document).nullable(),
                            comment_tally::approved.nullable(),
                            pattern,
                            url,
                        ),
                    ))
                    .load(conn))
            };
        }
        let rows: Vec<(ArticleRow, Around)> = match ids.as_slice() {
            [id] => rows_where!(article::id.eq(*id)),
            _ => rows_where!(any_of(article::id, ids)),
        }
        .map_err(unexpected("load articles"))?;
        let document = |text: &str| from_json("media.document", text);
        rows.into_iter()
            .map(|(row, (lead, image, comments, pattern, url))| {
                let (id, expires_at) = (row.id, row.expires_at);
                let filed = unpack_terms(&row.terms)?;
                let mut card = row.into_card()?;
                card.lead_media = lead.as_deref().map(document).transpose()?;
                card.seo_image = image.as_deref().map(document).transpose()?;
                card.comment_count = rows::count(comments.unwrap_or_default());
                card.site_url = url;
                if let Some(pattern) = pattern {
                    card.article_path = from_word("site.article_path", &pattern)?;
                }
                Ok((id, Arc::new(StoredCard { card, filed, expires_at })))
            })
            .collect()
    }

    /// Loads bodies without their blocks and text.
    fn load_bodies(&mut self, ids: Vec<Key>) -> Result<HashMap<Key, Body>> {
        macro_rules! rows_where {
            ($condition:expr) => {
                on_each!(self.conn, |conn| BodyRow::query().filter($condition).load(conn))
            };
        }
        let rows: Vec<BodyRow> = match ids.as_slice() {
            [id] => rows_where!(article_body::article.eq(*id)),
            _ => rows_where!(any_of(article_body::article, ids)),
        }
        .map_err(unexpected("load bodies"))?;
        rows.into_iter()
            .map(|row| {
                let body = Body {
                    html: row.html,
                    toc: from_json("article_body.toc", &row.toc)?,
                    word_count: unsigned("article_body.word_count", row.word_count)?,
                    reading_minutes: unsigned("article_body.reading_minutes", row.reading_minutes)?,
                    blocks: Vec::new(),
                    text: String::new(),
                };
                Ok((row.article, body))
            })
            .collect()
    }

    /// Loads the language versions of these articles, including scheduled and expired ones.
    fn load_versions(&mut self, origins: Vec<Key>) -> Result<Vec<(Key, Arc<Versions>)>> {
        macro_rules! rows_where {
            ($condition:expr) => {
                on_each!(self.conn, |conn| VersionRow::query()
                    .filter($condition)
                    .order((article::language, article::id))
                    .load(conn))
            };
        }
        let rows: Vec<VersionRow> = match origins.as_slice() {
            [id] => rows_where!(article::id.eq(*id).or(article::translation_of.assume_not_null().eq(*id))),
            _ => rows_where!(
                any_of(article::id, origins.clone())
                    .or(any_of(article::translation_of.assume_not_null(), origins.clone()))
            ),
        }
        .map_err(unexpected("load translations"))?;
        let mut versions = grouped(rows.into_iter().map(|row| {
            let VersionRow { id, translation_of, published_at, expires_at } = row;
            let version = Version { id: ArticleId::from_bytes(id.0), published_at, expires_at };
            (translation_of.unwrap_or(id), version)
        }));
        Ok(origins
            .into_iter()
            .map(|id| (id, Arc::new(Versions(versions.remove(&id).unwrap_or_default()))))
            .collect())
    }
}

impl Articles for Session<'_> {
    fn cards(&mut self, ids: &[ArticleId], now: Time, parts: Parts) -> Result<Vec<Card>> {
        let ids = distinct(ids.iter().map(|id| Key::from(*id)));
        let known = self.remembered(&ids, |session, unknown| session.load_cards(unknown, now))?;
        let seen = known
            .into_values()
            .filter(|stored| stored.card.published_at <= now && now.micros() < stored.expires_at);
        self.with_terms(seen.collect(), now, parts)
    }

    fn bodies(&mut self, ids: &[ArticleId], parts: BodyParts) -> Result<HashMap<ArticleId, Body>> {
        let ids = distinct(ids.iter().map(|id| Key::from(*id)));
        let row_cache = self.row_cache()?;
        let known: ByKey<Arc<Body>> =
            row_cache.map(|(row_cache, at)| row_cache.recall(at, &ids)).unwrap_or_default();
        let unknown: Vec<Key> = ids.iter().filter(|id| !known.contains_key(id)).copied().collect();
        let mut bodies: HashMap<Key, Body> =
            known.into_iter().map(|(id, body)| (id, body.as_ref().clone())).collect();
        if !unknown.is_empty() {
            let loaded = self.load_bodies(unknown)?;
            if let Some((row_cache, at)) = row_cache {
                let short = loaded.iter().filter(|(_, body)| body.html.len() <= REMEMBERED_BODY);
                row_cache.learn(at, short.map(|(id, body)| (*id, Arc::new(body.clone()))));
            }
            bodies.extend(loaded);
        }
        if parts != BodyParts::NONE {
            // Blocks and text are twice as large as the other columns together, and rarely requested.
            let rows: Vec<(Key, String, String)> = on_each!(self.conn, |conn| article_body::table
                .filter(any_of(article_body::article, ids))
                .select((article_body::article, article_body::blocks, article_body::text))
                .load(conn))
            .map_err(unexpected("load the blocks of bodies"))?;
            for (id, blocks, text) in rows {
                if let Some(body) = bodies.get_mut(&id) {
                    body.blocks = from_json("article_body.blocks", &blocks)?;
                    body.text = text;
                }
            }
        }
        Ok(bodies.into_iter().map(|(id, body)| (ArticleId::from_bytes(id.0), body)).collect())
    }

    fn versions(&mut self, origins: &[ArticleId], now: Time) -> Result<Vec<(ArticleId, ArticleId)>> {
        let origins = distinct(origins.iter().map(|id| Key::from(*id)));
        let known = self.remembered(&origins, Session::load_versions)?;
        let mut seen = Vec::new();
        for origin in origins {
            let versions = known.get(&origin).map(|versions| versions.0.as_slice()).unwrap_or_default();
            let visible = versions
                .iter()
                .filter(|version| version.published_at <= now.micros() && now.micros() < version.expires_at);
            seen.extend(visible.map(|version| (ArticleId::from_bytes(origin.0), version.id)));
        }
        Ok(seen)
    }

    fn article_by_slug(&mut self, slug: &str, now: Time) -> Result<Option<ArticleId>> {
        let row_cache = self.row_cache()?;
        if let Some(id) = row_cache.and_then(|(row_cache, at)| row_cache.article(at, slug)) {
            return Ok(Some(ArticleId::from_bytes(id.0)));
        }
        let id: Option<Key> = on_each!(self.conn, |conn| article_slug::table
            .filter(article_slug::slug.eq(slug))
            .filter(article_slug::known_at.le(now.micros()))
            .select(article_slug::article)
            .first(conn))
        .optional()
        .map_err(unexpected("find an article by its slug"))?;
        if let (Some(id), Some((row_cache, at))) = (id, row_cache) {
            row_cache.learn_slug(at, slug, id);
        }
        Ok(id.map(|id| ArticleId::from_bytes(id.0)))
    }

    fn articles_by_paths(&mut self, paths: &[WebPath]) -> Result<Vec<(WebPath, ArticleId)>> {
        let forms = distinct(paths.iter().flat_map(WebPath::stored_forms));
        let rows: Vec<(String, Key)> = on_each!(self.conn, |conn| article_path::table
            .filter(any_word_of(lower(article_path::path), forms))
            .select((article_path::path, article_path::article))
            .load(conn))
        .map_err(unexpected("find articles by their paths"))?;
        let of = |path: &WebPath| {
            let (_, id) = best_of(&rows, path)?;
            Some((path.clone(), ArticleId::from_bytes(id.0)))
        };
        Ok(paths.iter().filter_map(of).collect())
    }

    fn slugs_in_use(&mut self, slugs: &[Slug]) -> Result<Vec<(Slug, ArticleId)>> {
        let rows: Vec<(String, Key)> = on_each!(self.conn, |conn| article_slug::table
            .filter(any_word_of(article_slug::slug, distinct(slugs.iter().map(Slug::as_str))))
            .filter(article_slug::present.eq(true))
            .select((article_slug::slug, article_slug::article))
            .load(conn))
        .map_err(unexpected("find slugs in use"))?;
        rows.into_iter()
            .map(|(slug, id)| Ok((from_word("article_slug.slug", &slug)?, ArticleId::from_bytes(id.0))))
            .collect()
    }

    fn save_body(&mut self, id: ArticleId, body: &Body) -> Result<()> {
        self.unit_of_work.wrote = true;
        on_each!(self.conn, |conn| diesel::delete(
            article_body::table.filter(article_body::article.eq(Key::from(id)))
        )
        .execute(conn))
        .map_err(unexpected("replace a body"))?;
        self.insert_body(id, body)
    }

    fn mark_bodies(&mut self, ids: &[ArticleId]) -> Result<()> {
        let ids = distinct(ids.iter().map(|id| Key::from(*id)));
        on_each!(self.conn, |conn| diesel::update(
            article_body::table.filter(any_of(article_body::article, ids))
        )
        .set(article_body::version.eq(body::VERSION.cast_signed()))
        .execute(conn))
        .map_err(unexpected("mark bodies"))?;
        Ok(())
    }
}
