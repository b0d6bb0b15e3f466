//! Old slugs of terms, and ids of terms that were merged into others.

use diesel::{ExpressionMethods, JoinOnDsl, QueryDsl, RunQueryDsl, upsert::excluded};
use domain::{
    error::Result,
    slug::Slug,
    store::Merging,
    term::{FoundTerm, Role, Term, TermId, TermKey},
};

use crate::{
    conn::on_each,
    dialect::{UnionAll, any_of, any_word_of},
    error::unexpected,
    rows::{self, Key, role_number},
    schema::{term, term_slug},
    session::{Session, distinct},
    terms::by_role,
};

impl Session<'_> {
    /// Finds the keys by id that are not in `found`, and returns the terms into which they were merged.
    pub(crate) fn known_by_alias(
        &mut self,
        keys: &[(Role, TermKey)],
        found: &[FoundTerm],
    ) -> Result<Vec<FoundTerm>> {
        let missing: Vec<(Role, TermId)> = keys
            .iter()
            .filter(|(role, key)| !found.iter().any(|one| one.role == *role && one.key == *key))
            .filter_map(|(role, key)| match key {
                TermKey::Id(id) => Some((*role, *id)),
                TermKey::Slug(_) => None,
            })
            .collect();
        if missing.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<TermId> = missing.iter().map(|(_, id)| *id).collect();
        let aliases = self.merged_terms(&ids)?;
        let present = distinct(aliases.iter().map(|(_, present)| Key::from(*present)));
        let rows: Vec<(Key, i16, i64)> = on_each!(self.conn, |conn| term::table
            .filter(any_of(term::id, present))
            .select((term::id, term::role, term::article_count))
            .load(conn))
        .map_err(unexpected("find merged terms"))?;
        let found = |(role, id): &(Role, TermId)| {
            let (_, present) = aliases.iter().find(|(gone, _)| gone == id)?;
            let (_, _, count) =
                rows.iter().find(|row| row.0 == Key::from(*present) && row.1 == role_number(*role))?;
            Some(FoundTerm {
                role: *role,
                key: TermKey::Id(*id),
                id: *present,
                weight: rows::count(*count),
                is_present: false,
            })
        };
        Ok(missing.iter().filter_map(found).collect())
    }

    /// Returns the terms that had these slugs before.
    pub(crate) fn known_earlier(&mut self, slugs: &[(Role, &Slug)]) -> Result<Vec<FoundTerm>> {
        let asked = distinct(slugs.iter().map(|(role, slug)| (role_number(*role), slug.as_str())));
        let rows: Vec<(i16, String, Key, i64)> = on_each!(self.conn, |conn| {
            let of_role = |slugs: &[(i16, &str)]| {
                term_slug::table
                    .inner_join(term::table.on(term::id.eq(term_slug::term)))
                    .filter(term_slug::role.eq(slugs[0].0))
                    .filter(any_word_of(term_slug::slug, slugs.iter().map(|(_, slug)| slug)))
                    .select((term_slug::role, term_slug::slug, term::id, term::article_count))
            };
            UnionAll::prepared(by_role(&asked).map(of_role).collect()).load(conn)
        })
        .map_err(unexpected("find terms by old slugs"))?;
        let found = |(role, slug): &(Role, &Slug)| {
            let (_, _, id, count) =
                rows.iter().find(|row| row.0 == role_number(*role) && row.1 == slug.as_str())?;
            Some(FoundTerm {
                role: *role,
                key: TermKey::Slug((*slug).clone()),
                id: (*id).into(),
                weight: rows::count(*count),
                is_present: false,
            })
        };
        Ok(slugs.iter().filter_map(found).collect())
    }

    /// Records an old slug of a term, used for redirects until another term takes the slug.
    pub(crate) fn leave_slug(&mut self, owner: &Term, slug: &str) -> Result<()> {
        on_each!(self.conn, |conn| diesel::insert_into(term_slug::table)
            .values((
                term_slug::role.eq(role_number(owner.role)),
                term_slug::slug.eq(slug),
                term_slug::term.eq(Key::from(owner.id)),
            ))
            .on_conflict((term_slug::role, term_slug::slug))
            .do_update()
            .set(term_slug::term.eq(excluded(term_slug::term)))
            .execute(conn))
        .map_err(unexpected("save an old slug"))?;
        Ok(())
    }
}
