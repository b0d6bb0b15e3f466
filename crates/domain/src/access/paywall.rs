//! Which body of an article a caller gets.

use serde::{Deserialize, Serialize};

use super::{Caller, Permission};
use crate::body::Body;

/// Who gets the whole body of an article.
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

/// Returns whether the caller gets the whole body of an article with this access setting.
pub fn gets_whole_body(caller: Caller, access: Access) -> bool {
    access == Access::Open || caller.may(Permission::ReadEverything)
}

/// Returns the body that the caller gets: the whole one or its first paragraph.
pub fn body_for(caller: Caller, access: Access, body: Body) -> Body {
    match gets_whole_body(caller, access) {
        true => body,
        false => body.teaser(),
    }
}
