//! Fills an empty database with the sample newsroom.

use std::io::Write;

use domain::store::Store;
use interchange::{import, jsonl::Lines};

use super::{explain, import::importer, migrate};
use crate::{config::Settings, world};

const NEWSROOM: &str = include_str!("../../sample/newsroom.jsonl");

pub(crate) fn run(settings: &Settings) -> Result<(), String> {
    let database = migrate::open(settings, true, 2)?;
    let store: &dyn Store = &database;
    let filled = store.reading(|repos| repos.article_ids(None, 1)).map_err(|error| explain(&error))?;
    if !filled.is_empty() {
        return Err(format!(
            "{}: there are articles already; the sample needs an empty database",
            settings.database
        ));
    }
    let mut importer = importer("sample")?;
    let summary = import::run(store, &world::cx, &mut importer, Lines::new(NEWSROOM.as_bytes()), &mut |_| {})
        .map_err(|error| explain(&error))?;
    let total = summary.total();
    if total.created + total.updated != total.read || summary.broken.is_some() {
        return Err(format!("the sample is damaged: {summary:?}"));
    }
    let articles = summary.counts.get("article").map_or(0, |counts| counts.created);
    writeln!(std::io::stdout(), "{}: {articles} articles of the sample newsroom are in", settings.database)
        .map_err(|error| error.to_string())
}
