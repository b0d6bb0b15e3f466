//! Storage in SQLite or PostgreSQL. Implements the ports of [`domain::store`].
//!
//! Most queries are the same for both databases. The differences are in [`dialect`] and in
//! `migrations/`. Only [`store`] begins and ends transactions. [`session`] holds the state of one
//! transaction; modules such as [`articles`] and [`terms`] implement its ports.

mod accounts;
mod among;
mod api_keys;
mod article_row;
mod articles;
mod backfill;
mod changes;
mod collections;
mod comments;
mod conn;
mod desk;
mod dialect;
mod earlier_names;
mod error;
mod kept;
mod ledger;
mod line;
mod media;
mod memory;
mod merging;
mod migrate;
mod origins;
mod paths;
mod positions;
mod private;
mod purging;
mod related;
mod rows;
mod saving;
mod schema;
mod section_lines;
mod session;
mod sessions;
mod store;
mod stories;
mod terms;
mod together;
mod upkeep;

pub use self::{
    conn::Address,
    migrate::{SchemaState, migrate, schema_state},
    store::Database,
    upkeep::{Finding, backup, findings},
};

#[cfg(test)]
mod tests;
