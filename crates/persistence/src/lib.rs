//! Storage in SQLite or PostgreSQL. Implements the ports of [`domain::store`].
//!
//! Most queries are the same for both databases. The differences are in [`dialect`] and in
//! `migrations/`. Only [`store`] begins and ends transactions. [`session`] holds the state of one
//! transaction; modules such as [`articles`] and [`terms`] implement its ports.

mod accounts;
mod api_keys;
mod article_lists;
mod article_row;
mod articles;
mod backfill;
mod changes;
mod collections;
mod comments;
mod conn;
mod desk;
mod dialect;
mod error;
mod file_permissions;
mod maintenance;
mod media;
mod merging;
mod migrate;
mod origins;
mod paths;
mod prepared;
mod purging;
mod related;
mod row_cache;
mod rows;
mod saving;
mod schema;
mod section_paths;
mod session;
mod sessions;
mod slug_history;
mod socket_guard;
mod store;
mod stories;
mod terms;
mod unit_of_work;

pub use self::{
    conn::Address,
    maintenance::{Finding, backup, findings},
    migrate::{SchemaState, migrate, schema_state},
    store::Database,
};

#[cfg(test)]
mod tests;
