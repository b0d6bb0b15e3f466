//! Where imported things came from.

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use domain::{
    error::Result,
    import::{Origin, Provenance},
    store::Provenances,
};

use crate::{
    among::{among, among_words},
    conn::{AnyConnection, on_each},
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
        // One query for each pair of source and type; an import has one source.
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
                .filter(among_words(origin::id, ids))
                .select((origin::source, origin::id, origin::target, origin::digest, origin::revision))
                .load(conn))
            .map_err(unexpected("look origins up"))?;
            known.extend(rows.into_iter().map(|row| provenance(entity, row)));
        }
        Ok(known)
    }

    fn origins(&mut self, entity: &'static str, ids: &[[u8; 16]]) -> Result<Vec<Provenance>> {
        let rows: Vec<Row> = on_each!(self.conn, |conn| origin::table
            .filter(among(origin::target, distinct(ids.iter().map(|id| Key(*id)))))
            .filter(origin::entity.eq(entity))
            .select((origin::source, origin::id, origin::target, origin::digest, origin::revision))
            .load(conn))
        .map_err(unexpected("load origins"))?;
        Ok(rows.into_iter().map(|row| provenance(entity, row)).collect())
    }

    fn save_provenance(&mut self, saved: &Provenance) -> Result<()> {
        let origin = &saved.origin;
        let about = (
            origin::target.eq(Key(saved.target)),
            origin::digest.eq(saved.digest),
            origin::revision.eq(saved.revision.map(u32::cast_signed)),
        );
        let named =
            (origin::source.eq(&origin.source), origin::entity.eq(origin.entity), origin::id.eq(&origin.id));
        match self.conn {
            // Diesel does not keep an upsert prepared, and SQLite has one writer at a time.
            AnyConnection::Sqlite(conn) => {
                let known = origin::table
                    .filter(origin::source.eq(&origin.source))
                    .filter(origin::entity.eq(origin.entity))
                    .filter(origin::id.eq(&origin.id));
                diesel::update(known).set(about).execute(conn).and_then(|updated| match updated {
                    0 => diesel::insert_into(origin::table).values((named, about)).execute(conn),
                    _ => Ok(updated),
                })
            }
            AnyConnection::Postgres(conn) => diesel::insert_into(origin::table)
                .values((named, about))
                .on_conflict((origin::source, origin::entity, origin::id))
                .do_update()
                .set(about)
                .execute(conn),
        }
        .map_err(unexpected("save an origin"))?;
        Ok(())
    }
}
