//! `broadsheet reindex`: rebuilds bodies, and counts of articles and comments.

use std::io::Write;

use domain::{
    reindex::{Progress, next},
    store::Store,
};

use super::{migrate, report};
use crate::{config::Settings, system};

pub(crate) fn run(settings: &Settings) -> anyhow::Result<()> {
    let database = migrate::open_existing(settings)?;
    let store: &dyn Store = &database;
    let mut shown = report::Progress::new("items");
    let mut place = Progress::default();
    let (mut seen, mut mended) = (0, 0);
    while place != Progress::Done {
        let (step, then) = store.writing(|repos| next(&system::cx(), repos, place))?;
        seen += step.seen;
        mended += step.mended;
        place = then;
        shown.tell(seen);
    }
    shown.end();
    writeln!(
        std::io::stdout(),
        "{}: checked {seen} articles and comments and all counts; {mended} were rebuilt",
        settings.database
    )?;
    Ok(())
}
