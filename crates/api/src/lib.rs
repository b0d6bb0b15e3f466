//! api
/// x
pub fn openapi_json() -> String { String::new() }
/// x
pub fn sdl() -> String { String::new() }
