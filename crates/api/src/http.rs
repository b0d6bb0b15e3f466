//! REST over HTTP: what the concepts' handlers share, and the server itself.
//!
//! Requests: `query.rs`, `json_body.rs`, `preconditions.rs`, `ids.rs`. Responses: `reply.rs`, `sparse.rs`,
//! `problem.rs`. Every request passes `delivery.rs`; `connections.rs` limits connections, and `server.rs` serves the
//! routes of `routes.rs`.

pub mod base;
pub(crate) mod connections;
pub mod delivery;
pub(crate) mod ids;
pub(crate) mod json_body;
pub mod preconditions;
pub mod problem;
pub mod query;
pub mod reply;
pub(crate) mod routes;
pub mod server;
pub mod sparse;
pub(crate) mod trusted_proxies;
