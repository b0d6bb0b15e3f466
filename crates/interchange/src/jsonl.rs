//! Reads JSON Lines: UTF-8 text with one JSON object per line.
//!
//! This module checks the form of a line and its `type`. [`domain::import`] checks the fields.

use std::{
    fmt,
    io::{BufRead, Read},
};

use domain::import::{Item, ItemType};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Map, Value};

use crate::import::{Broken, Content, Entry};

/// The maximum length of a line, in bytes.
pub const MAX_LINE: u64 = 8 * 1024 * 1024;

/// An iterator over the entries of a file. Empty lines are skipped.
pub struct Lines<R> {
    input: R,
    number: u64,
    buffer: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    /// Returns an iterator over the lines of `input`.
    pub fn new(input: R) -> Self {
        Self { input, number: 0, buffer: Vec::new() }
    }

    fn read(&mut self) -> Result<Option<Entry>, Broken> {
        loop {
            self.number += 1;
            self.buffer.clear();
            let broken = |reason: String| Broken { line: self.number, reason };
            let read = (&mut self.input).take(MAX_LINE + 1).read_until(b'\n', &mut self.buffer);
            match read.map_err(|error| broken(format!("cannot be read: {error}")))? {
                0 => return Ok(None),
                n if n as u64 > MAX_LINE => return Err(broken(format!("is longer than {MAX_LINE} bytes"))),
                _ => {}
            }
            let text = std::str::from_utf8(&self.buffer).map_err(|_| broken("is not UTF-8".to_owned()))?;
            let text = text.trim_start_matches('\u{feff}').trim();
            if text.is_empty() {
                continue;
            }
            let Object { mut fields, doubled } = serde_json::from_str(text).map_err(|error| {
                broken(format!(
                    "is not a JSON object: {}",
                    without_line(&error)
                        .replace("invalid type: sequence, expected an object", "it is a list")
                ))
            })?;
            let item_type = match fields.remove("type") {
                None => Ok(ItemType::Article),
                Some(Value::String(name)) => {
                    ItemType::read(&name).ok_or(format!("type: \"{name}\" is not known"))
                }
                Some(_) => Err("type: must be a name".to_owned()),
            };
            let id = match fields.get("id") {
                None => None,
                Some(Value::String(id)) => Some(id.clone()),
                Some(id) => Some(id.to_string()),
            };
            let kind = item_type.as_ref().map_or("other", |item_type| item_type.as_str()).to_owned();
            let content = match (doubled, item_type) {
                (Some(name), _) => {
                    let name: String = name.chars().take(60).collect();
                    Content::Refused(format!("{name}: is given twice"))
                }
                (None, Ok(item_type)) => Content::Item(Item::new(item_type, fields)),
                (None, Err(reason)) => Content::Refused(reason),
            };
            return Ok(Some(Entry { line: self.number, kind, id, content, notes: Vec::new() }));
        }
    }
}

/// A JSON object, and the first field name that occurs twice in it.
///
/// A line with a repeated field is refused, because either value could be the intended one.
struct Object {
    fields: Map<String, Value>,
    doubled: Option<String>,
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut object = Object { fields: Map::new(), doubled: None };
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    if object.fields.insert(name.clone(), value).is_some() {
                        object.doubled.get_or_insert(name);
                    }
                }
                Ok(object)
            }
        }

        deserializer.deserialize_map(Fields)
    }
}

/// Returns the message without the parser's line number, which is always 1 because it sees one line.
fn without_line(error: &serde_json::Error) -> String {
    error.to_string().replace(" at line 1 column ", " at column ")
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<Entry, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}
