//! Updates what depends on the position of a section in the tree.
//!
//! This is the path of each section below it, and the rows that list articles in broader sections too.

use diesel::{
    ExpressionMethods, HasQuery, Insertable, IntoSql, QueryDsl, RunQueryDsl,
    sql_types::{Binary, SmallInt},
};
use domain::{
    error::Result,
    term::{Role, Term},
};

use crate::{
    conn::on_each,
    dialect::any_of,
    error::unexpected,
    rows::{Key, role_number},
    schema::{article_term, term},
    session::Session,
};

/// A section's place in the tree.
#[derive(HasQuery)]
#[diesel(table_name = term)]
struct SectionRow {
    id: Key,
    parent: Option<Key>,
    slug: String,
    path: String,
}

/// Maximum number of articles that one statement files anew.
const AT_ONCE: usize = 1_000;

impl Session<'_> {
    /// Updates the paths of a section and of all sections below it.
    ///
    /// If the section has `moved` to another parent, also updates in which broader sections the articles of
    /// these sections are listed.
    pub(crate) fn derive_section(&mut self, section: Key, moved: bool) -> Result<()> {
        let sections: Vec<SectionRow> = on_each!(self.conn, |conn| SectionRow::query()
            .filter(term::role.eq(role_number(Role::Section)))
            .load(conn))
        .map_err(unexpected("load sections"))?;
        let line = |id: Key| {
            let mut line: Vec<&SectionRow> = Vec::new();
            let mut next = Some(id);
            while let Some(found) = next.and_then(|next| sections.iter().find(|row| row.id == next)) {
                if line.len() > Term::MAX_DEPTH {
                    break;
                }
                line.push(found);
                next = found.parent;
            }
            line
        };
        for SectionRow { id, path: stored, .. } in &sections {
            let line = line(*id);
            if !line.iter().any(|above| above.id == section) {
                continue;
            }
            let path = line.iter().rev().map(|above| above.slug.as_str()).collect::<Vec<_>>().join("/");
            if path != *stored {
                on_each!(self.conn, |conn| diesel::update(term::table.filter(term::id.eq(*id)))
                    .set(term::path.eq(path))
                    .execute(conn))
                .map_err(unexpected("save a section's path"))?;
            }
            if moved {
                let line: Vec<_> = line.iter().map(|above| above.id).collect();
                self.refile(*id, &line)?;
            }
        }
        Ok(())
    }

    /// Lists the articles of a section in `line`: the section and its broader sections.
    ///
    /// Does not change articles of narrower sections.
    fn refile(&mut self, section: Key, line: &[Key]) -> Result<()> {
        let role = role_number(Role::Section);
        let own = article_term::table
            .filter(article_term::role.eq(role))
            .filter(article_term::position.eq(0))
            .filter(article_term::term.eq(section));
        let articles: Vec<Key> = on_each!(self.conn, |conn| own.select(article_term::article).load(conn))
            .map_err(unexpected("find a section's articles"))?;
        for some in articles.chunks(AT_ONCE) {
            let mut before = self.presences(some)?;
            self.replace_sections(some, line)?;
            let mut after = self.presences(some)?;
            for article in some {
                self.unit_of_work.note(*article, before.remove(article), after.remove(article));
            }
        }
        Ok(())
    }

    fn replace_sections(&mut self, articles: &[Key], line: &[Key]) -> Result<()> {
        let sections = || {
            article_term::table
                .filter(any_of(article_term::article, articles.to_vec()))
                .filter(article_term::role.eq(role_number(Role::Section)))
        };
        let above = sections().filter(article_term::position.gt(0));
        on_each!(self.conn, |conn| diesel::delete(above).execute(conn))
            .map_err(unexpected("refile articles"))?;
        for (position, section) in line.iter().enumerate().skip(1) {
            let position = i16::try_from(position).unwrap_or(i16::MAX);
            let copied = sections()
                .filter(article_term::position.eq(0))
                .select((
                    article_term::article,
                    article_term::role,
                    position.into_sql::<SmallInt>(),
                    section.into_sql::<Binary>(),
                    article_term::listed,
                    article_term::published_at,
                    article_term::modified_at,
                    article_term::expires_at,
                    article_term::language,
                    article_term::kind,
                    article_term::show_in_related,
                    article_term::sort_key,
                ))
                .insert_into(article_term::table);
            on_each!(self.conn, |conn| copied.execute(conn)).map_err(unexpected("refile articles"))?;
        }
        Ok(())
    }
}
