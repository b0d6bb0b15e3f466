//! The [`Terms`] port: tags, sections and authors.
//!
//! See also [`crate::slug_history`] (old slugs), [`crate::merging`] and [`crate::section_paths`] (paths of
//! sections).

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, OptionalExtension,
    QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
    dsl::{Fields, Nullable},
    query_source::Alias,
};
use domain::{
    account::AccountId,
    error::Result,
    media::MediaId,
    page::{Direction, Position, SortValue, Window},
    slug::Slug,
    store::{Changes, Terms},
    term::{FoundTerm, Role, Term, TermId, TermKey, TermRef, TermSelection},
    text,
    time::Time,
};

use std::sync::Arc;

use crate::{
    conn::on_each,
    dialect::{self, UnionAll, any_of, any_word_of},
    error::{taken, unexpected},
    row_cache::StoredTerm,
    rows::{self, ByKey, Key, from_json, from_word, role_number, role_of, to_json, to_word, unsigned},
    schema::{article_term, change, media, origin, term, term_slug},
    session::{Session, distinct},
};

diesel::alias!(
    term as parent_term: ParentTerm,
    media as photograph: Photograph,
    media as lead_media: LeadMedia,
    media as seo_image: SeoImage,
);

/// A term with its parent and the document of its photo.
///
/// The query must left join `term` with [`parent_term`] and [`photograph`].
#[derive(Queryable, Selectable)]
#[diesel(table_name = term)]
pub(crate) struct TermRow {
    id: Key,
    role: i16,
    revision: i32,
    pub(crate) slug: String,
    name: String,
    description: Option<String>,
    tag_type: String,
    path: String,
    links: String,
    photo: Option<Key>,
    article_count: i64,
    #[diesel(select_expression = parent_term.fields((term::id, term::slug, term::name)).nullable())]
    #[diesel(select_expression_type = Nullable<Fields<Alias<ParentTerm>, (term::id, term::slug, term::name)>>)]
    pub(crate) parent: Option<(Key, String, String)>,
    #[diesel(select_expression = photograph.field(media::document).nullable())]
    #[diesel(select_expression_type = Nullable<Fields<Alias<Photograph>, media::document>>)]
    portrait: Option<String>,
}

/// Splits slugs by role, so that each role uses the index on role and slug in a query of its own.
///
/// The slugs must be sorted by role number.
pub(crate) fn by_role<'s>(slugs: &'s [(i16, &str)]) -> impl Iterator<Item = &'s [(i16, &'s str)]> {
    slugs.chunk_by(|one, next| one.0 == next.0)
}

/// A term found by id or slug: its id, role number, slug and stored count.
type NamedRow = (Key, i16, String, i64);

impl Session<'_> {
    // Ids and slugs have separate queries. With one `OR` condition, SQLite would scan all terms.
    fn by_ids(&mut self, ids: Vec<Key>) -> Result<Vec<NamedRow>> {
        on_each!(self.conn, |conn| term::table
            .filter(any_of(term::id, ids))
            .select((term::id, term::role, term::slug, term::article_count))
            .load(conn))
        .map_err(unexpected("find terms by their ids"))
    }

    fn by_slugs(&mut self, slugs: &[(i16, &str)]) -> Result<Vec<NamedRow>> {
        if slugs.is_empty() {
            return Ok(Vec::new());
        }
        on_each!(self.conn, |conn| {
            let of_role = |slugs: &[(i16, &str)]| {
                term::table
                    .filter(term::role.eq(slugs[0].0))
                    .filter(any_word_of(term::slug, slugs.iter().map(|(_, slug)| slug)))
                    .select((term::id, term::role, term::slug, term::article_count))
            };
            UnionAll::prepared(by_role(slugs).map(of_role).collect()).load(conn)
        })
        .map_err(unexpected("find terms by their slugs"))
    }

    /// Returns the terms that exist. With `counts`, they have the counts that readers see, otherwise 0.
    pub(crate) fn terms_of(&mut self, ids: &[Key], now: Time, counts: bool) -> Result<ByKey<Term>> {
        let known = self.stored_terms(ids)?;
        let mut terms = ByKey::with_capacity_and_hasher(known.len(), <_>::default());
        for (id, stored) in known {
            let mut term = stored.term.clone();
            if counts {
                term.article_count = self.visible_count(id, stored.count, now)?;
            }
            terms.insert(id, term);
        }
        Ok(terms)
    }

    /// Returns the terms that exist, with their stored counts.
    pub(crate) fn stored_terms(&mut self, ids: &[Key]) -> Result<ByKey<Arc<StoredTerm>>> {
        if ids.is_empty() {
            return Ok(ByKey::default());
        }
        self.remembered(ids, |session, unknown| {
            let rows: Vec<TermRow> = on_each!(session.conn, |conn| term::table
                .left_join(parent_term.on(term::parent.eq(parent_term.field(term::id).nullable())))
                .left_join(photograph.on(term::photo.eq(photograph.field(media::id).nullable())))
                .filter(any_of(term::id, unknown))
                .select(TermRow::as_select())
                .load(conn))
            .map_err(unexpected("load terms"))?;
            rows.into_iter().map(stored).collect()
        })
    }

    /// Converts a row to a term with the count that readers see.
    fn term_of(&mut self, row: TermRow, now: Time) -> Result<Term> {
        let (id, stored) = stored(row)?;
        let article_count = self.visible_count(id, stored.count, now)?;
        Ok(Term { article_count, ..stored.term.clone() })
    }
}

