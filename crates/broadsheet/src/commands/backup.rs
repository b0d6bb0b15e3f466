//! `broadsheet backup`: copies the database while it is in use.

use std::{io::Write, path::Path};

use persistence::Address;

use super::explain;
use crate::config::Settings;

pub(crate) fn run(settings: &Settings, file: &Path) -> Result<(), String> {
    match &settings.database {
        Address::Sqlite(path) => {
            persistence::backup(path, file).map_err(|error| explain(&error))?;
            let size = std::fs::metadata(file).map_or(0, |copy| copy.len());
            writeln!(
                std::io::stdout(),
                "{}: {:.1} MiB; to restore it, stop broadsheet and replace {} with it",
                file.display(),
                size as f64 / (1024.0 * 1024.0),
                path.display()
            )
            .map_err(|error| error.to_string())
        }
        address @ Address::Postgres(_) => Err(format!(
            "PostgreSQL databases are backed up with pg_dump; run: pg_dump --format=custom --file={} '{address}'",
            file.display()
        )),
    }
}
