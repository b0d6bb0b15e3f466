//! The program: reads its configuration, wires the crates together, and runs one command.

mod commands;
mod config;
mod issuer;
mod passwords;
mod world;

use std::{io::Write, process::ExitCode};

use clap::Parser;

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
