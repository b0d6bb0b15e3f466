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
            // A crash leaves a `-wal` file behind. SQLite would apply it to the restored database.
            writeln!(
                std::io::stdout(),
                "{file}: {:.1} MiB; to restore it, stop broadsheet, move {path} and, if they exist, \
                 {path}-wal and {path}-shm away, and copy {file} to {path}",
                size as f64 / (1024.0 * 1024.0),
                file = file.display(),
                path = path.display(),
            )?;
            Ok(())
        }
        address @ Address::Postgres(_) => bail!(
            "this command copies only SQLite databases; for PostgreSQL, run: pg_dump --format=custom --file={} '{address}'",
            file.display()
        ),
    }
}
