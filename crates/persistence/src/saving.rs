//! The [`Saving`] port: a new revision, and the rows that readers see if it is published.
//!
//! The code calls these rows the projection of an article. They are in `article`, `article_body`,
//! `article_term` and `article_path`.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, dsl::not};
use domain::{
    article::{Article, ArticleId, Publication, Status, WebPath},
    body::{self, Body},
    error::{Error, Kind, Result},
    id::Id,
    store::Saving,
    term::Role,
    text::sort_key,
    time::Time,
};

use crate::{
    article_row::ArticleRow,
    conn::on_each,
    dialect::{self, Filed, OwnSlug, WriteBatch, any_of, any_word_of},
    error::unexpected,
    rows::{ByKey, Key, ROOT, ROOT_ROLE, role_number, to_json, to_word},
    schema::{article, article_body, article_path, article_slug, article_term, revision, story, story_term},
    session::{Session, distinct, grouped},
    unit_of_work::{Presence, Projected},
};

impl Saving for Session<'_> {
    fn save_draft(&mut self, saved: &Article) -> Result<()> {
        let mut writes = WriteBatch::on(self.conn);
        add_revision(&mut writes, saved)?;
        self.write(writes, saved)
    }

    fn save_publication(&mut self, publication: &Publication) -> Result<()> {
        let saved = &publication.article;
        let id = Key::from(saved.id);
        let before = match publication.replaces {
            true => self.projected(id)?,
            false => Projected::Nothing,
        };
        let is_new = matches!(before, Projected::Nothing);
        if !is_new {
            self.clear(id)?;
        }
        let (filed, terms) = (filed(publication)?, terms_of(publication));
        let mut writes = WriteBatch::on(self.conn);
        add_revision(&mut writes, saved)?;
        add_card(&mut writes, publication, is_new)?;
        add_body(&mut writes, saved.id, &publication.body)?;
        dialect::file(&mut writes, &filed, &terms);
        dialect::claim_paths(
            &mut writes,
            id,
            distinct(saved.document.alias_paths.iter().map(WebPath::to_string)),
        );
        self.write(writes, saved)?;
        let after = filed.listed.then(|| Presence {
            published_at: filed.published_at,
            expires_at: filed.expires_at,
            terms: terms.into_iter().map(|(_, _, term)| term).collect(),
        });
        self.unit_of_work.note(id, before.presence(), after);
        Ok(())
    }

    fn save_withdrawal(&mut self, article: &Article) -> Result<()> {
        self.save_draft(article)?;
        self.withdraw(article.id.into())
    }
}

