//! Writing articles: the revision, and the projection that readers see.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use domain::{
    article::{Article, ArticleId, Publication, Status},
    body::{self, Body},
    error::{Error, Kind, Result},
    term::Role,
    text::sort_key,
    time::Time,
};

use crate::{
    article_row::ArticleRow,
    conn::{insert_all, on_each},
    dialect,
    error::unexpected,
    kept::Kept,
    ledger::{Presence, Projected},
    rows::{Key, ROOT, to_json, to_word},
    schema::{
        article, article_body, article_path, article_slug, article_term, purged, revision, story,
        story_author,
    },
    session::{Session, distinct},
    terms::{ROOT_ROLE, role_number},
};

impl Session<'_> {
    pub(crate) fn save_revision(&mut self, saved: &Article) -> Result<()> {
        self.ledger.wrote = true;
        let id = Key::from(saved.id);
        let number = saved.revision.cast_signed();
        let published = saved.published.as_ref().map(|seen| seen.revision.cast_signed());
        let first = saved.first_published_at.map(Time::micros);
        let status = to_word(&saved.document.status)?;
        let story = (
            story::revision.eq(number),
            story::published_revision.eq(published),
            story::first_published_at.eq(first),
            story::modified_at.eq(saved.modified_at.micros()),
            story::status.eq(status.as_str()),
            story::created_by.eq(saved.created_by.map(Key::from)),
        );
        let updated: Option<i32> = match saved.revision {
            1 => None,
            _ => on_each!(self.conn, |conn| Kept(
                diesel::update(story::table.filter(story::id.eq(id))).set(story).returning(story::revision)
            )
            .get_result(conn))
            .optional()
            .map_err(unexpected("save an article"))?,
        };
        if updated.is_none() {
            on_each!(self.conn, |conn| diesel::insert_into(story::table)
                .values((story::id.eq(id), story))
                .execute(conn))
            .map_err(unexpected("save an article"))?;
        }
        on_each!(self.conn, |conn| diesel::insert_into(revision::table)
            .values((
                revision::article.eq(id),
                revision::number.eq(number),
                revision::at.eq(saved.modified_at.micros()),
                revision::document.eq(to_json(&saved.document)?),
                revision::author.eq(saved.saved_by.map(Key::from)),
                revision::note.eq(saved.note.as_deref()),
                revision::published.eq(saved.document.status == Status::Published),
            ))
            .execute(conn))
        .map_err(unexpected("save a revision"))?;
        self.save_slugs(saved)?;
        self.save_story_authors(saved)
    }

    /// Keeps whose articles are at hand: the projection knows it only of what is published.
    fn save_story_authors(&mut self, saved: &Article) -> Result<()> {
        let id = Key::from(saved.id);
        if saved.revision > 1 {
            on_each!(self.conn, |conn| diesel::delete(
                story_author::table.filter(story_author::article.eq(id))
            )
            .execute(conn))
            .map_err(unexpected("save whose article it is"))?;
        }
        if saved.document.status == Status::Published || saved.document.authors.is_empty() {
            return Ok(());
        }
        // An import may name an author twice.
        let rows: Vec<_> = distinct(saved.document.authors.iter().map(|author| Key::from(*author)))
            .into_iter()
            .map(|author| (story_author::author.eq(author), story_author::article.eq(id)))
            .collect();
        insert_all!(&mut *self.conn, story_author::table, &rows)
            .map_err(unexpected("save whose article it is"))
    }

    /// Takes an article's projection away from readers.
    pub(crate) fn withdraw(&mut self, id: Key) -> Result<()> {
        let before = self.projected(id)?.presence();
        self.clear(id)?;
        on_each!(self.conn, |conn| diesel::delete(article::table.filter(article::id.eq(id))).execute(conn))
            .map_err(unexpected("withdraw an article"))?;
        self.ledger.note(id, before, None);
        Ok(())
    }

    /// Keeps the slugs that lead to an article. What readers find it by and what its newest revision is
    /// called are present, and no other article's.
    fn save_slugs(&mut self, saved: &Article) -> Result<()> {
        let id = Key::from(saved.id);
        if saved.revision > 1 || !saved.known_slugs.is_empty() {
            on_each!(self.conn, |conn| diesel::delete(
                article_slug::table.filter(article_slug::article.eq(id))
            )
            .execute(conn))
            .map_err(unexpected("save slugs"))?;
        }
        let newest = &saved.document.slug;
        let seen = saved.published.as_ref().map(|published| &published.slug).filter(|slug| *slug != newest);
        for slug in std::iter::once(newest).chain(seen) {
            // A present slug takes the place of another article's old one.
            let known_at = saved.known_slugs.get(slug).copied().map(Time::micros);
            let kept = dialect::save_slug(self.conn, slug.as_str(), id, known_at)
                .map_err(unexpected("save slugs"))?;
            if kept == 0 {
                let detail = "another article took this slug a moment ago; try again";
                return Err(Error::new(Kind::Conflict, "article.slug_taken", detail));
            }
        }
        let old = saved.known_slugs.iter().filter(|(slug, _)| *slug != newest && Some(*slug) != seen);
        for (slug, known_at) in old {
            on_each!(self.conn, |conn| diesel::insert_into(article_slug::table)
                .values((
                    article_slug::slug.eq(slug.as_str()),
                    article_slug::article.eq(id),
                    article_slug::present.eq(false),
                    article_slug::known_at.eq(known_at.micros()),
                ))
                .on_conflict(article_slug::slug)
                .do_nothing()
                .execute(conn))
            .map_err(unexpected("save slugs"))?;
        }
        Ok(())
    }

    /// What readers have of an article by now.
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

    fn clear(&mut self, id: Key) -> Result<()> {
        on_each!(self.conn, |conn| diesel::delete(article_term::table.filter(article_term::article.eq(id)))
            .execute(conn))
        .and_then(|_| {
            on_each!(self.conn, |conn| diesel::delete(
                article_path::table.filter(article_path::article.eq(id))
            )
            .execute(conn))
        })
        .and_then(|_| {
            on_each!(self.conn, |conn| diesel::delete(
                article_body::table.filter(article_body::article.eq(id))
            )
            .execute(conn))
        })
        .map_err(unexpected("replace an article"))?;
        Ok(())
    }

    /// Replaces what readers see of an article.
    pub(crate) fn project(&mut self, publication: &Publication) -> Result<()> {
        let id = Key::from(publication.article.id);
        let before = match publication.article.revision {
            1 => Projected::Nothing,
            _ => self.projected(id)?,
        };
        let is_new = matches!(before, Projected::Nothing);
        if !is_new {
            self.clear(id)?;
        }
        self.save_card(publication, is_new)?;
        self.insert_body(publication.article.id, &publication.body)?;
        let terms = self.save_terms(publication)?;
        for path in &publication.article.document.alias_paths {
            // What is gone keeps no path from what is there.
            on_each!(self.conn, |conn| diesel::delete(
                article_path::table
                    .filter(article_path::path.eq(path.as_str()))
                    .filter(article_path::article.eq_any(purged::table.select(purged::article)))
            )
            .execute(conn))
            .map_err(unexpected("save alias paths"))?;
            on_each!(self.conn, |conn| diesel::insert_into(article_path::table)
                .values((article_path::path.eq(path.as_str()), article_path::article.eq(id)))
                .on_conflict(article_path::path)
                .do_nothing()
                .execute(conn))
            .map_err(unexpected("save alias paths"))?;
        }
        let after = publication.article.document.kind.is_listed().then(|| Presence {
            published_at: publication.published_at.micros(),
            expires_at: expires_at(&publication.article),
            terms,
        });
        self.ledger.note(id, before.presence(), after);
        Ok(())
    }

    fn save_card(&mut self, publication: &Publication, is_new: bool) -> Result<()> {
        let row = ArticleRow::of(publication)?;
        match is_new {
            true => on_each!(self.conn, |conn| diesel::insert_into(article::table)
                .values(&row)
                .execute(conn)
                .map(|_| ())),
            false => on_each!(self.conn, |conn| Kept(
                diesel::update(article::table.filter(article::id.eq(row.id))).set(&row)
            )
            .run(conn)),
        }
        .map_err(unexpected("publish an article"))
    }

    pub(crate) fn insert_body(&mut self, id: ArticleId, derived: &Body) -> Result<()> {
        on_each!(self.conn, |conn| diesel::insert_into(article_body::table)
            .values((
                article_body::article.eq(Key::from(id)),
                article_body::html.eq(&derived.html),
                article_body::toc.eq(to_json(&derived.toc)?),
                article_body::blocks.eq(to_json(&derived.blocks)?),
                article_body::text.eq(&derived.text),
                article_body::word_count.eq(derived.word_count.cast_signed()),
                article_body::reading_minutes.eq(derived.reading_minutes.cast_signed()),
                article_body::version.eq(body::VERSION.cast_signed()),
            ))
            .execute(conn))
        .map_err(unexpected("save a body"))?;
        Ok(())
    }

    /// Files an article under its terms, and under everything; returns them all.
    fn save_terms(&mut self, publication: &Publication) -> Result<Vec<Key>> {
        let saved = &publication.article;
        let document = &saved.document;
        let mut filed: Vec<(i16, usize, Key)> = vec![(ROOT_ROLE, 0, ROOT)];
        let tags = document.tags.iter().map(|id| Key::from(*id)).enumerate();
        filed.extend(tags.map(|(n, id)| (role_number(Role::Tag), n, id)));
        let sections = publication.sections.iter().map(|id| Key::from(*id)).enumerate();
        filed.extend(sections.map(|(n, id)| (role_number(Role::Section), n, id)));
        let authors = document.authors.iter().map(|id| Key::from(*id)).enumerate();
        filed.extend(authors.map(|(n, id)| (role_number(Role::Author), n, id)));
        let kind = to_word(&document.kind)?;
        let headline = sort_key(&document.headline);
        let rows: Vec<_> = filed
            .iter()
            .map(|(role, position, term)| {
                (
                    article_term::article.eq(Key::from(saved.id)),
                    article_term::role.eq(*role),
                    article_term::position.eq(i16::try_from(*position).unwrap_or(i16::MAX)),
                    article_term::term.eq(*term),
                    article_term::listed.eq(document.kind.is_listed()),
                    article_term::published_at.eq(publication.published_at.micros()),
                    article_term::modified_at.eq(saved.modified_at.micros()),
                    article_term::expires_at.eq(expires_at(saved)),
                    article_term::language.eq(document.language.as_str()),
                    article_term::kind.eq(kind.as_str()),
                    article_term::show_in_related.eq(document.show_in_related),
                    article_term::sort_key.eq(headline.as_str()),
                )
            })
            .collect();
        insert_all!(&mut *self.conn, article_term::table, &rows).map_err(unexpected("file an article"))?;
        Ok(filed.into_iter().map(|(_, _, term)| term).collect())
    }
}

fn expires_at(article: &Article) -> i64 {
    article.document.expires_at.unwrap_or(Time::NEVER).micros()
}
