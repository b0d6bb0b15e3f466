//! Who may read what. The one place that decides which body a caller gets.

use serde::{Deserialize, Serialize};

use crate::body::Body;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// Anybody.
    Reader,
}

/// Whom an article's whole body is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Everybody.
    #[default]
    Open,
    /// Readers with an account.
    Registered,
    /// Subscribers.
    Paid,
}

/// Returns the body that `caller` gets: the whole of an open article, else its first paragraph.
pub fn body_for(caller: Caller, access: Access, body: Body) -> Body {
    match (caller, access) {
        (Caller::Reader, Access::Open) => body,
        (Caller::Reader, Access::Registered | Access::Paid) => body.teaser(),
    }
}
