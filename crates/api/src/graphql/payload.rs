//! Inputs and payloads that mutations of several concepts share.

use async_graphql::{ID, InputObject, SimpleObject};

/// The object to delete.
#[derive(InputObject)]
pub struct RemoveInput {
    /// Its id or slug.
    pub(crate) id: ID,
    /// The revision when you read it, for detecting conflicting changes. Required.
    pub(crate) expected_revision: Option<u32>,
}

/// The result of a mutation that returns no data.
#[derive(SimpleObject)]
pub struct Done {
    /// Always `true`. A failure is returned as an error.
    pub(crate) done: bool,
}
