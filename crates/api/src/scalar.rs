//! Scalars of both APIs.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use domain::time::Time;
use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::ToSchema;

/// A time in UTC, in RFC 3339 format with `Z`: `2021-11-01T09:00:00Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, format = DateTime, example = "2021-11-01T09:00:00Z")]
pub struct DateTime(#[serde(serialize_with = "display")] pub Time);

impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(|error: domain::Error| de::Error::custom(error.detail()))
    }
}

fn display<S: serde::Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

/// A time in UTC, in RFC 3339 format with `Z`: `2021-11-01T09:00:00Z`.
#[Scalar(name = "DateTime", specified_by_url = "https://datatracker.ietf.org/doc/html/rfc3339")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => match text.parse() {
                Ok(time) => Ok(Self(time)),
                Err(error) => Err(InputValueError::custom(domain::Error::detail(&error).to_owned())),
            },
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

impl From<Time> for DateTime {
    fn from(time: Time) -> Self {
        Self(time)
    }
}
