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

/// Whether `caller` gets the whole body of an article that is for `access`.
pub fn gets_whole_body(caller: Caller, access: Access) -> bool {
    match (caller, access) {
        (Caller::Reader, Access::Open) => true,
        (Caller::Reader, Access::Registered | Access::Paid) => false,
    }
}

/// Returns the body that `caller` gets: the whole one or its first paragraph.
pub fn body_for(caller: Caller, access: Access, body: Body) -> Body {
    match gets_whole_body(caller, access) {
        true => body,
        false => body.teaser(),
    }
}
