//! The program: reads its configuration, wires the crates together, and runs one command.

mod commands;
mod config;
mod files;
mod issuer;
mod passwords;
mod world;

use std::{ffi::OsString, io::Write, process::ExitCode};

use clap::{CommandFactory as _, Parser};

use crate::config::{Command, Options};

// Half of what a request does is making and freeing small strings, on several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A headless content server for news publishers.
#[derive(Parser)]
#[command(name = "broadsheet", version, about, max_term_width = 100)]
struct Program {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let program = Program::parse();
    for name in unknown_variables(&Program::command()) {
        // As below.
        let _ = writeln!(
            std::io::stderr(),
            "broadsheet: warning: the environment variable {name} is not known and does nothing; \
             `broadsheet --help` lists those that are"
        );
    }
    let outcome = program.options.settle().and_then(|settings| commands::run(program.command, &settings));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nothing can be done when even this cannot be written.
            let _ = writeln!(std::io::stderr(), "broadsheet: {}", failure.replace('\n', " "));
            ExitCode::FAILURE
        }
    }
}

/// The environment variables that look like ours and are none, mostly misspelt.
fn unknown_variables(program: &clap::Command) -> Vec<String> {
    fn known(command: &clap::Command, names: &mut Vec<OsString>) {
        names.extend(command.get_arguments().filter_map(|one| one.get_env().map(OsString::from)));
        command.get_subcommands().for_each(|one| known(one, names));
    }

    let mut names = Vec::new();
    known(program, &mut names);
    let mut unknown: Vec<String> = std::env::vars_os()
        .map(|(name, _)| name)
        .filter(|name| !names.contains(name))
        .filter_map(|name| name.into_string().ok())
        .filter(|name| name.starts_with("BROADSHEET_"))
        .collect();
    unknown.sort_unstable();
    unknown
}
