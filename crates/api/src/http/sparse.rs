//! The `fields` query parameter: `fields=headline,authors.name` keeps only those fields, and `id`.

use std::{
    any::TypeId,
    collections::{BTreeMap, HashMap},
    sync::{Arc, LazyLock, PoisonError, RwLock},
};

use domain::{
    article::Parts,
    error::{Error, Result},
};
use serde_json::Value;
use utoipa::ToSchema;

/// A tree of field names. A name without branches keeps everything below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(BTreeMap<String, Fields>);

impl Fields {
    /// Parses the parameter. Every name must be a field of the schema of `T`.
    ///
    /// Returns the error `fields.unknown` otherwise.
    pub fn read<T: ToSchema + 'static>(text: Option<&str>) -> Result<Option<Self>> {
        let Some(text) = text else { return Ok(None) };
        let (mut root, schemas) = (Self::default(), Schemas::of::<T>());
        for path in text.split(',') {
            if !schemas.has_field(path) {
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

/// The schema of a type and those that it refers to, as JSON.
struct Schemas {
    root: Value,
    others: HashMap<String, Value>,
}

impl Schemas {
    /// Returns the schemas of a type. They are built at the first request that needs them.
    fn of<T: ToSchema + 'static>() -> Arc<Self> {
        static BUILT: LazyLock<RwLock<HashMap<TypeId, Arc<Schemas>>>> = LazyLock::new(RwLock::default);
        let id = TypeId::of::<T>();
        if let Some(built) = BUILT.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return built.clone();
        }
        let mut others = Vec::new();
        T::schemas(&mut others);
        let json = |schema| serde_json::to_value(schema).unwrap_or_default();
        let others = others.into_iter().map(|(name, schema)| (name, json(schema))).collect();
        let built = Arc::new(Self { root: json(T::schema()), others });
        BUILT.write().unwrap_or_else(PoisonError::into_inner).insert(id, built.clone());
        built
    }

    /// Whether the type has a field of this name; dots select nested fields.
    fn has_field(&self, path: &str) -> bool {
        path.split('.').try_fold(&self.root, |schema, name| self.property(schema, name)).is_some()
    }

    /// Finds a property of a schema; follows references, and looks into lists and combinations.
    fn property<'s>(&'s self, schema: &'s Value, name: &str) -> Option<&'s Value> {
        if let Some(found) = schema.get("properties").and_then(|properties| properties.get(name)) {
            return Some(found);
        }
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            return self.property(self.others.get(target.rsplit('/').next()?)?, name);
        }
        if let Some(items) = schema.get("items") {
            return self.property(items, name);
        }
        ["allOf", "oneOf", "anyOf"]
            .iter()
            .filter_map(|combination| schema.get(combination)?.as_array())
            .flatten()
            .find_map(|part| self.property(part, name))
    }
}
