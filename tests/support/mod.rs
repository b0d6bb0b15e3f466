//! Fixtures of the tests: temporary databases, a running server, accounts, and helpers for both APIs.

pub mod database;
pub mod newsroom;
pub mod people;
pub mod site;
pub mod wordpress;
pub mod writing;

pub use self::{
    database::Kind,
    site::{Answer, Site, binary},
};

/// Turns each function into two tests, one on SQLite and one on PostgreSQL.
macro_rules! on_each_database {
    ($($(#[$note:meta])* fn $name:ident($kind:ident) $body:block)*) => {
        $(
            $(#[$note])*
            mod $name {
                use super::*;

                fn test($kind: $crate::support::Kind) $body

                #[test]
                fn sqlite() {
                    test($crate::support::Kind::Sqlite);
                }

                #[test]
                fn postgres() {
                    test($crate::support::Kind::Postgres);
                }
            }
        )*
    };
}
pub(crate) use on_each_database;
