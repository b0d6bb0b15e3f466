//! Changes as clients see them.

use async_graphql::{ID, SimpleObject, Value};
use domain::change::Change as DomainChange;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    graphql::held::{Asked, Held},
    scalar::DateTime,
};

/// Something that happened to a thing. Names of fields, never what stands in them.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct Change {
    /// Its number in the log, in decimal digits; later changes have greater ones.
    #[schema(example = "1042")]
    pub seq: String,
    /// When it was recorded.
    pub at: DateTime,
    /// What changed: its id, or `site`.
    #[schema(value_type = String, example = "article_01h455vb4pex5vsknk084sn02q")]
    pub thing: ID,
    /// What happened: `created`, `updated`, `published` or `deleted`.
    #[schema(example = "updated")]
    pub action: String,
    /// The thing's revision afterwards, for things that have revisions.
    pub revision: Option<u32>,
    /// The account whose doing it was; null for a command on the machine.
    #[schema(value_type = Option<String>, example = "user_01h455vb4pex5vsknk084sn02q")]
    pub actor: Option<ID>,
    /// The fields that are other than before, where that is known.
    #[schema(example = json!(["role"]))]
    pub fields: Vec<String>,
}

impl Held for Change {
    fn held(&self, asked: &Asked<'_>) -> Option<Value> {
        match asked.name() {
            "seq" => asked.leaf(&self.seq),
            "at" => asked.leaf(&self.at),
            "thing" => asked.leaf(&self.thing),
            "action" => asked.leaf(&self.action),
            "revision" => asked.leaf(&self.revision),
            "actor" => asked.leaf(&self.actor),
            "fields" => asked.leaf(&self.fields),
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
