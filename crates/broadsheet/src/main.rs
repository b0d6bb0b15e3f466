//! The `broadsheet` program: reads the configuration, connects the crates, and runs one command.
//!
//! Options and commands are defined in `config.rs`; each command has a module in `commands`.

mod commands;
mod config;
mod files;
mod issuer;
mod passwords;
mod system;

use std::{ffi::OsString, io::Write, process::ExitCode};

use clap::{CommandFactory as _, Parser};

use crate::config::{Command, Options};

// A request spends about half its time on allocating and freeing small strings, on several threads.
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
        // If even this cannot be written, nothing can be done.
        let _ = writeln!(
            std::io::stderr(),
            "broadsheet: warning: the environment variable {name} is not known and is ignored; \
             `broadsheet --help` lists the known variables"
        );
    }
    let outcome = program.options.resolve().and_then(|settings| commands::run(program.command, &settings));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // One line: the message and its causes, separated by colons.
            let message = format!("{error:#}").replace('\n', " ");
            // If even this cannot be written, nothing can be done.
            let _ = writeln!(std::io::stderr(), "broadsheet: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Returns the environment variables that begin with `BROADSHEET_` but are not options, usually misspelt
/// ones.
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
