//! GraphQL: the schema, execution within limits, and what the concepts' resolvers share.
//!
//! The queries and mutations of a concept are in its folder. `schema.rs` combines them, `endpoint.rs` is GraphQL
//! over HTTP, and `execution.rs` processes a request.

mod answer_size;
mod connection;
mod document_cache;
pub mod endpoint;
mod execution;
mod field_order;
mod hints;
pub mod inline_fields;
mod introspection;
pub mod limits;
pub mod loaders;
mod node;
mod omitted;
mod operation;
mod payload;
mod request;
mod schema;
mod selection;
mod size;
mod variables;

pub use self::{
    answer_size::MAX_ANSWER_BYTES,
    connection::{Connection, Edge, ListArguments, list_cost},
    execution::{Schema, build},
    node::Node,
    payload::{Done, RemoveInput},
    request::{read, write},
    selection::{either, parts, parts_of_list},
};
pub(crate) use self::{
    answer_size::{TOO_LARGE, too_large_text},
    node::node_of,
    request::{non_null, nullable, one_key},
};
