//! The [`MediaLibrary`] port: media and their alias paths.

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, upsert::excluded};
use domain::{
    article::WebPath,
    error::Result,
    media::{Media, MediaId},
    store::MediaLibrary,
};

use crate::{
    conn::on_each,
    dialect::{self, WriteBatch, any_of, any_word_of, lower},
    error::unexpected,
    paths::best_of,
    rows::{Key, from_json, to_json},
    schema::{media, media_path},
    session::{Session, distinct},
};

impl MediaLibrary for Session<'_> {
    fn media(&mut self, ids: &[MediaId]) -> Result<Vec<Media>> {
        let rows: Vec<String> = on_each!(self.conn, |conn| media::table
            .filter(any_of(media::id, distinct(ids.iter().map(|id| Key::from(*id)))))
            .select(media::document)
            .load(conn))
        .map_err(unexpected("load media"))?;
        rows.iter().map(|document| from_json("media.document", document)).collect()
    }

    fn media_ids(&mut self, after: Option<MediaId>, limit: u32) -> Result<Vec<MediaId>> {
        let mut query = media::table.select(media::id).order(media::id).limit(i64::from(limit)).into_boxed();
        if let Some(after) = after {
            query = query.filter(media::id.gt(Key::from(after)));
        }
        let ids: Vec<Key> = query.load(self.conn).map_err(unexpected("list media"))?;
        Ok(ids.into_iter().map(|id| MediaId::from_bytes(id.0)).collect())
    }

    fn media_by_path(&mut self, path: &WebPath) -> Result<Option<MediaId>> {
        let rows: Vec<(String, Key)> = on_each!(self.conn, |conn| media_path::table
            .filter(any_word_of(lower(media_path::path), path.stored_forms()))
            .select((media_path::path, media_path::media))
            .load(conn))
        .map_err(unexpected("find media by a path"))?;
        Ok(best_of(&rows, path).map(|(_, id)| MediaId::from_bytes(id.0)))
    }

    fn save_media(&mut self, saved: &Media) -> Result<()> {
        self.unit_of_work.wrote = true;
        let id = Key::from(saved.id);
        on_each!(self.conn, |conn| diesel::insert_into(media::table)
            .values((media::id.eq(id), media::document.eq(to_json(saved)?)))
            .on_conflict(media::id)
            .do_update()
            .set(media::document.eq(excluded(media::document)))
            .execute(conn))
        .map_err(unexpected("save media"))?;
        on_each!(self.conn, |conn| diesel::delete(media_path::table.filter(media_path::media.eq(id)))
            .execute(conn))
        .map_err(unexpected("replace alias paths"))?;
        let mut writes = WriteBatch::on(self.conn);
        let paths = distinct(saved.alias_paths.iter().map(WebPath::to_string));
        dialect::claim_media_paths(&mut writes, id, paths);
        writes.run(self.conn).map_err(unexpected("save alias paths"))
    }
}
