//! [`UnitOfWork`]: the end of a writing transaction. It appends to the change log and updates article counts.
//!
//! A stored count of a term is exact for one time, `clock.settled`. After that time, articles are published
//! or expire without a write. There are few of them. Whoever reads a count finds them through an index and
//! adds them, so counts are exact without a scheduler and never include unpublished articles. No article is
//! published or expires before `clock.quiet_until`, so readers do not search before that time.
//!
//! The clock's row is locked before sequence numbers are drawn, until the commit. So a sequence number is
//! drawn only when all smaller ones are committed, and the log is in order.

use std::collections::{BTreeMap, HashMap};

use domain::{
    change::NewChange,
    error::{Error, Kind, Result},
    time::Time,
};

use crate::{
    conn::AnyConnection,
    dialect::{self, Moved},
    error::unexpected,
    rows::{ByKey, Key},
};

/// When readers see an article, and the terms whose counts include it.
#[derive(Debug, Clone)]
pub(crate) struct Presence {
    pub(crate) published_at: i64,
    pub(crate) expires_at: i64,
    pub(crate) terms: Vec<Key>,
}

impl Presence {
    fn at(&self, moment: i64) -> bool {
        self.published_at <= moment && moment < self.expires_at
    }

    /// Returns the first publication or expiry after `moment`, in microseconds, or `i64::MAX`.
    fn next_after(&self, moment: i64) -> i64 {
        [self.published_at, self.expires_at].into_iter().filter(|at| *at > moment).min().unwrap_or(i64::MAX)
    }
}

/// What readers see of an article.
pub(crate) enum Projected {
    Nothing,
    /// Published, but not included in lists.
    Unlisted,
    Listed(Presence),
}

impl Projected {
    /// Returns what the counts of its terms need to know. `None` if lists do not include the article.
    pub(crate) fn presence(self) -> Option<Presence> {
        match self {
            Self::Listed(presence) => Some(presence),
            Self::Nothing | Self::Unlisted => None,
        }
    }
}

/// The changes of one transaction so far.
#[derive(Default)]
pub(crate) struct UnitOfWork {
    pub(crate) changes: Vec<NewChange>,
    /// Whether the transaction has written. Every method that writes must set it.
    pub(crate) wrote: bool,
    /// For each article whose published rows were replaced: its presence before the transaction and now.
    /// `None` if it was not or is not listed.
    pub(crate) moved: HashMap<Key, (Option<Presence>, Option<Presence>)>,
}

impl UnitOfWork {
    /// Notes that an article's published rows were replaced.
    pub(crate) fn note(&mut self, article: Key, before: Option<Presence>, after: Option<Presence>) {
        self.wrote = true;
        self.moved.entry(article).and_modify(|(_, now)| now.clone_from(&after)).or_insert((before, after));
    }

    /// Appends to the change log and updates the counts. The transaction must not write after this.
    ///
    /// Returns `server.fault` if the transaction wrote without recording a change.
    pub(crate) fn settle(self, conn: &mut AnyConnection) -> Result<()> {
        if self.changes.is_empty() {
            return match self.wrote {
                true => Err(Error::new(
                    Kind::Internal,
                    "server.fault",
                    "a transaction wrote without recording a change",
                )),
                false => Ok(()),
            };
        }
        let at = self.changes.iter().map(|change| change.at.micros()).max().unwrap_or_default();
        let written = self.moved.values().filter_map(|(_, after)| after.as_ref());
        let next = written.map(|after| after.next_after(at)).min().unwrap_or(i64::MAX);
        let Moved { settled, quiet_until, now } =
            dialect::append_to_log(conn, &self.changes, at, next).map_err(unexpected("append to the log"))?;
        let mut deltas: BTreeMap<Key, i64> = BTreeMap::new();
        if now >= quiet_until {
            let edges = dialect::edges(conn, settled, now)?;
            for (_, term, delta) in
                edges.into_iter().filter(|(article, ..)| !self.moved.contains_key(article))
            {
                *deltas.entry(term).or_default() += delta;
            }
            dialect::stay_quiet(conn)?;
        }
        for (before, after) in self.moved.into_values() {
            for term in
                before.filter(|before| before.at(settled)).map(|before| before.terms).unwrap_or_default()
            {
                *deltas.entry(term).or_default() -= 1;
            }
            for term in after.filter(|after| after.at(now)).map(|after| after.terms).unwrap_or_default() {
                *deltas.entry(term).or_default() += 1;
            }
        }
        let deltas: Vec<(Key, i64)> = deltas.into_iter().filter(|(_, delta)| *delta != 0).collect();
        dialect::add_to_counts(conn, &deltas).map_err(unexpected("count articles"))
    }
}

/// The change of each term's count since counts were settled, from publications and expiries.
#[derive(Default)]
pub(crate) struct Edges(ByKey<i64>);

impl Edges {
    pub(crate) fn since_settled(conn: &mut AnyConnection, now: Time) -> Result<Self> {
        dialect::edge_sums(conn, now.micros()).map(|sums| Self(sums.into_iter().collect()))
    }

    pub(crate) fn of(&self, term: Key) -> i64 {
        self.0.get(&term).copied().unwrap_or_default()
    }
}
