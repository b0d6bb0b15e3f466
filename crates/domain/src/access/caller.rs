//! Who makes a request, and the errors for callers who lack a permission.

use super::{Permission, Role, Scopes};
use crate::{
    account::AccountId,
    error::{Error, Kind},
};

/// Who makes a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// An anonymous reader.
    Reader,
    /// A signed-in user, or an API key that acts for one.
    Account {
        /// The account.
        id: AccountId,
        /// The account's current role.
        role: Role,
        /// The scopes that limit the role; [`Scopes::ALL`] without an API key.
        scopes: Scopes,
    },
    /// The operator, who runs commands on the machine. May do everything.
    Operator,
}

impl Caller {
    /// Returns the caller's account; `None` for readers and the operator.
    pub fn account(self) -> Option<AccountId> {
        match self {
            Self::Account { id, .. } => Some(id),
            Self::Reader | Self::Operator => None,
        }
    }

    /// Returns whether the caller has a permission.
    pub fn may(self, permission: Permission) -> bool {
        match self {
            Self::Reader => false,
            Self::Account { role, scopes, .. } => {
                scopes.allow(permission) && permission.least_role().is_some_and(|least| role >= least)
            }
            Self::Operator => true,
        }
    }
}

/// Returns the error for an anonymous caller who must sign in.
pub fn sign_in_first() -> Error {
    Error::new(Kind::Unauthenticated, "access.sign_in", "sign in, and send the access token")
}

/// Returns the error for a caller who lacks a permission.
pub(crate) fn denied() -> Error {
    Error::new(Kind::Forbidden, "access.denied", "your role or your API key does not allow this")
}
