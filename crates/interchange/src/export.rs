//! Writes an export to a file, one page at a time.
//!
//! [`domain::export`] decides what is exported, and in which order.

use std::io::{self, Write};

use domain::{
    context::Context,
    error::Result,
    export::{Progress, next},
    store::Store,
};

/// Exports the whole site as JSON Lines and returns the number of lines.
///
/// The outer error is the database's, the inner one that of writing to `out`. Each page is read in its
/// own transaction. `progress` receives the number of lines written, after each page.
pub fn run(
    store: &dyn Store,
    cx: Context<'_>,
    out: &mut dyn Write,
    progress: &mut dyn FnMut(u64),
) -> Result<io::Result<u64>> {
    let mut place = Progress::default();
    let mut written = 0;
    while place != Progress::Done {
        let (lines, next_place) = store.reading(|repos| next(&cx, repos, place))?;
        for line in &lines {
            let outcome = serde_json::to_writer(&mut *out, line).map_err(io::Error::from);
            if let Err(error) = outcome.and_then(|()| out.write_all(b"\n")) {
                return Ok(Err(error));
            }
        }
        written += lines.len() as u64;
        progress(written);
        place = next_place;
    }
    Ok(out.flush().map(|()| written))
}
