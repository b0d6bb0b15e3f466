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
    term::Role,
    time::Time,
};

use crate::{
    among::{among, among_words},
    article_row::ArticleRow,
    conn::on_each,
    error::unexpected,
    rows::{Key, from_json, from_word, to_json},
    schema::{
        article, article_body, article_path, article_slug, article_term, comment_tally, media, revision,
        site, story, term,
    },
    session::{Session, distinct, grouped},
    terms::{TermRow, lead_media, parent_term, photograph, role_number, seo_image, term_columns},
};

impl Session<'_> {
    fn with_terms(&mut self, cards: &mut [Card], now: Time, parts: Parts) -> Result<()> {
        let (one, other) = match (parts.tags, parts.authors) {
            _ if cards.is_empty() => return Ok(()),
            (false, false) => return Ok(()),
            (true, true) => (Role::Tag, Role::Author),
            (true, false) => (Role::Tag, Role::Tag),
            (false, true) => (Role::Author, Role::Author),
        };
        let ids: Vec<_> = cards.iter().map(|card| Key::from(card.id)).collect();
        let rows: Vec<(Key, TermRow)> = on_each!(self.conn, |conn| article_term::table
            .inner_join(term::table.on(term::id.eq(article_term::term)))
            .left_join(parent_term.on(term::parent.eq(parent_term.field(term::id).nullable())))
            .left_join(photograph.on(term::photo.eq(photograph.field(media::id).nullable())))
            .filter(among(article_term::article, ids))
            .filter(article_term::role.eq(role_number(one)).or(article_term::role.eq(role_number(other))))
            .order((article_term::article, article_term::role, article_term::position))
            .select((article_term::article, term_columns!()))
            .load(conn))
        .map_err(unexpected("load what articles are filed under"))?;
        let mut terms = Vec::with_capacity(rows.len());
        for (article, row) in rows {
            terms.push((article, self.term_of(row, now, parts.counts)?));
        }
        let mut terms = grouped(terms);
        for card in cards {
            let (tags, authors) = terms
                .remove(&Key::from(card.id))
                .unwrap_or_default()
                .into_iter()
                .partition(|term| term.role == Role::Tag);
            card.tags = tags;
            card.authors = authors;
        }
        Ok(())
    }
}

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
        let rows: Vec<(ArticleRow, Option<TermRow>, Around)> = on_each!(self.conn, |conn| article::table
            .left_join(term::table.on(article::section.eq(term::id.nullable())))
            .left_join(parent_term.on(term::parent.eq(parent_term.field(term::id).nullable())))
            .left_join(photograph.on(term::photo.eq(photograph.field(media::id).nullable())))
            .left_join(lead_media.on(article::lead_media.eq(lead_media.field(media::id).nullable())))
            .left_join(seo_image.on(article::seo_image.eq(seo_image.field(media::id).nullable())))
            .left_join(comment_tally::table.on(comment_tally::article.eq(article::id)))
            .filter(among(article::id, ids))
            .filter(article::published_at.le(now.micros()))
            .filter(article::expires_at.gt(now.micros()))
            .select((
                ArticleRow::as_select(),
                term_columns!().nullable(),
                (
                    lead_media.field(media::document).nullable(),
                    seo_image.field(media::document).nullable(),
                    comment_tally::approved.nullable(),
                    pattern,
                ),
            ))
            .load(conn))
        .map_err(unexpected("load articles"))?;
        let mut cards = Vec::with_capacity(rows.len());
        for (row, section, (lead, image, comments, pattern)) in rows {
            let mut card = row.into_card()?;
            card.lead_media = lead.as_deref().map(from_json).transpose()?;
            card.seo_image = image.as_deref().map(from_json).transpose()?;
            card.comment_count = comments.unwrap_or_default().unsigned_abs();
            if let Some(pattern) = pattern {
                card.article_path = from_word(&pattern)?;
            }
            card.section =
                section.map(|row| self.term_of(row, now, parts.counts && parts.section)).transpose()?;
            cards.push(card);
        }
        self.with_terms(&mut cards, now, parts)?;
        Ok(cards)
    }

    fn bodies(&mut self, ids: &[ArticleId], parts: BodyParts) -> Result<HashMap<ArticleId, Body>> {
        let ids = distinct(ids.iter().map(|id| Key::from(*id)));
        let rows: Vec<(Key, String, String, i32, i32)> = on_each!(self.conn, |conn| article_body::table
            .filter(among(article_body::article, ids.clone()))
            .select((
                article_body::article,
                article_body::html,
                article_body::toc,
                article_body::word_count,
                article_body::reading_minutes,
            ))
            .load(conn))
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
        let rows: Vec<Row> = on_each!(self.conn, |conn| article::table
            .filter(
                among(article::id, origins.clone())
                    .or(among(article::translation_of.assume_not_null(), origins)),
            )
            .filter(article::published_at.le(now.micros()))
            .filter(article::expires_at.gt(now.micros()))
            .order((article::language, article::id))
            .select((article::id, article::translation_of, article::language, article::slug))
            .load(conn))
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
