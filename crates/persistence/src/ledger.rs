//! What a writing transaction settles when it ends: the change log, and how many articles readers
//! see under each term.
//!
//! A stored count is exact for one moment, `clock.settled`. Until the next write, articles come and
//! go by the clock alone; those are few, found through an index, and added to the stored count by
//! whoever reads it. So counts are exact without a scheduler, and nothing that is not published yet
//! shows in a number. Until `clock.quiet_until` there are none, and nobody looks for them.
//!
//! The clock's row is locked before anything is numbered, and until the end. That puts the log in order: a sequence number
//! is drawn only when everything with a smaller one is committed.

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

/// When readers see an article, and under which terms it counts.
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

    /// When it first comes or goes after a moment.
    fn next_after(&self, moment: i64) -> i64 {
        [self.published_at, self.expires_at].into_iter().filter(|at| *at > moment).min().unwrap_or(i64::MAX)
    }
}

/// What readers have of an article.
pub(crate) enum Projected {
    Nothing,
    /// A page that no list shows.
    Unlisted,
    Listed(Presence),
}

impl Projected {
    /// How it stands to the counts of its terms; `None` when lists do not show it.
    pub(crate) fn presence(self) -> Option<Presence> {
        match self {
            Self::Listed(presence) => Some(presence),
            Self::Nothing | Self::Unlisted => None,
        }
    }
}

/// What a transaction has done so far.
#[derive(Default)]
pub(crate) struct Ledger {
    pub(crate) changes: Vec<NewChange>,
    /// Set by everything that writes.
    pub(crate) wrote: bool,
    /// For each article whose projection was replaced: how it stood before the transaction and
    /// how it stands now. `None` where it was or is not listed.
    pub(crate) moved: HashMap<Key, (Option<Presence>, Option<Presence>)>,
}

impl Ledger {
    /// Notes that an article's projection was replaced.
    pub(crate) fn note(&mut self, article: Key, before: Option<Presence>, after: Option<Presence>) {
        self.wrote = true;
        self.moved.entry(article).and_modify(|(_, now)| now.clone_from(&after)).or_insert((before, after));
    }

    /// Writes counts and log. Nothing may be written after it.
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

/// The sums of what came and went since counts were settled, by term.
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
