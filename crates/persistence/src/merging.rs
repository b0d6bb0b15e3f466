//! The [`Merging`] port: merges one term into another.
//!
//! Rows of published articles change at once. Stored documents never change; the domain replaces merged terms
//! when it reads them.

use std::collections::HashSet;

use diesel::{ExpressionMethods, QueryDsl, QueryResult, RunQueryDsl, result::Error as DieselError};
use domain::{
    article::ArticleId,
    error::Result,
    store::Merging,
    term::{Role, Term, TermId},
};

use crate::{
    article_row::unpack_terms,
    conn::{insert_all, on_each},
    dialect::{self, any_of},
    error::unexpected,
    rows::{Key, role_number},
    schema::{article, article_term, origin, term, term_alias, term_slug},
    session::{Session, distinct},
};

/// Maximum number of articles whose terms one statement changes.
const AT_ONCE: usize = 1_000;

impl Merging for Session<'_> {
    fn merge_terms(&mut self, gone: &Term, into: &Term) -> Result<Vec<ArticleId>> {
        self.unit_of_work.wrote = true;
        self.parents = None;
        let (from, to) = (Key::from(gone.id), Key::from(into.id));
        let articles: Vec<Key> = on_each!(self.conn, |conn| article_term::table
            .filter(article_term::term.eq(from))
            .filter(article_term::role.eq(role_number(gone.role)))
            .select(article_term::article)
            .load(conn))
        .map_err(unexpected("find the articles of a term"))?;
        for some in articles.chunks(AT_ONCE) {
            self.file_anew(gone.role, some, from, to).map_err(unexpected("replace a term of articles"))?;
        }
        self.lead_on(from, to).map_err(unexpected("replace references to a term"))?;
        on_each!(self.conn, |conn| diesel::delete(term::table.filter(term::id.eq(from))).execute(conn))
            .map_err(unexpected("remove a term"))?;
        self.leave_slug(into, gone.slug.as_str())?;
        dialect::count_term_again(self.conn, to).map_err(unexpected("count the articles of a term"))?;
        Ok(articles.into_iter().map(|id| ArticleId::from_bytes(id.0)).collect())
    }

    fn merged_terms(&mut self, ids: &[TermId]) -> Result<Vec<(TermId, TermId)>> {
        let ids = distinct(ids.iter().map(|id| Key::from(*id)));
        let rows: Vec<(Key, Key)> = on_each!(self.conn, |conn| term_alias::table
            .filter(any_of(term_alias::term, ids))
            .select((term_alias::term, term_alias::present))
            .load(conn))
        .map_err(unexpected("find merged terms"))?;
        Ok(rows.into_iter().map(|(gone, present)| (gone.into(), present.into())).collect())
    }

    fn merged_into(&mut self, ids: &[TermId]) -> Result<Vec<(TermId, TermId)>> {
        let ids = distinct(ids.iter().map(|id| Key::from(*id)));
        let rows: Vec<(Key, Key)> = on_each!(self.conn, |conn| term_alias::table
            .filter(any_of(term_alias::present, ids))
            .order(term_alias::term)
            .select((term_alias::term, term_alias::present))
            .load(conn))
        .map_err(unexpected("find the terms merged into a term"))?;
        Ok(rows.into_iter().map(|(gone, present)| (gone.into(), present.into())).collect())
    }

    fn save_aliases(&mut self, gone: &[TermId], present: TermId) -> Result<()> {
        gone.iter().try_for_each(|gone| self.alias(*gone, present))
    }
}

