//! The [`Collections`] and [`Sites`] ports: collections and the site's settings.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, upsert::excluded,
};
use domain::{
    collection::{Collection, CollectionId},
    error::Result,
    page::{Direction, Position, SortValue, Window},
    site::Site,
    slug::Slug,
    store::{Collections, Sites},
    text::sort_key,
};

use crate::{
    conn::on_each,
    dialect::any_of,
    error::{taken, unexpected},
    rows::{self, Key, from_json, to_json, unsigned},
    schema::{collection, origin, site},
    session::{Session, distinct},
};

/// A stored document and its revision.
type Row = (String, i32);

fn collection_of((document, revision): Row) -> Result<Collection> {
    Ok(Collection {
        revision: unsigned("collection.revision", revision)?,
        ..from_json("collection.document", &document)?
    })
}

impl Collections for Session<'_> {
    fn collections(&mut self, ids: &[CollectionId]) -> Result<Vec<Collection>> {
        let rows: Vec<Row> = on_each!(self.conn, |conn| collection::table
            .filter(any_of(collection::id, distinct(ids.iter().map(|id| Key::from(*id)))))
            .select((collection::document, collection::revision))
            .load(conn))
        .map_err(unexpected("load collections"))?;
        rows.into_iter().map(collection_of).collect()
    }

    fn collection_by_slug(&mut self, slug: &Slug) -> Result<Option<Collection>> {
        let row: Option<Row> = on_each!(self.conn, |conn| collection::table
            .filter(collection::slug.eq(slug.as_str()))
            .select((collection::document, collection::revision))
            .first(conn))
        .optional()
        .map_err(unexpected("find a collection by its slug"))?;
        row.map(collection_of).transpose()
    }

    fn collection_page(&mut self, window: &Window) -> Result<Vec<Collection>> {
        let mut query = collection::table.select((collection::document, collection::revision)).into_boxed();
        if let Some(Position { value: SortValue::Text(key), id }) = &window.after {
            let later = collection::sort_key.gt(key).or(collection::id.gt(Key(*id)));
            query = query.filter(collection::sort_key.ge(key).and(later));
        }
        if let Some(Position { value: SortValue::Text(key), id }) = &window.before {
            let earlier = collection::sort_key.lt(key).or(collection::id.lt(Key(*id)));
            query = query.filter(collection::sort_key.le(key).and(earlier));
        }
        let query = match window.direction {
            Direction::Forward => query.order((collection::sort_key.asc(), collection::id.asc())),
            Direction::Backward => query.order((collection::sort_key.desc(), collection::id.desc())),
        };
        let rows: Vec<Row> =
            query.limit(window.rows()).load(self.conn).map_err(unexpected("list collections"))?;
        rows.into_iter().map(collection_of).collect()
    }

    fn collection_count(&mut self) -> Result<u64> {
        let count: i64 = on_each!(self.conn, |conn| collection::table.count().get_result(conn))
            .map_err(unexpected("count collections"))?;
        Ok(rows::count(count))
    }

    fn save_collection(&mut self, saved: &Collection) -> Result<()> {
        self.unit_of_work.wrote = true;
        on_each!(self.conn, |conn| diesel::insert_into(collection::table)
            .values((
                collection::id.eq(Key::from(saved.id)),
                collection::slug.eq(saved.slug.as_str()),
                collection::sort_key.eq(sort_key(&saved.title)),
                collection::document.eq(to_json(saved)?),
                collection::revision.eq(saved.revision.cast_signed()),
            ))
            .on_conflict(collection::id)
            .do_update()
            .set((
                collection::slug.eq(excluded(collection::slug)),
                collection::sort_key.eq(excluded(collection::sort_key)),
                collection::document.eq(excluded(collection::document)),
                collection::revision.eq(excluded(collection::revision)),
            ))
            .execute(conn))
        .map_err(taken(
            "save a collection",
            "slug.taken",
            "another item has just taken this slug; try again",
        ))?;
        Ok(())
    }

    fn remove_collection(&mut self, id: CollectionId) -> Result<()> {
        self.unit_of_work.wrote = true;
        let key = Key::from(id);
        on_each!(self.conn, |conn| diesel::delete(origin::table.filter(origin::target.eq(key)))
            .execute(conn))
        .and_then(|_| {
            on_each!(self.conn, |conn| diesel::delete(collection::table.filter(collection::id.eq(key)))
                .execute(conn))
        })
        .map_err(unexpected("remove a collection"))?;
        Ok(())
    }
}

impl Sites for Session<'_> {
    fn site(&mut self) -> Result<Option<Site>> {
        let row: Option<Row> =
            on_each!(self.conn, |conn| site::table.select((site::document, site::revision)).first(conn))
                .optional()
                .map_err(unexpected("load the site"))?;
        row.map(|(document, revision)| {
            Ok(Site {
                revision: unsigned("site.revision", revision)?,
                ..from_json("site.document", &document)?
            })
        })
        .transpose()
    }

    fn save_site(&mut self, saved: &Site) -> Result<()> {
        self.unit_of_work.wrote = true;
        on_each!(self.conn, |conn| diesel::insert_into(site::table)
            .values((
                site::id.eq(1_i16),
                site::article_path.eq(saved.article_path.as_str()),
                site::document.eq(to_json(saved)?),
                site::revision.eq(saved.revision.cast_signed()),
                site::url.eq(saved.url.as_deref()),
            ))
            .on_conflict(site::id)
            .do_update()
            .set((
                site::article_path.eq(excluded(site::article_path)),
                site::document.eq(excluded(site::document)),
                site::revision.eq(excluded(site::revision)),
                site::url.eq(excluded(site::url)),
            ))
            .execute(conn))
        .map_err(unexpected("save the site"))?;
        Ok(())
    }
}
