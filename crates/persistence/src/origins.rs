//! The [`Provenances`] port: which item of which source an imported item came from.

use diesel::{ExpressionMethods, HasQuery, QueryDsl, RunQueryDsl};
use domain::{
    error::Result,
    import::{Origin, Provenance},
    store::Provenances,
};

use crate::{
    conn::on_each,
    dialect::{self, any_of, any_word_of},
    error::unexpected,
    rows::{Key, unsigned},
    schema::origin,
    session::{Session, distinct},
};

/// A row of `origin` without its entity.
#[derive(HasQuery)]
#[diesel(table_name = origin)]
struct OriginRow {
    source: String,
    id: String,
    target: Key,
    digest: i64,
    revision: Option<i32>,
}

impl OriginRow {
    fn read(self, entity: &'static str) -> Result<Provenance> {
        Ok(Provenance {
            origin: Origin { source: self.source, entity, id: self.id },
            target: self.target.0,
            digest: self.digest,
            revision: self.revision.map(|number| unsigned("origin.revision", number)).transpose()?,
        })
    }
}

impl Provenances for Session<'_> {
    fn provenances(&mut self, origins: &[Origin]) -> Result<Vec<Provenance>> {
        let mut known = Vec::new();
        // One query for each source and type. An import has only one source.
        for (source, entity) in distinct(origins.iter().map(|origin| (origin.source.as_str(), origin.entity)))
        {
            let ids = distinct(
                origins
                    .iter()
                    .filter(|origin| origin.source == source && origin.entity == entity)
                    .map(|origin| origin.id.as_str()),
            );
            let rows: Vec<OriginRow> = on_each!(self.conn, |conn| OriginRow::query()
                .filter(origin::source.eq(source))
                .filter(origin::entity.eq(entity))
                .filter(any_word_of(origin::id, ids))
                .load(conn))
            .map_err(unexpected("find imported items by their origins"))?;
            for row in rows {
                known.push(row.read(entity)?);
            }
        }
        Ok(known)
    }

    fn origins(&mut self, entity: &'static str, ids: &[[u8; 16]]) -> Result<Vec<Provenance>> {
        let rows: Vec<OriginRow> = on_each!(self.conn, |conn| OriginRow::query()
            .filter(any_of(origin::target, distinct(ids.iter().map(|id| Key(*id)))))
            .filter(origin::entity.eq(entity))
            .load(conn))
        .map_err(unexpected("load origins"))?;
        rows.into_iter().map(|row| row.read(entity)).collect()
    }

    fn hold_source(&mut self, source: &str) -> Result<()> {
        dialect::lock_source(self.conn, source).map_err(unexpected("lock a source"))
    }

    fn save_provenance(&mut self, saved: &Provenance) -> Result<()> {
        dialect::save_origin(self.conn, saved).map_err(unexpected("save an origin"))?;
        Ok(())
    }
}
