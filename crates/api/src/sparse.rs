//! The `fields` query parameter: `fields=headline,authors.name` keeps only those fields, and `id`.

use std::collections::BTreeMap;

use domain::{
    article::Parts,
    error::{Error, Result},
};
use serde_json::Value;

use crate::openapi;

/// A tree of field names. A name without branches keeps everything below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(BTreeMap<String, Fields>);

impl Fields {
    /// Parses the parameter. Every name must be a field of the OpenAPI schema `schema`.
    ///
    /// Returns the error `fields.unknown` otherwise.
    pub fn read(text: Option<&str>, schema: &str) -> Result<Option<Self>> {
        let Some(text) = text else { return Ok(None) };
        let mut root = Self::default();
        for path in text.split(',') {
            if !openapi::has_field(schema, path) {
                let shown: String = path.chars().filter(|c| !c.is_control()).take(60).collect();
                return Err(Error::parameter(
                    "fields",
                    "fields.unknown",
                    format!("there is no field \"{shown}\""),
                ));
            }
            root.add(path);
        }
        Ok(Some(root))
    }

    fn add(&mut self, path: &str) {
        let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
        let known = self.0.get(name).cloned();
        let branch = match (known, rest) {
            // The whole field is requested already, or now.
            (Some(whole), _) if whole.0.is_empty() => whole,
            (_, None) => Self::default(),
            (known, Some(rest)) => {
                let mut branch = known.unwrap_or_default();
                branch.add(rest);
                branch
            }
        };
        self.0.insert(name.to_owned(), branch);
    }

    /// Whether a field of this name, or a field inside it, is requested.
    pub fn names(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    fn has(&self, path: &[&str]) -> bool {
        match path {
            [] => true,
            [name, rest @ ..] => {
                self.0.get(*name).is_some_and(|branch| branch.0.is_empty() || branch.has(rest))
            }
        }
    }

    /// Returns the parts of an article that these fields need.
    pub fn parts(fields: Option<&Self>) -> Parts {
        let Some(fields) = fields else { return Parts::ALL };
        Parts {
            section: fields.has(&["section"]),
            tags: fields.has(&["tags"]),
            authors: fields.has(&["authors"]) || fields.has(&["byline"]),
            counts: ["tags", "authors", "section"].iter().any(|name| fields.has(&[name, "articleCount"])),
        }
    }

    /// Removes all other fields from an object, or from each object of a list.
    pub fn prune(&self, value: &mut Value) {
        match value {
            Value::Array(values) => values.iter_mut().for_each(|value| self.prune(value)),
            Value::Object(object) => {
                object.retain(|name, _| name == "id" || self.0.contains_key(name));
                for (name, branch) in &self.0 {
                    if let Some(value) = object.get_mut(name).filter(|_| !branch.0.is_empty()) {
                        branch.prune(value);
                    }
                }
            }
            _ => {}
        }
    }
}
