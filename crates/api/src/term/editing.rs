//! Making, changing and removing tags, sections and authors.

pub mod graphql;
pub mod input;
pub mod rest;

use async_graphql::InputObject;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An address and the words to show for it.
#[derive(Serialize, Deserialize, ToSchema, InputObject)]
#[serde(deny_unknown_fields)]
pub struct LinkInput {
    /// The words, 1 to 200 characters.
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$"
    )]
    label: String,
    /// The address, of the web or of this site; at most 2,000 bytes.
    #[schema(
        example = "https://example.com/rosa",
        pattern = "^(https?://[^\\s\\u0000-\\u001f\\u007f-\\u009f]*|/([^/\\s\\u0000-\\u001f\\u007f-\\u009f][^\\s\\u0000-\\u001f\\u007f-\\u009f]*)?)$",
        max_length = 2000
    )]
    url: String,
}

impl From<LinkInput> for domain::term::Link {
    fn from(link: LinkInput) -> Self {
        Self { label: link.label, url: link.url }
    }
}
