//! `broadsheet backup`: copies the database while it is in use.

use std::{io::Write, path::Path};

use anyhow::bail;
use persistence::Address;

use crate::config::Settings;

pub(crate) fn run(settings: &Settings, file: &Path) -> anyhow::Result<()> {
    match &settings.database {
        Address::Sqlite(path) => {
            persistence::backup(path, file)?;
            let size = std::fs::metadata(file).map_or(0, |copy| copy.len());
            writeln!(
                std::io::stdout(),
                "{}: {:.1} MiB; to restore it, stop broadsheet and replace {} with it",
                file.display(),
                size as f64 / (1024.0 * 1024.0),
                path.display()
            )?;
            Ok(())
        }
        address @ Address::Postgres(_) => bail!(
            "PostgreSQL databases are backed up with pg_dump; run: pg_dump --format=custom --file={} '{address}'",
            file.display()
        ),
    }
}
