//! `broadsheet openapi` and `broadsheet sdl`: print the API documents. They need no database.

use std::io::Write;

pub(crate) fn openapi() -> Result<(), String> {
    print(&api::openapi_json())
}

pub(crate) fn sdl() -> Result<(), String> {
    print(&api::sdl())
}

fn print(text: &str) -> Result<(), String> {
    std::io::stdout().write_all(text.as_bytes()).map_err(|error| error.to_string())
}
