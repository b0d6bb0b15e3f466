//! Creating, changing, merging and deleting tags, sections and authors.

pub mod graphql;
pub mod input;
pub mod rest;

use async_graphql::InputObject;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A link with its label.
#[derive(Serialize, Deserialize, ToSchema, InputObject)]
#[serde(deny_unknown_fields)]
pub struct LinkInput {
    /// The label, 1 to 200 characters.
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$"
    )]
    label: String,
    /// An absolute URL or a path of the site. At most 2,000 bytes.
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
