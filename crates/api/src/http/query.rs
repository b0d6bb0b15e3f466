//! Strict reading of query parameters: unknown, repeated and invalid parameters are errors.

use std::{collections::HashMap, fmt};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use domain::{
    error::{Error, Result, Violation},
    page::{Count, Direction, Limit, PageRequest},
    time::Time,
};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, IntoDeserializer, Visitor, value::MapDeserializer},
};
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use crate::http::problem::Problem;

/// The query parameters of a request, as text. All fields of `T` are optional strings, and `T` denies
/// unknown fields.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> Query<T> {
    fn read(text: &str) -> Result<T> {
        let mut seen: HashMap<String, String> = HashMap::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode(name).ok_or_else(|| not_utf8("query"))?;
            let shown: String = name.chars().take(60).collect();
            let value = decode(value).ok_or_else(|| not_utf8(shown.clone()))?;
            if value.contains('\0') {
                return Err(Error::parameter(shown, "parameter.malformed", "must not contain U+0000"));
            }
            if seen.insert(name, value).is_some() {
                return Err(Error::parameter(
                    shown,
                    "parameter.given_twice",
                    "must not be given more than once",
                ));
            }
        }
        let texts = seen.into_iter().map(|(name, value)| (name, Text(value)));
        T::deserialize(MapDeserializer::new(texts)).map_err(|unknown: Unknown| {
            Error::parameter(unknown.0, "parameter.unknown", "is not a parameter of this operation")
        })
    }
}

fn not_utf8(name: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::parameter(name, "parameter.not_utf8", "must be UTF-8, percent-encoded")
}

/// Decodes a part of a query string; `None` if it is not valid percent-encoding or not UTF-8.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let high = char::from(rest.next()?).to_digit(16)?;
                let low = char::from(rest.next()?).to_digit(16)?;
                u8::try_from(high * 16 + low).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Self::read(request.query_string()).map(Self).map_err(Problem::from))
    }
}

/// The text of a query parameter, as a deserializer.
struct Text(String);

impl<'de> Deserializer<'de> for Text {
    type Error = Unknown;

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unknown> {
        visitor.visit_some(self)
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unknown> {
        visitor.visit_string(self.0)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl IntoDeserializer<'_, Unknown> for Text {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// The name of a query parameter that the operation does not have.
#[derive(Debug)]
struct Unknown(String);

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unknown {}

impl serde::de::Error for Unknown {
    fn custom<M: fmt::Display>(message: M) -> Self {
        Self(message.to_string())
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self(field.chars().take(60).collect())
    }
}

/// For operations without query parameters.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Collects the errors of a request, so that one response names all of them.
#[derive(Default)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// Returns the value. On an error, records the error and returns the default.
    pub fn note<T: Default>(&mut self, read: Result<T>) -> T {
        match read {
            Ok(value) => value,
            Err(error) => {
                self.0.extend_from_slice(error.all_violations());
                T::default()
            }
        }
    }

    /// Whether none was recorded.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns an error if any was recorded.
    pub fn end(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::violations(self.0)) }
    }
}

/// Reads an optional time.
pub fn time(text: Option<&str>, name: &'static str) -> Result<Option<Time>> {
    text.map(|text| {
        text.parse()
            .map_err(|error: Error| Error::parameter(name, "time.malformed", error.detail().to_owned()))
    })
    .transpose()
}

/// Reads an optional page size.
pub fn limit(text: Option<&str>, name: &'static str, default: Limit) -> Result<Limit> {
    match text {
        None => Ok(default),
        Some(text) => match text.parse::<i64>() {
            Ok(number) => Limit::new(number, name),
            Err(_) => Err(Error::parameter(name, "limit.malformed", "must be a number from 1 to 100")),
        },
    }
}

/// Reads `limit`, `after`, `before` and `count`.
pub fn page(
    wrong: &mut Violations,
    limit_text: Option<&str>,
    after: Option<String>,
    before: Option<String>,
    count: Option<&str>,
) -> PageRequest {
    let limit = wrong.note(limit(limit_text, "limit", Limit::DEFAULT).map(Some)).unwrap_or(Limit::DEFAULT);
    let count = wrong.note(word::<CountParameter, Count>(count, "count", "count.unknown"));
    if after.is_some() && before.is_some() {
        let detail = "cannot be combined with after; use one of them";
        wrong.note::<()>(Err(Error::parameter("before", "cursor.two_directions", detail)));
    }
    let direction = if before.is_some() { Direction::Backward } else { Direction::Forward };
    PageRequest { limit, direction, after, before, count }
}

/// How to count the items of a list.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum CountParameter {
    #[default]
    None,
    Exact,
    Estimate,
}

impl From<CountParameter> for Count {
    fn from(count: CountParameter) -> Self {
        match count {
            CountParameter::None => Self::None,
            CountParameter::Exact => Self::Exact,
            CountParameter::Estimate => Self::Estimate,
        }
    }
}

/// Reads an optional parameter that is one of the words of an enum. Default: that of the enum.
pub(crate) fn word<E, T>(text: Option<&str>, name: &'static str, code: &'static str) -> Result<T>
where
    E: DeserializeOwned + PartialSchema + Default + Into<T>,
{
    text.map_or_else(|| Ok(E::default()), |text| read_word(text, name, code)).map(Into::into)
}

/// Reads a comma-separated list of words of an enum.
pub(crate) fn words<E, T>(text: &str, name: &'static str, code: &'static str) -> Result<Vec<T>>
where
    E: DeserializeOwned + PartialSchema + Into<T>,
{
    text.split(',').map(|text| read_word::<E>(text, name, code).map(Into::into)).collect()
}

fn read_word<E: DeserializeOwned + PartialSchema>(
    text: &str,
    name: &'static str,
    code: &'static str,
) -> Result<E> {
    serde_json::from_value(text.into())
        .map_err(|_| Error::parameter(name, code, format!("must be one of {}", words_of::<E>().join(", "))))
}

/// The words of an enum, as its schema lists them.
fn words_of<E: PartialSchema>() -> Vec<String> {
    let RefOr::T(Schema::Object(schema)) = E::schema() else { return Vec::new() };
    let words = schema.enum_values.unwrap_or_default();
    words.iter().filter_map(|word| word.as_str().map(str::to_owned)).collect()
}

/// Reads an optional parameter that is `true` or `false`.
pub(crate) fn flag(text: Option<&str>, name: &'static str, code: &'static str) -> Result<Option<bool>> {
    match text {
        None => Ok(None),
        Some("false") => Ok(Some(false)),
        Some("true") => Ok(Some(true)),
        Some(_) => Err(Error::parameter(name, code, "must be true or false")),
    }
}
