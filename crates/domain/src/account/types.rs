//! An account and its id.

use super::{email::Email, password::PasswordHash};
use crate::{
    access::Role,
    id::{Entity, Id},
    page::{Position, SortValue},
    time::Time,
};

/// The id of an account.
pub type AccountId = Id<Account>;

impl Entity for Account {
    const PREFIX: &'static str = "user";
}

/// An account: a user who can sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The id of the account.
    pub id: AccountId,
    /// The e-mail address to sign in with. Unique.
    pub email: Email,
    /// The user's name. 1 to 200 characters.
    pub name: String,
    /// The role.
    pub role: Role,
    /// Whether the account is disabled. Nobody can sign in with a disabled account.
    pub disabled: bool,
    /// When the account was created.
    pub created_at: Time,
    /// The password hash; `None` until a password is chosen.
    pub password: Option<PasswordHash>,
}

impl Account {
    /// Returns the position of the account in a list by creation time. The e-mail address is not
    /// used, because cursors end up in logs.
    pub fn position(&self) -> Position {
        Position { value: SortValue::Number(self.created_at.micros()), id: self.id.bytes() }
    }

    pub(super) fn is_active_admin(&self) -> bool {
        self.role == Role::Admin && !self.disabled
    }
}
