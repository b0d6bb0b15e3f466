//! The [`Changes`] port: the change log, and the order of writers. [`crate::unit_of_work`] appends to the log.

use std::sync::atomic::Ordering;

use diesel::{ExpressionMethods, QueryDsl, Queryable, RunQueryDsl};
use domain::{
    account::AccountId,
    change::{Change, ChangeFilter, NewChange, Thing},
    error::Result,
    page::{Direction, Position, SortValue, Window},
    store::Changes,
    time::Time,
};

use crate::{
    conn::{AnyConnection, on_each},
    dialect,
    error::unexpected,
    rows::{self, Key, unsigned},
    schema::{change, clock},
    session::Session,
};

/// A row of `change`.
#[derive(Queryable)]
struct ChangeRow {
    seq: i64,
    at: i64,
    entity: String,
    id: Key,
    action: String,
    revision: Option<i32>,
    actor: Option<Key>,
    fields: String,
}

impl ChangeRow {
    fn read(self) -> Result<Change> {
        Ok(Change {
            seq: self.seq,
            at: Time::from_micros(self.at),
            thing: Thing { entity: self.entity, id: self.id.0 },
            action: self.action,
            revision: self.revision.map(|number| unsigned("change.revision", number)).transpose()?,
            actor: self.actor.map(|id| AccountId::from_bytes(id.0)),
            fields: self.fields.split_whitespace().map(str::to_owned).collect(),
        })
    }
}

/// A query for the changes that match a filter.
macro_rules! filtered {
    ($filter:expr) => {{
        let mut query = change::table.into_boxed();
        if let Some(thing) = &$filter.thing {
            query = query.filter(change::id.eq(Key(thing.id))).filter(change::entity.eq(&thing.entity));
        }
        if let Some(actor) = $filter.actor {
            query = query.filter(change::actor.eq(Key::from(actor)));
        }
        query
    }};
}

impl Changes for Session<'_> {
    fn record(&mut self, change: NewChange) {
        self.unit_of_work.changes.push(change);
    }

    /// Some writers change rows while they hold the clock's lock. To change such a row earlier in a transaction,
    /// take this lock first; the other order can deadlock.
    fn take_turn(&mut self) -> Result<()> {
        match self.conn {
            AnyConnection::Sqlite(_) => Ok(()),
            AnyConnection::Postgres(conn) => clock::table
                .filter(clock::id.eq(1))
                .select(clock::id)
                .for_update()
                .first::<i16>(conn)
                .map(|_| ())
                .map_err(unexpected("lock the clock")),
        }
    }

    fn last_change(&mut self) -> Result<i64> {
        on_each!(self.conn, |conn| clock::table.filter(clock::id.eq(1)).select(clock::seq).first(conn))
            .map_err(unexpected("read the clock"))
    }

    fn changes_after(&mut self, seq: i64, limit: u32) -> Result<Vec<Change>> {
        let rows: Vec<ChangeRow> = on_each!(self.conn, |conn| change::table
            .filter(change::seq.gt(seq))
            .order(change::seq)
            .limit(i64::from(limit))
            .load(conn))
        .map_err(unexpected("read the change log"))?;
        rows.into_iter().map(ChangeRow::read).collect()
    }

    fn changes_after_revision(&mut self, thing: &Thing, revision: u32, limit: u32) -> Result<Vec<Change>> {
        let rows: Vec<ChangeRow> = on_each!(self.conn, |conn| change::table
            .filter(change::id.eq(Key(thing.id)))
            .filter(change::entity.eq(&thing.entity))
            .filter(change::revision.gt(revision.cast_signed()))
            .order(change::seq.desc())
            .limit(i64::from(limit))
            .load(conn))
        .map_err(unexpected("read the changes since a revision"))?;
        rows.into_iter().map(ChangeRow::read).collect()
    }

    fn change_page(&mut self, filter: &ChangeFilter, window: &Window) -> Result<Vec<Change>> {
        let mut query = filtered!(filter);
        if let Some(Position { value: SortValue::Number(seq), .. }) = &window.after {
            query = query.filter(change::seq.lt(*seq));
        }
        if let Some(Position { value: SortValue::Number(seq), .. }) = &window.before {
            query = query.filter(change::seq.gt(*seq));
        }
        let query = match window.direction {
            Direction::Forward => query.order(change::seq.desc()),
            Direction::Backward => query.order(change::seq.asc()),
        };
        let rows: Vec<ChangeRow> =
            query.limit(window.rows()).load(self.conn).map_err(unexpected("list changes"))?;
        rows.into_iter().map(ChangeRow::read).collect()
    }

    fn change_count(&mut self, filter: &ChangeFilter) -> Result<u64> {
        let count: i64 =
            filtered!(filter).count().get_result(self.conn).map_err(unexpected("count changes"))?;
        Ok(rows::count(count))
    }

    fn count_again(&mut self) -> Result<u64> {
        let mended = dialect::count_again(self.conn)?;
        dialect::stay_quiet(self.conn)?;
        self.unit_of_work.wrote |= mended > 0;
        Ok(mended)
    }

    fn statements(&self) -> u32 {
        self.statements.load(Ordering::Relaxed)
    }
}