impl Session<'_> {
    fn file_anew(&mut self, role: Role, articles: &[Key], from: Key, to: Key) -> QueryResult<()> {
        let of = |term: Key| {
            article_term::table
                .filter(article_term::role.eq(role_number(role)))
                .filter(article_term::term.eq(term))
        };
        let under_both: Vec<Key> = on_each!(self.conn, |conn| of(to)
            .filter(any_of(article_term::article, articles.to_vec()))
            .select(article_term::article)
            .load(conn))?;
        let under_both: HashSet<Key> = under_both.into_iter().collect();
        on_each!(self.conn, |conn| diesel::delete(
            of(from).filter(any_of(article_term::article, under_both.iter().copied()))
        )
        .execute(conn))?;
        on_each!(self.conn, |conn| diesel::update(
            of(from).filter(any_of(article_term::article, articles.to_vec()))
        )
        .set(article_term::term.eq(to))
        .execute(conn))?;
        // The `terms` column of `article` repeats these terms.
        let rows: Vec<(Key, Vec<u8>)> = on_each!(self.conn, |conn| article::table
            .filter(any_of(article::id, articles.to_vec()))
            .select((article::id, article::terms))
            .load(conn))?;
        let rows = rows.into_iter().map(|(id, packed)| Ok((id, replaced(&packed, role, from, to)?)));
        let rows: Vec<_> =
            rows.collect::<Result<_>>().map_err(|error| DieselError::DeserializationError(error.into()))?;
        dialect::replace_terms(self.conn, &rows)
    }

    /// Replaces references to a term: from narrower terms, origins, old slugs and earlier merges.
    ///
    /// Also records that the term was merged.
    fn lead_on(&mut self, from: Key, to: Key) -> QueryResult<()> {
        on_each!(self.conn, |conn| diesel::update(term::table.filter(term::parent.eq(from)))
            .set((term::parent.eq(to), term::revision.eq(term::revision + 1)))
            .execute(conn))?;
        on_each!(self.conn, |conn| diesel::update(origin::table.filter(origin::target.eq(from)))
            .set(origin::target.eq(to))
            .execute(conn))?;
        on_each!(self.conn, |conn| diesel::update(term_slug::table.filter(term_slug::term.eq(from)))
            .set(term_slug::term.eq(to))
            .execute(conn))?;
        on_each!(self.conn, |conn| diesel::update(term_alias::table.filter(term_alias::present.eq(from)))
            .set(term_alias::present.eq(to))
            .execute(conn))?;
        insert_all!(
            &mut *self.conn,
            term_alias::table,
            &[(term_alias::term.eq(from), term_alias::present.eq(to))]
        )
    }

    /// Records that the term `gone` was merged into `present`. Does nothing if `gone` exists.
    fn alias(&mut self, gone: TermId, present: TermId) -> Result<()> {
        let (gone, present) = (Key::from(gone), Key::from(present));
        let is_there: i64 =
            on_each!(self.conn, |conn| term::table.filter(term::id.eq(gone)).count().get_result(conn))
                .map_err(unexpected("find a term"))?;
        if is_there > 0 {
            return Ok(());
        }
        on_each!(self.conn, |conn| diesel::delete(term_alias::table.filter(term_alias::term.eq(gone)))
            .execute(conn))
        .and_then(|_| {
            insert_all!(
                &mut *self.conn,
                term_alias::table,
                &[(term_alias::term.eq(gone), term_alias::present.eq(present))]
            )
        })
        .map_err(unexpected("record a merged term"))
    }
}

/// Replaces a term in the `terms` column of an article, and removes duplicates.
fn replaced(packed: &[u8], role: Role, from: Key, to: Key) -> Result<Vec<u8>> {
    let mut terms: Vec<(Role, TermId)> = Vec::new();
    for (one, id) in unpack_terms(packed)? {
        let id = if one == role && Key::from(id) == from { to.into() } else { id };
        if !terms.contains(&(one, id)) {
            terms.push((one, id));
        }
    }
    let bytes = |(role, id): (Role, TermId)| {
        let mut bytes = vec![role_number(role).to_le_bytes()[0]];
        bytes.extend(id.0);
        bytes
    };
    Ok(terms.into_iter().flat_map(bytes).collect())
}
