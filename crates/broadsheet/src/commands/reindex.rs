//! `broadsheet reindex`: rebuilds bodies, and counts of articles and comments.

use std::io::Write;

use domain::{
    reindex::{Progress, next},
    store::Store,
};

use super::{explain, migrate, report};
use crate::{config::Settings, system};

pub(crate) fn run(settings: &Settings) -> Result<(), String> {
    let database = migrate::open_existing(settings)?;
    let store: &dyn Store = &database;
    let mut shown = report::Progress::new("items");
    let mut place = Progress::default();
    let (mut seen, mut mended) = (0, 0);
    while place != Progress::Done {
        let (step, then) =
            store.writing(|repos| next(&system::cx(), repos, place)).map_err(|error| explain(&error))?;
        seen += step.seen;
        mended += step.mended;
        place = then;
        shown.tell(seen);
    }
    shown.end();
    writeln!(
        std::io::stdout(),
        "{}: checked {seen} articles and comments and all counts; {mended} came out other than they were stored",
        settings.database
    )
    .map_err(|error| error.to_string())
}
