//! `broadsheet check`: finds problems in configuration, database and data directory, and suggests fixes.

use std::{io::Write, net::TcpListener, path::Path};

use anyhow::bail;
use persistence::{Address, Finding, findings};

use crate::config::Settings;

pub(crate) fn run(settings: &Settings) -> anyhow::Result<()> {
    let mut found = configuration(settings);
    match findings(&settings.database) {
        Ok(more) => found.extend(more),
        Err(error) => found.push(finding(
            format!("{:#}", anyhow::Error::from(error)),
            format!("check that {} is reachable and accepts this login", settings.database),
        )),
    }
    if matches!(settings.database, Address::Sqlite(_)) {
        found.extend(folder(&settings.data_dir));
    }
    let mut out = std::io::stdout().lock();
    for one in &found {
        writeln!(out, "wrong: {}\n  mend: {}", one.wrong, one.mend)?;
    }
    match found.len() {
        0 => writeln!(out, "{}: no problems found", settings.database)?,
        1 => bail!("1 problem found"),
        n => bail!("{n} problems found"),
    }
    Ok(())
}

fn finding(wrong: impl Into<String>, mend: impl Into<String>) -> Finding {
    Finding { wrong: wrong.into(), mend: mend.into() }
}

/// Checks the addresses to listen on and the CORS origins.
fn configuration(settings: &Settings) -> Vec<Finding> {
    let mut found = Vec::new();
    for (option, address) in
        [("--listen", Some(&settings.listen)), ("--operator-listen", settings.operator_listen.as_ref())]
    {
        let Some(address) = address else { continue };
        if let Err(error) = TcpListener::bind(address)
            && error.kind() != std::io::ErrorKind::AddrInUse
        {
            found.push(finding(
                format!("{option}: cannot listen at {address}: {error}"),
                "use an address of this machine and a port that this user may bind",
            ));
        }
    }
    for origin in settings.cors_origins.iter().filter(|origin| *origin != "*") {
        let well_formed = origin.split_once("://").is_some_and(|(scheme, host)| {
            matches!(scheme, "http" | "https") && !host.is_empty() && !host.contains('/')
        });
        if !well_formed {
            found.push(finding(
                format!("--cors-origins: {origin} is not an origin"),
                "write it without a path, for example https://www.example.com",
            ));
        }
    }
    found
}

/// Checks that the data directory is writable, because SQLite creates files beside the database.
fn folder(path: &Path) -> Option<Finding> {
    let probe = path.join(format!(".broadsheet-check-{}", std::process::id()));
    match std::fs::write(&probe, b"") {
        Ok(()) => {
            let _ = std::fs::remove_file(&probe);
            None
        }
        Err(_) if !path.exists() => None,
        Err(error) => Some(finding(
            format!("{}: the directory is not writable: {error}", path.display()),
            "make the directory writable for the user that runs broadsheet",
        )),
    }
}