impl Session<'_> {
    /// Runs the writes of saving an article, and saves its slugs.
    ///
    /// Returns `article.slug_taken` if another article has taken the slug of the newest or the published
    /// revision.
    fn write(&mut self, writes: WriteBatch<'_>, saved: &Article) -> Result<()> {
        self.unit_of_work.wrote = true;
        let slugs = slugs(saved);
        let present = slugs.iter().filter(|own| own.present).count();
        let given = dialect::write_with_slugs(self.conn, writes, saved.id.into(), &slugs)
            .map_err(unexpected("save an article"))?;
        if given < present {
            let detail = "another article has just taken this slug; try again";
            return Err(Error::new(Kind::Conflict, "article.slug_taken", detail));
        }
        Ok(())
    }

    /// Removes an article from what readers see.
    pub(crate) fn withdraw(&mut self, id: Key) -> Result<()> {
        let before = self.projected(id)?.presence();
        self.clear(id)?;
        on_each!(self.conn, |conn| diesel::delete(article::table.filter(article::id.eq(id))).execute(conn))
            .map_err(unexpected("withdraw an article"))?;
        self.unit_of_work.note(id, before, None);
        Ok(())
    }

    /// Returns what readers see of an article.
    pub(crate) fn projected(&mut self, id: Key) -> Result<Projected> {
        let row: Option<(bool, i64, i64)> = on_each!(self.conn, |conn| article::table
            .filter(article::id.eq(id))
            .select((article::listed, article::published_at, article::expires_at))
            .first(conn))
        .optional()
        .map_err(unexpected("load an article"))?;
        let (published_at, expires_at) = match row {
            None => return Ok(Projected::Nothing),
            Some((false, ..)) => return Ok(Projected::Unlisted),
            Some((true, published_at, expires_at)) => (published_at, expires_at),
        };
        let terms = on_each!(self.conn, |conn| article_term::table
            .filter(article_term::article.eq(id))
            .select(article_term::term)
            .load(conn))
        .map_err(unexpected("load an article's terms"))?;
        Ok(Projected::Listed(Presence { published_at, expires_at, terms }))
    }

    /// Returns when readers see each of these articles, and its terms. Omits articles that lists do not include.
    pub(crate) fn presences(&mut self, ids: &[Key]) -> Result<ByKey<Presence>> {
        let rows: Vec<(Key, i64, i64)> = on_each!(self.conn, |conn| article::table
            .filter(any_of(article::id, ids.to_vec()))
            .filter(article::listed.eq(true))
            .select((article::id, article::published_at, article::expires_at))
            .load(conn))
        .map_err(unexpected("load articles"))?;
        let terms: Vec<(Key, Key)> = on_each!(self.conn, |conn| article_term::table
            .filter(any_of(article_term::article, ids.to_vec()))
            .select((article_term::article, article_term::term))
            .load(conn))
        .map_err(unexpected("load the terms of articles"))?;
        let mut terms = grouped(terms);
        let presence = |(id, published_at, expires_at)| {
            (id, Presence { published_at, expires_at, terms: terms.remove(&id).unwrap_or_default() })
        };
        Ok(rows.into_iter().map(presence).collect())
    }

    /// Deletes the terms, paths and body that belong to an article's row in `article`.
    fn clear(&mut self, id: Key) -> Result<()> {
        let mut writes = WriteBatch::on(self.conn);
        writes.add(diesel::delete(article_term::table.filter(article_term::article.eq(id))));
        writes.add(diesel::delete(article_path::table.filter(article_path::article.eq(id))));
        writes.add(diesel::delete(article_body::table.filter(article_body::article.eq(id))));
        writes.run(self.conn).map_err(unexpected("replace an article"))
    }

    pub(crate) fn insert_body(&mut self, id: ArticleId, derived: &Body) -> Result<()> {
        let mut writes = WriteBatch::on(self.conn);
        add_body(&mut writes, id, derived)?;
        writes.run(self.conn).map_err(unexpected("save a body"))
    }
}

/// Adds the writes for a new revision: `revision`, `story`, the authors, and the removal of other slugs.
fn add_revision<'a>(writes: &mut WriteBatch<'a>, saved: &'a Article) -> Result<()> {
    let id = Key::from(saved.id);
    let number = saved.revision.cast_signed();
    let story = (
        story::revision.eq(number),
        story::published_revision.eq(saved.published.as_ref().map(|seen| seen.revision.cast_signed())),
        story::first_published_at.eq(saved.first_published_at.map(Time::micros)),
        story::modified_at.eq(shown_modification(saved).micros()),
        story::status.eq(to_word(&saved.document.status)?),
        story::created_by.eq(saved.created_by.map(Key::from)),
    );
    let first = diesel::insert_into(story::table).values((story::id.eq(id), story.clone()));
    match saved.revision {
        1 => writes.add(first),
        _ => writes.add(first.on_conflict(story::id).do_update().set(story)),
    }
    writes.add(diesel::insert_into(revision::table).values((
        revision::article.eq(id),
        revision::number.eq(number),
        revision::at.eq(saved.modified_at.micros()),
        revision::document.eq(to_json(&saved.document)?),
        revision::author.eq(saved.saved_by.map(Key::from)),
        revision::note.eq(saved.note.as_deref()),
        revision::published.eq(saved.document.status == Status::Published),
    )));
    let terms = draft_terms(saved);
    if saved.revision > 1 {
        let names = slugs(saved).into_iter().map(|own| own.slug);
        let other_name = not(any_word_of(article_slug::slug, names));
        writes
            .add(diesel::delete(article_slug::table.filter(article_slug::article.eq(id)).filter(other_name)));
        let other_term = not(any_of(story_term::term, terms.iter().copied()));
        writes.add(diesel::delete(story_term::table.filter(story_term::article.eq(id)).filter(other_term)));
    }
    if !terms.is_empty() {
        dialect::file_draft(writes, id, terms);
    }
    Ok(())
}

