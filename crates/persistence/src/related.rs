//! The [`RelatedData`] port: finds candidates for related articles and the weights of shared terms.
//!
//! [`domain::related`] scores the candidates.

use std::sync::Arc;

use diesel::{
    BoolExpressionMethods, ExpressionMethods, HasQuery, IntoSql, QueryDsl, RunQueryDsl, sql_types::Integer,
};
use domain::{
    article::ArticleId,
    error::Result,
    id::ById,
    related::{Neighbour, Probe, Profile, Weight},
    store::RelatedData,
    term::TermId,
    time::Time,
};

use crate::{
    article_row::unpack_terms,
    conn::on_each,
    dialect::{UnionAll, any_of},
    error::unexpected,
    row_cache::Filing,
    rows::{ByKey, Key, ROOT, from_word, unpack_ids},
    schema::{article, article_term, term},
    session::{Session, distinct},
};

/// What an article's row says about what it is related to.
#[derive(HasQuery)]
#[diesel(table_name = article)]
struct ProfileRow {
    id: Key,
    published_at: i64,
    language: String,
    terms: Vec<u8>,
    pins: Vec<u8>,
    blocks: Vec<u8>,
}

impl ProfileRow {
    fn read(self) -> Result<Profile> {
        Ok(Profile {
            id: ArticleId::from_bytes(self.id.0),
            published_at: Time::from_micros(self.published_at),
            language: from_word("article.language", &self.language)?,
            terms: unpack_terms(&self.terms)?,
            pins: unpack_ids("article.pins", &self.pins)?,
            blocks: unpack_ids("article.blocks", &self.blocks)?,
        })
    }
}

impl RelatedData for Session<'_> {
    fn profiles(&mut self, ids: &[ArticleId], now: Time) -> Result<Vec<Profile>> {
        let rows: Vec<ProfileRow> = on_each!(self.conn, |conn| ProfileRow::query()
            .filter(any_of(article::id, distinct(ids.iter().map(|id| Key::from(*id)))))
            .filter(article::published_at.le(now.micros()))
            .filter(article::expires_at.gt(now.micros()))
            .order(article::id)
            .load(conn))
        .map_err(unexpected("load the terms of articles"))?;
        rows.into_iter().map(ProfileRow::read).collect()
    }

    fn neighbours(&mut self, probes: &[Probe], now: Time) -> Result<Vec<Neighbour>> {
        let found: Vec<(i32, Key)> = on_each!(self.conn, |conn| {
            let mut queries = Vec::new();
            for probe in probes {
                let source = i32::try_from(probe.source).unwrap_or(i32::MAX);
                let at = probe.at.micros();
                let (from, to) = probe.language.narrower();
                let query = || {
                    let same_language =
                        article_term::language.eq(probe.language.to_string()).or(article_term::language
                            .ge(from.clone())
                            .and(article_term::language.lt(to.clone())));
                    article_term::table
                        .select((source.into_sql::<Integer>(), article_term::article))
                        .into_boxed()
                        .filter(article_term::term.eq(Key::from(probe.term)))
                        .filter(article_term::listed.eq(true))
                        .filter(article_term::published_at.le(now.micros()))
                        .filter(article_term::expires_at.gt(now.micros()))
                        .filter(article_term::show_in_related.eq(true))
                        .filter(same_language)
                };
                queries.push(
                    query()
                        .filter(article_term::published_at.le(at))
                        .order((article_term::published_at.desc(), article_term::article.desc()))
                        .limit(i64::try_from(probe.earlier).unwrap_or(i64::MAX)),
                );
                queries.push(
                    query()
                        .filter(article_term::published_at.gt(at))
                        .order((article_term::published_at.asc(), article_term::article.asc()))
                        .limit(i64::try_from(probe.later).unwrap_or(i64::MAX)),
                );
            }
            UnionAll::prepared(queries).load(conn)
        })
        .map_err(unexpected("find related articles"))?;
        let found = distinct(found);
        let filings = self.filings(&distinct(found.iter().map(|(_, id)| *id)))?;
        Ok(found
            .into_iter()
            .filter_map(|(source, id)| {
                let filing = filings.get(&id)?;
                Some(Neighbour {
                    source: source.unsigned_abs() as usize,
                    id: ArticleId::from_bytes(id.0),
                    published_at: Time::from_micros(filing.published_at),
                    terms: Arc::clone(&filing.terms),
                })
            })
            .collect())
    }

    fn weights(&mut self, terms: &[TermId], now: Time) -> Result<ById<TermId, Weight>> {
        let ids = distinct(terms.iter().map(|term| Key::from(*term)));
        let mut weights = ById::with_capacity_and_hasher(ids.len(), <_>::default());
        for (id, stored) in self.stored_terms(&ids)? {
            let articles = self.visible_count(id, stored.count, now)?;
            weights.insert(id.into(), Weight { articles, tag_type: stored.term.tag_type });
        }
        Ok(weights)
    }

    fn listed_articles(&mut self, now: Time) -> Result<u64> {
        let stored: i64 = on_each!(self.conn, |conn| term::table
            .filter(term::id.eq(ROOT))
            .select(term::article_count)
            .first(conn))
        .map_err(unexpected("count articles"))?;
        self.visible_count(ROOT, stored, now)
    }
}

impl Session<'_> {
    /// Returns when these articles were published, and the terms that relate them to others.
    fn filings(&mut self, ids: &[Key]) -> Result<ByKey<Arc<Filing>>> {
        self.remembered(ids, |session, unknown| {
            let rows: Vec<(Key, i64, Vec<u8>)> = on_each!(session.conn, |conn| article::table
                .filter(any_of(article::id, unknown))
                .select((article::id, article::published_at, article::terms))
                .load(conn))
            .map_err(unexpected("load the terms of articles"))?;
            let filing = |(id, published_at, terms): (Key, i64, Vec<u8>)| {
                Ok((id, Arc::new(Filing { published_at, terms: unpack_terms(&terms)?.into() })))
            };
            rows.into_iter().map(filing).collect()
        })
    }
}
