//! An export to a file, page by page.

use std::io::{self, Write};

use domain::{
    cx::Cx,
    error::Result,
    export::{Progress, next},
    store::Store,
};

/// Writes everything, one object a line; returns how many lines, or what the file refused.
pub fn run(
    store: &dyn Store,
    cx: Cx<'_>,
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
