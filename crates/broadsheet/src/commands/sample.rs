//! `broadsheet sample`: fills an empty database with the sample newsroom.

use std::{
    io::Write,
    sync::atomic::{AtomicU64, Ordering},
};

use anyhow::bail;
use domain::{
    access::Caller,
    context::{Context, Randomness},
    store::Store,
    time::Time,
};
use interchange::{import, jsonl::Lines};

use super::{import::importer, migrate};
use crate::config::Settings;

const NEWSROOM: &str = include_str!("../../sample/newsroom.jsonl");

/// Counts up instead of drawing random bytes, so that the sample has the same ids everywhere and the
/// documentation can show them.
struct Sequence(AtomicU64);

impl Randomness for Sequence {
    fn draw(&self) -> [u8; 10] {
        let mut bytes = [0; 10];
        bytes[2..].copy_from_slice(&self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        bytes
    }
}

/// The import time of the sample, in Unix microseconds: 2026-11-21T00:00:00Z.
const MOMENT: i64 = 1_795_219_200_000_000;

pub(crate) fn run(settings: &Settings) -> anyhow::Result<()> {
    let database = migrate::open(settings, true, 2)?;
    let store: &dyn Store = &database;
    let filled = store.reading(|repos| repos.article_ids(None, 1))?;
    if !filled.is_empty() {
        bail!(
            "{}: the database already contains articles; the sample needs an empty database",
            settings.database
        );
    }
    let mut importer = importer(store, "sample", None)?;
    let sequence = Sequence(AtomicU64::new(0));
    let cx = || Context {
        now: Time::from_micros(MOMENT),
        caller: Caller::Reader,
        randomness: &sequence,
        ignored_parameters: &[],
        kept_revisions: None,
        emails_sign_in: false,
    };
    let summary = import::run(store, &cx, &mut importer, Lines::new(NEWSROOM.as_bytes()), &mut |_| {})?;
    let total = summary.total();
    if total.created + total.updated != total.read || summary.broken.is_some() {
        bail!("the sample is damaged: {summary:?}");
    }
    let articles = summary.counts.get("article").map_or(0, |counts| counts.created);
    writeln!(
        std::io::stdout(),
        "{}: imported the {articles} articles of the sample newsroom",
        settings.database
    )?;
    Ok(())
}
