//! The representation of changes in both APIs.

use async_graphql::{ID, SimpleObject, Value};
use domain::change::Change as DomainChange;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    graphql::inline_fields::{InlineFields, RequestedField},
    scalar::DateTime,
};

/// An entry of the change log. It contains the names of changed fields, not their values.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct Change {
    /// The number of the entry, as decimal digits. Later changes have greater numbers.
    #[schema(example = "1042")]
    pub seq: String,
    /// When the change was made.
    pub at: DateTime,
    /// The id of the changed object, or `site`.
    #[schema(value_type = String, example = "article_01h455vb4pex5vsknk084sn02q")]
    pub thing: ID,
    /// What happened: `created`, `updated`, `published` or `deleted`.
    #[schema(example = "updated")]
    pub action: String,
    /// The object's revision after the change. Null for objects without revisions.
    pub revision: Option<u32>,
    /// The account that made the change. Null for a command on the server.
    #[schema(value_type = Option<String>, example = "user_01h455vb4pex5vsknk084sn02q")]
    pub actor: Option<ID>,
    /// The names of the changed fields. Empty if they are not known.
    #[schema(example = json!(["role"]))]
    pub fields: Vec<String>,
}

impl InlineFields for Change {
    fn inline_field(&self, requested: &RequestedField<'_>) -> Option<Value> {
        match requested.name() {
            "seq" => requested.leaf(&self.seq),
            "at" => requested.leaf(&self.at),
            "thing" => requested.leaf(&self.thing),
            "action" => requested.leaf(&self.action),
            "revision" => requested.leaf(&self.revision),
            "actor" => requested.leaf(&self.actor),
            "fields" => requested.leaf(&self.fields),
            _ => None,
        }
    }
}

impl From<DomainChange> for Change {
    fn from(change: DomainChange) -> Self {
        Self {
            seq: change.seq.to_string(),
            at: change.at.into(),
            thing: match change.thing.entity.as_str() {
                "site" => "site".into(),
                _ => change.thing.to_string().into(),
            },
            action: change.action,
            revision: change.revision,
            actor: change.actor.map(|id| id.to_string().into()),
            fields: change.fields,
        }
    }
}
