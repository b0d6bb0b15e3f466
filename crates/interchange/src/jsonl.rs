//! JSON Lines: one object a line, UTF-8.

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

/// The longest line that is read, in bytes; a body may be half of it.
pub const MAX_LINE: u64 = 8 * 1024 * 1024;

/// A line that is not an object, at which reading ends.
#[derive(Debug)]
pub struct Broken {
    /// Its number, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: String,
}

/// A line that was understood.
#[derive(Debug)]
pub struct Line {
    /// Its number, from 1.
    pub number: u64,
    /// What it says; an error where it is of a type that is not known here.
    pub item: Result<Item, String>,
}

/// Reads the lines of a file one by one.
pub struct Lines<R> {
    input: R,
    number: u64,
    buffer: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    /// Reads from `input`.
    pub fn new(input: R) -> Self {
        Self { input, number: 0, buffer: Vec::new() }
    }

    fn read(&mut self) -> Result<Option<Line>, Broken> {
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
            let Object { mut fields, doubled } = serde_json::from_str(text)
                .map_err(|error| broken(format!("is not a JSON object: {}", without_line(&error))))?;
            let item = match fields.remove("type") {
                None => Ok(ItemType::Article),
                Some(Value::String(name)) => {
                    ItemType::read(&name).ok_or(format!("type: \"{name}\" is not known"))
                }
                Some(_) => Err("type: must be a name".to_owned()),
            };
            let item = match doubled {
                Some(name) => Err(format!("{}: is given twice", name.chars().take(60).collect::<String>())),
                None => item.map(|item_type| Item { item_type, fields }),
            };
            return Ok(Some(Line { number: self.number, item }));
        }
    }
}

/// An object, and a name that stands in it twice: which of the two is meant nobody knows.
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

/// The parser counts lines within its own text, where there is only one.
fn without_line(error: &serde_json::Error) -> String {
    error.to_string().replace(" at line 1 column ", " at column ")
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<Line, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}
