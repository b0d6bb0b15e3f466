//! The [`Provenances`] port: which item of which source an imported item came from.

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use domain::{
    error::Result,
    import::{Origin, Provenance},
    store::Provenances,
};

use crate::{
    any_of::{any_of, any_word_of},
    conn::on_each,
    dialect,
    error::unexpected,
    rows::Key,
    schema::origin,
    session::{Session, distinct},
};

type Row = (String, String, Key, i64, Option<i32>);

fn provenance(entity: &'static str, (source, id, target, digest, revision): Row) -> Provenance {
    Provenance {
        origin: Origin { source, entity, id },
        target: target.0,
        digest,
        revision: revision.map(i32::unsigned_abs),
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
            let rows: Vec<Row> = on_each!(self.conn, |conn| origin::table
                .filter(origin::source.eq(source))
                .filter(origin::entity.eq(entity))
                .filter(any_word_of(origin::id, ids))
                .select((origin::source, origin::id, origin::target, origin::digest, origin::revision))
                .load(conn))
            .map_err(unexpected("find imported items by their origins"))?;
            known.extend(rows.into_iter().map(|row| provenance(entity, row)));
        }
        Ok(known)
    }

    fn origins(&mut self, entity: &'static str, ids: &[[u8; 16]]) -> Result<Vec<Provenance>> {
        let rows: Vec<Row> = on_each!(self.conn, |conn| origin::table
            .filter(any_of(origin::target, distinct(ids.iter().map(|id| Key(*id)))))
            .filter(origin::entity.eq(entity))
            .select((origin::source, origin::id, origin::target, origin::digest, origin::revision))
            .load(conn))
        .map_err(unexpected("load origins"))?;
        Ok(rows.into_iter().map(|row| provenance(entity, row)).collect())
    }

    fn hold_source(&mut self, source: &str) -> Result<()> {
        dialect::lock_source(self.conn, source).map_err(unexpected("lock a source"))
    }

    fn save_provenance(&mut self, saved: &Provenance) -> Result<()> {
        dialect::save_origin(self.conn, saved).map_err(unexpected("save an origin"))?;
        Ok(())
    }
}
