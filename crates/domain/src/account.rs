//! Accounts: the users of the newsroom, their roles and their passwords.
//!
//! Nothing here computes password hashes, which are slow: see [`Passwords`]. Signing in is in
//! [`crate::session`].

mod editing;
mod email;
mod password;
mod password_link;
mod reading;
mod types;

pub(crate) use self::reading::absent;
pub use self::{
    editing::{AccountPatch, NewAccount, create, edit},
    email::Email,
    password::{Password, PasswordHash, Passwords},
    password_link::{PasswordLink, choose_password, expect_link, offer_password, set_password},
    reading::{Colleague, by_email, colleagues, get, list},
    types::{Account, AccountId},
};
