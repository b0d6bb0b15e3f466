//! `broadsheet export`: writes the content as JSON Lines.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

use anyhow::Context as _;

use super::{migrate, report::Progress};
use crate::{config::Settings, system};

pub(crate) fn run(settings: &Settings, file: &Path) -> anyhow::Result<()> {
    let name = || file.display().to_string();
    let database = migrate::open_existing(settings)?;
    let to_stdout = file.to_str() == Some("-");
    let mut out: Box<dyn Write> = match to_stdout {
        true => Box::new(BufWriter::new(std::io::stdout())),
        false => Box::new(BufWriter::new(File::create(file).with_context(name)?)),
    };
    let mut progress = Progress::new("lines");
    let written =
        interchange::export::run(&database, system::cx(), &mut out, &mut |done| progress.tell(done));
    progress.end();
    let written = written?.with_context(name)?;
    if !to_stdout {
        writeln!(std::io::stdout(), "{}: {written} lines", file.display())?;
    }
    Ok(())
}
