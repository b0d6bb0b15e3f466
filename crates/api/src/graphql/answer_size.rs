//! The limit on the size of a response.

/// Maximum size of a response, in bytes.
pub const MAX_ANSWER_BYTES: usize = 16 * 1024 * 1024;

/// The error code of a response that would be too large.
pub(crate) const TOO_LARGE: &str = "graphql.answer_too_large";

/// The error message of a response that would be too large.
pub(crate) fn too_large_text() -> String {
    format!("a response has at most {MAX_ANSWER_BYTES} bytes; request less at once")
}