/// Converts a row to a term with its stored count.
fn stored(row: TermRow) -> Result<(Key, Arc<StoredTerm>)> {
    let parent = match row.parent {
        None => None,
        Some((id, slug, name)) => Some(TermRef { id: id.into(), slug: from_word("term.slug", &slug)?, name }),
    };
    let term = Term {
        id: row.id.into(),
        role: role_of("term.role", row.role)?,
        revision: unsigned("term.revision", row.revision)?,
        slug: from_word("term.slug", &row.slug)?,
        name: row.name,
        description: row.description,
        parent,
        tag_type: from_word("term.tag_type", &row.tag_type)?,
        path: row.path,
        links: from_json("term.links", &row.links)?,
        photo: row.photo.map(|id| MediaId::from_bytes(id.0)),
        portrait: row.portrait.as_deref().map(|text| from_json("media.document", text)).transpose()?,
        article_count: 0,
    };
    Ok((row.id, Arc::new(StoredTerm { term, count: row.article_count })))
}

impl Terms for Session<'_> {
    fn change_terms(&mut self) -> Result<()> {
        dialect::lock_terms(self.conn, true).map_err(unexpected("lock terms"))?;
        self.take_turn()
    }

    fn keep_terms(&mut self) -> Result<()> {
        dialect::lock_terms(self.conn, false).map_err(unexpected("lock terms"))?;
        self.parents.get_or_insert_default();
        Ok(())
    }

    fn were_terms_edited_after(&mut self, seq: i64) -> Result<bool> {
        let roles = Role::ALL.map(Role::as_str);
        on_each!(self.conn, |conn| diesel::select(diesel::dsl::exists(
            change::table
                .filter(change::seq.gt(seq))
                .filter(change::actor.is_not_null())
                .filter(any_word_of(change::entity, roles))
        ))
        .get_result(conn))
        .map_err(unexpected("check whether terms have changed"))
    }

    fn sections_below(&mut self, ids: &[TermId]) -> Result<Vec<TermId>> {
        let below: Vec<Key> = on_each!(self.conn, |conn| term::table
            .filter(any_of(term::parent, distinct(ids.iter().map(|id| Key::from(*id)))))
            .filter(term::role.eq(role_number(Role::Section)))
            .order(term::id)
            .select(term::id)
            .load(conn))
        .map_err(unexpected("load the sections below others"))?;
        Ok(below.into_iter().map(TermId::from).collect())
    }

    fn terms_below(&mut self, ids: &[TermId]) -> Result<Vec<TermId>> {
        let below: Vec<Key> = on_each!(self.conn, |conn| term::table
            .filter(any_of(term::parent, distinct(ids.iter().map(|id| Key::from(*id)))))
            .select(term::id)
            .load(conn))
        .map_err(unexpected("load narrower terms"))?;
        Ok(below.into_iter().map(TermId::from).collect())
    }

    fn term_keys(&mut self, keys: &[(Role, TermKey)]) -> Result<Vec<FoundTerm>> {
        let ids = distinct(keys.iter().filter_map(|(_, key)| match key {
            TermKey::Id(id) => Some(Key::from(*id)),
            TermKey::Slug(_) => None,
        }));
        let slugs = distinct(keys.iter().filter_map(|(role, key)| match key {
            TermKey::Slug(slug) => Some((role_number(*role), slug.as_str())),
            TermKey::Id(_) => None,
        }));
        let mut rows = self.by_slugs(&slugs)?;
        if !ids.is_empty() {
            rows.extend(self.by_ids(ids)?);
        }
        let mut found: Vec<FoundTerm> = keys
            .iter()
            .filter_map(|(role, key)| {
                let matches = |row: &&NamedRow| {
                    row.1 == role_number(*role)
                        && match key {
                            TermKey::Id(id) => row.0 == Key::from(*id),
                            TermKey::Slug(slug) => row.2 == slug.as_str(),
                        }
                };
                let (id, _, _, count) = rows.iter().find(matches)?;
                let weight = rows::count(*count);
                Some(FoundTerm { role: *role, key: key.clone(), id: (*id).into(), weight, is_present: true })
            })
            .collect();
        let missing: Vec<(Role, &Slug)> = keys
            .iter()
            .filter(|(role, key)| !found.iter().any(|one| one.role == *role && one.key == *key))
            .filter_map(|(role, key)| match key {
                TermKey::Slug(slug) => Some((*role, slug)),
                TermKey::Id(_) => None,
            })
            .collect();
        if !missing.is_empty() {
            found.extend(self.known_earlier(&missing)?);
        }
        found.extend(self.known_by_alias(keys, &found)?);
        Ok(found)
    }

    fn term_parents(&mut self, ids: &[TermId]) -> Result<Vec<(TermId, Option<TermId>)>> {
        let ids = distinct(ids.iter().map(|id| Key::from(*id)));
        if self.row_cache()?.is_some() {
            let found = self.stored_terms(&ids)?.into_values();
            return Ok(found
                .map(|one| (one.term.id, one.term.parent.as_ref().map(|parent| parent.id)))
                .collect());
        }
        let learnt = self.parents.as_ref();
        let known =
            |id: &Key| learnt.and_then(|learnt| learnt.get_key_value(id)).map(|(id, above)| (*id, *above));
        let mut rows: Vec<(Key, Option<Key>)> = ids.iter().filter_map(known).collect();
        let unknown: Vec<Key> = ids.into_iter().filter(|id| known(id).is_none()).collect();
        if !unknown.is_empty() {
            let loaded: Vec<(Key, Option<Key>)> = on_each!(self.conn, |conn| term::table
                .filter(any_of(term::id, unknown))
                .select((term::id, term::parent))
                .load(conn))
            .map_err(unexpected("load broader terms"))?;
            self.parents.iter_mut().for_each(|learnt| learnt.extend(loaded.iter().copied()));
            rows.extend(loaded);
        }
        Ok(rows.into_iter().map(|(id, parent)| (id.into(), parent.map(TermId::from))).collect())
    }

    fn terms(&mut self, ids: &[TermId], now: Time) -> Result<Vec<Term>> {
        let ids = distinct(ids.iter().map(|id| Key::from(*id)));
        Ok(self.terms_of(&ids, now, true)?.into_values().collect())
    }

    fn term_page(&mut self, selection: &TermSelection, window: &Window, now: Time) -> Result<Vec<Term>> {
        let mut query = term::table
            .left_join(parent_term.on(term::parent.eq(parent_term.field(term::id).nullable())))
            .left_join(photograph.on(term::photo.eq(photograph.field(media::id).nullable())))
            .filter(term::role.eq(role_number(selection.role)))
            .select(TermRow::as_select())
            .into_boxed();
        if let Some(parent) = selection.parent {
            query = query.filter(term::parent.eq(Key::from(parent)));
        }
        if let Some(user) = selection.user {
            query = query.filter(term::account.assume_not_null().eq(Key::from(user)));
        }
        if !selection.types.is_empty() {
            let types = selection.types.iter().map(to_word).collect::<Result<Vec<_>>>()?;
            query = query.filter(any_word_of(term::tag_type, types));
        }
        if let Some(Position { value: SortValue::Text(key), id }) = &window.after {
            let later = term::sort_key.gt(key).or(term::id.gt(Key(*id)));
            query = query.filter(term::sort_key.ge(key).and(later));
        }
        if let Some(Position { value: SortValue::Text(key), id }) = &window.before {
            let earlier = term::sort_key.lt(key).or(term::id.lt(Key(*id)));
            query = query.filter(term::sort_key.le(key).and(earlier));
        }
        let query = match window.direction {
            Direction::Forward => query.order((term::sort_key.asc(), term::id.asc())),
            Direction::Backward => query.order((term::sort_key.desc(), term::id.desc())),
        };
        let rows: Vec<TermRow> =
            query.limit(window.rows()).load(self.conn).map_err(unexpected("list terms"))?;
        rows.into_iter().map(|row| self.term_of(row, now)).collect()
    }

    fn term_count(&mut self, selection: &TermSelection) -> Result<u64> {
        let mut query = term::table.filter(term::role.eq(role_number(selection.role))).count().into_boxed();
        if let Some(parent) = selection.parent {
            query = query.filter(term::parent.eq(Key::from(parent)));
        }
        if let Some(user) = selection.user {
            query = query.filter(term::account.assume_not_null().eq(Key::from(user)));
        }
        if !selection.types.is_empty() {
            let types = selection.types.iter().map(to_word).collect::<Result<Vec<_>>>()?;
            query = query.filter(any_word_of(term::tag_type, types));
        }
        let count: i64 = query.get_result(self.conn).map_err(unexpected("count terms"))?;
        Ok(rows::count(count))
    }

    fn terms_named(&mut self, role: Role, name_keys: &[String]) -> Result<Vec<(String, TermId)>> {
        let rows: Vec<(String, Key)> = on_each!(self.conn, |conn| term::table
            .filter(term::role.eq(role_number(role)))
            .filter(any_word_of(term::name_key, name_keys))
            .order(term::id)
            .select((term::name_key, term::id))
            .load(conn))
        .map_err(unexpected("find terms by their names"))?;
        Ok(rows.into_iter().map(|(name, id)| (name, id.into())).collect())
    }

    fn sections_by_paths(&mut self, paths: &[&str]) -> Result<Vec<(String, TermId)>> {
        let rows: Vec<(String, Key)> = on_each!(self.conn, |conn| term::table
            .filter(term::role.eq(role_number(Role::Section)))
            .filter(any_word_of(term::path, paths))
            .select((term::path, term::id))
            .load(conn))
        .map_err(unexpected("find sections by their paths"))?;
        Ok(rows.into_iter().map(|(path, id)| (path, id.into())).collect())
    }

    fn save_term(&mut self, saved: &Term) -> Result<()> {
        self.unit_of_work.wrote = true;
        self.parents = None;
        let id = Key::from(saved.id);
        let parent = saved.parent.as_ref().map(|parent| Key::from(parent.id));
        let before: Option<(Option<Key>, String)> = on_each!(self.conn, |conn| term::table
            .filter(term::id.eq(id))
            .select((term::parent, term::slug))
            .first(conn))
        .optional()
        .map_err(unexpected("load a term"))?;
        // Other transactions hold the clock's lock while they update term counts. Taking the locks in another
        // order can deadlock.
        if before.is_some() {
            self.take_turn()?;
        }
        let values = (
            term::revision.eq(saved.revision.cast_signed()),
            term::slug.eq(saved.slug.as_str()),
            term::name.eq(&saved.name),
            term::name_key.eq(text::name_key(&saved.name)),
            term::sort_key.eq(text::sort_key(&saved.name)),
            term::description.eq(&saved.description),
            term::parent.eq(parent),
            term::tag_type.eq(to_word(&saved.tag_type)?),
            term::links.eq(to_json(&saved.links)?),
            term::photo.eq(saved.photo.map(Key::from)),
        );
        let row =
            (term::id.eq(id), term::role.eq(role_number(saved.role)), term::path.eq(saved.slug.as_str()));
        match before {
            None => on_each!(self.conn, |conn| diesel::insert_into(term::table)
                .values((row, values))
                .execute(conn)),
            Some(_) => on_each!(self.conn, |conn| diesel::update(term::table.filter(term::id.eq(id)))
                .set(values)
                .execute(conn)),
        }
        .map_err(taken(
            "save a term",
            "slug.taken",
            "another item has just taken this slug; try again",
        ))?;
        if saved.role == Role::Section {
            self.derive_section(id, before.is_some_and(|(before, _)| before != parent))?;
        }
        Ok(())
    }

    fn old_term_slugs(&mut self, ids: &[TermId]) -> Result<Vec<(TermId, Slug)>> {
        let rows: Vec<(Key, String)> = on_each!(self.conn, |conn| term_slug::table
            .inner_join(term::table.on(term::id.eq(term_slug::term)))
            .filter(term::slug.ne(term_slug::slug))
            .filter(any_of(term_slug::term, distinct(ids.iter().map(|id| Key::from(*id)))))
            .order(term_slug::slug)
            .select((term_slug::term, term_slug::slug))
            .load(conn))
        .map_err(unexpected("load old slugs"))?;
        rows.into_iter().map(|(id, slug)| Ok((id.into(), from_word("term_slug.slug", &slug)?))).collect()
    }

    fn save_old_term_slugs(&mut self, saved: &Term, slugs: &[Slug]) -> Result<()> {
        slugs
            .iter()
            .filter(|slug| **slug != saved.slug)
            .try_for_each(|slug| self.leave_slug(saved, slug.as_str()))
    }

    fn authors_of(&mut self, account: AccountId) -> Result<Vec<TermId>> {
        let rows: Vec<Key> = on_each!(self.conn, |conn| term::table
            .filter(term::account.assume_not_null().eq(Key::from(account)))
            .order(term::id)
            .select(term::id)
            .load(conn))
        .map_err(unexpected("load the authors of an account"))?;
        Ok(rows.into_iter().map(TermId::from).collect())
    }

    fn account_of_author(&mut self, author: TermId) -> Result<Option<AccountId>> {
        let account: Option<Option<Key>> = on_each!(self.conn, |conn| term::table
            .filter(term::id.eq(Key::from(author)))
            .select(term::account)
            .first(conn))
        .optional()
        .map_err(unexpected("load the account of an author"))?;
        Ok(account.flatten().map(|id| AccountId::from_bytes(id.0)))
    }

    fn link_author(&mut self, author: TermId, account: Option<AccountId>) -> Result<()> {
        self.unit_of_work.wrote = true;
        on_each!(self.conn, |conn| diesel::update(term::table.filter(term::id.eq(Key::from(author))))
            .set(term::account.eq(account.map(Key::from)))
            .execute(conn))
        .map_err(unexpected("save the account of an author"))?;
        Ok(())
    }

    fn is_term_in_use(&mut self, id: TermId) -> Result<bool> {
        let key = Key::from(id);
        on_each!(self.conn, |conn| diesel::select(diesel::dsl::exists(
            article_term::table.filter(article_term::term.eq(key))
        ))
        .get_result::<bool>(conn))
        .and_then(|has_articles| {
            Ok(has_articles
                || on_each!(self.conn, |conn| diesel::select(diesel::dsl::exists(
                    term::table.filter(term::parent.eq(key))
                ))
                .get_result::<bool>(conn))?)
        })
        .map_err(unexpected("check whether a term is in use"))
    }

    fn remove_term(&mut self, removed: &Term) -> Result<()> {
        self.unit_of_work.wrote = true;
        self.parents = None;
        let id = Key::from(removed.id);
        on_each!(self.conn, |conn| diesel::delete(term_slug::table.filter(term_slug::term.eq(id)))
            .execute(conn))
        .and_then(|_| {
            on_each!(self.conn, |conn| diesel::delete(origin::table.filter(origin::target.eq(id)))
                .execute(conn))
        })
        .and_then(|_| {
            on_each!(self.conn, |conn| diesel::delete(term::table.filter(term::id.eq(id))).execute(conn))
        })
        .map_err(unexpected("remove a term"))?;
        Ok(())
    }
}
