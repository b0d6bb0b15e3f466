//! Reading articles.

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, OptionalExtension,
    QueryDsl, RunQueryDsl, SelectableHelper,
};
use domain::{
    article::{Article, ArticleId, Card, Parts, Publication, Selection, Sort, Translation, WebPath},
    body::{self, Body, BodyParts},
    error::Result,
    page::{Position, Window},
    slug::Slug,
    store::Articles,
    term::{Role, TermId},
    time::Time,
};

use crate::{
    among::{among, among_words},
    article_row::{ArticleRow, unpack_terms},
    conn::on_each,
    error::unexpected,
    rows::{Key, from_json, from_word, to_json},
    schema::{
        article, article_body, article_path, article_slug, comment_tally, media, revision, site, story,
    },
    session::{Session, distinct, grouped},
    terms::{lead_media, seo_image},
};

impl Session<'_> {
    /// Puts what articles are filed under into their cards.
    fn with_terms(&mut self, filed: Vec<(Card, Filed)>, now: Time, parts: Parts) -> Result<Vec<Card>> {
        let wanted = |role: Role| match role {
            Role::Tag => parts.tags,
            Role::Section => true,
            Role::Author => parts.authors,
        };
        let ids = filed.iter().flat_map(|(_, terms)| terms).filter(|(role, _)| wanted(*role));
        let terms = self.terms_of(&distinct(ids.map(|(_, id)| Key::from(*id))), now, parts.counts)?;
        let mut cards = Vec::with_capacity(filed.len());
        for (mut card, filed) in filed {
            for (role, id) in filed.into_iter().filter(|(role, _)| wanted(*role)) {
                let Some(term) = terms.get(&Key::from(id)).cloned() else { continue };
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
}

/// What an article is filed under, in order.
type Filed = Vec<(Role, TermId)>;

impl Articles for Session<'_> {
    fn article_positions(
        &mut self,
        selections: &[Selection],
        sort: Sort,
        window: &Window,
        now: Time,
    ) -> Result<Vec<Vec<Position>>> {
        self.positions(selections, sort, window, now)
    }

    fn article_count(&mut self, selection: &Selection, cap: Option<u64>, now: Time) -> Result<u64> {
        self.count(selection, cap, now)
    }

    fn cards(&mut self, ids: &[ArticleId], now: Time, parts: Parts) -> Result<Vec<Card>> {
        let ids = distinct(ids.iter().map(|id| Key::from(*id)));
        type Around = (Option<String>, Option<String>, Option<i64>, Option<String>);
        let pattern = site::table.select(site::article_path).single_value();
        // One article is looked up by an equality: a set would be stored first, to be searched.
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
                        ),
                    ))
                    .load(conn))
            };
        }
        let rows: Vec<(ArticleRow, Around)> = match ids.as_slice() {
            [id] => rows_where!(article::id.eq(*id)),
            _ => rows_where!(among(article::id, ids)),
        }
        .map_err(unexpected("load articles"))?;
        let mut filed = Vec::with_capacity(rows.len());
        for (row, (lead, image, comments, pattern)) in rows {
            let terms = unpack_terms(&row.terms);
            let mut card = row.into_card()?;
            card.lead_media = lead.as_deref().map(from_json).transpose()?;
            card.seo_image = image.as_deref().map(from_json).transpose()?;
            card.comment_count = comments.unwrap_or_default().unsigned_abs();
            if let Some(pattern) = pattern {
                card.article_path = from_word(&pattern)?;
            }
            filed.push((card, terms));
        }
        self.with_terms(filed, now, parts)
    }

    fn bodies(&mut self, ids: &[ArticleId], parts: BodyParts) -> Result<HashMap<ArticleId, Body>> {
        let ids = distinct(ids.iter().map(|id| Key::from(*id)));
        macro_rules! rows_where {
            ($condition:expr) => {
                on_each!(self.conn, |conn| article_body::table
                    .filter($condition)
                    .select((
                        article_body::article,
                        article_body::html,
                        article_body::toc,
                        article_body::word_count,
                        article_body::reading_minutes,
                    ))
                    .load(conn))
            };
        }
        let rows: Vec<(Key, String, String, i32, i32)> = match ids.as_slice() {
            [id] => rows_where!(article_body::article.eq(*id)),
            _ => rows_where!(among(article_body::article, ids.clone())),
        }
        .map_err(unexpected("load bodies"))?;
        let mut bodies = HashMap::with_capacity(rows.len());
        for (id, html, toc, words, minutes) in rows {
            let body = Body {
                html,
                toc: from_json(&toc)?,
                word_count: words.unsigned_abs(),
                reading_minutes: minutes.unsigned_abs(),
                blocks: Vec::new(),
                text: String::new(),
            };
            bodies.insert(ArticleId::from_bytes(id.0), body);
        }
        if parts == BodyParts::NONE {
            return Ok(bodies);
        }
        // These are twice as long as all the rest together, and rarely asked for.
        let rows: Vec<(Key, String, String)> = on_each!(self.conn, |conn| article_body::table
            .filter(among(article_body::article, ids))
            .select((article_body::article, article_body::blocks, article_body::text))
            .load(conn))
        .map_err(unexpected("load the blocks of bodies"))?;
        for (id, blocks, text) in rows {
            if let Some(body) = bodies.get_mut(&ArticleId::from_bytes(id.0)) {
                body.blocks = from_json(&blocks)?;
                body.text = text;
            }
        }
        Ok(bodies)
    }

    fn versions(&mut self, origins: &[ArticleId], now: Time) -> Result<Vec<(ArticleId, Translation)>> {
        let origins = distinct(origins.iter().map(|id| Key::from(*id)));
        type Row = (Key, Option<Key>, String, String);
        macro_rules! rows_where {
            ($condition:expr) => {
                on_each!(self.conn, |conn| article::table
                    .filter($condition)
                    .filter(article::published_at.le(now.micros()))
                    .filter(article::expires_at.gt(now.micros()))
                    .order((article::language, article::id))
                    .select((article::id, article::translation_of, article::language, article::slug))
                    .load(conn))
            };
        }
        let rows: Vec<Row> = match origins.as_slice() {
            [id] => rows_where!(article::id.eq(*id).or(article::translation_of.assume_not_null().eq(*id))),
            _ => rows_where!(
                among(article::id, origins.clone())
                    .or(among(article::translation_of.assume_not_null(), origins))
            ),
        }
        .map_err(unexpected("load translations"))?;
        rows.into_iter()
            .map(|(id, of, language, slug)| {
                let version = Translation {
                    language: from_word(&language)?,
                    id: ArticleId::from_bytes(id.0),
                    slug: from_word(&slug)?,
                };
                Ok((ArticleId::from_bytes(of.unwrap_or(id).0), version))
            })
            .collect()
    }

    fn article_by_slug(&mut self, slug: &str) -> Result<Option<ArticleId>> {
        let id: Option<Key> = on_each!(self.conn, |conn| article_slug::table
            .filter(article_slug::slug.eq(slug))
            .filter(article_slug::public.eq(true))
            .select(article_slug::article)
            .first(conn))
        .optional()
        .map_err(unexpected("look a slug up"))?;
        Ok(id.map(|id| ArticleId::from_bytes(id.0)))
    }

    fn article_by_path(&mut self, path: &WebPath) -> Result<Option<ArticleId>> {
        let id: Option<Key> = on_each!(self.conn, |conn| article_path::table
            .filter(article_path::path.eq(path.as_str()))
            .select(article_path::article)
            .first(conn))
        .optional()
        .map_err(unexpected("look a path up"))?;
        Ok(id.map(|id| ArticleId::from_bytes(id.0)))
    }

    fn slugs_in_use(&mut self, slugs: &[Slug]) -> Result<Vec<(Slug, ArticleId)>> {
        let rows: Vec<(String, Key)> = on_each!(self.conn, |conn| article_slug::table
            .filter(among_words(article_slug::slug, distinct(slugs.iter().map(Slug::as_str))))
            .filter(article_slug::present.eq(true))
            .select((article_slug::slug, article_slug::article))
            .load(conn))
        .map_err(unexpected("look slugs up"))?;
        rows.into_iter().map(|(slug, id)| Ok((from_word(&slug)?, ArticleId::from_bytes(id.0)))).collect()
    }

    fn articles(&mut self, ids: &[ArticleId]) -> Result<Vec<Article>> {
        let ids = distinct(ids.iter().map(|id| Key::from(*id)));
        type Row = (Key, i32, Option<i64>, i64, String);
        let rows: Vec<Row> = on_each!(self.conn, |conn| story::table
            .inner_join(
                revision::table.on(revision::article.eq(story::id).and(revision::number.eq(story::revision))),
            )
            .filter(among(story::id, ids.clone()))
            .select((
                story::id,
                story::revision,
                story::first_published_at,
                story::modified_at,
                revision::document,
            ))
            .load(conn))
        .map_err(unexpected("load articles"))?;
        let slugs: Vec<(Key, String)> = on_each!(self.conn, |conn| article_slug::table
            .filter(among(article_slug::article, ids))
            .filter(article_slug::present.eq(false))
            .order(article_slug::slug)
            .select((article_slug::article, article_slug::slug))
            .load(conn))
        .map_err(unexpected("load old slugs"))?;
        let mut slugs = grouped(slugs);
        rows.into_iter()
            .map(|(id, number, first_published_at, modified_at, document)| {
                let old = slugs.remove(&id).unwrap_or_default();
                Ok(Article {
                    id: ArticleId::from_bytes(id.0),
                    revision: number.unsigned_abs(),
                    document: from_json(&document)?,
                    first_published_at: first_published_at.map(Time::from_micros),
                    modified_at: Time::from_micros(modified_at),
                    old_slugs: old.iter().map(|slug| from_word(slug)).collect::<Result<_>>()?,
                })
            })
            .collect()
    }

    fn article_ids(&mut self, after: Option<ArticleId>, limit: u32) -> Result<Vec<ArticleId>> {
        let mut query = story::table.select(story::id).order(story::id).limit(i64::from(limit)).into_boxed();
        if let Some(after) = after {
            query = query.filter(story::id.gt(Key::from(after)));
        }
        let ids: Vec<Key> = query.load(self.conn).map_err(unexpected("list article ids"))?;
        Ok(ids.into_iter().map(|id| ArticleId::from_bytes(id.0)).collect())
    }

    fn save_draft(&mut self, article: &Article) -> Result<()> {
        self.save_revision(article, None)
    }

    fn save_publication(&mut self, publication: &Publication) -> Result<()> {
        self.save_revision(&publication.article, Some(publication.article.revision))?;
        self.project(publication)
    }

    fn save_body(&mut self, id: ArticleId, body: &Body) -> Result<()> {
        self.ledger.wrote = true;
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
            article_body::table.filter(among(article_body::article, ids))
        )
        .set(article_body::version.eq(body::VERSION.cast_signed()))
        .execute(conn))
        .map_err(unexpected("mark bodies"))?;
        Ok(())
    }
}

/// The stored document of a revision.
pub(crate) fn stored(article: &Article) -> Result<String> {
    to_json(&article.document)
}
