//! Says what is wrong, and how to mend it.

use std::{io::Write, net::TcpListener, path::Path};

use persistence::{Address, Finding, findings};

use super::explain;
use crate::config::Settings;

pub(crate) fn run(settings: &Settings) -> Result<(), String> {
    let mut found = configuration(settings);
    match findings(&settings.database) {
        Ok(more) => found.extend(more),
        Err(error) => found.push(finding(
            explain(&error),
            format!("see that {} is there and takes this login", settings.database),
        )),
    }
    if matches!(settings.database, Address::Sqlite(_)) {
        found.extend(folder(&settings.data_dir));
    }
    let mut out = std::io::stdout().lock();
    for one in &found {
        writeln!(out, "wrong: {}\n  mend: {}", one.wrong, one.mend).map_err(|error| error.to_string())?;
    }
    match found.len() {
        0 => writeln!(out, "{}: all is well", settings.database).map_err(|error| error.to_string()),
        1 => Err("one thing is wrong".to_owned()),
        n => Err(format!("{n} things are wrong")),
    }
}

fn finding(wrong: impl Into<String>, mend: impl Into<String>) -> Finding {
    Finding { wrong: wrong.into(), mend: mend.into() }
}

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
                "name an address of this machine and a port that this user may take",
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
                "write it like https://www.example.com, without a path",
            ));
        }
    }
    found
}

/// SQLite writes more files beside the database's own.
fn folder(path: &Path) -> Option<Finding> {
    let probe = path.join(format!(".broadsheet-check-{}", std::process::id()));
    match std::fs::write(&probe, b"") {
        Ok(()) => {
            let _ = std::fs::remove_file(&probe);
            None
        }
        Err(_) if !path.exists() => None,
        Err(error) => Some(finding(
            format!("{}: cannot be written: {error}", path.display()),
            "give the folder to the user that broadsheet runs as",
        )),
    }
}
