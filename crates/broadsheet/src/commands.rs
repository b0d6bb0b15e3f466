//! The commands, one module each.

mod backup;
mod check;
mod documents;
mod export;
mod import;
mod key;
mod migrate;
mod reindex;
mod report;
mod sample;
mod serve;
mod user;

use crate::config::{Command, Settings};

/// Runs a command. The error is a message for the operator.
pub(crate) fn run(command: Command, settings: &Settings) -> anyhow::Result<()> {
    match command {
        Command::Serve { migrate } => serve::run(settings, migrate),
        Command::Migrate => migrate::run(settings),
        Command::Sample => sample::run(settings),
        Command::Import { format, file, dry_run, source, time_zone, post_types, report } => {
            let arguments =
                import::Arguments { format, file, dry_run, source, time_zone, post_types, report };
            import::run(settings, &arguments)
        }
        Command::Reindex => reindex::run(settings),
        Command::Check => check::run(settings),
        Command::Backup { file } => backup::run(settings, &file),
        Command::Export { file } => export::run(settings, &file),
        Command::Key { command } => key::run(settings, command),
        Command::User { command } => user::run(settings, command),
        Command::Openapi => documents::openapi(),
        Command::Sdl => documents::sdl(),
    }
}
