//! `broadsheet openapi` and `broadsheet sdl`: print the API documents. They need no database.

use std::io::Write;

pub(crate) fn openapi() -> anyhow::Result<()> {
    print(&api::openapi_json())
}

pub(crate) fn sdl() -> anyhow::Result<()> {
    print(&api::sdl())
}

fn print(text: &str) -> anyhow::Result<()> {
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(())
}
