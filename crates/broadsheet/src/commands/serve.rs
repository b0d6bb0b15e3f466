//! Serves.

use crate::config::Settings;

pub(crate) fn run(_settings: &Settings, _migrate: bool) -> Result<(), String> {
    Ok(())
}