/// The modification time that clients see: of a published or scheduled revision at least that of publication, as
/// in [`Publication::modified_at`].
fn shown_modification(saved: &Article) -> Time {
    match (saved.document.status, saved.document.published_at) {
        (Status::Published, Some(published_at)) => saved.modified_at.max(published_at),
        _ => saved.modified_at,
    }
}

/// The terms that a draft is filed under; none for a published revision, which `article_term` has.
fn draft_terms(saved: &Article) -> Vec<Key> {
    match saved.document.status {
        Status::Published => Vec::new(),
        // An import may name a term twice.
        _ => distinct(saved.document.terms().map(Key::from)),
    }
}

/// Returns all slugs of an article. Those of the newest and the published revision are present.
fn slugs(saved: &Article) -> Vec<OwnSlug<'_>> {
    let newest = &saved.document.slug;
    let seen = saved.published.as_ref().map(|published| &published.slug).filter(|slug| *slug != newest);
    let old = saved.known_slugs.keys().filter(|slug| *slug != newest && Some(*slug) != seen);
    let present = std::iter::once(newest).chain(seen).map(|slug| (slug, true));
    present
        .chain(old.map(|slug| (slug, false)))
        .map(|(slug, present)| OwnSlug {
            slug: slug.as_str(),
            present,
            known_at: saved.known_slugs.get(slug).copied().map(Time::micros),
        })
        .collect()
}

/// Adds the write for the article's row in `article`.
fn add_card(writes: &mut WriteBatch<'_>, publication: &Publication, is_new: bool) -> Result<()> {
    let row = ArticleRow::of(publication)?;
    match is_new {
        true => writes.add(diesel::insert_into(article::table).values(row)),
        false => writes.add(diesel::update(article::table.filter(article::id.eq(row.id))).set(row)),
    }
    Ok(())
}

fn add_body<'a>(writes: &mut WriteBatch<'a>, id: ArticleId, derived: &'a Body) -> Result<()> {
    writes.add(diesel::insert_into(article_body::table).values((
        article_body::article.eq(Key::from(id)),
        article_body::html.eq(&derived.html),
        article_body::toc.eq(to_json(&derived.toc)?),
        article_body::blocks.eq(to_json(&derived.blocks)?),
        article_body::text.eq(&derived.text),
        article_body::word_count.eq(derived.word_count.cast_signed()),
        article_body::reading_minutes.eq(derived.reading_minutes.cast_signed()),
        article_body::version.eq(body::VERSION.cast_signed()),
    )));
    Ok(())
}

/// Returns the columns of an article that lists and counts use.
fn filed(publication: &Publication) -> Result<Filed> {
    let saved = &publication.article;
    let document = &saved.document;
    Ok(Filed {
        article: saved.id.into(),
        listed: document.kind.is_listed(),
        published_at: publication.published_at.micros(),
        modified_at: publication.modified_at().micros(),
        expires_at: expires_at(saved),
        language: document.language.as_str().to_owned(),
        kind: to_word(&document.kind)?,
        show_in_related: document.show_in_related,
        sort_key: sort_key(&document.headline),
    })
}

/// Returns the terms of an article, including the root term, as role number, position in the role, and id.
fn terms_of(publication: &Publication) -> Vec<(i16, i16, Key)> {
    fn of<T>(role: i16, ids: &[Id<T>]) -> impl Iterator<Item = (i16, i16, Key)> {
        ids.iter()
            .enumerate()
            .map(move |(position, id)| (role, i16::try_from(position).unwrap_or(i16::MAX), Key::from(*id)))
    }
    let document = &publication.article.document;
    std::iter::once((ROOT_ROLE, 0, ROOT))
        .chain(of(role_number(Role::Tag), &document.tags))
        .chain(of(role_number(Role::Section), &publication.sections))
        .chain(of(role_number(Role::Author), &document.authors))
        .collect()
}

fn expires_at(article: &Article) -> i64 {
    article.document.expires_at.unwrap_or(Time::NEVER).micros()
}
